#include "tuner/cli/worker.hpp"

#include "search/base/error.hpp"
#include "tuner/cli/rules.hpp"
#include "tuner/cli/screen.hpp"
#include "tuner/cli/setup.hpp"
#include "tuner/cli/watch.hpp"
#include "tuner/report/text.hpp"
#include "tuner/spec/duration.hpp"
#include "tuner/storage/schema.hpp"

namespace tune::tuner {
namespace {

/// The study as the store has it.
StudyEntry find(const StorageUrl& storage, const std::string& name) {
  Database database(storage, Database::Mode::existing);
  if (!has_our_tables(database)) {
    throw base::InputError(storage.text() + ": no study of tune is there");
  }
  const auto study = find_study(database, name);
  const auto entry = study ? read_study(database, *study) : std::nullopt;
  if (entry) return *entry;
  throw base::InputError(storage.text() + ": study '" + name + "' " +
                         (study ? "was not made by tune" : "is not there") +
                         base::suggestion(name, study_names(database)));
}

}  // namespace

int work(const CommandLine& line) {
  const StorageUrl storage(line.storage);
  StudyEntry entry = find(storage, line.study);
  const Spec spec = Spec::from_portable(entry.space, "study " + line.study);
  search::Setting setting = setting_of(spec);
  const auto strategy = make_strategy(spec, setting);
  const Estimator estimator(spec, load_data(spec), checkpoint_bytes(line));
  setting.cost = [&](const base::Configuration& c) { return estimator.full_cost(c); };
  const StudyRules rules = rules_of(spec, setting, *strategy, estimator);
  StudyEntry own = entry_of(spec, *strategy, rules, estimator);
  own.name = line.study;

  StudyStore::Options options;
  options.attempts = static_cast<int>(spec.study().integer("attempts"));
  options.alone = false;
  options.histories = rules.pruner != nullptr;
  StudyStore store(storage, own, spec.space(), options);

  const int jobs = jobs_of(line);
  Progress start;
  start.trials_total = rules.trials;
  Screen screen(Screen::mode_for(line.quiet), start);
  screen.say(announcement(spec, *strategy, rules, estimator, jobs));
  Watch watch({.time_limit = parse_duration(spec.study().text("time_limit")),
               .tick = [&] { screen.tick(estimator.epochs_done(), estimator.folds_done()); },
               .farewell = [&] { screen.clear(); }});
  store.give_up_with(&watch.stop());
  const std::vector<MetricInfo> objectives = rules.objectives();
  std::size_t here = 0;
  const auto executor = make_executor(jobs);
  const StudyResult result =
      run_study(spec.space(), *strategy, rules, estimator, *executor, watch.stop(),
                [&](const TrialRecord& record) {
                  ++here;
                  screen.trial(record, objectives, spec.space());
                },
                {&store, [&](const TrialRecord& record) {
                   screen.done_elsewhere(record, objectives, estimator.folds());
                 }});
  screen.clear();
  screen.say(counted(here, "trial") + " run here, " + counted(result.records.size(), "trial") +
             " in the table");
  return watch.interrupted() ? 130 : 0;
}

}  // namespace tune::tuner
