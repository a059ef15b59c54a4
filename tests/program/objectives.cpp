#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/results.hpp"
#include "tests/support/study.hpp"

using namespace tune::tests;
using nlohmann::json;

namespace {

const char* const kStudy = R"([study]
name = sizes
trials = 24
seed = 3
metric = mse min, parameters
metrics = mae, mse
[data]
generator = friedman1(120, noise=0.5)
test = 0.2
[cv]
folds = 2
[training]
epochs = 4
batch = 16
[space]
n_hidden = int(1, 3)
n_neurons = int(2, 40)
learning_rate = reciprocal(1e-3, 1e-1)
)";

json results_in(const std::filesystem::path& out) {
  return json::parse(contents(out / "results.json"));
}

double mean_of(const json& trial, const char* metric) {
  return trial["scores"][metric]["mean_test"].get<double>();
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a study with two objectives ends with its Pareto front") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  std::string table;
  for (const std::string jobs : {"1", "4"}) {
    const Result done = study(space, folder / jobs, "--jobs " + jobs);
    INFO(done.output);
    REQUIRE(done.status == 0);
    CHECK(has(done.output, "rank 1 is the Pareto front of"));
    CHECK(has(done.output, "Importance for mse, by the scores of"));
    const std::string now = without_times(contents(folder / jobs / "results.csv"));
    if (table.empty()) table = now;
    CHECK(now == table);
  }
  const bool drawn = std::filesystem::exists(folder / "1" / "pareto_front.svg");
  CHECK(drawn == (run("command -v gnuplot").status == 0));
  const json results = results_in(folder / "1");
  CHECK(results["objectives"] == 2);
  REQUIRE(results["metrics"].size() == 3);
  CHECK(results["metrics"][1]["name"] == "parameters");
  const json& trials = results["trials"];
  // By the definition: nobody is as good in both and better in one.
  std::vector<std::size_t> front;
  for (const json& trial : trials) {
    if (trial["state"] != "complete") continue;
    bool dominated = false;
    for (const json& other : trials) {
      if (other["state"] != "complete") continue;
      const double mse = mean_of(other, "mse") - mean_of(trial, "mse");
      const double size = mean_of(other, "parameters") - mean_of(trial, "parameters");
      dominated |= mse <= 0 && size <= 0 && mse + size < 0;
    }
    CHECK((trial["rank"] == 1) == !dominated);
    if (!dominated) front.push_back(trial["trial"]);
    // Layers of one width between ten features and one output, each with its biases.
    const auto layers = trial["configuration"]["n_hidden"].get<double>();
    const auto width = trial["configuration"]["n_neurons"].get<double>();
    CHECK(mean_of(trial, "parameters") ==
          11 * width + (layers - 1) * width * (width + 1) + width + 1);
  }
  REQUIRE(front.size() > 1);
  CHECK(results["pareto_front"].get<std::vector<std::size_t>>() == front);
  const auto best = results["best_trial"].get<std::size_t>();
  CHECK(std::ranges::find(front, best) != front.end());
  for (const std::size_t other : front) {
    CHECK(mean_of(trials[best], "mse") <= mean_of(trials[other], "mse"));
  }
  CHECK(results["refit"]["trial"] == best);

  const std::string explained = run(std::string(TUNE_PROGRAM) + " explain " +
                                    (folder / "1").string() + ' ' + std::to_string(best))
                                    .output;
  CHECK(has(explained, "Pareto rank 1 of 24 trials"));
  CHECK(has(explained, "the best by mse, the winner"));
  // What it leaves begins another study.
  const Result warm = study(space, folder / "warm",
                            "--study.trials 2 --study.warm_start " + (folder / "1").string());
  CHECK(has(warm.output, "the strategy knows 24 trials of "));
  CHECK(study(folder / "1" / "best.ini", folder / "best").status == 0);
}

TEST_CASE("what knows one objective only refuses several") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  const auto refusal = [&](const std::string& options) {
    const Result done = study(space, folder / "none", options);
    CHECK(done.status == 2);
    return done.output;
  };
  CHECK(has(refusal("--study.strategy tpe"),
            "tune: --study.strategy: 'tpe' knows one metric, but 2 are to be optimised; for "
            "several: "));
  for (const std::string key :
       {"pruner median", "target_value 3", "stall_limit 5", "improvement_limit 0.1"}) {
    CHECK(refusal("--study." + key) == "tune: --study." + key.substr(0, key.find(' ')) +
                                           ": knows one metric, but 2 are to be optimised\n");
  }
  CHECK(refusal("--study.metric 'mse max, parameters'") ==
        "tune: --study.metric: mse is minimised: write 'mse min'\n");
  CHECK(refusal("--study.metric 'mse, paramters'") ==
        "tune: --study.metric: unknown metric 'paramters'; did you mean 'parameters'?\n");
  folder.write("earlier.csv",
               "trial,state,rank_test_score,mean_test_score,param_n_hidden,param_n_neurons,"
               "param_learning_rate\n0,complete,1,2,1,3,0.01\n");
  CHECK(has(refusal("--study.warm_start " + (folder / "earlier.csv").string()),
            "earlier.csv: its trials have no 'parameters'\n"));
}
