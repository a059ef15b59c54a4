#include "search/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"
#include "tests/tuner/report_study.hpp"
#include "tuner/report/explanation.hpp"
#include "tuner/report/history_csv.hpp"

using namespace tune;
using tests::complete, tests::contains, tests::failed, tests::fold_of;
using tuner::LossCurve, tuner::StoredStudy, tuner::TrialRecord;

namespace {

template <class Study>
StoredStudy stored(const Study& study) {
  const tuner::StudySummary summary = study.summary();
  StoredStudy result;
  result.name = summary.name;
  result.strategy = summary.strategy;
  result.metrics = summary.metrics;
  result.seed = summary.seed;
  result.splits = summary.splits;
  result.epochs = summary.epochs;
  result.space = study.space;
  result.records = study.records;
  return result;
}

std::string explained(const StoredStudy& study, std::size_t trial,
                      const std::vector<LossCurve>& losses = {}) {
  return tuner::explanation(study, trial, losses, 400);
}

}  // namespace

TEST_CASE("a trial of random search is explained by the seed, its folds and the best") {
  tests::Study toy;
  for (TrialRecord& record : toy.records) record.budget = 10;
  const StoredStudy study = stored(toy);
  CHECK(explained(study, 0, {{{3, 0.25}, {4, 0.5}}}) ==
        R"(Trial 0 of toy: complete, rank 2 of 4
  n_neurons=8 learning_rate=0.1 optimizer=adam

Why it was proposed
  random (independent draws, none of them twice) proposed it: it depends on the seed, 42, and on what had been drawn before, but on no outcome.

What came out
  mse 2.000 ± 1.000 over 2 folds, on the training rows 0.5000
  mae 15.00 ± 5.00 over 2 folds, on the training rows 15.00
  fold 0: stopped early after epoch 4 of 10, since no epoch after 3 was better: validation loss 0.25, 0.5 at last
  fold 1: stopped early after epoch 5 of 10, since no epoch after 4 was better

What it came to
  It was trained to its end in every fold. The best trial is trial 2 (mse 0.7500).
)");
  CHECK(contains(explained(study, 2), "  It is the best trial.\n"));
  const std::string failure = explained(study, 1);
  CHECK(contains(failure, "Trial 1 of toy: failed, rank 4 of 4\n"));
  CHECK(contains(failure, "  It failed in fold 1: fold 1: a loss, \"inf\"\n"));
  CHECK(contains(failure, "  A failed trial ranks behind all others.\n"));
}

TEST_CASE("a promotion is explained by its rung, and so is a trial that was left behind") {
  const StoredStudy study = stored(tests::HalvingStudy());
  CHECK(explained(study, 3) == R"(Trial 3 of halving: pruned, rank 2 of 5
  n_neurons=9

Why it was proposed
  It goes on with trial 1 (mse 0.2500) from 1 epoch to 3: that was place 1 of 3 in rung 0 of bracket 0 by mse, of which 1 went on.
  Of these the last one to go on was trial 1 (mse 0.2500), the best one not to trial 0 (mse 0.5000).

What came out
  mse 0.1250, on the training rows 1.000
  fold 0: trained up to epoch 3, the best one was 1

What it came to
  It was place 1 of 1 in rung 1 of bracket 0 by mse, of which 1 went on: promoted, trial 4 goes on with it up to 9 epochs.
  Of these the last one to go on was trial 3 (mse 0.1250).
)");
  const std::string left = explained(study, 0);
  CHECK(contains(left,
                 " proposed it in bracket 0, one of 3 trials with 1 epoch each to begin "
                 "with: it depends on the seed, 42, "));
  CHECK(contains(left,
                 "  It was place 2 of 3 in rung 0 of bracket 0 by mse, of which 1 went on: "
                 "not promoted.\n"));
  CHECK(contains(explained(study, 2),
                 "place 3 of 3 in rung 0 of bracket 0 by mse, of which 1 "
                 "went on: not promoted, since it failed.\n"));
  CHECK(contains(explained(study, 4),
                 "place 1 of 1 in rung 2 of bracket 0 by mse, the last one: "
                 "it has all epochs.\n"));
  CHECK(contains(explained(study, 4),
                 "stopped early after epoch 8 of 9, since no epoch after 4 was better\n"));
}

TEST_CASE("where a run was interrupted nothing is said of promotions that never came") {
  tests::HalvingStudy halving;
  StoredStudy study = stored(halving);
  study.interrupted = true;
  CHECK(contains(explained(study, 0),
                 "of which 1 went on before the run was interrupted: not "
                 "promoted.\n"));
  study.records.resize(3);
  CHECK(contains(explained(study, 1),
                 "place 1 of 3 in rung 0 of bracket 0 by mse; none has gone "
                 "on: the run was interrupted before.\n"));
}

