#include "tuner/cluster/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

#include "search/base/error.hpp"

namespace tune::tuner {
namespace {

[[noreturn]] void fail(int reason, const std::string& what) {
  throw std::system_error(reason, std::generic_category(), what);
}

/// What a child writes; closed with the object.
class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) fail(errno, "a pipe");
  }
  ~Pipe() {
    close(ends_[0]);
    close_writer();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }
  void close_writer() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_{};
};

class Actions {
 public:
  Actions() { posix_spawn_file_actions_init(&actions_); }
  ~Actions() { posix_spawn_file_actions_destroy(&actions_); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;

  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

std::vector<char*> environment_without(std::span<const std::string> hidden) {
  std::vector<char*> kept;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('='));
    if (std::ranges::find(hidden, name) == hidden.end()) kept.push_back(*entry);
  }
  kept.push_back(nullptr);
  return kept;
}

pid_t start(std::span<const std::string> command, std::span<const std::string> hidden, Pipe& output,
            Pipe& errors) {
  std::vector<std::string> words(command.begin(), command.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  Actions actions;
  posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(actions.get(), output.writer(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(actions.get(), errors.writer(), STDERR_FILENO);
  pid_t child = 0;
  const int reason = posix_spawnp(&child, arguments[0], actions.get(), nullptr, arguments.data(),
                                  environment_without(hidden).data());
  if (reason == ENOENT) throw base::InputError(words[0] + ": there is no such program in PATH");
  if (reason != 0) fail(reason, words[0]);
  output.close_writer();
  errors.close_writer();
  return child;
}

/// Reads both until both are closed, whichever is written to.
void read_both(const Pipe& output, const Pipe& errors, Finished& finished) {
  std::array<pollfd, 2> open{{{output.reader(), POLLIN, 0}, {errors.reader(), POLLIN, 0}}};
  const std::array<std::string*, 2> texts{&finished.output, &finished.errors};
  std::array<char, 4096> buffer;
  while (open[0].fd >= 0 || open[1].fd >= 0) {
    if (poll(open.data(), open.size(), -1) < 0 && errno != EINTR) fail(errno, "a pipe");
    for (std::size_t i = 0; i < open.size(); ++i) {
      if (open[i].fd < 0 || open[i].revents == 0) continue;
      const ssize_t count = read(open[i].fd, buffer.data(), buffer.size());
      if (count > 0) texts[i]->append(buffer.data(), static_cast<std::size_t>(count));
      if (count == 0 || (count < 0 && errno != EINTR)) open[i].fd = -1;
      open[i].revents = 0;
    }
  }
}

}  // namespace

Finished run_child(std::span<const std::string> command, std::span<const std::string> hidden) {
  Pipe output, errors;
  const pid_t child = start(command, hidden, output, errors);
  Finished finished;
  read_both(output, errors, finished);
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) fail(errno, command[0]);
  }
  finished.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return finished;
}

}  // namespace tune::tuner
