#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/results.hpp"
#include "tests/support/study.hpp"

using namespace tune::tests;
using nlohmann::json;

namespace {

const std::string kTune = TUNE_PROGRAM;

/// A study in which trials stop early, differ in length, and now and then diverge.
const char* const kStudy = R"([study]
trials = 12
seed = 3
metrics = mae
[data]
generator = friedman1(240, noise=0.5)
test = 0.25
[cv]
folds = 3
[training]
epochs = 12
batch = 16
patience = 2
[space]
n_hidden = int(0, 2)
n_neurons = int(4, 24, log)
learning_rate = reciprocal(1e-3, 3)
momentum = choice(0, 0.9)
)";

}  // namespace

TEST_CASE("results are the same for 1, 2 and 4 jobs, twice") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  std::string results, history;
  for (const std::string jobs : {"1", "2", "4", "1", "2", "4"}) {
    const auto out = folder / "out";
    const Result result = study(space, out, "--jobs " + jobs);
    INFO(result.output);
    REQUIRE(result.status == 0);
    const std::string table = without_times(contents(out / "results.csv"));
    const std::string curves = without_times(contents(out / "history.csv"));
    CHECK(table.find("nan") == std::string::npos);
    CHECK(table.find("failed") != std::string::npos);
    if (results.empty()) {
      results = table;
      history = curves;
    }
    CHECK(table == results);
    CHECK(curves == history);
    std::filesystem::remove_all(out);
  }
}

TEST_CASE("a run leaves tables, the winner's space file and a model that predicts") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  const auto out = folder / "out";
  REQUIRE(study(space, out, "--keep-models 2").status == 0);
  const json results = json::parse(contents(out / "results.json"));
  CHECK(results.at("trials").size() == 12);
  CHECK(std::filesystem::exists(out / "study.db"));
  const auto kept = std::filesystem::directory_iterator(out / "models");
  CHECK(std::distance(begin(kept), end(kept)) == 2);

  const Result again = study(out / "best.ini", folder / "again");
  INFO(again.output);
  REQUIRE(again.status == 0);
  const json winner = json::parse(contents(folder / "again" / "results.json"));
  const auto best = results.at("best_trial").get<std::size_t>();
  CHECK(winner.at("trials").at(0).at("scores").at("mse").at("mean_test") ==
        results.at("trials").at(best).at("scores").at("mse").at("mean_test"));
  CHECK(winner.at("refit").at("test_scores") == results.at("refit").at("test_scores"));
  CHECK(contents(folder / "again" / "model.h5") == contents(out / "model.h5"));
}

TEST_CASE("a run goes on with more trials, and only with the same study") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  const auto out = folder / "out";
  REQUIRE(study(space, out, "--study.trials 2").status == 0);
  const std::string before = without_times(contents(out / "results.csv"));

  const Result other = study(space, out, "--study.seed 4 --model.learning_rate 0.1");
  CHECK(other.status == 2);
  CHECK(other.output.find("study.seed: 3, now 4; ") != std::string::npos);
  CHECK(other.output.find("space.learning_rate: reciprocal(0.001, 3), now not given") !=
        std::string::npos);
  CHECK(without_times(contents(out / "results.csv")) == before);

  const Result more = study(space, out);
  INFO(more.output);
  REQUIRE(more.status == 0);
  CHECK(more.output.find("going on: 2 trials recorded in ") != std::string::npos);
  REQUIRE(study(space, folder / "whole").status == 0);
  CHECK(without_times(contents(out / "results.csv")) ==
        without_times(contents(folder / "whole" / "results.csv")));
}

TEST_CASE("another run of the same study has a folder of its own") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  for (const char* expected : {"out", "out-2", "out-3"}) {
    REQUIRE(study(space, folder / "out", "--new --study.trials 1").status == 0);
    CHECK(std::filesystem::exists(folder / expected / "study.db"));
  }
}

