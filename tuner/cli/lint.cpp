#include "tuner/cli/lint.hpp"

#include <algorithm>
#include <cmath>

#include "model/builders/builder.hpp"
#include "search/brackets.hpp"
#include "search/branches.hpp"
#include "tuner/cli/lint_effects.hpp"
#include "tuner/cli/setup.hpp"
#include "tuner/report/text.hpp"

namespace tune::tuner {
namespace {

using search::Domain;
using search::Parameter;
using search::Space;

constexpr double kDecades = 3;
constexpr std::size_t kCounted = 1'000'000;  ///< combinations up to which they are counted
constexpr std::size_t kFewSteps = 10;        ///< after which no ranking of trials means much

/// A range on the linear scale with its ends above zero, as one on the log scale; nothing: it is
/// another domain. Of integers from 0 the others count.
std::optional<Domain> on_log_scale(const Domain& domain) {
  if (const auto* real = std::get_if<search::Real>(&domain)) {
    if (real->scale != search::Scale::linear || real->low <= 0) return std::nullopt;
    return search::Real{real->low, real->high, search::Scale::log, 0};
  }
  const auto* integer = std::get_if<search::Integer>(&domain);
  if (integer == nullptr || integer->log || integer->low < 0 || integer->high < 1) {
    return std::nullopt;
  }
  return search::Integer{std::max<std::int64_t>(1, integer->low), integer->high, true, 1};
}

double decades(const Domain& domain) {
  return std::log10(search::decode_column(domain, 1) / search::decode_column(domain, 0));
}

void lint_range(const Spec& spec, const Parameter& parameter, Findings& findings) {
  const auto better = on_log_scale(parameter.domain);
  if (!better || decades(*better) <= kDecades + 1e-9) return;
  findings.push_back({spec.place("space", parameter.name),
                      search::to_text(parameter.domain) +
                          " goes over more than three decades without log, so that nine of ten "
                          "draws lie in the uppermost; write " +
                          search::to_text(*better)});
}

void lint_condition(const Spec& spec, std::size_t index, Findings& findings) {
  const Parameter& parameter = spec.space().parameters()[index];
  const base::Place place = spec.place("space", parameter.name);
  if (!search::can_hold(spec.space(), parameter.when)) {
    findings.push_back({place, "is never there: no trial has " + search::to_text(parameter.when) +
                                   "; correct the condition, or take the line out"});
  } else if (const auto forbid = search::forbidden_by(spec.space(), index)) {
    findings.push_back({place, "is never there: every trial that had it is ruled out by forbid = " +
                                   search::to_text(spec.space().forbidden()[*forbid]) +
                                   "; correct that, or take the line out"});
  }
}

void lint_forbid(const Spec& spec, std::size_t index, Findings& findings) {
  const search::Condition& forbid = spec.space().forbidden()[index];
  if (search::can_hold(spec.space(), forbid)) return;
  findings.push_back({spec.forbid_place(index), "rules nothing out: no trial has " +
                                                    search::to_text(forbid) +
                                                    "; correct it, or take the line out"});
}

/// A parameter of that name with more than one value?
bool is_searched(const Space& space, std::string_view name) {
  const auto index = space.find(name);
  return index && search::count(space.parameters()[*index].domain) != 1;
}

void lint_rate(const Spec& spec, Findings& findings) {
  const Space& space = spec.space();
  const base::Configuration trial = typical(spec);
  const auto& keys = model::builders().at(spec.builder(trial)).keys;
  if (is_searched(space, "learning_rate") || !base::find_key(keys, "learning_rate")) return;
  base::Configuration merged;
  const base::Reader model = spec.model(trial, merged);
  const std::string rate =
      model.is("learning_rate", "auto") ? "auto" : short_number(model.real("learning_rate"));
  for (const auto& [name, why] : {std::pair("batch", "larger batches bear larger rates"),
                                  std::pair("optimizer",
                                            "each optimizer has a best rate of its "
                                            "own")}) {
    if (!is_searched(space, name)) continue;
    findings.push_back({spec.place("space", name),
                        "is searched while learning_rate stays " + rate + ", but " + why +
                            "; search that too: learning_rate = reciprocal(1e-4, 1e-1)"});
  }
}

/// The section and key that say how many trials there are.
base::Place place_of_trials(const Spec& spec) {
  return spec.place("study", spec.study().has("trials") ? "trials" : "strategy");
}

void lint_list(const Spec& spec, Findings& findings) {
  search::Trials before(spec.space());
  for (const base::Configuration& configuration : spec.listed()) {
    if (const auto first = before.first(spec.space().to_row(configuration))) {
      findings.push_back(
          {spec.place("study", "list"), "configuration " + std::to_string(before.size()) +
                                            " is the same as configuration " +
                                            std::to_string(*first) + "; take one of them out"});
    }
    before.add({configuration, 1, std::nullopt});
  }
}

bool is_written(const base::Place& place) {
  return place.line > 0 || !place.file.starts_with('[');
}

/// Keys of [study] that come to nothing beside the others.
void lint_study_keys(const Spec& spec, const search::Strategy& strategy, Findings& findings) {
  const base::Reader study = spec.study();
  const base::Place best = spec.place("study", "enqueue_best");
  if (is_written(best) && study.is("enqueue", "none")) {
    findings.push_back({best,
                        "has no effect without enqueue, the earlier study whose best trials "
                        "it counts; name that, or take the line out"});
  }
  if (!study.has("trials") || strategy.schedule() != nullptr) return;
  const auto wanted = static_cast<std::size_t>(study.integer("trials"));
  const std::size_t most = strategy.limit().value_or(wanted);
  // Where it is the space that has no more, lint_duplicates says so.
  const auto rows = spec.listed().empty() ? spec.space().enumerate(kCounted) : std::nullopt;
  if (wanted <= most || (rows && rows->size() <= most)) return;
  findings.push_back({spec.place("study", "trials"),
                      counted(wanted, "trial") + " are asked for, but " +
                          strategy_text(spec, strategy) + " proposes no more than " +
                          grouped_digits(most) + "; ask for no more, or change what ends it"});
}

void lint_duplicates(const Spec& spec, const search::Strategy& strategy, Findings& findings) {
  const auto rows = spec.space().enumerate(kCounted);
  if (!rows) return;
  const base::Reader study = spec.study();
  const std::string has = "the space has " + counted(rows->size(), "distinct configuration");
  if (const search::Schedule* schedule = strategy.schedule()) {
    if (!schedule->exhausts()) return;
    findings.push_back({place_of_trials(spec),
                        has + ", which are started all, so that the last bracket may be cut; "
                              "widen the space, or try them all with strategy = grid"});
    return;
  }
  const auto wanted = study.has("trials") ? static_cast<std::size_t>(study.integer("trials"))
                                          : trials_of(spec, strategy);
  if (wanted <= rows->size()) return;
  findings.push_back({place_of_trials(spec), counted(wanted, "trial") + " are asked for, but " +
                                                 has + "; widen the space, or ask for no more"});
}

void lint_rungs(const Spec& spec, const search::Setting& setting, const search::Schedule& schedule,
                Findings& findings) {
  for (std::size_t b = 0; b < schedule.brackets(); ++b) {
    if (schedule.bracket(b).size() > 1) return;
  }
  findings.push_back(
      {spec.place("training", "epochs"),
       counted(static_cast<std::uint64_t>(setting.epochs), "epoch") +
           " are too few for a second rung of at least min_epochs = " +
           spec.study().text("min_epochs") + " times eta = " + spec.study().text("eta") +
           ", so that nothing is halved; give more, or make min_epochs or eta smaller"});
}

std::size_t least_rows(const Estimator& estimator) {
  std::size_t least = estimator.data().rows();
  for (const auto& [validation, partition] : estimator.partitions()) {
    for (const Fold& fold : partition.folds) least = std::min(least, fold.train.size());
  }
  return least;
}

}  // namespace

Findings lint_space(const Spec& spec) {
  Findings findings;
  for (std::size_t i = 0; i < spec.space().dimensions(); ++i) {
    lint_range(spec, spec.space().parameters()[i], findings);
    lint_condition(spec, i, findings);
  }
  for (std::size_t i = 0; i < spec.space().forbidden().size(); ++i) lint_forbid(spec, i, findings);
  lint_rate(spec, findings);
  std::ranges::move(lint_effects(spec), std::back_inserter(findings));
  return findings;
}

Findings lint_study(const Spec& spec, const search::Setting& setting,
                    const search::Strategy& strategy) {
  Findings findings;
  lint_study_keys(spec, strategy, findings);
  if (spec.listed().empty()) {
    lint_duplicates(spec, strategy, findings);
  } else {
    lint_list(spec, findings);
  }
  if (strategy.schedule() != nullptr) lint_rungs(spec, setting, *strategy.schedule(), findings);
  return findings;
}

Findings lint_steps(const Spec& spec, const search::Strategy& strategy,
                    const Estimator& estimator) {
  Findings findings;
  const std::size_t rows = least_rows(estimator);
  const auto batch = static_cast<std::size_t>(largest(spec, "batch"));
  const bool searched = spec.space().find("batch").has_value();
  if (batch > rows) {
    findings.push_back({spec.place(searched ? "space" : "training", "batch"),
                        std::to_string(batch) + " is more than the " + std::to_string(rows) +
                            " rows that a fold is trained on; half of them is plenty"});
  }
  const search::Schedule* schedule = strategy.schedule();
  if (schedule == nullptr) return findings;
  const std::size_t steps = (rows + batch - 1) / batch;
  const auto epochs = static_cast<std::size_t>(schedule->bracket(0).front().epochs);
  if (schedule->bracket(0).size() > 1 && epochs * steps < kFewSteps) {
    const std::size_t enough = (kFewSteps + steps - 1) / steps;
    findings.push_back(
        {spec.place("study", spec.study().is("min_epochs", "1") ? "strategy" : "min_epochs"),
         "the first rung compares trials after " + counted(epochs, "epoch") + " of " +
             counted(steps, "step") + " with batch = " + std::to_string(batch) + "; min_epochs = " +
             std::to_string(enough) + " gives them " + std::to_string(enough * steps)});
  }
  return findings;
}

}  // namespace tune::tuner
