// Whole programs that are killed in the middle of a study, and those that go on.

#include <signal.h>
#include <unistd.h>

#include <algorithm>

#include "tests/storage/stores.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/results.hpp"
#include "tests/support/study.hpp"

using namespace tune;
using tests::Folder, tests::Result;

namespace {

const char* const kStudy = R"([study]
name = killed
seed = 3
metrics = mae
[data]
generator = friedman1(160, noise=0.5)
[cv]
folds = 3
[training]
epochs = 9
batch = 16
patience = 3
[space]
n_hidden = int(0, 2)
n_neurons = int(4, 16, log)
learning_rate = reciprocal(1e-3, 3)
)";

/// A program that runs beside the test, whose output can be read.
class Program {
 public:
  explicit Program(const std::vector<std::string>& arguments) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("no pipe");
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      dup2(ends[1], STDERR_FILENO);
      close(ends[0]);
      close(ends[1]);
      std::vector<char*> argv = {const_cast<char*>(TUNE_PROGRAM)};
      for (const std::string& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str()));
      argv.push_back(nullptr);
      execv(TUNE_PROGRAM, argv.data());
      _exit(127);
    }
    close(ends[1]);
    out_ = fdopen(ends[0], "r");
  }
  ~Program() {
    if (pid_ > 0) kill();
    fclose(out_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// Reads until so many lines have begun with these words; false if it ended before.
  bool wait_for_lines(std::string_view words, std::size_t count) {
    std::array<char, 4096> line;
    while (count > 0) {
      if (std::fgets(line.data(), line.size(), out_) == nullptr) return false;
      output_ += line.data();
      if (std::string_view(line.data()).starts_with(words)) --count;
    }
    return true;
  }
  bool wait_for_trials(std::size_t count) { return wait_for_lines("trial ", count); }
  void kill() {
    ::kill(pid_, SIGKILL);
    waitpid(std::exchange(pid_, 0), nullptr, 0);
  }
  /// Reads the rest and waits for the end.
  Result finish() {
    while (wait_for_trials(1)) {
    }
    int status = 0;
    waitpid(std::exchange(pid_, 0), &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), output_};
  }

 private:
  pid_t pid_ = 0;
  std::FILE* out_ = nullptr;
  std::string output_;
};

/// The options of a study of each kind.
std::vector<std::vector<std::string>> kinds() {
  return {{"--study.strategy", "random", "--study.trials", "24"},
          {"--study.strategy", "tpe", "--study.trials", "24", "--study.window", "6"},
          {"--study.strategy", "hyperband"},
          {"--study.strategy", "tpe", "--study.trials", "24", "--study.pruner", "median"}};
}

std::vector<std::string> arguments(const std::filesystem::path& space,
                                   const std::filesystem::path& out,
                                   const std::vector<std::string>& options,
                                   const std::string& jobs) {
  std::vector<std::string> all = {"--space", space.string(), "--out", out.string(), "--jobs", jobs};
  all.insert(all.end(), options.begin(), options.end());
  return all;
}

std::string tables(const std::filesystem::path& out) {
  return tests::without_times(tests::contents(out / "results.csv")) +
         tests::contents(out / "history.csv");
}

/// Of the study as a whole, run by one process with one thread.
std::string whole_tables(const Folder& folder, const std::filesystem::path& space,
                         const std::vector<std::string>& options) {
  const auto out = folder / "whole";
  const Result result = Program(arguments(space, out, options, "1")).finish();
  INFO(result.output);
  REQUIRE(result.status == 0);
  const std::string text = tables(out);
  std::filesystem::remove_all(out);
  return text;
}

}  // namespace

TEST_CASE("a study that is killed again and again comes to the same table") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  for (const auto& options : kinds()) {
    INFO(options[1]);
    const std::string whole = whole_tables(folder, space, options);
    const auto out = folder / "out";
    // A fast one may have ended before the signal comes.
    for (const std::size_t trials : {1, 3, 7}) {
      Program killed(arguments(space, out, options, trials == 3 ? "1" : "4"));
      killed.wait_for_trials(trials);
      killed.kill();
    }
    const Result last = Program(arguments(space, out, options, "2")).finish();
    INFO(last.output);
    CHECK(last.status == 0);
    CHECK(last.output.find("\ngoing on: ") != std::string::npos);
    CHECK(tables(out) == whole);
    const Result again = Program(arguments(space, out, options, "2")).finish();
    CHECK(again.status == 0);
    CHECK(again.output.find("\ntrial ") == std::string::npos);
    CHECK(tables(out) == whole);
    std::filesystem::remove_all(out);
  }
}