TEST_CASE("results without a store are not overwritten") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  std::filesystem::create_directory(folder / "out");
  folder.write("out/results.csv", "mine");
  const Result result = study(space, folder / "out", "--study.trials 1");
  CHECK(result.status == 2);
  CHECK(result.output == "tune: " + (folder / "out").string() +
                             ": holds results without a store to go on from; give another folder "
                             "with --out DIR, or --new\n");
  CHECK(contents(folder / "out" / "results.csv") == "mine");
}

TEST_CASE("bad input has status 2 and leaves nothing behind") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  const auto out = folder / "out";
  for (const std::string option :
       {"--study.metric msee", "--data.generator 'mons(10)'", "--cv.folds 1000",
        "--model.loss binary_crossentropyy", "--study.trials 0", "--data.test 1.5",
        "--data.generator 'moons(100)' --model.loss sparse_categorical_crossentropy"}) {
    const Result result = study(space, out, option);
    INFO(option << ": " << result.output);
    CHECK(result.status == 2);
    CHECK(std::count(result.output.begin(), result.output.end(), '\n') == 1);
    CHECK(!std::filesystem::exists(out));
  }
}

TEST_CASE("what the data do not allow names the line of the space file") {
  const Folder folder;
  folder.write("a.csv", "a,b\n1,2\n3,4\n5,6\n7,8\n");
  const auto message = [&](const std::string& data, const std::string& rest = {}) {
    const auto space = folder.write("space.ini", "[data]\n" + data + "target = b\n" + rest +
                                                     "[space]\nn_neurons = int(1, 4)\n");
    const Result result = study(space, folder / "out");
    CHECK(result.status == 2);
    const std::string file = "tune: " + space.string() + ':';
    CHECK(result.output.substr(0, file.size()) == file);
    return result.output.substr(std::min(file.size(), result.output.size()));
  };
  CHECK_THAT(message("csv = b.csv\n"), Catch::Matchers::StartsWith("2: csv: there is no file"));
  CHECK_THAT(message("csv = a.csv\ndrop = c\n"),
             Catch::Matchers::StartsWith("3: drop: there is no column 'c'"));
  CHECK_THAT(message("csv = a.csv\n", "[cv]\nfolds = 9\n"),
             Catch::Matchers::StartsWith("5: folds: 9 folds need at least as many rows"));
  CHECK_THAT(message("csv = a.csv\n", "[training]\nvalidation = holdout\n"),
             Catch::Matchers::StartsWith("5: validation: there is no holdout"));
}

TEST_CASE("early stopping on the rows that score a trial is warned of") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  const std::string warning = "the rows that score a trial also decide when it stops";
  const std::string few = "--study.trials 1 --training.epochs 2 --training.validation ";
  CHECK(study(space, folder / "a", few + "fold").output.find(warning) != std::string::npos);
  CHECK(study(space, folder / "b", few + "0.2").output.find(warning) == std::string::npos);
}

TEST_CASE("a study whose trials all fail has status 1 and says why") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  const Result result = study(space, folder / "out", "--model.learning_rate 1e5 --study.trials 3");
  INFO(result.output);
  CHECK(result.status == 1);
  CHECK(result.output.find("the loss was not finite") != std::string::npos);
  CHECK(!std::filesystem::exists(folder / "out" / "model.h5"));
}

TEST_CASE("an interrupt ends the trials, writes the table so far and has status 130") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  // The first trials' lines are the sign that the study runs; it would go on for hours.
  const Result result = run(
      "sh -c '" + kTune + " --space " + space.string() + " --out " + (folder / "out").string() +
      " --study.trials 100000000 --training.patience none >" + (folder / "log").string() +
      " 2>&1 & pid=$!; tail -f --pid=$pid " + (folder / "log").string() +
      " --retry 2>/dev/null | head -n 4 >/dev/null; kill -INT $pid; wait $pid; status=$?; cat " +
      (folder / "log").string() + "; exit $status'");
  CHECK(result.status == 130);
  const std::string table = contents(folder / "out" / "results.csv");
  CHECK(std::count(table.begin(), table.end(), '\n') >= 2);
  CHECK(result.output.find("(interrupted)") != std::string::npos);
}

