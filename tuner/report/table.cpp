#include "tuner/report/table.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "search/literal.hpp"
#include "tuner/cli/table.hpp"
#include "tuner/report/layout.hpp"
#include "tuner/report/text.hpp"

namespace tune::tuner {
namespace {

/// What goes first when there is no room.
enum Expendable { kNever, kParameter, kTrainingScore, kBudget, kEpochs, kTime, kFurtherMetric };

using Rows = std::vector<const TrialRecord*>;

TableColumn column_of(std::string header, const Rows& rows, Expendable expendable,
                      const std::function<std::string(const TrialRecord&)>& cell) {
  TableColumn column;
  column.header = std::move(header);
  column.expendable = expendable;
  for (const TrialRecord* record : rows) column.cells.push_back(cell(*record));
  return column;
}

TableColumn parameter_column(const std::string& name, const Rows& rows) {
  bool numeric = true;
  TableColumn column =
      column_of(name, rows, kParameter, [&](const TrialRecord& record) -> std::string {
        const auto found = record.configuration.find(name);
        if (found == record.configuration.end()) return "-";
        if (std::holds_alternative<std::string>(found->second)) numeric = false;
        return short_value(found->second);
      });
  column.numeric = numeric;
  if (numeric) align_points(column.cells);
  return column;
}

TableColumn score_column(const StudySummary& study, const Rows& rows) {
  TableColumn column;
  column.header = study.metrics.front().name;
  std::vector<std::string> errors;
  for (const TrialRecord* record : rows) {
    const bool scored = !std::isnan(record->mean(0));
    const ScoreText score = score_text(record->mean(0), record->standard_error(0));
    column.cells.push_back(scored ? score.mean : "-");
    errors.push_back(scored ? score.error : "");
  }
  align_points(column.cells);
  align_points(errors);
  if (study.splits < 2) return column;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool scored = !std::isnan(rows[i]->mean(0));
    column.cells[i] += (scored ? " ± " : "   ") + errors[i];
  }
  return column;
}

TableColumn mean_column(std::string header, const MetricInfo& metric, const Rows& rows,
                        Expendable expendable,
                        const std::function<double(const TrialRecord&)>& mean) {
  TableColumn column =
      column_of(std::move(header), rows, expendable, [&](const TrialRecord& record) -> std::string {
        const double number = mean(record);
        return std::isnan(number) ? "-" : mean_text(metric, number);
      });
  align_points(column.cells);
  return column;
}

std::vector<TableColumn> columns_of(const StudySummary& study, const Rows& rows,
                                    const std::vector<int>& places) {
  std::vector<TableColumn> columns;
  columns.push_back(column_of("rank", rows, kNever, [&](const TrialRecord& record) {
    return std::to_string(places[study.position(record)]);
  }));
  columns.push_back(column_of("trial", rows, kNever, [](const TrialRecord& record) {
    return std::to_string(record.number);
  }));
  for (const search::Parameter& parameter : study.space->parameters()) {
    columns.push_back(parameter_column(parameter.name, rows));
  }
  columns.push_back(score_column(study, rows));
  const auto has_training = [](const TrialRecord* record) {
    return !std::isnan(record->train_mean(0));
  };
  if (std::ranges::any_of(rows, has_training)) {
    columns.push_back(mean_column("train", study.metrics[0], rows, kTrainingScore,
                                  [](const TrialRecord& record) { return record.train_mean(0); }));
  }
  for (std::size_t m = 1; m < study.metrics.size(); ++m) {
    columns.push_back(mean_column(study.metrics[m].name, study.metrics[m], rows,
                                  m < study.objectives ? kNever : kFurtherMetric,
                                  [m](const TrialRecord& record) { return record.mean(m); }));
  }
  if (study.budgets_differ()) {
    columns.push_back(column_of("budget", rows, kBudget, [](const TrialRecord& record) {
      return std::to_string(record.budget);
    }));
  }
  columns.push_back(column_of("epochs", rows, kEpochs, [](const TrialRecord& record) {
    return epochs_text(record.mean_epochs());
  }));
  align_points(columns.back().cells);
  columns.push_back(column_of(
      "time", rows, kTime, [](const TrialRecord& record) { return duration_text(record.time()); }));
  return columns;
}

std::string title(const StudySummary& study, std::size_t shown) {
  const std::size_t total = study.records->size();
  std::string text;
  if (shown < total) text = (study.shown ? "" : "Best ") + std::to_string(shown) + " of ";
  text += grouped_digits(total) + (total == 1 ? " trial" : " trials");
  for (const MetricInfo& metric : study.ranked_by()) {
    text += (&metric == &study.metrics.front() ? " by " : " and ") + metric.name +
            (metric.maximize ? " (higher is better)" : " (lower is better)");
  }
  if (study.splits > 1) {
    text += ", ± standard error over " + std::to_string(study.splits) + " folds";
  }
  if (study.objectives > 1) {
    text += "; rank 1 is the Pareto front of " + counted(first_front(study).size(), "trial");
  }
  return text + (study.interrupted ? ", interrupted" : "");
}

/// Those that are to be shown, else the best trials that have a score, at the most so many. Those
/// of a Pareto front stand in the order of the first objective.
Rows best_rows(const StudySummary& study, const std::vector<int>& places, std::size_t most) {
  if (study.shown) return study.rows();
  const std::vector<TrialRecord>& records = *study.records;
  Rows rows;
  for (const std::size_t i : ranking(records, study.ranked_by())) {
    if (rows.size() == most || std::isnan(records[i].mean(0))) break;
    rows.push_back(&records[i]);
  }
  if (study.objectives == 1) return rows;
  std::ranges::stable_sort(rows, {}, [&](const TrialRecord* record) {
    return std::pair(places[study.position(*record)],
                     minimised(record->mean(0), study.metrics.front()));
  });
  return rows;
}

/// How many the pruner ended, and the epochs that this left.
std::string pruned_text(const StudySummary& study) {
  const auto pruned = std::ranges::count_if(study.rows(), &TrialRecord::ended_by_pruner);
  if (pruned == 0) return {};
  return '\n' + counted(static_cast<std::uint64_t>(pruned), "trial") + " pruned\n";
}

std::string failures_text(const StudySummary& study, std::size_t named, std::size_t width) {
  std::size_t failed = 0;
  std::string reasons;
  for (const TrialRecord* record : study.rows()) {
    if (record->state != TrialRecord::State::failed || ++failed > named) continue;
    const std::string line = "  trial " + std::to_string(record->number) + ": " + record->failure;
    reasons += elided(line, width == 0 ? TableOptions::kAll : width) + '\n';
  }
  if (failed == 0) return {};
  if (failed > named) reasons += "  and " + grouped_digits(failed - named) + " more\n";
  return '\n' + grouped_digits(failed) + (failed == 1 ? " trial" : " trials") + " failed:\n" +
         reasons;
}

std::string dropped_text(const std::vector<std::string>& headers, std::size_t width) {
  if (headers.empty()) return {};
  std::string list;
  for (const std::string& header : headers) list += (list.empty() ? "" : ", ") + header;
  return paragraph("Too narrow for " + list + ": see results.csv.", 0, width);
}

/// Without the blanks that align it.
std::string markdown_cell(std::string_view cell) {
  std::string text;
  for (const char c : search::trim(cell)) text += c == '|' ? "\\|" : std::string(1, c);
  return text;
}

}  // namespace

