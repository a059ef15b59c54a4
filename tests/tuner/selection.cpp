#include "tuner/report/selection.hpp"

#include "tests/support/catch.hpp"
#include "tests/tuner/report_study.hpp"
#include "tuner/report/results_csv.hpp"
#include "tuner/report/table.hpp"

using namespace tune;
using tuner::Selection;
using tuner::TrialRecord;

namespace {

using Positions = std::vector<std::size_t>;

Positions chosen(const tuner::StudySummary& study, const std::string& where,
                 const std::string& sort = {}, bool descending = false) {
  Selection selection;
  if (!where.empty()) selection.where = search::parse_condition(where);
  selection.sort = sort;
  selection.descending = descending;
  return tuner::select(study, selection);
}

}  // namespace

TEST_CASE("trials are chosen by parameters, metrics and figures") {
  // Ranks: trial 2, then 0 and 3, which tie; 1 failed.
  const tests::Study toy;
  const tuner::StudySummary study = toy.summary();
  CHECK(chosen(study, "") == Positions{2, 0, 3, 1});
  CHECK(chosen(study, "n_neurons >= 9") == Positions{2, 3, 1});
  CHECK(chosen(study, "optimizer = sgd") == Positions{2});
  CHECK(chosen(study, "momentum != 7") == Positions{2});
  CHECK(chosen(study, "mse <= 1 and mae < 2") == Positions{2});
  CHECK(chosen(study, "score > 1.5") == Positions{0, 3});
  CHECK(chosen(study, "state = failed") == Positions{1});
  CHECK(chosen(study, "rank = 2 and trial > 0") == Positions{3});
  CHECK(chosen(study, "epochs < 4.5 and state = complete") == Positions{3});
  CHECK(chosen(study, "time < 2") == Positions{2, 0, 3, 1});
}

TEST_CASE("chosen trials are sorted, those without the value last") {
  const tests::Study toy;
  const tuner::StudySummary study = toy.summary();
  CHECK(chosen(study, "", "n_neurons") == Positions{0, 3, 2, 1});
  CHECK(chosen(study, "", "n_neurons", true) == Positions{1, 2, 3, 0});
  CHECK(chosen(study, "", "optimizer") == Positions{0, 3, 1, 2});
  CHECK(chosen(study, "", "momentum") == Positions{2, 0, 3, 1});
  CHECK(chosen(study, "", "mse", true) == Positions{0, 3, 2, 1});
  Selection selection;
  selection.top = 2;
  CHECK(tuner::select(study, selection) == Positions{2, 0});
  selection.states = tuner::parse_states("complete");
  selection.sort = "trial";
  CHECK(tuner::select(study, selection) == Positions{0, 2});
}

TEST_CASE("in brackets trials are chosen by their place there") {
  const tests::HalvingStudy halving;
  const tuner::StudySummary study = halving.summary();
  CHECK(chosen(study, "rung >= 1") == Positions{4, 3});
  CHECK(chosen(study, "parent = 1") == Positions{3});
  CHECK(chosen(study, "bracket = 0 and budget = 9") == Positions{4});
}

TEST_CASE("names and states that no trial has are refused") {
  const tests::Study toy;
  CHECK_THROWS_WITH(chosen(toy.summary(), "n_neuron = 1"),
                    "--where: the trials have no 'n_neuron'; did you mean 'n_neurons'?");
  CHECK_THROWS_WITH(chosen(toy.summary(), "", "msee"),
                    "--sort: the trials have no 'msee'; did you mean 'mse'?");
  CHECK_THROWS_WITH(tuner::parse_states("complete, prunned"),
                    "--state: unknown state 'prunned'; did you mean 'pruned'?");
  CHECK(tuner::parse_states("").empty());
  CHECK(tuner::parse_states("failed,pruned") ==
        std::vector{TrialRecord::State::failed, TrialRecord::State::pruned});
}

TEST_CASE("tables have the chosen trials, ranked among all") {
  const tests::Study toy;
  tuner::StudySummary study = toy.summary();
  study.shown = {3, 1};
  const std::string table = tuner::table_text(study, {});
  CHECK(
      table.starts_with("2 of 4 trials by mse (lower is better), ± standard error over 2 folds\n"));
  CHECK(table.find("\n   2      3          9         3       adam              -  2.000 ± 0.000") !=
        std::string::npos);
  CHECK(table.find("\n   4      1         99         1e-300  adam              -  -   ") !=
        std::string::npos);
  CHECK(table.ends_with("\n1 trial failed:\n  trial 1: fold 1: a loss, \"inf\"\n"));
  std::ostringstream csv;
  tuner::write_results_csv(csv, study);
  const std::string text = csv.str();
  CHECK(std::ranges::count(text, '\n') == 3);
  CHECK(text.find("\n3,complete,2,") != std::string::npos);
  CHECK(text.find("\n1,failed,4,,") != std::string::npos);
}

TEST_CASE("a table in Markdown has a rule that says how cells are aligned") {
  tests::Study toy;
  tuner::StudySummary study = toy.summary();
  study.metrics.resize(1);
  study.shown = {2};
  CHECK(tuner::table_markdown(study) ==
        "| rank | trial | n_neurons | learning_rate | optimizer | momentum | mse | train | epochs "
        "| time |\n"
        "|---:|---:|---:|---:|---|---:|---:|---:|---:|---:|\n"
        "| 1 | 2 | 12 | 0.25 | sgd | 0.5 | 0.7500 ± 0.2500 | 0.2500 | 9 | 1.5s |\n");
}