TEST_CASE("workers that are killed and replaced come to the same table as one process") {
  const char* server = std::getenv("TUNE_TEST_POSTGRES");
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  std::vector<std::string> urls = {"sqlite:///" + (folder / "shared.db").string()};
  if (server != nullptr) urls.emplace_back(server);
  int number = 0;
  for (const std::string& url : urls) {
    INFO(tuner::StorageUrl(url).text());
    for (auto options : kinds()) {
      INFO(options[1]);
      const std::string whole = whole_tables(folder, space, options);
      const std::string name = "swarm-" + std::to_string(number++);
      options.insert(options.end(), {"--storage", url, "--study.name", name});
      const std::vector<std::string> worker = {"worker", "--storage", url, "--study",
                                               name,     "--jobs",    "1"};
      const auto out = folder / "out";
      Program first(arguments(space, out, options, "1"));
      REQUIRE(first.wait_for_trials(1));
      Program second(worker), third(worker);
      second.wait_for_trials(2);
      second.kill();
      first.kill();
      Program fourth(worker);
      fourth.wait_for_trials(1);
      fourth.kill();
      const Result end = third.finish();
      INFO(end.output);
      CHECK(end.status == 0);
      // All is recorded: this one only writes the tables.
      const Result last = Program(arguments(space, out, options, "2")).finish();
      INFO(last.output);
      CHECK(last.status == 0);
      CHECK(last.output.find("\ntrial ") == std::string::npos);
      CHECK(tables(out) == whole);
      std::filesystem::remove_all(out);
    }
  }
}

TEST_CASE("workers live through a server that cuts their connections and restarts") {
  const char* server = std::getenv("TUNE_TEST_POSTGRES");
  if (server == nullptr) return;
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  auto options = kinds()[1];
  const std::string whole = whole_tables(folder, space, options);
  options.insert(options.end(), {"--storage", server, "--study.name", "cut"});
  Program first(arguments(space, folder / "out", options, "1"));
  REQUIRE(first.wait_for_trials(1));
  Program second({"worker", "--storage", server, "--study", "cut", "--jobs", "1"});
  {
    tuner::Database database(tuner::StorageUrl(server), tuner::Database::Mode::existing);
    database.sql() << "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                      "application_name = 'tune' AND pid <> pg_backend_pid()";
  }
  first.wait_for_trials(4);
  const Result restart =
      tests::run(std::string(std::getenv("TUNE_TEST_POSTGRES_CTL")) + " restart -m immediate");
  INFO(restart.output);
  REQUIRE(restart.status == 0);
  const Result one = first.finish(), other = second.finish();
  INFO(one.output << other.output);
  CHECK(one.status == 0);
  CHECK(tables(folder / "out") == whole);
}

TEST_CASE("a worker waits for a server that is away when it begins") {
  const char* server = std::getenv("TUNE_TEST_POSTGRES");
  if (server == nullptr) return;
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  auto options = kinds()[0];
  options.insert(options.end(), {"--storage", server, "--study.name", "away"});
  Program first(arguments(space, folder / "out", options, "1"));
  REQUIRE(first.wait_for_trials(1));
  first.kill();
  const std::string control = std::getenv("TUNE_TEST_POSTGRES_CTL");
  REQUIRE(tests::run(control + " stop -m fast").status == 0);
  Program worker({"worker", "--storage", server, "--study", "away", "--jobs", "1"});
  CHECK(worker.wait_for_lines("tune: " + tuner::StorageUrl(server).text() + ": no answer", 1));
  REQUIRE(tests::run(control + " start").status == 0);
  const Result end = worker.finish();
  INFO(end.output);
  CHECK(end.status == 0);
  CHECK(end.output.find("24 trials in the table") != std::string::npos);
}

TEST_CASE("a run whose store others may join claims no more than a worker would") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  const std::string shared = "sqlite:///" + (folder / "shared.db").string();
  Program program(arguments(
      space, folder / "out",
      {"--study.strategy", "random", "--study.trials", "100000000", "--storage", shared}, "1"));
  REQUIRE(program.wait_for_trials(1));
  program.kill();
  tuner::Database database(tuner::StorageUrl(shared), tuner::Database::Mode::reading);
  int claimed = 0;
  database.sql() << "SELECT count(*) FROM tune_trials WHERE record IS NULL", soci::into(claimed);
  // Of three folds each: one that runs, and one that waits.
  CHECK(claimed <= 2);
}

TEST_CASE("a folder in which a study runs is not written by another process") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  const std::vector<std::string> endless = {"--study.trials", "100000000"};
  Program first(arguments(space, folder / "out", endless, "1"));
  REQUIRE(first.wait_for_trials(1));
  const Result second = Program(arguments(space, folder / "out", endless, "1")).finish();
  CHECK(second.status == 2);
  CHECK(second.output.find("another process writes its results there") != std::string::npos);
}
