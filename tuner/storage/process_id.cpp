#include "tuner/storage/process_id.hpp"

#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tune::tuner {
namespace {

struct Name {
  std::string host, boot, space, number, start;

  std::string text() const { return host + ' ' + boot + ' ' + space + ' ' + number + ' ' + start; }
  static Name of(const std::string& text) {
    Name name;
    std::istringstream(text) >> name.host >> name.boot >> name.space >> name.number >> name.start;
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

Name own_name() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  std::error_code ignored;
  const std::string number = std::to_string(getpid());
  const auto space = std::filesystem::read_symlink("/proc/self/ns/pid", ignored).string();
  return {host[0] == '\0' ? "?" : host.data(), word_of("/proc/sys/kernel/random/boot_id"),
          space.empty() ? "?" : space, number, start_of(number)};
}

}  // namespace

std::string this_process() {
  return own_name().text();
}

bool has_ended(const std::string& process) {
  const Name name = Name::of(process), own = own_name();
  if (name.host != own.host || name.space != own.space) return false;
  return name.boot != own.boot || start_of(name.number) != name.start;
}

std::string describe_process(const std::string& process) {
  const Name name = Name::of(process);
  return "process " + name.number + " on " + name.host;
}

}  // namespace tune::tuner