TEST_CASE("quiet prints nothing") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  const Result result = study(space, folder / "out", "--quiet --study.trials 2");
  CHECK(result.status == 0);
  CHECK(result.output.empty());
}

TEST_CASE("a grid says its size before it starts") {
  const Folder folder;
  const auto space = folder.write(
      "space.ini",
      "[study]\nname = g\nstrategy = grid\nseed = 1\n[data]\ngenerator = xor(40)\n[training]\n"
      "epochs = 2\n[space]\nn_hidden = int(1, 2)\nn_neurons = choice(2, 4, 8)\n");
  const Result result = study(space, folder / "out");
  INFO(result.output);
  CHECK(result.output.starts_with("g: grid, 6 trials x 3 folds"));
}

TEST_CASE("a program with a builder of its own tunes it") {
  const Folder folder;
  const auto space = folder.write(
      "space.ini",
      "[study]\ntrials = 3\nseed = 1\n[data]\ngenerator = linear(100)\n[model]\nbuilder = "
      "one_wide_layer\n[training]\nepochs = 3\n[space]\nunits = int(10, 20)\n");
  const std::string program = OWN_BUILDER;
  const Result result =
      run(program + " --space " + space.string() + " --out " + (folder / "out").string());
  INFO(result.output);
  CHECK(result.status == 0);
  const Result help = run(program + " --help-space");
  CHECK(help.output.find("one_wide_layer - a single wide layer") != std::string::npos);
}

TEST_CASE("of a winner that is a class of the user's the weights are kept, and predict") {
  const Folder folder;
  std::string csv = "a,b,y\n";
  for (int i = 0; i < 90; ++i) {
    const int a = i % 10, b = i % 9;
    csv += std::to_string(a) + ',' + std::to_string(b) + ',' + std::to_string(2 * a - b) + '\n';
  }
  folder.write("d.csv", csv);
  const auto space = folder.write(
      "space.ini",
      "[study]\ntrials = 2\nseed = 1\n[data]\ncsv = d.csv\ntarget = y\n[model]\nbuilder = "
      "wide_and_linear\n[training]\nepochs = 40\n[space]\nunits = int(10, 20)\n");
  const auto out = folder / "out";
  const std::string program = OWN_BUILDER;
  const Result result =
      run(program + " --space " + space.string() + " --keep-models 2 --out " + out.string());
  INFO(result.output);
  REQUIRE(result.status == 0);
  const auto file = out / "model.weights.h5";
  CHECK(result.output.find(file.string() + ": the weights alone: a subclassed model cannot be "
                                           "saved as a whole") != std::string::npos);
  CHECK(!std::filesystem::exists(out / "model.h5"));

  const std::string data = " --data " + folder.write("new.csv", "b,a\n1,7\n0,3\n8,2\n").string();
  const Result predicted = run(program + " predict --model " + file.string() + data);
  INFO(predicted.output);
  REQUIRE(predicted.status == 0);
  std::istringstream lines(predicted.output);
  std::string header;
  double first, second, third;
  REQUIRE((lines >> header >> first >> second >> third));
  CHECK(first == Approx(13).margin(0.5));
  CHECK(second == Approx(6).margin(0.5));
  CHECK(third == Approx(-4).margin(0.5));
  for (const auto& kept : std::filesystem::directory_iterator(out / "models")) {
    const auto weights = kept.path() / "model.weights.h5";
    CHECK(run(program + " predict --model " + weights.string() + data).status == 0);
  }

  // A program without the class.
  const Result other = run(kTune + " predict --model " + file.string() + data);
  CHECK(other.status == 2);
  CHECK_THAT(other.output, Catch::Matchers::StartsWith("tune: " + (out / "model.ini").string()));
  CHECK(other.output.find("'wide_and_linear'") != std::string::npos);
  CHECK(std::count(other.output.begin(), other.output.end(), '\n') == 1);
  std::filesystem::remove(out / "model.ini");
  CHECK_THAT(run(program + " predict --model " + file.string() + data).output,
             Catch::Matchers::StartsWith("tune: " + (out / "model.ini").string()));
}