TEST_CASE("what the pruner ended says so, and is compared with nobody") {
  tests::Study toy;
  for (TrialRecord& record : toy.records) record.budget = 10;
  TrialRecord& ended = toy.records[3];
  ended.state = TrialRecord::State::pruned;
  ended.folds.resize(1);
  ended.folds[0].pruned = 4;
  ended.budget = 4;
  const std::string alone = explained(stored(toy), 3, {{{3, 0.5}, {4, 0.75}}});
  CHECK(contains(alone,
                 "  fold 0: pruned after epoch 4, the best one was 3: validation loss 0.5, "
                 "0.75 at last\n"));
  CHECK(contains(alone,
                 "  The pruner ended it in fold 0 after epoch 4, so that later folds do not "
                 "count.\n  It ranks behind those that have more epochs.\n"));

  tests::HalvingStudy halving;
  halving.records[0].folds[0].pruned = 1;
  const StoredStudy study = stored(halving);
  CHECK(contains(explained(study, 0), "and is not promoted.\n"));
  CHECK(!contains(explained(study, 3), "the best one not to"));
}

TEST_CASE("the pruner's verdict is repeated") {
  tests::Study toy;
  TrialRecord& ended = toy.records[3];
  ended.state = TrialRecord::State::pruned;
  ended.folds.back().pruned = 4;
  ended.folds.back().verdict = "median: its loss is too high";
  CHECK(contains(explained(stored(toy), 3),
                 "  The pruner ended it in fold 1 after epoch 4.\n  By median: its loss is too "
                 "high.\n"));
}

TEST_CASE(
    "a proposal is explained by what it came of, a start point by the list, a choice by auto") {
  tests::Study toy;
  toy.records[0].origin = "start point 1 of 2";
  toy.records[2].origin = "a child of trial 0 and trial 1";
  StoredStudy study = stored(toy);
  study.strategy = "evolution";
  CHECK(contains(explained(study, 0),
                 "  It is start point 1 of 2, those of enqueue, which come before anything that "
                 "evolution proposes.\n"));
  CHECK(contains(explained(study, 2), " proposed it: a child of trial 0 and trial 1.\n"));

  study.strategy = "auto";
  study.chosen = search::Chosen{"evolution", "there are two objectives"};
  const std::string chosen = explained(study, 2);
  CHECK(contains(chosen, "  auto has chosen evolution: there are two objectives.\n  evolution ("));
  CHECK(contains(chosen, " proposed it: a child of trial 0 and trial 1.\n"));

  tests::HalvingStudy halving;
  halving.records[0].origin = "start point 1 of 1";
  CHECK(contains(explained(stored(halving), 0),
                 "halving proposes. It stands in bracket 0, one of 3 trials with 1 epoch each to "
                 "begin with.\n"));
}

TEST_CASE("a trial with epochs of its own, one of a list, one that is not there") {
  tests::Study toy;
  toy.space = tests::space_of({{"epochs", "int(1, 99)"}});
  toy.records = {complete(0, {{"epochs", std::int64_t{9}}}, {fold_of(1, 1, 1, 9)}),
                 complete(1, {{"epochs", std::int64_t{9}}}, {fold_of(2, 1, 1, 4)})};
  StoredStudy study = stored(toy);
  study.strategy = "list";
  CHECK(contains(explained(study, 0), "trained up to epoch 9, the best one was 8\n"));
  CHECK(contains(explained(study, 0), "it is configuration 0, counted from 0.\n"));
  CHECK_THROWS_WITH(explained(study, 2), "there is no trial 2: the run has 2 trials, from 0 on");
}

TEST_CASE("validation losses are read back by fold and epoch") {
  tests::HalvingStudy halving;
  halving.records[3].folds[0].history = {{{"loss", 3.0}, {"val_loss", 0.25}}, {{"loss", 2.0}}};
  halving.records[4].folds[0].history = {{{"loss", 1.0}, {"val_loss", 0.125}}};
  const tests::Folder folder;
  std::ostringstream out;
  tuner::write_history_csv(out, halving.summary());
  folder.write("history.csv", out.str());
  CHECK(tuner::load_validation_losses({folder / ""}, halving.records[3]) ==
        std::vector<LossCurve>{{{2, 0.25}}});
  CHECK(tuner::load_validation_losses({folder / ""}, halving.records[4]) ==
        std::vector<LossCurve>{{{4, 0.125}}});
  CHECK(tuner::load_validation_losses({folder / ""}, halving.records[0]).empty());
  CHECK(tuner::load_validation_losses({folder / "nowhere"}, halving.records[0]).empty());
  for (const char* bad : {"3,x,1,2,3", "3,-1,1,2,3", "3,1e9,1,2,3", "3,0", "3,0,nan,1,2"}) {
    INFO(bad);
    folder.write("history.csv", "trial,fold,epoch,loss,val_loss\n" + std::string(bad) + '\n');
    CHECK_THROWS_AS(tuner::load_validation_losses({folder / ""}, halving.records[3]),
                    base::InputError);
  }
}
