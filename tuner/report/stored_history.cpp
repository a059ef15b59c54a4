#include "tuner/report/stored_history.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "search/base/error.hpp"
#include "tuner/data/cell.hpp"
#include "tuner/data/csv_records.hpp"
#include "tuner/report/study_history.hpp"

namespace tune::tuner {
namespace {

constexpr std::size_t kMostFolds = 1'000'000;  ///< times repeats

std::vector<std::string> cells_of(std::string_view record) {
  std::vector<std::string> cells;
  std::string scratch;
  const char *at = record.data(), *end = at + record.size();
  while (at <= end) cells.emplace_back(take_cell(at, end, ',', scratch));
  return cells;
}

std::optional<std::size_t> position(const std::vector<std::string>& names, const char* name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

std::vector<LossCurve> read_file(const std::filesystem::path& file, std::size_t trial) {
  std::vector<LossCurve> curves;
  if (!std::filesystem::exists(file)) return curves;
  CsvRecords records(file, ',');
  CsvRecord record;
  if (!records.next(record)) return curves;
  const std::vector<std::string> names = cells_of(record.text);
  const auto loss = position(names, "val_loss");
  if (!loss) return curves;
  const std::string number = std::to_string(trial) + ',';
  while (records.next(record)) {
    if (!record.text.starts_with(number)) continue;
    const std::vector<std::string> cells = cells_of(record.text);
    const auto fold = cells.size() > *loss ? parse_double(cells[1]) : std::nullopt;
    const auto epoch = cells.size() > *loss ? parse_double(cells[2]) : std::nullopt;
    if (!fold || !epoch || !(*fold >= 0 && *fold < kMostFolds && *epoch >= 0 && *epoch < 1e9)) {
      base::fail({.file = file.string(), .line = record.line, .key = {}},
                 "is not what a run writes");
    }
    const auto at = static_cast<std::size_t>(*fold);
    if (curves.size() <= at) curves.resize(at + 1);
    if (const auto value = parse_double(cells[*loss])) {
      curves[at][static_cast<int>(*epoch)] = *value;
    }
  }
  return curves;
}

std::vector<LossCurve> losses_of(const TrialRecord& record) {
  std::vector<LossCurve> curves(record.folds.size());
  for (std::size_t fold = 0; fold < curves.size(); ++fold) {
    int epoch = record.from;
    for (const model::Logs& logs : record.folds[fold].history) {
      const auto loss = logs.find(kMonitored);
      ++epoch;
      if (loss != logs.end()) curves[fold][epoch] = loss->second;
    }
  }
  return curves;
}

}  // namespace

std::vector<LossCurve> load_validation_losses(const StudyPlace& place, TrialRecord record) {
  if (!place.store()) return read_file(place.folder / "history.csv", record.number);
  StudyHistory(place).read(record);
  return losses_of(record);
}

}  // namespace tune::tuner
