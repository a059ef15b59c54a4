#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/tuner/report_study.hpp"
#include "tuner/report/results_json.hpp"

using namespace tune::tuner;
using tune::tests::fold_of;
using tune::tests::Study;
using Json = nlohmann::ordered_json;

namespace {

std::string results(const StudySummary& study) {
  std::ostringstream out;
  write_results_json(out, study);
  return out.str();
}

}  // namespace

TEST_CASE("results.json is one line a key and one a trial") {
  Study study;
  study.records.resize(2);
  StudySummary summary = study.summary();
  summary.metrics.resize(1);
  summary.importance = {20, 0, {{"optimizer", 0.75}, {"n_neurons", 0.125}}, 0.125};
  summary.refit = Refit{0, 4, {0.1}, 1500, 500, 1.5};
  CHECK(results(summary) ==
        R"json({
  "study": "toy",
  "strategy": "random",
  "chosen": null,
  "epochs": 10,
  "seed": 42,
  "splits": 2,
  "interrupted": false,
  "metrics": [{"name":"mse","goal":"minimize"}],
  "objectives": 1,
  "parameters": [{"name":"n_neurons","domain":"int(1, 99)"},{"name":"learning_rate","domain":"real(0, 1)"},{"name":"optimizer","domain":"choice(sgd, adam)"},{"name":"momentum","domain":"real(0, 1)","when":"optimizer = sgd"}],
  "importance": {"trials":20,"parameters":{"optimizer":0.75,"n_neurons":0.125},"rest":0.125},
  "best_trial": 0,
  "refit": {"trial":0,"epochs":4,"train_rows":1500,"test_rows":500,"test_scores":{"mse":0.1},"fit_time":1.5},
  "trials": [
    {"trial":0,"state":"complete","rank":1,"configuration":{"n_neurons":8,"learning_rate":0.1,"optimizer":"adam"},"scores":{"mse":{"mean_test":2.0,"std_test":1.0,"standard_error":1.0,"split_test":[1.0,3.0],"mean_train":0.5,"split_train":[0.5,0.5]}},"epochs":[4,5],"best_epochs":[3,4],"failure":null,"fit_time":[0.5,0.5],"score_time":[0.25,0.25]},
    {"trial":1,"state":"failed","rank":2,"configuration":{"n_neurons":99,"learning_rate":1e-300,"optimizer":"adam"},"scores":{"mse":{"mean_test":null,"std_test":null,"standard_error":null,"split_test":[7.0],"mean_train":null,"split_train":[9.0]}},"epochs":[2],"best_epochs":[1],"failure":"fold 1: a loss, \"inf\"","fit_time":[0.5],"score_time":[0.25]}
  ]
}
)json");
}

TEST_CASE("results.json says what auto has chosen") {
  const Study study;
  StudySummary summary = study.summary();
  const tune::search::Chosen chosen{"grid", "all 2 configurations can be tried"};
  summary.strategy = "auto";
  summary.chosen = &chosen;
  const Json json = Json::parse(results(summary));
  CHECK(json["strategy"] == "auto");
  CHECK(json["chosen"]["strategy"] == "grid");
  CHECK(json["chosen"]["reason"] == "all 2 configurations can be tried");
}

TEST_CASE("doubles of results.json read back exactly") {
  Study study;
  const std::vector<double> numbers = {0.1, 1e-300, 3.0, 1.0 / 3, 5e-324, 123456789.123, -2.5e10};
  study.records = {tune::tests::complete(0, {}, {})};
  for (const double number : numbers) {
    study.records[0].folds.push_back(fold_of(number, 0, 0, 1));
  }
  const Json json = Json::parse(results(study.summary()));
  CHECK(json["trials"][0]["scores"]["mse"]["split_test"].get<std::vector<double>>() == numbers);
}

TEST_CASE("results.json of a study without a winner has null in its place") {
  Study study;
  StudySummary summary = study.summary();
  study.records = {study.records[1]};
  study.records[0].number = 0;
  summary.interrupted = true;
  const Json failed = Json::parse(results(summary));
  CHECK(failed["best_trial"].is_null());
  CHECK(failed["refit"].is_null());
  CHECK(failed["interrupted"] == true);
  study.records.clear();
  const Json empty = Json::parse(results(summary));
  CHECK(empty["best_trial"].is_null());
  CHECK(empty["trials"] == Json::array());
}

TEST_CASE("results.json has a goal, several metrics, and no number that JSON does not know") {
  Study study;
  StudySummary summary = study.summary();
  summary.metrics[0] = {"accuracy", true};
  study.records[0].folds[0].scores[1] = std::numeric_limits<double>::infinity();
  const Json json = Json::parse(results(summary));
  CHECK(json["metrics"][0]["goal"] == "maximize");
  CHECK(json["best_trial"] == 0);
  CHECK(json["trials"][0]["scores"]["mae"]["mean_test"].is_null());
  CHECK(json["trials"][0]["scores"]["mae"]["split_test"][1] == 20.0);
}

TEST_CASE("a reason that is no UTF-8 does not keep results.json from being written") {
  Study study;
  study.records[1].failure = "caf\xE9";
  const Json json = Json::parse(results(study.summary()));
  CHECK(json["trials"][1]["failure"] == "caf\xEF\xBF\xBD");
}

TEST_CASE("results.json of halving has bracket, rung, budget and parent") {
  const tune::tests::HalvingStudy study;
  const std::string text = results(study.summary());
  const Json json = Json::parse(text);
  CHECK(json["best_trial"] == 4);
  CHECK(
      text.find(R"({"trial":0,"state":"pruned","rank":4,"bracket":0,"rung":0,"budget":1,"parent":)"
                R"(null,"configuration":{"n_neurons":8},"scores":)") != std::string::npos);
  CHECK(json["trials"][3]["parent"] == 1);
  CHECK(json["trials"][3]["epochs"][0] == 2);
  CHECK(!Json::parse(results(Study().summary()))["trials"][0].contains("budget"));
}
