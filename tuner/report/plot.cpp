#include "tuner/report/plot.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "tuner/report/atomic_file.hpp"

extern char** environ;

namespace tune::tuner {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProgram = "gnuplot";
constexpr std::string_view kTerminal =
    "set terminal svg size 900,540 dynamic background rgb 'white' font 'sans-serif,14'\n"
    "set encoding utf8\n";

/// A new folder of our own for the two files that gnuplot reads and writes, and its end.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "tune-plot-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      throw std::runtime_error(name + ": " + std::generic_category().message(errno));
    }
    folder_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  fs::path script() const { return folder_ / "script"; }
  fs::path picture() const { return folder_ / "picture"; }
  fs::path messages() const { return folder_ / "messages"; }

 private:
  fs::path folder_;
};

std::string content(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

/// Its standard input, output and errors are files: nothing is passed through a shell, and no pipe
/// can fill up.
int run_gnuplot(const Scratch& scratch) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, scratch.script().c_str(), O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, scratch.picture().c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, scratch.messages().c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  std::string name = kProgram, from = "-";
  char* const arguments[] = {name.data(), from.data(), nullptr};
  pid_t child = 0;
  const int failure = posix_spawnp(&child, kProgram, &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    throw std::runtime_error(std::string(kProgram) + ": " +
                             std::generic_category().message(failure));
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

bool can_plot() {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((fs::path(folder) / kProgram).c_str(), X_OK) == 0) return true;
  }
  return false;
}

void plot_svg(const fs::path& file, const std::string& script) {
  const Scratch scratch;
  write_file(scratch.script(), [&](std::ostream& out) { out << kTerminal << script; });
  if (run_gnuplot(scratch) != 0) {
    throw std::runtime_error("gnuplot cannot draw " + file.string() + ": " +
                             content(scratch.messages()));
  }
  const std::string picture = content(scratch.picture());
  write_file(file, [&](std::ostream& out) { out << picture; });
}

}  // namespace tune::tuner
