#include "tuner/report/history_csv.hpp"

#include <set>
#include <string>
#include <vector>

#include "tuner/report/csv_row.hpp"

namespace tune::tuner {
namespace {

std::set<std::string> logged_names(const std::vector<TrialRecord>& records) {
  std::set<std::string> names;
  for (const TrialRecord& record : records) {
    for (const FoldResult& fold : record.folds) {
      for (const model::Logs& logs : fold.history) {
        for (const auto& [name, value] : logs) names.insert(name);
      }
    }
  }
  return names;
}

}  // namespace

void write_history_csv(std::ostream& out, const StudySummary& study) {
  const std::set<std::string> names = logged_names(*study.records);
  std::vector<std::string> cells = {"trial", "fold", "epoch"};
  cells.insert(cells.end(), names.begin(), names.end());
  write_csv_row(out, cells);
  for (const TrialRecord& record : *study.records) {
    for (std::size_t fold = 0; fold < record.folds.size(); ++fold) {
      const std::vector<model::Logs>& history = record.folds[fold].history;
      for (std::size_t epoch = 0; epoch < history.size(); ++epoch) {
        const std::size_t number = static_cast<std::size_t>(record.from) + epoch + 1;
        cells = {std::to_string(record.number), std::to_string(fold), std::to_string(number)};
        for (const std::string& name : names) {
          const auto found = history[epoch].find(name);
          cells.push_back(found == history[epoch].end() ? "" : csv_number(found->second));
        }
        write_csv_row(out, cells);
      }
    }
  }
}

}  // namespace tune::tuner
