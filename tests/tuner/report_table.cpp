#include <algorithm>
#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/tuner/report_study.hpp"
#include "tuner/report/layout.hpp"
#include "tuner/report/table.hpp"
#include "tuner/report/text.hpp"
#include "tuner/report/winner.hpp"

using namespace tune::tuner;
using tune::tests::contains;
using tune::tests::Study;

namespace {

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t width = 0;
  for (std::string line; std::getline(lines, line);) width = std::max(width, display_width(line));
  return width;
}

}  // namespace

TEST_CASE("the table ranks the trials and tells of the failed ones") {
  const Study study;
  CHECK(table_text(study.summary(), {}) ==
        R"(Best 3 of 4 trials by mse (lower is better), ± standard error over 2 folds

rank  trial  n_neurons  learning_rate  optimizer  momentum              mse   train     mae  epochs  time
────  ─────  ─────────  ─────────────  ─────────  ────────  ───────────────  ──────  ──────  ──────  ────
   1      2         12           0.25  sgd             0.5  0.7500 ± 0.2500  0.2500   1.500     9    1.5s
   2      0          8           0.1   adam            -    2.000  ± 1.000   0.5000  15.00      4.5  1.5s
   2      3          9           3     adam            -    2.000  ± 0.000   1.500   15.00      4    1.5s

1 trial failed:
  trial 1: fold 1: a loss, "inf"
)");
}

TEST_CASE("a narrow table breaks headers before it leaves out columns") {
  const Study study;
  TableOptions options;
  options.width = 80;
  CHECK(table_text(study.summary(), options) ==
        R"(Best 3 of 4 trials by mse (lower is better), ± standard error over 2 folds

                         learning_
rank  trial  n_neurons        rate  optimizer  momentum              mse   train
────  ─────  ─────────  ──────────  ─────────  ────────  ───────────────  ──────
   1      2         12        0.25  sgd             0.5  0.7500 ± 0.2500  0.2500
   2      0          8        0.1   adam            -    2.000  ± 1.000   0.5000
   2      3          9        3     adam            -    2.000  ± 0.000   1.500
Too narrow for mae, time, epochs: see results.csv.

1 trial failed:
  trial 1: fold 1: a loss, "inf"
)");
}

TEST_CASE("a very narrow table keeps rank, trial and score, and says what it leaves out") {
  const Study study;
  TableOptions options;
  options.width = 40;
  CHECK(table_text(study.summary(), options) == R"(Best 3 of 4 trials by mse (lower is
better), ± standard error over 2 folds

rank  trial  n_neurons              mse
────  ─────  ─────────  ───────────────
   1      2         12  0.7500 ± 0.2500
   2      0          8  2.000  ± 1.000
   2      3          9  2.000  ± 0.000
Too narrow for mae, time, epochs, train,
momentum, optimizer, learning_rate: see
results.csv.

1 trial failed:
  trial 1: fold 1: a loss, "inf"
)");
}

TEST_CASE("no line is wider than the terminal") {
  Study study;
  study.records[1].failure = std::string(300, 'x');
  for (std::size_t width = 32; width < 120; ++width) {
    CHECK(widest_line(table_text(study.summary(), {.best = 10, .failures = 3, .width = width})) <=
          width);
  }
}

TEST_CASE("the table is as long as asked for, ties in the order of the trials") {
  Study study;
  study.records.erase(study.records.begin() + 1);
  for (std::size_t i = 0; i < study.records.size(); ++i) study.records[i].number = i;
  TableOptions options;
  options.best = 2;
  const std::string two = table_text(study.summary(), options);
  CHECK_THAT(two, Catch::Matchers::StartsWith("Best 2 of 3 trials by mse (lower is better), "));
  CHECK(contains(two, "\n   2      0  "));
  CHECK(two.find("\n   2      2  ") == std::string::npos);
  options.best = TableOptions::kAll;
  const std::string all = table_text(study.summary(), options);
  CHECK_THAT(all, Catch::Matchers::StartsWith("3 trials by mse (lower is better), "));
  CHECK(contains(all, "\n   2      0  "));
  CHECK(contains(all, "\n   2      2  "));
}

TEST_CASE("many failures are counted, the first are named") {
  Study study;
  while (study.records.size() < 9) {
    study.records.push_back(tune::tests::failed(study.records.size(), {}, "no\nmemory"));
  }
  CHECK_THAT(table_text(study.summary(), {.best = 10, .failures = 2, .width = 0}),
             Catch::Matchers::EndsWith("\n\n6 trials failed:\n  trial 1: fold 1: a loss, \"inf\"\n"
                                       "  trial 4: no memory\n  and 4 more\n"));
}

TEST_CASE("studies without a score have no table and no winner") {
  Study study;
  study.records = {tune::tests::failed(0, {}, "no memory")};
  CHECK(table_text(study.summary(), {}) ==
        "No trial has a score.\n\n1 trial failed:\n  trial 0: no memory\n");
  CHECK(winner_text(study.summary()).empty());
  study.records.clear();
  CHECK(table_text(study.summary(), {}) == "No trial has ended.\n");
  CHECK(winner_text(study.summary()).empty());
}

