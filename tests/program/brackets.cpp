#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/results.hpp"
#include "tests/support/study.hpp"

using namespace tune::tests;
using nlohmann::json;

namespace {

const char* const kStudy = R"([study]
name = homes
strategy = hyperband
seed = 3
[data]
generator = friedman1(160, noise=0.5)
test = 0.25
[cv]
folds = 2
[training]
epochs = 9
batch = 16
patience = 3
[space]
n_hidden = int(0, 2)
n_neurons = int(4, 24, log)
learning_rate = reciprocal(1e-3, 3)
momentum = choice(0, 0.9)
)";

}  // namespace

TEST_CASE("Hyperband's tables are the same for any number of jobs and any memory") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  std::string results, history;
  for (const std::string options : {"--jobs 1", "--jobs 2", "--jobs 4", "--checkpoints 0"}) {
    const auto out = folder / "out";
    const Result result = study(space, out, options);
    INFO(result.output);
    REQUIRE(result.status == 0);
    CHECK(
        result.output.starts_with("homes: hyperband, 3 brackets of 22 trials and 69 epochs x 2 "
                                  "folds on "));
    const std::string table = without_times(contents(out / "results.csv"));
    const std::string curves = without_times(contents(out / "history.csv"));
    CHECK(table.starts_with("trial,state,bracket,iter,n_resources,parent,rank_test_score,"));
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

TEST_CASE("what the networks of mlp remember goes on from rung to rung") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  for (const std::string schedule : {"plateau --model.plateau_patience 2", "onecycle"}) {
    CAPTURE(schedule);
    const std::string options =
        "--model.batch_norm before --model.dropout 0.1 --model.schedule " + schedule;
    const auto kept = folder / "kept", again = folder / "again";
    REQUIRE(study(space, kept, options).status == 0);
    REQUIRE(study(space, again, options + " --checkpoints 0").status == 0);
    for (const char* file : {"results.csv", "history.csv"}) {
      CHECK(without_times(contents(kept / file)) == without_times(contents(again / file)));
    }
    std::filesystem::remove_all(kept);
    std::filesystem::remove_all(again);
  }
}

TEST_CASE("Hyperband's winner has been trained for all epochs, and its file trains it alike") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  REQUIRE(study(space, folder / "out").status == 0);
  const json results = json::parse(contents(folder / "out" / "results.json"));
  const json& winner = results.at("trials").at(results.at("best_trial").get<std::size_t>());
  CHECK(winner.at("budget") == 9);
  CHECK(winner.at("state") == "complete");
  REQUIRE(study(folder / "out" / "best.ini", folder / "again").status == 0);
  const json again = json::parse(contents(folder / "again" / "results.json"));
  CHECK(again.at("trials").at(0).at("scores") == winner.at("scores"));
  CHECK(again.at("trials").at(0).at("best_epochs") == winner.at("best_epochs"));
  CHECK(contents(folder / "again" / "model.h5") == contents(folder / "out" / "model.h5"));
}

TEST_CASE("auto shares out its epochs, and says in results.json what it has chosen") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  std::string results;
  for (const std::string jobs : {"1", "4"}) {
    const auto out = folder / ("out" + jobs);
    const Result result =
        study(space, out, "--study.strategy auto --study.trials 19 --jobs " + jobs);
    INFO(result.output);
    REQUIRE(result.status == 0);
    CHECK(result.output.starts_with("homes: auto (hyperband), 7 brackets of "));
    CHECK(result.output.find("\nauto has chosen hyperband: the epochs of 19 trials are enough for "
                             "2 passes of Hyperband, and 4 parameters too many for the model of "
                             "bohb\n") != std::string::npos);
    const json written = json::parse(contents(out / "results.json"));
    CHECK(written.at("strategy") == "auto");
    CHECK(written.at("chosen").at("strategy") == "hyperband");
    const std::string table = without_times(contents(out / "results.csv"));
    if (results.empty()) results = table;
    CHECK(table == results);
  }
}

TEST_CASE("bohb gives the same table for any number of jobs") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  std::string results;
  for (const std::string jobs : {"1", "2", "4"}) {
    const auto out = folder / ("out" + jobs);
    REQUIRE(study(space, out, "--study.strategy bohb --study.trials 90 --jobs " + jobs).status ==
            0);
    const std::string table = without_times(contents(out / "results.csv"));
    if (results.empty()) results = table;
    CHECK(table == results);
  }
}

TEST_CASE("fewer trials than a bracket, and epochs in the space, are errors with their line") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  const auto refusal = [&](const std::string& options) {
    const Result result = study(space, folder / "out", options);
    CHECK(result.status == 2);
    CHECK(!std::filesystem::exists(folder / "out"));
    return result.output;
  };
  CHECK(refusal("--study.trials 12") ==
        "tune: --study.trials: 12 is less than one bracket: 9 at 1 epoch, 3 at 3, 1 at 9 are 13 "
        "trials\n");
  CHECK(refusal("--study.min_epochs 10") ==
        "tune: --study.min_epochs: 10 is above the epochs of [training], 9\n");
  const auto lengths =
      folder.write("lengths.ini",
                   "[study]\nname = l\nstrategy = halving\n[data]\ngenerator = xor(40)\n"
                   "[space]\nepochs = int(5, 9)\n");
  const Result result = study(lengths, folder / "out");
  CHECK(result.output == "tune: " + lengths.string() +
                             ":3: strategy: epochs cannot be searched: the rungs of the brackets "
                             "set them\n");
}
