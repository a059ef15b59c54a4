#include <limits>
#include <sstream>

#include "search/base/value.hpp"
#include "tests/support/catch.hpp"
#include "tests/tuner/report_study.hpp"
#include "tuner/report/csv_row.hpp"
#include "tuner/report/history_csv.hpp"
#include "tuner/report/results_csv.hpp"

using namespace tune::tuner;
using tune::tests::complete;
using tune::tests::contains;
using tune::tests::fold_of;
using tune::tests::space_of;
using tune::tests::Study;

namespace {

std::string row(const std::vector<std::string>& cells) {
  std::ostringstream out;
  write_csv_row(out, cells);
  return out.str();
}

std::string results(const StudySummary& study) {
  std::ostringstream out;
  write_results_csv(out, study);
  return out.str();
}

std::string history(const StudySummary& study) {
  std::ostringstream out;
  write_history_csv(out, study);
  return out.str();
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("cells that would break a line of CSV are quoted") {
  CHECK(row({"a", "", "b c"}) == "a,,b c\n");
  CHECK(row({"a,b", "say \"hi\"", "x\ny", "x\ry"}) ==
        "\"a,b\",\"say \"\"hi\"\"\",\"x\ny\",\"x\ry\"\n");
}

TEST_CASE("numbers in CSV read back as the same double") {
  for (const double number : {0.1, 1e-300, 3.0, 1.0 / 3, -2.5e10, 5e-324, 123456789.123}) {
    CHECK(std::get<double>(tune::base::parse_value(csv_number(number))) == number);
  }
  CHECK(csv_number(0.1) == "0.1");
  CHECK(csv_number(1e-300) == "1e-300");
  CHECK(csv_number(3.0) == "3.0");
  CHECK(csv_number(kInfinity) == "inf");
  CHECK(csv_number(std::numeric_limits<double>::quiet_NaN()).empty());
}

TEST_CASE("results.csv has scikit-learn's columns, and no cell for what is not there") {
  Study study;
  study.records.resize(3);
  StudySummary summary = study.summary();
  summary.metrics.resize(1);
  CHECK(results(summary) ==
        "trial,state,rank_test_score,mean_test_score,std_test_score,split0_test_score,"
        "split1_test_score,mean_train_score,std_train_score,split0_train_score,split1_train_score,"
        "epochs,param_n_neurons,param_learning_rate,param_optimizer,param_momentum,failure,"
        "mean_fit_time,std_fit_time,mean_score_time,std_score_time\n"
        "0,complete,2,2.0,1.0,1.0,3.0,0.5,0.0,0.5,0.5,4.5,8,0.1,adam,,,0.5,0.0,0.25,0.0\n"
        "1,failed,3,,,7.0,,,,9.0,,,99,1e-300,adam,,\"fold 1: a loss, \"\"inf\"\"\","
        "0.5,0.0,0.25,0.0\n"
        "2,complete,1,0.75,0.25,0.5,1.0,0.25,0.0,0.25,0.25,9.0,12,0.25,sgd,0.5,,"
        "0.5,0.0,0.25,0.0\n");
}

TEST_CASE("results.csv names further metrics after the training score") {
  const Study study;
  const std::string header = results(study.summary()).substr(0, 500);
  CHECK(contains(header,
                 ",split1_train_score,mean_test_mae,std_test_mae,split0_test_mae,"
                 "split1_test_mae,mean_train_mae,std_train_mae,split0_train_mae,"
                 "split1_train_mae,epochs,"));
}

TEST_CASE("results.csv of trials that failed at once has empty cells and no NaN") {
  Study study;
  study.records = {tune::tests::failed(0, Study::config(8, 0.1, "adam"), "no memory")};
  StudySummary summary = study.summary();
  summary.metrics = {{"r2", true}};
  const std::string text = results(summary);
  CHECK_THAT(text, Catch::Matchers::EndsWith("\n0,failed,1,,,,,,,,,,8,0.1,adam,,no memory,,,,\n"));
}

TEST_CASE("results.csv of no trials is its header") {
  Study study;
  study.records.clear();
  const std::string text = results(study.summary());
  CHECK(text.find('\n') == text.size() - 1);
}

TEST_CASE("scores that overflow stay what they are, and their deviation is left out") {
  Study study;
  study.records = {complete(0, Study::config(8, 0.1, "adam"),
                            {fold_of(kInfinity, 1, 1, 3), fold_of(1, 1, 1, 3)})};
  const std::string text = results(study.summary());
  CHECK(contains(text, "\n0,complete,1,inf,,inf,1.0,"));
  CHECK(text.find("nan") == std::string::npos);
}

TEST_CASE("history.csv has one line an epoch and one column a logged name") {
  Study study;
  study.records.resize(2);
  study.records[0].folds[0].history = {{{"val_loss", 0.5}, {"loss", 0.1}}, {{"loss", 1e-300}}};
  study.records[0].folds[1].history = {{{"loss", 3.0}, {"accuracy", kInfinity}}};
  study.records[1].folds[0].history = {{{"loss", std::numeric_limits<double>::quiet_NaN()}}};
  CHECK(history(study.summary()) ==
        "trial,fold,epoch,accuracy,loss,val_loss\n"
        "0,0,1,,0.1,0.5\n"
        "0,0,2,,1e-300,\n"
        "0,1,1,inf,3.0,\n"
        "1,0,1,,,\n");
}

TEST_CASE("history.csv of no epochs is its header") {
  const Study study;
  CHECK(history(study.summary()) == "trial,fold,epoch\n");
}

TEST_CASE("results.csv of halving has scikit-learn's iter and n_resources, bracket and parent") {
  const tune::tests::HalvingStudy study;
  const std::string text = results(study.summary());
  CHECK(contains(text, "trial,state,bracket,iter,n_resources,parent,rank_test_score,"));
  CHECK(contains(text, "\n1,pruned,0,0,1,,3,0.25,"));
  CHECK(contains(text, "\n2,failed,0,0,1,,5,,"));
  CHECK(contains(text, "\n3,pruned,0,1,3,1,2,0.125,"));
  CHECK(contains(text, "\n4,complete,0,2,9,3,1,0.75,"));
}

TEST_CASE("history.csv of a trial that continues another counts its epochs on") {
  tune::tests::HalvingStudy study;
  study.records[3].folds[0].history = {{{"loss", 0.5}}, {{"loss", 0.25}}};
  CHECK(history(study.summary()) == "trial,fold,epoch,loss\n3,0,2,0.5\n3,0,3,0.25\n");
}
