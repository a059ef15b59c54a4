#include "tuner/cli/rules.hpp"

#include <algorithm>

#include "search/brackets.hpp"
#include "tuner/cli/setup.hpp"
#include "tuner/identity.hpp"
#include "tuner/report/results_json.hpp"
#include "tuner/report/text.hpp"

namespace tune::tuner {
namespace {

using base::InputError;

void check_metric(const Spec& spec, const std::string& metric) {
  const Earlier& earlier = *spec.warm_start();
  if (earlier.metric.empty() || earlier.metric == metric) return;
  base::fail(spec.place("study", "warm_start"), earlier.file + ": its metric is '" +
                                                    earlier.metric + "', that of this study '" +
                                                    metric + "'");
}

/// The trials of [study] warm_start, as the strategy is to see them.
std::vector<Given> earlier_of(const Spec& spec, const search::Strategy& strategy,
                              const StudyRules& rules) {
  std::vector<Given> trials;
  if (!spec.warm_start()) return trials;
  check_warm_start(spec, strategy);
  const base::Place place = spec.place("study", "warm_start");
  const Earlier& earlier = *spec.warm_start();
  const std::string& metric = rules.metric.name;
  check_metric(spec, metric);
  if (earlier.maximize && *earlier.maximize != rules.metric.maximize) {
    base::fail(place, earlier.file + ": there larger values are " +
                          (*earlier.maximize ? "better" : "worse") + ", of '" + metric +
                          "' they are " + (*earlier.maximize ? "worse" : "better"));
  }
  for (const EarlierTrial& trial : earlier.trials) {
    search::Outcome outcome = search::Failed{"in an earlier study"};
    if (trial.score) {
      const double score = minimised(*trial.score, rules.metric);
      if (trial.state == "complete") {
        search::Scored scored{score};
        for (const MetricInfo& further : rules.further) {
          const auto found = trial.means.find(further.name);
          if (found == trial.means.end()) {
            base::fail(place, earlier.file + ": its trials have no '" + further.name + "'");
          }
          scored.further.push_back(minimised(found->second, further));
        }
        outcome = std::move(scored);
      }
      if (trial.state == "pruned") {
        outcome = search::Pruned{score, std::min(trial.budget.value_or(0), rules.epochs - 1)};
      }
    }
    trials.push_back({{trial.configuration, rules.epochs, std::nullopt}, std::move(outcome)});
  }
  return trials;
}

/// "6 of 27 trials"; "5 brackets of 206 trials and 1,581 epochs".
std::string extent(const search::Strategy& strategy, std::size_t trials) {
  if (const search::Schedule* schedule = strategy.schedule()) {
    return counted(schedule->brackets(), "bracket") + " of " +
           counted(schedule->trials(), "trial") + " and " + counted(schedule->resuming(), "epoch");
  }
  const std::size_t most = strategy.limit().value_or(trials);
  return most > trials ? grouped_digits(trials) + " of " + counted(most, "trial")
                       : counted(trials, "trial");
}

}  // namespace

void check_warm_start(const Spec& spec, const search::Strategy& strategy) {
  if (!spec.warm_start()) return;
  if (strategy.by_number() || strategy.schedule() != nullptr) {
    base::fail(spec.place("study", "warm_start"), "this strategy makes no use of earlier trials");
  }
  // Which metric it is by default, the data say.
  const std::string metric = spec.objectives().front().metric;
  if (!metric.empty()) check_metric(spec, metric);
}

StudyRules rules_of(const Spec& spec, const search::Setting& setting,
                    const search::Strategy& strategy, const Estimator& estimator) {
  const base::Reader study = spec.study();
  StudyRules rules;
  rules.trials = trials_of(spec, strategy);
  rules.seed = static_cast<std::uint64_t>(study.integer("seed"));
  rules.window = setting.window;
  rules.metric = estimator.metrics().front();
  rules.further.assign(
      estimator.metrics().begin() + 1,
      estimator.metrics().begin() + static_cast<std::ptrdiff_t>(estimator.objectives()));
  rules.epochs = setting.epochs;
  if (!study.is("target_value", "none")) rules.target = study.real("target_value");
  if (!study.is("epoch_limit", "none")) {
    rules.epoch_limit = static_cast<std::uint64_t>(study.integer("epoch_limit"));
  }
  if (!study.is("stall_limit", "none")) {
    rules.stall_limit = static_cast<std::size_t>(study.integer("stall_limit"));
  }
  if (!study.is("improvement_limit", "none")) {
    rules.improvement_limit = study.real("improvement_limit");
  }
  rules.earlier = earlier_of(spec, strategy, rules);
  rules.pruner = spec.pruner();
  rules.folds = estimator.shape();
  if (rules.pruner == nullptr) return rules;
  try {
    rules.pruner->check(rules.folds);
  } catch (const InputError& error) {
    base::fail(spec.place("study", "pruner"), error.what());
  }
  return rules;
}

std::string announcement(const Spec& spec, const search::Strategy& strategy,
                         const StudyRules& rules, const Estimator& estimator, int jobs) {
  const Partition& rows = estimator.partition();
  const std::string pruner =
      rules.pruner == nullptr ? "" : " with pruner " + spec.study().text("pruner");
  std::string text = spec.study().text("name") + ": " + strategy_text(spec, strategy) + pruner +
                     ", " + extent(strategy, rules.trials) + " x " +
                     counted(estimator.folds(), "fold") + " on " +
                     counted(static_cast<std::size_t>(jobs), "thread") +
                     "; rows: " + std::to_string(rows.train.size()) + " train";
  if (!rows.holdout.empty()) text += ", " + std::to_string(rows.holdout.size()) + " validation";
  if (!rows.test.empty()) text += ", " + std::to_string(rows.test.size()) + " test";
  return text;
}

StudySummary summary_of(const Spec& spec, const search::Strategy& strategy, const StudyRules& rules,
                        const Estimator& estimator) {
  StudySummary summary;
  summary.name = spec.study().text("name");
  summary.strategy = spec.study().text("strategy");
  summary.chosen = strategy.chosen();
  summary.epochs = rules.epochs;
  summary.seed = rules.seed;
  summary.splits = estimator.folds();
  summary.metrics = estimator.metrics();
  summary.objectives = estimator.objectives();
  summary.space = &spec.space();
  return summary;
}

StudyEntry entry_of(const Spec& spec, const search::Strategy& strategy, const StudyRules& rules,
                    const Estimator& estimator) {
  return {.name = spec.study().text("name"),
          .objectives = rules.objectives(),
          .space = spec.portable(),
          .canonical = spec.canonical(),
          .data = fingerprint(estimator.data()),
          .program = this_program().text(),
          .summary = study_head(summary_of(spec, strategy, rules, estimator))};
}

}  // namespace tune::tuner
