#include "tuner/report/results_csv.hpp"

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "tuner/report/csv_row.hpp"

namespace tune::tuner {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct CsvColumn {
  std::string name;
  std::function<std::string(const TrialRecord&)> cell;
};
using Columns = std::vector<CsvColumn>;
using FoldNumber = std::function<double(const FoldResult&)>;

double mean_over(const TrialRecord& record, const FoldNumber& number) {
  double sum = 0;
  for (const FoldResult& fold : record.folds) sum += number(fold);
  return record.folds.empty() ? kNaN : sum / static_cast<double>(record.folds.size());
}

double deviation_over(const TrialRecord& record, const FoldNumber& number) {
  const double mean = mean_over(record, number);
  return std::sqrt(mean_over(record, [&](const FoldResult& fold) {
    return (number(fold) - mean) * (number(fold) - mean);
  }));
}

bool failed(const TrialRecord& record) {
  return record.state == TrialRecord::State::failed;
}

/// split0_test_mse, split1_test_mse, ...; empty from the fold on at which the trial failed, and
/// behind the one with which it was pruned.
void add_splits(Columns& columns, std::size_t splits, const std::string& ending,
                const FoldNumber& number) {
  for (std::size_t split = 0; split < splits; ++split) {
    columns.push_back({"split" + std::to_string(split) + ending, [=](const TrialRecord& record) {
                         const bool there = split < record.folds.size();
                         return csv_number(there ? number(record.folds[split]) : kNaN);
                       }});
  }
}

void add_scores(Columns& columns, std::size_t metric, const std::string& name, std::size_t splits) {
  columns.push_back({"mean_test_" + name,
                     [=](const TrialRecord& record) { return csv_number(record.mean(metric)); }});
  columns.push_back({"std_test_" + name, [=](const TrialRecord& record) {
                       return csv_number(record.deviation(metric));
                     }});
  add_splits(columns, splits, "_test_" + name,
             [=](const FoldResult& fold) { return fold.scores[metric]; });
  const FoldNumber train = [=](const FoldResult& fold) { return fold.train_scores[metric]; };
  columns.push_back({"mean_train_" + name, [=](const TrialRecord& record) {
                       return csv_number(record.train_mean(metric));
                     }});
  columns.push_back({"std_train_" + name, [=](const TrialRecord& record) {
                       return csv_number(failed(record) ? kNaN : deviation_over(record, train));
                     }});
  add_splits(columns, splits, "_train_" + name, train);
}

void add_time(Columns& columns, const std::string& name, const FoldNumber& number) {
  columns.push_back({"mean_" + name, [=](const TrialRecord& record) {
                       return csv_number(mean_over(record, number));
                     }});
  columns.push_back({"std_" + name, [=](const TrialRecord& record) {
                       return csv_number(deviation_over(record, number));
                     }});
}

void add_parameters(Columns& columns, const search::Space& space) {
  for (const search::Parameter& parameter : space.parameters()) {
    columns.push_back(
        {"param_" + parameter.name, [name = parameter.name](const TrialRecord& record) {
           const auto found = record.configuration.find(name);
           return found == record.configuration.end() ? "" : base::to_text(found->second);
         }});
  }
}

void add_stage(Columns& columns) {
  columns.push_back({"bracket", [](const TrialRecord& record) {
                       return record.stage ? std::to_string(record.stage->bracket) : "";
                     }});
  columns.push_back({"iter", [](const TrialRecord& record) {
                       return record.stage ? std::to_string(record.stage->rung) : "";
                     }});
}

void add_budget(Columns& columns, const StudySummary& study) {
  columns.push_back(
      {"n_resources", [](const TrialRecord& record) { return std::to_string(record.budget); }});
  if (!study.in_brackets()) return;
  columns.push_back({"parent", [](const TrialRecord& record) {
                       return record.parent ? std::to_string(*record.parent) : "";
                     }});
}

Columns columns_of(const StudySummary& study) {
  Columns columns;
  columns.push_back(
      {"trial", [](const TrialRecord& record) { return std::to_string(record.number); }});
  columns.push_back({"state", [](const TrialRecord& record) { return to_text(record.state); }});
  if (study.in_brackets()) add_stage(columns);
  if (study.budgets_differ()) add_budget(columns, study);
  columns.push_back({"rank_test_score", [&study, ranks = ranks(*study.records, study.ranked_by())](
                                            const TrialRecord& record) {
                       return std::to_string(ranks[study.position(record)]);
                     }});
  for (std::size_t metric = 0; metric < study.metrics.size(); ++metric) {
    add_scores(columns, metric, metric == 0 ? "score" : study.metrics[metric].name, study.splits);
  }
  columns.push_back({"epochs", [](const TrialRecord& record) {
                       return csv_number(failed(record) ? kNaN : record.mean_epochs());
                     }});
  add_parameters(columns, *study.space);
  columns.push_back({"failure", [](const TrialRecord& record) { return record.failure; }});
  add_time(columns, "fit_time", [](const FoldResult& fold) { return fold.fit_time; });
  add_time(columns, "score_time", [](const FoldResult& fold) { return fold.score_time; });
  return columns;
}

}  // namespace

void write_results_csv(std::ostream& out, const StudySummary& study) {
  const Columns columns = columns_of(study);
  std::vector<std::string> cells;
  for (const CsvColumn& column : columns) cells.push_back(column.name);
  write_csv_row(out, cells);
  for (const TrialRecord* record : study.rows()) {
    for (std::size_t i = 0; i < columns.size(); ++i) cells[i] = columns[i].cell(*record);
    write_csv_row(out, cells);
  }
}

}  // namespace tune::tuner