TEST_CASE("one split has no standard error, and more is better where the metric says so") {
  Study study;
  study.records = {study.records[0]};
  study.records[0].folds.resize(1);
  StudySummary summary = study.summary();
  summary.metrics = {{"accuracy", true}};
  summary.splits = 1;
  summary.interrupted = true;
  CHECK(table_text(summary, {}) == R"(1 trial by accuracy (higher is better), interrupted

rank  trial  n_neurons  learning_rate  optimizer  momentum  accuracy   train  epochs   time
────  ─────  ─────────  ─────────────  ─────────  ────────  ────────  ──────  ──────  ─────
   1      0          8            0.1  adam              -     1.000  0.5000       4  750ms
)");
}

TEST_CASE("the winner is shown exactly, with its scores and what training it again gave") {
  Study study;
  study.records[2].configuration["learning_rate"] = 1.0 / 3;
  StudySummary summary = study.summary();
  CHECK(winner_text(summary) == R"(Winner: trial 2
  n_neurons      12
  learning_rate  0.3333333333333333
  optimizer      sgd
  momentum       0.5
  mse            0.7500 ± 0.2500 over 2 folds (training rows: 0.2500)
  mae            1.500 ± 0.500 over 2 folds (training rows: 1.500)
)");
  summary.refit = Refit{2, 8, {0.875, 1.5}, 15480, 5160, 3.21};
  CHECK_THAT(winner_text(summary), Catch::Matchers::EndsWith(R"(
  refit          8 epochs on 15,480 rows, 3.2s
  test mse       0.8750 on 5,160 rows
  test mae       1.500 on 5,160 rows
)"));
  summary.refit->test_scores.clear();
  summary.refit->epochs = 1;
  CHECK_THAT(winner_text(summary), Catch::Matchers::EndsWith(R"(
  refit          1 epoch on 15,480 rows, 3.2s
  test           no rows are held out
)"));
}

TEST_CASE("numbers stand with their points one below the other") {
  std::vector<std::string> numbers = {"0.0083", "12", "3.5e-05", "-", "1e-300"};
  align_points(numbers);
  CHECK(numbers ==
        std::vector<std::string>{" 0.0083 ", "12      ", " 3.5e-05", " -      ", " 1e-300 "});
}

TEST_CASE("of a layout without room the most expendable columns go, of equals the last") {
  const std::vector<TableColumn> columns = {{"id", {"1", "10"}, true, 0},
                                            {"name", {"a", "a rather long text"}, false, 1},
                                            {"first", {"1", "2"}, true, 2},
                                            {"second", {"1", "2"}, true, 2}};
  CHECK(lay_out(columns, 0).dropped.empty());
  const Layout cut = lay_out(columns, 27);
  CHECK(cut.dropped.empty());
  CHECK(cut.text ==
        "id  name      first  second\n"
        "──  ────────  ─────  ──────\n"
        " 1  a             1       1\n"
        "10  a rathe…      2       2\n");
  const Layout narrow = lay_out(columns, 14);
  CHECK(narrow.dropped == std::vector<std::string>{"second", "first"});
  CHECK(narrow.text ==
        "id  name\n"
        "──  ──────────\n"
        " 1  a\n"
        "10  a rather …\n");
  CHECK(lay_out(columns, 1).text == "id\n──\n 1\n10\n");
}

TEST_CASE("the table of halving ranks by budget, and the winner's trials are named") {
  const tune::tests::HalvingStudy study;
  CHECK(table_text(study.summary(), {}) == R"(Best 4 of 5 trials by mse (lower is better)

rank  trial  n_neurons     mse  train  budget  epochs   time
────  ─────  ─────────  ──────  ─────  ──────  ──────  ─────
   1      4          9  0.7500  1.000       9       5  750ms
   2      3          9  0.1250  1.000       3       2  750ms
   3      1          9  0.2500  1.000       1       1  750ms
   4      0          8  0.5000  1.000       1       1  750ms

1 trial failed:
  trial 2: diverged
)");
  CHECK(winner_text(study.summary()) == R"(Winner: trial 4
  n_neurons   9
  trained as  trial 1 (1 epoch), 3 (3), 4 (9)
  mse         0.7500 (training rows: 1.000)
)");
}

TEST_CASE("the table of several objectives is that of Pareto fronts, by the first objective") {
  Study study;
  study.records.push_back(tune::tests::complete(
      4, Study::config(1, 0.5, "adam"),
      {tune::tests::fold_of(0.5, 9, 1, 4), tune::tests::fold_of(0.25, 9, 2, 4)}));
  StudySummary summary = study.summary();
  summary.metrics = {{"mse", false}, {"parameters", false}};
  summary.objectives = 2;
  TableOptions options;
  options.width = 40;
  CHECK(table_text(summary, options) == R"(Best 4 of 5 trials by mse (lower is
better) and parameters (lower is
better), ± standard error over 2 folds;
rank 1 is the Pareto front of 2 trials

rank  trial              mse  parameters
────  ─────  ───────────────  ──────────
   1      4  0.3750 ± 0.1250           9
   1      2  0.7500 ± 0.2500           2
   2      0  2.000  ± 1.000           15
   2      3  2.000  ± 0.000           15
Too narrow for time, epochs, train,
momentum, optimizer, learning_rate,
n_neurons: see results.csv.

1 trial failed:
  trial 1: fold 1: a loss, "inf"
)");
  CHECK(winner_text(summary).starts_with(
      "Winner: trial 4, of the Pareto front (2 trials) the best by mse\n"));
}
