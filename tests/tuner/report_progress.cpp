#include "tests/support/catch.hpp"
#include "tests/tuner/report_study.hpp"
#include "tuner/report/progress.hpp"
#include "tuner/report/text.hpp"

using namespace tune::tuner;
using tune::tests::contains;
using tune::tests::Study;

namespace {

/// 12 of 50 trials, 10 seconds after the start.
Progress halfway() {
  Progress progress;
  progress.trials_done = 12;
  progress.trials_total = 50;
  progress.folds_done = 36;
  progress.folds_total = 150;
  progress.best_score = 0.33123;
  progress.best_trial = 7;
  progress.epochs = 12345;
  progress.seconds = 10;
  return progress;
}

}  // namespace

TEST_CASE("the progress line shows what is done, the best, the rate and the time left") {
  CHECK(progress_line(halfway(), 72) ==
        "[==>         ] 12/50 trials  best 0.3312 (#7)  1,235 epochs/s  0:32 left");
}

TEST_CASE("the bar does not grow beyond what is needed") {
  CHECK(progress_line(halfway(), 200) ==
        "[=======>                      ] 12/50 trials  best 0.3312 (#7)  1,235 epochs/s  "
        "0:32 left");
}

TEST_CASE("a narrow terminal loses the rate, then the bar, then the rest") {
  Progress progress = halfway();
  progress.failed = 2;
  CHECK(progress_line(progress, 80) ==
        "[==>       ] 12/50 trials  2 failed  best 0.3312 (#7)  1,235 epochs/s  0:32 left");
  CHECK(progress_line(progress, 79) ==
        "[======>                  ] 12/50 trials  2 failed  best 0.3312 (#7)  0:32 left");
  CHECK(progress_line(progress, 60) ==
        "[===>            ] 12/50 trials  best 0.3312 (#7)  0:32 left");
  CHECK(progress_line(progress, 50) == "12/50 trials  best 0.3312 (#7)  0:32 left");
  CHECK(progress_line(progress, 35) == "12/50 trials  best 0.3312 (#7)");
  CHECK(progress_line(progress, 20) == "12/50 trials");
  CHECK(progress_line(progress, 5) == "12/5…");
}

TEST_CASE("the progress line is never wider than the terminal") {
  Progress progress = halfway();
  progress.failed = 2;
  for (std::size_t width = 0; width < 120; ++width) {
    CHECK(display_width(progress_line(progress, width)) <= width);
  }
}

TEST_CASE("the progress line does without what is not known yet") {
  CHECK(progress_line({}, 80) == "0 trials");
  Progress start;
  start.trials_total = 5;
  start.folds_total = 15;
  CHECK(progress_line(start, 40) == "[>                          ] 0/5 trials");
  Progress endless = halfway();
  endless.trials_total = endless.folds_total = 0;
  CHECK(progress_line(endless, 80) == "12 trials  best 0.3312 (#7)  1,235 epochs/s");
}

TEST_CASE("a slow study shows fractions of an epoch and hours left") {
  Progress progress = halfway();
  progress.epochs = 12;
  progress.seconds = 3600;
  CHECK(progress_line(progress, 60) ==
        "[===>         ] 12/50 trials  best 0.3312 (#7)  3:10:00 left");
  CHECK(contains(progress_line(progress, 100), "  0.003333 epochs/s  3:10:00 left"));
}

TEST_CASE("a finished study has a full bar") {
  Progress progress;
  progress.trials_done = progress.trials_total = 2;
  progress.folds_done = progress.folds_total = 6;
  progress.seconds = 1;
  CHECK(progress_line(progress, 40) == "[================] 2/2 trials  0:00 left");
}

TEST_CASE("a trial is one line of text") {
  Study study;
  const MetricInfo metric{"mse", false};
  CHECK(trial_line(study.records[0], {&metric, 1}, study.space) ==
        "trial 0  mse 2.000 ± 1.000  epochs 4.5  1.5s  n_neurons=8 learning_rate=0.1 "
        "optimizer=adam");
  study.records[0].folds.resize(1);
  CHECK(trial_line(study.records[0], {&metric, 1}, study.space) ==
        "trial 0  mse 1.000  epochs 4  750ms  n_neurons=8 learning_rate=0.1 optimizer=adam");
  study.records[1].failure = "out of\nmemory";
  CHECK(trial_line(study.records[1], {&metric, 1}, study.space) ==
        "trial 1  failed: out of memory  n_neurons=99 learning_rate=1e-300 optimizer=adam");
}

TEST_CASE("of brackets the epochs tell how far they have come") {
  Progress progress = halfway();
  progress.budget_done = 100;
  progress.budget_total = 400;
  CHECK(progress_line(progress, 72) ==
        "[===>        ] 12/50 trials  best 0.3312 (#7)  1,235 epochs/s  0:30 left");
}

TEST_CASE("the line of a trial in brackets says how far it went and from where") {
  const tune::tests::HalvingStudy study;
  const MetricInfo mse{"mse", false};
  CHECK(trial_line(study.records[0], {&mse, 1}, study.space) ==
        "trial 0  bracket 0 at 1 epoch  mse 0.5000  epochs 1  750ms  n_neurons=8");
  CHECK(trial_line(study.records[3], {&mse, 1}, study.space) ==
        "trial 3  bracket 0 at 3 epochs, from 1  mse 0.1250  epochs 2  750ms  n_neurons=9");
  CHECK(trial_line(study.records[2], {&mse, 1}, study.space) ==
        "trial 2  bracket 0 at 1 epoch  failed: diverged  n_neurons=10");
}
