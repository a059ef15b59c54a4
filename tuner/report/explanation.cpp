#include "tuner/report/explanation.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "search/base/error.hpp"
#include "search/origin.hpp"
#include "search/pareto.hpp"
#include "search/strategy.hpp"
#include "tuner/cli/table.hpp"
#include "tuner/report/progress.hpp"
#include "tuner/report/text.hpp"

namespace tune::tuner {
namespace {

using State = TrialRecord::State;

std::string epochs_of(int epochs) {
  return counted(static_cast<std::uint64_t>(epochs), "epoch");
}

std::string trial_name(std::size_t number) {
  return "trial " + std::to_string(number);
}

/// A trial with its scores: "trial 12 (mse 0.4231)".
std::string scored_name(const StoredStudy& study, const TrialRecord& record) {
  std::string scores;
  for (std::size_t m = 0; m < study.objectives; ++m) {
    scores += (m == 0 ? "" : ", ") + study.metrics[m].name + ' ' +
              mean_text(study.metrics[m], record.mean(m));
  }
  return trial_name(record.number) + " (" + scores + ')';
}

/// Has it no score that others could be compared with?
bool is_out(const TrialRecord& record) {
  return record.state == State::failed || record.ended_by_pruner();
}

/// The trials of one rung of a bracket as they are compared: the best first, of equal ones the
/// first; failed ones and those that the pruner ended last.
struct Standing {
  std::vector<const TrialRecord*> trials;
  std::vector<const TrialRecord*> next;  ///< those of the next rung

