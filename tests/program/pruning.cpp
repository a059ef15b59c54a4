#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/results.hpp"
#include "tests/support/study.hpp"

using namespace tune::tests;
using nlohmann::json;

namespace {

const char* const kStudy = R"([study]
name = homes
trials = 20
seed = 3
pruner = median
pruner_n_startup_trials = 3
pruner_n_warmup_steps = 1
[data]
generator = friedman1(160, noise=0.5)
[cv]
folds = 3
[training]
epochs = 8
batch = 16
[space]
n_hidden = int(0, 2)
n_neurons = int(4, 24, log)
learning_rate = reciprocal(1e-5, 1e-2)
)";

}  // namespace

TEST_CASE("what a pruner ended is in the tables, the same for any number of jobs") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  for (const std::string strategy : {"random", "hyperband"}) {
    std::string results, history;
    for (const std::string jobs : {"1", "2", "4"}) {
      const auto out = folder / "out";
      std::string options = "--jobs " + jobs + " --study.strategy " + strategy;
      if (strategy == "hyperband") options += " --study.trials 40";
      const Result result = study(space, out, options);
      INFO(result.output);
      REQUIRE(result.status == 0);
      CHECK(result.output.starts_with("homes: " + strategy + " with pruner median, "));
      CHECK(result.output.find("  pruned in fold ") != std::string::npos);
      CHECK(result.output.find(" trials pruned\n") != std::string::npos);
      const std::string table = without_times(contents(out / "results.csv"));
      const std::string curves = without_times(contents(out / "history.csv"));
      if (results.empty()) {
        results = table;
        history = curves;
      }
      CHECK(table == results);
      CHECK(curves == history);

      const json summary = json::parse(contents(out / "results.json"));
      std::size_t pruned = 0;
      for (const json& trial : summary["trials"]) {
        if (!trial.contains("pruned")) continue;
        ++pruned;
        const std::size_t fold = trial["pruned"]["fold"];
        const int epochs = trial["pruned"]["epochs"];
        CHECK(trial["state"] == "pruned");
        CHECK(trial["epochs"].size() == fold + 1);
        CHECK((epochs >= 2 && epochs < 8));
        CHECK(trial["budget"] < 8);
      }
      CHECK(pruned > 3);
      const json& best = summary["trials"][summary["best_trial"].get<std::size_t>()];
      CHECK(best["state"] == "complete");
      std::filesystem::remove_all(out);
    }
    CHECK(results.find(",n_resources,") != std::string::npos);
  }
}

TEST_CASE("racing needs folds to compare") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  const Result result =
      study(space, folder / "out", "--study.pruner racing --cv.folds 2 --study.trials 2");
  CHECK(result.status == 2);
  CHECK(
      result.output ==
      "tune: --study.pruner: 'racing' compares after two folds or more, but a trial has only 2 in "
      "all\n");
  const auto other = folder.write("other.ini",
                                  "[study]\npruner = racing\n[data]\ngenerator = friedman1(160, "
                                  "noise=0.5)\n[cv]\nfolds = 2\n[space]\nn_neurons = int(1, 9)\n");
  const Result refused = study(other, folder / "out");
  CHECK(refused.status == 2);
  CHECK(refused.output ==
        "tune: " + other.string() +
            ":2: pruner: 'racing' compares after two folds or more, but a trial has only 2 in "
            "all\n");
}
