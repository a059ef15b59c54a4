#include "tests/support/catch.hpp"
#include "tests/support/study.hpp"
#include "tuner/storage/database.hpp"

using namespace tune;
using namespace tune::tests;

namespace {

const char* const kStudy = R"([study]
name = small
trials = 5
seed = 3
[data]
csv = data.csv
target = y
[cv]
folds = 2
[training]
epochs = 9
[space]
n_neurons = int(4, 24, log)
learning_rate = reciprocal(1e-4, 3e-2)
)";

std::string data() {
  std::string text = "a,b,y\n";
  for (int i = 0; i < 60; ++i) {
    const int a = i * 7 % 60, b = i * 11 % 17;
    text +=
        std::to_string(a) + ',' + std::to_string(b) + ',' + std::to_string(a * b - 3 * a) + '\n';
  }
  return text;
}

struct In {
  const Folder& folder;
  Result operator()(const std::string& arguments) const {
    return run("cd " + (folder / "").string() + " && " + TUNE_PROGRAM + ' ' + arguments);
  }
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("recorded trials come out bit for bit when they are run again") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  folder.write("data.csv", data());
  for (const std::string options :
       {"", "--study.strategy hyperband --study.trials 20", "--study.strategy tpe",
        "--study.pruner median --study.trials 12", "--study.metric 'mse, parameters'"}) {
    INFO(options);
    REQUIRE(in("--space space.ini --quiet --out a " + options).status == 0);
    const Result all = in("verify a --trials all --jobs 2");
    INFO(all.output);
    CHECK(all.status == 0);
    CHECK(has(all.output, " run again: scores and curves are the same, bit for bit\n"));
    std::filesystem::remove_all(folder / "a");
  }
}

TEST_CASE("a trial of a later rung is run again with those that it continues") {
  const Folder folder;
  const In in{folder};
  std::string space = kStudy;
  space.erase(space.find("trials = 5\n"), 11);
  folder.write("space.ini", space);
  folder.write("data.csv", data());
  REQUIRE(in("--space space.ini --quiet --out a --study.strategy halving").status == 0);
  // 9 trials with 1 epoch, 3 with 3, 1 with 9.
  CHECK(has(in("verify a --trials all").output, "13 trials run again: "));
  const std::string some = in("verify a --trials 1").output;
  CHECK(some == in("verify a --trials 1 --jobs 1").output);
  CHECK(some.ends_with(" run again: scores and curves are the same, bit for bit\n"));
}

TEST_CASE("what does not come out as it was recorded is named") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  folder.write("data.csv", data());
  REQUIRE(in("--space space.ini --quiet --out a").status == 0);
  {
    tuner::Database database(tuner::StorageUrl::of_file(folder / "a/study.db"),
                             tuner::Database::Mode::existing);
    database.sql() << "UPDATE tune_histories SET history = replace(history, '\"folds\":[[[', "
                      "'\"folds\":[[[1') WHERE "
                      "trial_id = 3";
  }
  const Result result = in("verify a --trials all");
  INFO(result.output);
  CHECK(result.status == 1);
  CHECK(result.output.starts_with("trial 2: fold 0: epoch 1: "));
  CHECK(has(result.output, "\n5 trials run again: 1 trial came out otherwise\n"));
}

TEST_CASE("trials behind the end of a table are run again, too") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  folder.write("data.csv", data());
  const std::string space =
      "--space space.ini --quiet --out a --training.epochs 1 --study.refit no";
  REQUIRE(in(space + " --study.trials 24").status == 0);
  // What is recorded stays, and the table ends with the 20th.
  REQUIRE(in(space + " --study.trials 24 --study.improvement_limit 1e9").status == 0);
  const Result result = in("verify a --trials all");
  CHECK(result.output == "24 trials run again: scores and curves are the same, bit for bit\n");
  CHECK(result.status == 0);
}

TEST_CASE("what cannot come out the same is not run") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  folder.write("data.csv", data());
  REQUIRE(in("--space space.ini --quiet --out a").status == 0);
  folder.write("data.csv", data() + "1,2,3\n");
  const Result changed = in("verify a");
  CHECK(changed.status == 2);
  CHECK(changed.output == "tune: a: cannot come out the same: the rows of the data have changed\n");
  folder.write("data.csv", data());
  {
    tuner::Database database(tuner::StorageUrl::of_file(folder / "a/study.db"),
                             tuner::Database::Mode::existing);
    database.sql() << "UPDATE tune_studies SET program = replace(program, 'tune 0', 'tune 9')";
  }
  const Result program = in("verify a");
  CHECK(program.status == 2);
  CHECK(has(program.output, "a: cannot come out the same: the program gives other bits: tune 9"));
  CHECK(in("verify nowhere").status == 2);
}
