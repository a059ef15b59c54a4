#include "tuner/storage/record_text.hpp"

#include "tests/support/catch.hpp"
#include "tests/tuner/report_study.hpp"

using namespace tune;
using namespace tune::tuner;

TEST_CASE("the origin of a proposal and the verdict on a trial are kept in the store") {
  const search::Proposal proposal{
      {{"n_neurons", std::int64_t{9}}}, 10, {}, {}, "a child of trial 1 and trial 2"};
  CHECK(proposal_of(proposal_text(proposal)).origin == proposal.origin);
  TrialRecord record = tests::complete(3, proposal.configuration, {tests::fold_of(1, 2, 3, 4)});
  record.state = TrialRecord::State::pruned;
  record.folds[0].pruned = 4;
  record.folds[0].verdict = "median: it is \"bad\"";
  const TrialRecord back = record_of(record_text(record), 3, proposal, 0);
  CHECK(back.origin == proposal.origin);
  CHECK(back.folds.at(0).pruned == 4);
  CHECK(back.folds.at(0).verdict == record.folds[0].verdict);
}

TEST_CASE("stores from before there were origins and verdicts are read") {
  const search::Proposal proposal = proposal_of(R"({"configuration":{"n_neurons":9},"epochs":10})");
  CHECK(proposal.epochs == 10);
  CHECK(proposal.origin.empty());
  const TrialRecord record = record_of(
      R"({"budget":4,"folds":[[[1.0],[2.0],4,3,0.5,0.25,4]],"state":"pruned"})", 3, proposal, 0);
  CHECK(record.folds.at(0).pruned == 4);
  CHECK(record.folds.at(0).verdict.empty());
  // What has neither is written as it was.
  CHECK(proposal_text(proposal) == R"({"configuration":{"n_neurons":9},"epochs":10})");
}
