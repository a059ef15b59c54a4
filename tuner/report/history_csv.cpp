#include "tuner/report/history_csv.hpp"

#include <set>
#include <string>
#include <vector>

#include "tuner/report/csv_row.hpp"

namespace tune::tuner {
namespace {

/// Calls `action` with each record, one after the other, its histories in it.
template <class Action>
void with_histories(const std::vector<TrialRecord>& records, const HistoryReader& read,
                    Action action) {
  for (const TrialRecord& record : records) {
    if (!read) {
      action(record);
      continue;
    }
    TrialRecord copy = record;
    read(copy);
    action(copy);
  }
}

void add_names(const TrialRecord& record, std::set<std::string>& names) {
  for (const FoldResult& fold : record.folds) {
    for (const model::Logs& logs : fold.history) {
      for (const auto& [name, value] : logs) names.insert(name);
    }
  }
}

void write_rows(std::ostream& out, const TrialRecord& record, const std::set<std::string>& names) {
  for (std::size_t fold = 0; fold < record.folds.size(); ++fold) {
    const std::vector<model::Logs>& history = record.folds[fold].history;
    for (std::size_t epoch = 0; epoch < history.size(); ++epoch) {
      const std::size_t number = static_cast<std::size_t>(record.from) + epoch + 1;
      std::vector<std::string> cells = {std::to_string(record.number), std::to_string(fold),
                                        std::to_string(number)};
      for (const std::string& name : names) {
        const auto found = history[epoch].find(name);
        cells.push_back(found == history[epoch].end() ? "" : csv_number(found->second));
      }
      write_csv_row(out, cells);
    }
  }
}

}  // namespace

void write_history_csv(std::ostream& out, const StudySummary& study, const HistoryReader& read) {
  std::set<std::string> names;
  with_histories(*study.records, read,
                 [&](const TrialRecord& record) { add_names(record, names); });
  std::vector<std::string> cells = {"trial", "fold", "epoch"};
  cells.insert(cells.end(), names.begin(), names.end());
  write_csv_row(out, cells);
  with_histories(*study.records, read,
                 [&](const TrialRecord& record) { write_rows(out, record, names); });
}

}  // namespace tune::tuner
