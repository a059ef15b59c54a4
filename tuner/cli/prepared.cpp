#include "tuner/cli/prepared.hpp"

#include "tuner/cli/screen.hpp"
#include "tuner/cli/setup.hpp"
#include "tuner/cli/watch.hpp"
#include "tuner/spec/duration.hpp"

namespace tune::tuner {

Prepared::Prepared(Spec study, std::size_t bytes)
    : spec(std::move(study)),
      setting(setting_of(spec)),
      strategy(make_strategy(spec, setting)),
      estimator(spec, load_data(spec), bytes),
      rules(rules_of(spec, setting, *strategy, estimator)) {
  setting.cost = [this](const base::Configuration& c) { return estimator.full_cost(c); };
}

StudyStore::Options Prepared::store_options(bool alone) const {
  StudyStore::Options options;
  options.attempts = static_cast<int>(spec.study().integer("attempts"));
  options.alone = alone;
  options.histories = rules.pruner != nullptr;
  return options;
}

Share take_part(const Prepared& study, Ledger& ledger, StudyStore& store, std::size_t trials,
                const CommandLine& line) {
  const StudyRules& rules = study.rules;
  const Estimator& estimator = study.estimator;
  const int jobs = jobs_of(line);
  Progress start;
  start.trials_total = trials;
  Screen screen(Screen::mode_for(line.quiet), start);
  screen.say(announcement(study.spec, *study.strategy, rules, estimator, jobs));
  Watch watch({.time_limit = parse_duration(study.spec.study().text("time_limit")),
               .tick = [&] { screen.tick(estimator.epochs_done(), estimator.folds_done()); },
               .farewell = [&] { screen.clear(); }});
  store.give_up_with(&watch.stop());
  const std::vector<MetricInfo> objectives = rules.objectives();
  Share share;
  const auto executor = make_executor(jobs);
  const StudyResult result =
      run_study(study.spec.space(), *study.strategy, rules, estimator, *executor, watch.stop(),
                [&](const TrialRecord& record) {
                  ++share.run;
                  screen.trial(record, objectives, study.spec.space());
                },
                {&ledger, [&](const TrialRecord& record) {
                   screen.done_elsewhere(record, objectives, estimator.folds());
                 }});
  screen.clear();
  share.table = result.records.size();
  share.interrupted = watch.interrupted();
  return share;
}

}  // namespace tune::tuner
