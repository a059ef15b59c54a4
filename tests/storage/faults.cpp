// Studies on a disk that fails: at each of its system calls in turn (tests/support/faults.cpp).

#include <sqlite3.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"
#include "tests/support/results.hpp"
#include "tests/support/study.hpp"

using namespace tune;
using tests::contents, tests::Folder, tests::Result;
namespace fs = std::filesystem;

namespace {

const char* const kStudy = R"([study]
name = faulty
trials = 4
seed = 3
[data]
generator = xor(40)
[cv]
folds = 2
[training]
epochs = 2
batch = 8
[space]
n_hidden = int(0, 2)
n_neurons = int(2, 9)
)";

/// A way for calls to fail: variables of tests/support/faults.cpp.
struct Fault {
  std::string variables;
  bool full;  ///< the disk, rather than broken
};
const Fault kFaults[] = {
    {"FAULTS_LAST=1 FAULTS_ERROR=" + std::to_string(ENOSPC), true},
    {"FAULTS_ERROR=" + std::to_string(EIO), false},
    {"FAULTS_LAST=1 FAULTS_SHORT=1 FAULTS_ERROR=" + std::to_string(ENOSPC), true},
    {"FAULTS_LAST=1 FAULTS_ERROR=" + std::to_string(EIO), false}};

/// One study in a folder of its own, beside what comes out of it on a sound disk.
class Faulty {
 public:
  Faulty() : space_(folder_.write("space.ini", kStudy)) {
    const Result result = run("whole", "FAULTS_COUNT=" + (folder_ / "count").string());
    INFO(result.output);
    REQUIRE(result.status == 0);
    calls_ = std::stoi(contents(folder_ / "count"));
  }

  int calls() const { return calls_; }
  fs::path out(const std::string& name) const { return folder_ / name; }

  /// Runs the study in the folder `name` of this one, where calls fail as the variables say.
  Result run(const std::string& name, const std::string& variables = {}) const {
    const std::string preload =
        variables.empty()
            ? ""
            : variables + " FAULTS_BELOW=" + out(name).string() + " LD_PRELOAD=" TUNE_FAULTS " ";
    return tests::run(preload + TUNE_PROGRAM + " --jobs 1 --space " + space_.string() + " --out " +
                      out(name).string());
  }

  /// What is there under its final name is there in full.
  void check_files(const std::string& name) const {
    for (const char* file : {"results.csv", "history.csv", "best.ini", "model.h5"}) {
      INFO(file);
      if (fs::exists(out(name) / file)) CHECK(text(name, file) == text("whole", file));
    }
    for (const char* file : {"results.json", "preprocessing.json"}) {
      INFO(file);
      if (!fs::exists(out(name) / file)) continue;
      CHECK(nlohmann::json::accept(contents(out(name) / file)));
    }
    if (!fs::exists(out(name))) return;
    for (const auto& entry : fs::directory_iterator(out(name)))
      CHECK(entry.path().extension() != ".part");
  }

  void check_all_files(const std::string& name) const {
    check_files(name);
    for (const auto& entry : fs::directory_iterator(out("whole"))) {
      CHECK(fs::exists(out(name) / entry.path().filename()));
    }
  }

 private:
  std::string text(const std::string& name, const std::string& file) const {
    const std::string content = contents(out(name) / file);
    return file == "results.csv" ? tests::without_times(content) : content;
  }

  const Folder folder_;
  const fs::path space_;
  int calls_ = 0;
};

/// "trial N" of each trial that the program has told of.
std::multiset<std::string> told(const std::string& output) {
  std::multiset<std::string> trials;
  for (const std::string& line : tests::split(output, '\n')) {
    if (line.starts_with("trial ")) trials.insert(line.substr(0, line.find("  ")));
  }
  return trials;
}

/// One line that names a file of this folder, with a reason and no statement of SQL.
void check_error(const std::string& output, const fs::path& folder) {
  std::vector<std::string> errors;
  for (const std::string& line : tests::split(output, '\n')) {
    if (line.starts_with("tune: ")) errors.push_back(line);
  }
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].starts_with("tune: " + folder.string()));
  const auto has = [&](const std::string& text) {
    return errors[0].find(text) != std::string::npos;
  };
  CHECK((has("No space left on device") || has("Input/output error") || has("disk is full") ||
         has("disk I/O error") || has("unable to open database file") || has("readonly database")));
  for (const char* noise : {"Fatal", "INSERT", "SELECT", "UPDATE", "PRAGMA", "while", "backend"})
    CHECK(!has(noise));
}

}  // namespace

// TUNE_TEST_FAULTS=all: at each call, in each of the ways.
TEST_CASE("a study whose disk fails at a system call loses nothing and goes on") {
  const Faulty faulty;
  REQUIRE(faulty.calls() > 100);
  const char* all = std::getenv("TUNE_TEST_FAULTS");
  const int ways = static_cast<int>(std::size(kFaults));
  const int step = all != nullptr ? 1 : faulty.calls() * ways / 40;
  for (int place = 0; place < faulty.calls() * ways; place += step) {
    // Neighbours in the ways, and any place in the run.
    const Fault& fault = kFaults[place / step % ways];
    const int at = all != nullptr ? place / ways + 1 : place % faulty.calls() + 1;
    const std::string variables = fault.variables + " FAULTS_AT=" + std::to_string(at);
    INFO(variables);
    const Result broken = faulty.run("out", variables);
    INFO(broken.output);
    CHECK((broken.status == 0 || broken.status == 1 || broken.status == 2));
    faulty.check_files("out");
    if (broken.status == 0) {
      faulty.check_all_files("out");
    } else {
      check_error(broken.output, faulty.out("out"));
    }
    const Result mended = faulty.run("out");
    INFO(mended.output);
    CHECK(mended.status == 0);
    faulty.check_all_files("out");
    std::multiset<std::string> trials = told(broken.output);
    trials.merge(told(mended.output));
    CHECK(std::ranges::adjacent_find(trials) == trials.end());
    fs::remove_all(faulty.out("out"));
  }
}

TEST_CASE("a folder that cannot be written is an error that says so") {
  const Faulty faulty;
  const std::string read_only = "FAULTS_AT=1 FAULTS_LAST=1 FAULTS_ERROR=" + std::to_string(EROFS);
  const Result none = faulty.run("new", read_only);
  CHECK(none.status == 2);
  CHECK(none.output ==
        "tune: " + faulty.out("new").string() + ": cannot be made: Read-only file system\n");
  // One that was written before.
  const Result old = faulty.run("whole", read_only);
  CHECK((old.status == 1 || old.status == 2));
  CHECK(old.output.starts_with("tune: " + (faulty.out("whole") / "study.db").string() + ": "));
  CHECK(std::ranges::count(old.output, '\n') == 1);
  faulty.check_all_files("whole");
}

TEST_CASE("a store that another process has locked is an error that says so") {
  const Folder folder;
  const fs::path space = folder.write("space.ini", kStudy), store = folder / "shared.db";
  const std::string options = "--jobs 1 --storage 'sqlite:///" + store.string() + "?timeout=1'";
  REQUIRE(tests::study(space, folder / "out", options).status == 0);
  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open(store.c_str(), &other) == SQLITE_OK);
  REQUIRE(sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr) == SQLITE_OK);
  const Result locked = tests::study(space, folder / "out", options);
  sqlite3_close(other);
  CHECK(locked.status == 1);
  CHECK(locked.output ==
        "tune: " + store.string() + ": another process has locked it, for 1 s now\n");
  CHECK(tests::study(space, folder / "out", options).status == 0);
}