  std::size_t place(const TrialRecord& record) const {
    return static_cast<std::size_t>(std::ranges::find(trials, &record) - trials.begin()) + 1;
  }
  /// The trial of the next rung that continues this one, or null.
  const TrialRecord* continuation(const TrialRecord& record) const {
    const auto found = std::ranges::find(next, std::optional(record.number), &TrialRecord::parent);
    return found == next.end() ? nullptr : *found;
  }
};

Standing standing_of(const StoredStudy& study, search::Stage stage) {
  Standing standing;
  for (const TrialRecord& record : study.records) {
    if (record.stage == stage) standing.trials.push_back(&record);
    if (record.stage == search::Stage{stage.bracket, stage.rung + 1}) {
      standing.next.push_back(&record);
    }
  }
  std::ranges::stable_sort(standing.trials, {}, [&](const TrialRecord* record) {
    const bool out = is_out(*record);
    return std::pair(out, out ? 0 : minimised(record->mean(0), study.metrics[0]));
  });
  return standing;
}

/// Nothing if the pruner has ended all its trials.
std::optional<int> epochs_of_rung(const Standing& standing) {
  for (const TrialRecord* record : standing.trials) {
    if (!record->ended_by_pruner()) return record->budget;
  }
  return std::nullopt;
}

/// What of a rung was not promoted when a run was interrupted might have been.
std::string went_on(const StoredStudy& study, const Standing& standing) {
  return ", of which " + std::to_string(standing.next.size()) + " went on" +
         (study.interrupted ? " before the run was interrupted" : "");
}

/// Where the line was drawn between those that went on and those that did not.
std::string cut_text(const StoredStudy& study, const Standing& standing) {
  const TrialRecord *last = nullptr, *first = nullptr;
  for (const TrialRecord* record : standing.trials) {
    if (standing.continuation(*record) != nullptr) {
      last = record;
    } else if (first == nullptr && !is_out(*record)) {
      first = record;
    }
  }
  std::string text;
  if (last != nullptr) text = "the last one to go on was " + scored_name(study, *last);
  if (first != nullptr) {
    text += (text.empty() ? "the best one not to was " : ", the best one not to ") +
            scored_name(study, *first);
  }
  return text;
}

std::string place_text(const StoredStudy& study, const TrialRecord& record,
                       const Standing& standing) {
  return "place " + std::to_string(standing.place(record)) + " of " +
         std::to_string(standing.trials.size()) + " in rung " + std::to_string(record.stage->rung) +
         " of bracket " + std::to_string(record.stage->bracket) + " by " + study.metrics[0].name;
}

std::string strategy_text(const std::string& name) {
  for (const auto& row : search::strategies().rows()) {
    if (row.name == name) return name + " (" + row.help + ")";
  }
  return name.empty() ? "A sampler of Optuna" : name;
}

std::vector<std::string> reasons_to_go_on(const StoredStudy& study, const TrialRecord& record) {
  const TrialRecord& parent = study.records[*record.parent];
  const Standing standing = standing_of(study, *parent.stage);
  const auto to = epochs_of_rung(standing_of(study, *record.stage));
  return {"It goes on with " + scored_name(study, parent) + " from " + epochs_of(parent.budget) +
              (to ? " to " + std::to_string(*to) : "") + ": that was " +
              place_text(study, parent, standing) + went_on(study, standing) + '.',
          "Of these " + cut_text(study, standing) + '.'};
}

/// Its place among those that begin a bracket.
std::string start_text(const StoredStudy& study, const TrialRecord& record) {
  const Standing standing = standing_of(study, *record.stage);
  const auto epochs = epochs_of_rung(standing);
  return " in bracket " + std::to_string(record.stage->bracket) + ", one of " +
         counted(standing.trials.size(), "trial") +
         (epochs ? " with " + epochs_of(*epochs) + " each" : "") + " to begin with";
}

/// What the strategy's name says of all its proposals, where it has said nothing of this one.
std::string way_of(const std::string& strategy, std::uint64_t seed, std::size_t number) {
  if (strategy == "grid" || strategy == "list") {
    return "it is configuration " + std::to_string(number) + ", counted from 0";
  }
  if (strategy != "random" && strategy != "halving" && strategy != "hyperband") return {};
  return "it depends on the seed, " + std::to_string(seed) +
         ", and on what had been drawn before, but on no outcome";
}

std::vector<std::string> reasons(const StoredStudy& study, const TrialRecord& record) {
  if (record.parent) return reasons_to_go_on(study, record);
  const std::string start = record.stage ? start_text(study, record) : "";
  if (record.origin.starts_with(search::kStartPoint)) {
    return {"It is " + record.origin + ", those of enqueue, which come before anything that " +
            study.strategy + " proposes" + (start.empty() ? "" : ". It stands" + start) + '.'};
  }
  std::vector<std::string> lines;
  if (study.chosen) {
    lines.push_back("auto has chosen " + study.chosen->strategy + ": " + study.chosen->reason +
                    '.');
  }
  const std::string& strategy = study.chosen ? study.chosen->strategy : study.strategy;
  const std::string way =
      record.origin.empty() ? way_of(strategy, study.seed, record.number) : record.origin;
  lines.push_back(strategy_text(strategy) + " proposed it" + start +
                  (way.empty() ? "" : ": " + way) + '.');
  return lines;
}

std::string score_line(const StoredStudy& study, const TrialRecord& record, std::size_t metric) {
  const MetricInfo& info = study.metrics[metric];
  const std::string text = info.name + ' ' + score_text(info, metric, record);
  if (info.name == kParameters) return text;
  const std::size_t folds = record.folds.size();
  const double train = record.train_mean(metric);
  return text + (folds < 2 ? "" : " over " + counted(folds, "fold")) +
         (std::isnan(train) ? "" : ", on the training rows " + mean_text(info, train));
}

/// The most epochs that a trial could have; of one that the pruner ended it is not asked.
int budget_of(const TrialRecord& record) {
  const auto own = record.configuration.find("epochs");
  return own == record.configuration.end() ? record.budget
                                           : static_cast<int>(base::to_number(own->second));
}

std::string fold_line(const TrialRecord& record, std::size_t f, const LossCurve& losses) {
  const FoldResult& fold = record.folds[f];
  const int reached = record.from + fold.epochs, budget = budget_of(record);
  std::string text = "fold " + std::to_string(f) + ": ";
  if (fold.pruned) {
    text += "pruned after epoch " + std::to_string(*fold.pruned) + ", the best one was " +
            std::to_string(fold.best_epoch);
  } else if (budget > 0 && reached < budget) {
    text += "stopped early after epoch " + std::to_string(reached) + " of " +
            std::to_string(budget) + ", since no epoch after " + std::to_string(fold.best_epoch) +
            " was better";
  } else {
    text += "trained up to epoch " + std::to_string(reached) + ", the best one was " +
            std::to_string(fold.best_epoch);
  }
  const auto best = losses.find(fold.best_epoch), last = losses.find(reached);
  if (best != losses.end()) {
    text += ": validation loss " + short_number(best->second);
    if (last != losses.end() && last != best)
      text += ", " + short_number(last->second) + " at last";
  }
  return text;
}

std::vector<std::string> outcome(const StoredStudy& study, const TrialRecord& record,
                                 const std::vector<LossCurve>& losses) {
  std::vector<std::string> lines;
  if (record.state == State::failed) {
    lines.push_back("It failed in fold " + std::to_string(record.folds.size()) + ": " +
                    record.failure);
  } else {
    for (std::size_t m = 0; m < study.metrics.size(); ++m) {
      lines.push_back(score_line(study, record, m));
    }
  }
  for (std::size_t f = 0; f < record.folds.size(); ++f) {
    lines.push_back(fold_line(record, f, f < losses.size() ? losses[f] : LossCurve()));
  }
  return lines;
}

std::vector<std::string> fate_in_rung(const StoredStudy& study, const TrialRecord& record) {
  const Standing standing = standing_of(study, *record.stage);
  const std::string place = "It was " + place_text(study, record, standing);
  if (standing.next.empty()) {
    if (record.state == State::complete) return {place + ", the last one: it has all epochs."};
    return {place + "; none has gone on" +
            (study.interrupted ? ": the run was interrupted before." : ".")};
  }
  const std::string cut = "Of these " + cut_text(study, standing) + '.';
  if (const TrialRecord* next = standing.continuation(record)) {
    return {place + went_on(study, standing) + ": promoted, " + trial_name(next->number) +
                " goes on with it up to " + epochs_of(next->budget) + ".",
            cut};
  }
  return {place + went_on(study, standing) + ": not promoted" +
              (record.state == State::failed ? ", since it failed." : "."),
          cut};
}

/// What a pruner ended has no place among those that were not.
std::vector<std::string> fate_of_pruned(const StoredStudy& study, const TrialRecord& record) {
  const std::size_t fold = record.folds.size() - 1;
  const FoldResult& last = record.folds.back();
  std::vector<std::string> lines = {
      "The pruner ended it in fold " + std::to_string(fold) + " after epoch " +
      std::to_string(*last.pruned) +
      (fold + 1 < study.splits ? ", so that later folds do not count." : ".")};
  if (!last.verdict.empty()) lines.push_back("By " + last.verdict + '.');
  lines.push_back("It ranks behind those that have more epochs" +
                  std::string(record.stage ? ", and is not promoted." : "."));
  return lines;
}

/// Which trials are better than it in one objective and no worse in the others.
std::vector<std::string> fate_by_fronts(const StoredStudy& study, const TrialRecord& record) {
  const StudySummary summary = study.summary();
  const std::vector<std::size_t> front = first_front(summary);
  const std::vector<double> scores = minimised(record, summary.ranked_by());
  const auto better = std::ranges::find_if(front, [&](std::size_t other) {
    return search::dominates(minimised(study.records[other], summary.ranked_by()), scores);
  });
  if (better != front.end()) {
    return {"On the Pareto front " + scored_name(study, study.records[*better]) +
            " is no worse in any objective and better in one."};
  }
  std::string text = "It is on the Pareto front, one of " + counted(front.size(), "trial") +
                     ": no other is as good in all objectives and better in one.";
  const std::size_t first = ranking(study.records, summary.ranked_by()).front();
  if (study.records[first].number == record.number) {
    text += " Of these it is the best by " + study.metrics[0].name + ", the winner.";
  }
  return {text};
}

std::vector<std::string> fate(const StoredStudy& study, const TrialRecord& record) {
  if (record.ended_by_pruner()) return fate_of_pruned(study, record);
  if (record.stage) return fate_in_rung(study, record);
  if (record.state == State::failed) return {"A failed trial ranks behind all others."};
  if (study.objectives > 1) return fate_by_fronts(study, record);
  const std::vector<std::size_t> order = ranking(study.records, study.metrics[0]);
  const TrialRecord& best = study.records[order.front()];
  if (best.number == record.number) return {"It is the best trial."};
  return {"It was trained to its end in every fold. The best trial is " + scored_name(study, best) +
          '.'};
}

std::string section(const std::string& title, const std::vector<std::string>& lines,
                    std::size_t width) {
  std::string text = '\n' + title + '\n';
  for (const std::string& line : lines) text += paragraph(line, 2, width);
  return text;
}

}  // namespace

std::string explanation(const StoredStudy& study, std::size_t trial,
                        const std::vector<LossCurve>& losses, std::size_t width) {
  const TrialRecord& record = study.trial(trial);
  const auto position = static_cast<std::size_t>(&record - study.records.data());
  const int rank = ranks(study.records, study.summary().ranked_by())[position];
  const std::string parameters = parameter_list(record.configuration, study.space);
  return "Trial " + std::to_string(trial) + " of " + study.name + ": " + to_text(record.state) +
         (study.objectives > 1 ? ", Pareto rank " : ", rank ") + std::to_string(rank) + " of " +
         std::to_string(study.records.size()) + (study.objectives > 1 ? " trials" : "") + '\n' +
         (parameters.empty() ? "" : paragraph(parameters, 2, width)) +
         section("Why it was proposed", reasons(study, record), width) +
         section("What came out", outcome(study, record, losses), width) +
         section("What it came to", fate(study, record), width);
}

}  // namespace tune::tuner
