#include "tuner/cli/verify.hpp"

#include <algorithm>
#include <iostream>

#include "search/base/error.hpp"
#include "tuner/cli/place.hpp"
#include "tuner/cli/prepared.hpp"
#include "tuner/cli/screen.hpp"
#include "tuner/cli/setup.hpp"
#include "tuner/cli/watch.hpp"
#include "tuner/report/study_history.hpp"
#include "tuner/report/text.hpp"
#include "tuner/storage/recorded_trials.hpp"
#include "tuner/study/replay.hpp"
#include "tuner/study/streams.hpp"

namespace tune::tuner {
namespace {

using base::InputError;

constexpr std::size_t kUsual = 10;  ///< trials

struct Recorded {
  StudyEntry entry;
  std::vector<Replayed> trials;  ///< of the table
};

Recorded read(const StudyPlace& place) {
  const auto store = place.store();
  if (!store) throw InputError(place.text() + ": has no store");
  const OpenStudy study = open_stored(*store, place.name);
  Recorded recorded{.entry = own_entry(study), .trials = {}};
  study.database->read([&] {
    recorded.trials.clear();
    for (RecordedTrial& trial : read_recorded(*study.database, study.id)) {
      if (!trial.record) break;
      recorded.trials.push_back({std::move(trial.planned), std::move(*trial.record)});
    }
  });
  if (parse_head(recorded.entry.summary).shard) {
    throw InputError(place.text() + ": is a shard; merge it first");
  }
  if (recorded.trials.empty()) throw InputError(place.text() + ": no trial has ended");
  return recorded;
}

void require_same(const StudyEntry& recorded, const StudyEntry& now, const StudyPlace& place) {
  const std::vector<std::string> differing = changes(recorded, now);
  if (differing.empty()) return;
  throw InputError(place.text() + ": cannot come out the same: " + listed(differing));
}

/// So many trials, drawn with the study's seed, and those that they continue. A trial whose process
/// ended has no outcome that could be compared.
std::set<std::size_t> drawn(const std::vector<Replayed>& trials, std::size_t wanted,
                            std::uint64_t seed) {
  std::vector<std::size_t> numbers;
  for (const Replayed& trial : trials) {
    if (!ended_process(trial.record)) numbers.push_back(trial.record.number);
  }
  base::Rng rng = base::Rng(seed).split(streams::sample);
  std::set<std::size_t> chosen;
  for (std::size_t i = 0; i < std::min(wanted, numbers.size()); ++i) {
    const auto left = static_cast<std::uint32_t>(numbers.size() - i);
    std::swap(numbers[i], numbers[i + rng.below(left)]);
    chosen.insert(numbers[i]);
    for (auto parent = trials[numbers[i]].record.parent; parent;
         parent = trials[*parent].record.parent) {
      chosen.insert(*parent);
    }
  }
  return chosen;
}

Progress progress_of(std::size_t trials, std::size_t folds) {
  Progress progress;
  progress.trials_total = trials;
  progress.folds_total = trials * folds;
  return progress;
}

int report(const Replay& replay, std::size_t wanted, bool interrupted) {
  for (const Replay::Difference& difference : replay.differences()) {
    std::cout << "trial " << difference.trial << ": " << difference.what << '\n';
  }
  const std::size_t other = replay.differences().size();
  const bool whole = replay.compared() == wanted;
  std::cout << counted(replay.compared(), "trial") << " run again";
  if (!whole) std::cout << " of " << wanted << " that were drawn";
  std::cout << ": "
            << (other == 0 ? "scores and curves are the same, bit for bit"
                           : counted(other, "trial") + " came out otherwise")
            << std::endl;
  return other > 0 ? 1 : interrupted ? 130 : whole ? 0 : 1;
}

}  // namespace

int verify(const CommandLine& line) {
  const StudyPlace place = place_of(line);
  Recorded recorded = read(place);
  // Without fits to go on from, a trial that continues another one goes the whole way again.
  Prepared study(Spec::from_portable(recorded.entry.space, place.text()), 0);
  require_same(recorded.entry, study.entry(), place);
  study.rules.trials = recorded.trials.size();
  study.rules.lift_endings();

  StudyHistory history(place);
  const std::size_t wanted = line.sample > 0 ? line.sample : kUsual;
  Replay::Options options{.again = drawn(recorded.trials, wanted, study.rules.seed),
                          .history = [&](TrialRecord& record) { history.read(record); },
                          .histories = study.rules.pruner != nullptr,
                          .metrics = study.estimator.metrics()};
  const std::size_t again = options.again.size();
  Replay replay(std::move(recorded.trials), std::move(options));
  Screen screen(
      Screen::mode_for(false) == Screen::Mode::live ? Screen::Mode::live : Screen::Mode::quiet,
      progress_of(again, study.estimator.folds()));
  const Watch watch(
      {.time_limit = {},
       .tick = [&] { screen.tick(study.estimator.epochs_done(), study.estimator.folds_done()); },
       .farewell = [&] { screen.clear(); }});
  const std::vector<MetricInfo> objectives = study.rules.objectives();
  const auto executor = make_executor(jobs_of(line));
  run_study(
      study.spec.space(), *study.strategy, study.rules, study.estimator, *executor, watch.stop(),
      [&](const TrialRecord& record) { screen.trial(record, objectives, study.spec.space()); },
      {&replay, {}});
  screen.clear();
  return report(replay, again, watch.interrupted());
}

}  // namespace tune::tuner
