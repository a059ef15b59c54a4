#include "tuner/report/progress.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tuner/report/summary.hpp"
#include "tuner/report/text.hpp"

namespace tune::tuner {
namespace {

constexpr std::size_t kLeastBar = 12, kWidestBar = 32;  ///< with its brackets

/// A piece of the line; where there is no room, the most expendable goes first.
struct Part {
  std::string text;
  int expendable;
};

/// 0:42, 12:05, 1:02:05
std::string clock_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::llround(std::min(seconds, 1e9)));
  const auto padded = [](std::uint64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  const std::string minutes = whole < 3600
                                  ? std::to_string(whole / 60)
                                  : std::to_string(whole / 3600) + ':' + padded(whole % 3600 / 60);
  return minutes + ':' + padded(whole % 60);
}

struct Work {
  double done, all;
};

/// By epochs where trials differ in them, else by folds, or by trials.
Work work_of(const Progress& p) {
  const auto work = [](auto done, auto all) {
    return Work{static_cast<double>(done), static_cast<double>(all)};
  };
  if (p.budget_total > 0) return work(p.budget_done, p.budget_total);
  if (p.folds_total > 0) return work(p.folds_done, p.folds_total);
  return work(p.trials_done, p.trials_total);
}

std::vector<Part> parts_of(const Progress& p) {
  const std::string total = p.trials_total == 0 ? "" : '/' + grouped_digits(p.trials_total);
  std::vector<Part> parts = {{grouped_digits(p.trials_done) + total + " trials", 0}};
  if (p.failed > 0) parts.push_back({grouped_digits(p.failed) + " failed", 3});
  if (p.best_score) {
    parts.push_back(
        {"best " + score_text(*p.best_score, 0).mean + " (#" + std::to_string(p.best_trial) + ')',
         1});
  }
  if (p.seconds > 0 && p.epochs > 0) {
    const double rate = static_cast<double>(p.epochs) / p.seconds;
    parts.push_back({(rate < 10 ? short_number(rate)
                                : grouped_digits(static_cast<std::uint64_t>(std::llround(rate)))) +
                         " epochs/s",
                     4});
  }
  const Work work = work_of(p);
  if (p.folds_total > 0 && work.done > 0 && work.all >= work.done) {
    parts.push_back({clock_text(p.seconds / work.done * (work.all - work.done)) + " left", 2});
  }
  return parts;
}

/// Columns of the parts with two between them.
std::size_t width_of(const std::vector<Part>& parts) {
  std::size_t width = 0;
  for (const Part& part : parts) width += (width == 0 ? 0 : 2) + display_width(part.text);
  return width;
}

std::string bar(double share, std::size_t width) {
  const std::size_t cells = width - 2;
  const auto full = static_cast<std::size_t>(share * static_cast<double>(cells));
  std::string text(full, '=');
  if (full < cells) text += '>';
  text.resize(cells, ' ');
  return '[' + text + ']';
}

/// "  bracket 2 at 9 epochs, from 137", or nothing. Of a trial that the pruner ended the epochs
/// stand elsewhere.
std::string stage_text(const TrialRecord& record) {
  if (!record.stage) return {};
  return "  bracket " + std::to_string(record.stage->bracket) +
         (record.ended_by_pruner()
              ? ""
              : " at " + counted(static_cast<std::uint64_t>(record.budget), "epoch")) +
         (record.parent ? ", from " + std::to_string(*record.parent) : "");
}

/// "  pruned in fold 1 after 5 epochs", or nothing.
std::string pruned_text(const TrialRecord& record) {
  if (!record.ended_by_pruner()) return {};
  return "  pruned in fold " + std::to_string(record.folds.size() - 1) + " after " +
         counted(static_cast<std::uint64_t>(*record.folds.back().pruned), "epoch");
}

}  // namespace

std::string parameter_list(const base::Configuration& configuration, const search::Space& space) {
  std::string list;
  for (const search::Parameter& parameter : space.parameters()) {
    const auto found = configuration.find(parameter.name);
    if (found == configuration.end()) continue;
    list += (list.empty() ? "" : " ") + parameter.name + '=' + short_value(found->second);
  }
  return list;
}

std::string progress_line(const Progress& progress, std::size_t width) {
  std::vector<Part> parts = parts_of(progress);
  const bool has_bar = progress.trials_total > 0 || progress.folds_total > 0;
  // The rate and the failures make room for a bar, and the bar for the rest.
  while (width_of(parts) + (has_bar ? kLeastBar + 1 : 0) > width) {
    const auto first = std::ranges::max_element(parts, {}, &Part::expendable);
    if (first->expendable < 3) break;
    parts.erase(first);
  }
  while (width_of(parts) > width && parts.size() > 1) {
    parts.erase(std::ranges::max_element(parts, {}, &Part::expendable));
  }
  std::string line;
  const std::size_t used = width_of(parts);
  if (has_bar && used + kLeastBar + 1 <= width) {
    const Work work = work_of(progress);
    line = bar(std::min(1.0, work.done / work.all), std::min(kWidestBar, width - used - 1)) + ' ';
  }
  for (std::size_t i = 0; i < parts.size(); ++i) line += (i == 0 ? "" : "  ") + parts[i].text;
  return elided(line, width);
}

std::string trial_line(const TrialRecord& record, Objectives objectives,
                       const search::Space& space) {
  std::string line = "trial " + std::to_string(record.number) + stage_text(record) + "  ";
  if (record.state == TrialRecord::State::failed) {
    line += "failed: " + record.failure;
  } else {
    for (std::size_t m = 0; m < objectives.size(); ++m) {
      line += objectives[m].name + ' ' + score_text(objectives[m], m, record) + "  ";
    }
    line += "epochs " + epochs_text(record.mean_epochs()) + "  " + duration_text(record.time()) +
            pruned_text(record);
  }
  const std::string parameters = parameter_list(record.configuration, space);
  if (!parameters.empty()) line += "  " + parameters;
  return elided(line, std::numeric_limits<std::size_t>::max());
}

}  // namespace tune::tuner
