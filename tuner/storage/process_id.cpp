#include "tuner/storage/process_id.hpp"

#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tune::tuner {
namespace {

/// Where processes can be told apart by their numbers.
struct Place {
  std::string host, boot, space;

  bool operator==(const Place&) const = default;
};

struct Name {
  Place place;
  std::string number, start;

  std::string text() const {
    return place.host + ' ' + place.boot + ' ' + place.space + ' ' + number + ' ' + start;
  }
  static Name of(const std::string& text) {
    Name name;
    std::istringstream(text) >> name.place.host >> name.place.boot >> name.place.space >>
        name.number >> name.start;
    return name;
  }
};

std::string word_of(const std::filesystem::path& file) {
  std::string word;
  std::ifstream(file) >> word;
  return word.empty() ? "?" : word;
}

/// The 22nd field of /proc/PID/stat, in ticks since the boot; empty: there is no such process. A
/// process that has ended and is not waited for yet counts as gone.
std::string start_of(const std::string& number) {
  std::ifstream file("/proc/" + number + "/stat");
  std::string line;
  if (!std::getline(file, line)) return {};
  // The second field, the program's name in brackets, may hold anything.
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string field;
  for (int i = 3; i <= 22 && fields >> field; ++i) {
    if (i == 3 && (field == "Z" || field == "X")) return {};
  }
  return field;
}

Place find_place() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  std::error_code ignored;
  const auto space = std::filesystem::read_symlink("/proc/self/ns/pid", ignored).string();
  return {host[0] == '\0' ? "?" : host.data(), word_of("/proc/sys/kernel/random/boot_id"),
          space.empty() ? "?" : space};
}

/// That of this process, which does not change.
const Place& own_place() {
  static const Place place = find_place();
  return place;
}

}  // namespace

std::string this_process() {
  const std::string number = std::to_string(getpid());
  return Name{own_place(), number, start_of(number)}.text();
}

bool has_ended(const std::string& process) {
  const Name name = Name::of(process);
  return name.place == own_place() && start_of(name.number) != name.start;
}

std::string describe_process(const std::string& process) {
  const Name name = Name::of(process);
  return "process " + name.number + " on " + name.place.host;
}

}  // namespace tune::tuner