std::string table_text(const StudySummary& study, const TableOptions& options) {
  const std::vector<TrialRecord>& records = *study.records;
  if (records.empty()) return "No trial has ended.\n";
  const std::vector<int> places = ranks(records, study.ranked_by());
  const Rows rows = best_rows(study, places, options.best);
  const std::string failures =
      pruned_text(study) + failures_text(study, options.failures, options.width);
  if (rows.empty())
    return (study.shown ? "No trial is like that.\n" : "No trial has a score.\n") + failures;
  const Layout layout = lay_out(columns_of(study, rows, places), options.width);
  const std::size_t width = options.width == 0 ? TableOptions::kAll : options.width;
  return paragraph(title(study, rows.size()), 0, width) + '\n' + layout.text +
         dropped_text(layout.dropped, width) + failures;
}

std::string table_markdown(const StudySummary& study) {
  const std::vector<int> places = ranks(*study.records, study.ranked_by());
  const std::vector<TableColumn> columns = columns_of(study, study.rows(), places);
  std::vector<std::string> lines(columns.front().cells.size() + 2);
  for (const TableColumn& column : columns) {
    lines[0] += "| " + markdown_cell(column.header) + ' ';
    lines[1] += column.numeric ? "|---:" : "|---";
    for (std::size_t row = 0; row < column.cells.size(); ++row) {
      lines[row + 2] += "| " + markdown_cell(column.cells[row]) + ' ';
    }
  }
  std::string text;
  for (const std::string& line : lines) text += line + "|\n";
  return text;
}

}  // namespace tune::tuner
