#include "tuner/study/replay.hpp"

#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/tuner/report_study.hpp"

using namespace tune;
using tuner::first_difference;
using tuner::TrialRecord;

namespace {

TrialRecord trial() {
  TrialRecord record = tests::Study().records[0];
  for (tuner::FoldResult& fold : record.folds) {
    fold.history = {{{"loss", 0.5}, {"val_loss", 0.75}}, {{"loss", 0.25}}};
  }
  return record;
}

/// What is said of a trial that comes out with this change.
template <class Change>
std::string said(Change change) {
  TrialRecord now = trial();
  change(now);
  return first_difference(trial(), now, {{"mse", false}, {"mae", false}});
}

}  // namespace

TEST_CASE("records are the same but for their times") {
  CHECK(said([](TrialRecord&) {}).empty());
  CHECK(
      said([](TrialRecord& now) { now.folds[0].fit_time = now.folds[1].score_time = 9; }).empty());
  TrialRecord nothing = trial(), again = trial();
  nothing.folds[0].scores[0] = again.folds[0].scores[0] = std::nan("");
  CHECK(first_difference(nothing, again, {}).empty());
}

TEST_CASE("the first difference of two records is said") {
  const double next = std::nextafter(3.0, 4.0);
  CHECK(said([&](TrialRecord& now) { now.folds[1].scores[0] = next; }) ==
        "fold 1: mse 3.0 recorded, 3.0000000000000004 now");
  CHECK(said([](TrialRecord& now) { now.folds[0].train_scores[1] = 9; }) ==
        "fold 0: mae on the training rows 10.0 recorded, 9.0 now");
  CHECK(said([](TrialRecord& now) { now.folds[1].history[1]["loss"] = 0.125; }) ==
        "fold 1: epoch 2: loss 0.25 recorded, 0.125 now");
  CHECK(said([](TrialRecord& now) { now.folds[0].history[1]["val_loss"] = 1; }) ==
        "fold 0: epoch 2: val_loss nan recorded, 1.0 now");
  CHECK(said([](TrialRecord& now) { now.folds[0].history.pop_back(); }) ==
        "fold 0: epochs of its curve 2.0 recorded, 1.0 now");
  CHECK(said([](TrialRecord& now) { now.folds[0].best_epoch = 1; }) ==
        "fold 0: best epoch 3.0 recorded, 1.0 now");
  CHECK(said([](TrialRecord& now) { now.folds.pop_back(); }) == "folds 2.0 recorded, 1.0 now");
  CHECK(said([](TrialRecord& now) { now.budget = 7; }) == "budget 0.0 recorded, 7.0 now");
  CHECK(said([](TrialRecord& now) {
          now.state = TrialRecord::State::failed;
          now.failure = "diverged";
        }) == "it complete recorded, failed (diverged) now");
  TrialRecord zero = trial(), minus = trial();
  zero.folds[0].scores[0] = 0.0;
  minus.folds[0].scores[0] = -0.0;
  CHECK(!first_difference(zero, minus, {}).empty());
}

TEST_CASE("a replay runs the trials that it is told and compares them") {
  const tests::Study toy;
  std::vector<tuner::Replayed> trials;
  for (const TrialRecord& record : toy.records) {
    trials.push_back({{{record.configuration, 10, {}}, 0}, record});
  }
  tuner::Replay replay(trials, {.again = {1, 3},
                                .history = [](TrialRecord&) {},
                                .histories = false,
                                .metrics = {{"mse", false}}});
  CHECK(replay.planned(3)->proposal.configuration == toy.records[3].configuration);
  CHECK(replay.planned(4) == nullptr);
  CHECK(replay.take(0)->number == 0);
  CHECK(!replay.take(1));
  CHECK(replay.claim(1, {}) == tuner::Ledger::Claim::mine);
  std::vector<TrialRecord> now = {toy.records[1], toy.records[3]};
  now[1].folds[0].scores[0] = 7;
  replay.record(now);
  CHECK(replay.compared() == 2);
  REQUIRE(replay.differences().size() == 1);
  CHECK(replay.differences()[0].trial == 3);
  CHECK(replay.differences()[0].what == "fold 0: mse 2.0 recorded, 7.0 now");
}
