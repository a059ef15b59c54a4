#include "tuner/report/csv_study.hpp"

#include "search/base/error.hpp"
#include "tests/support/catch.hpp"

using namespace tune;
using tuner::parse_csv_study;
using tuner::StoredStudy;
using State = tuner::TrialRecord::State;

namespace {

std::string domains(const StoredStudy& study) {
  std::string text;
  for (const search::Parameter& parameter : study.space.parameters()) {
    text += parameter.name + " = " + search::to_text(parameter.domain) + "; ";
  }
  return text;
}

}  // namespace

TEST_CASE("a CSV with a line a trial is a study") {
  const StoredStudy study = parse_csv_study(
      "n,rate,optimizer,fixed,score\n4,0.5,sgd,1,2.5\n16,1,adam,1,\n8,0.25,sgd,1,1.5\n", "a.csv",
      {});
  CHECK(domains(study) ==
        "fixed = 1; n = int(4, 16); optimizer = choice(sgd, adam); rate = real(0.25, 1); ");
  CHECK(study.metrics[0].name == "value");
  CHECK(!study.metrics[0].maximize);
  REQUIRE(study.records.size() == 3);
  CHECK(study.records[0].mean(0) == 2.5);
  CHECK(study.records[1].state == State::failed);
  CHECK(study.records[1].configuration.at("rate") == base::Value(1.0));
  for (const tuner::TrialRecord& record : study.records) study.space.require(record.configuration);
}

TEST_CASE("columns of a CSV are named where they are not the usual ones") {
  const std::string text = "id,n,auc,time\n1,4,0.5,9\n2,5,0.75,8\n";
  const StoredStudy study =
      parse_csv_study(text, "a.csv", {.score = "auc", .parameters = "n", .maximize = true});
  CHECK(domains(study) == "n = int(4, 5); ");
  CHECK(study.metrics[0].name == "auc");
  CHECK(study.metrics[0].maximize);
  CHECK_THROWS_WITH(parse_csv_study(text, "a.csv", {}),
                    "a.csv: has no column 'score'; known: auc, id, n, time");
  CHECK_THROWS_WITH(parse_csv_study(text, "a.csv", {.score = "auk", .parameters = {}}),
                    "a.csv: has no column 'auk'; did you mean 'auc'?");
  CHECK_THROWS_WITH(parse_csv_study(text, "a.csv", {.score = "auc", .parameters = "n, m"}),
                    "a.csv: has no column 'm'; did you mean 'n'?");
}

TEST_CASE("the results.csv of a run is such a file") {
  const StoredStudy study = parse_csv_study(
      "trial,state,rank_test_score,mean_test_score,epochs,param_n,param_rate,mean_fit_time\n"
      "0,complete,1,0.5,9,4,0.25,1\n1,pruned,2,0.75,3,5,0.5,1\n2,failed,3,,1,6,0.5,1\n",
      "results.csv", {});
  CHECK(domains(study) == "n = int(4, 6); rate = real(0.25, 0.5); ");
  CHECK(study.records[0].state == State::complete);
  CHECK(study.records[1].state == State::pruned);
  CHECK(study.records[1].budget < study.records[0].budget);
  CHECK(study.records[2].state == State::failed);
}
