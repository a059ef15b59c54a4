#include "tuner/data/profile.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "tuner/data/cell.hpp"
#include "tuner/data/csv_records.hpp"

namespace tune::tuner {
namespace {

/// Follows one column from row to row.
class Follower {
 public:
  explicit Follower(const CsvFile::Column& column) {
    profile_.name = column.name;
    profile_.text = column.text;
  }

  void take(std::string_view cell, int line) {
    if (is_missing(cell)) {
      ++profile_.missing;
      return;
    }
    const auto known = cells_.find(cell);
    if (known != cells_.end()) {
      ++known->second;
    } else if (cells_.size() < ColumnProfile::kMostDistinct) {
      cells_.emplace(cell, 1);
    }
    if (!profile_.text) take_number(cell, line);
  }

  ColumnProfile end() && {
    profile_.distinct = cells_.size();
    if (!cells_.empty()) {
      profile_.rarest =
          std::ranges::min_element(cells_, {}, [](const auto& c) { return c.second; })->second;
    }
    const bool numbers = !profile_.text && profile_.bad.empty() && !cells_.empty();
    profile_.whole &= numbers;
    profile_.counts &= numbers && cells_.size() > 2;
    return std::move(profile_);
  }

 private:
  void take_number(std::string_view cell, int line) {
    float value = 0;
    if (parse_float(cell, value) != Parsed::number) {
      if (profile_.bad.empty()) profile_.bad_line = line;
      if (profile_.bad.empty()) profile_.bad = cell;
      return;
    }
    const double number = *parse_double(cell);
    profile_.largest = std::max(profile_.largest, std::abs(number));
    profile_.whole &= number == std::floor(number);
    profile_.counts &= !started_ || number == last_ + 1;
    started_ = true;
    last_ = number;
  }

  ColumnProfile profile_;
  std::map<std::string, std::size_t, std::less<>> cells_;  ///< how often each text stands there
  bool started_ = false;
  double last_ = 0;
};

}  // namespace

CsvProfile profile_csv(const std::filesystem::path& path) {
  CsvProfile profile{.file = inspect_csv(path), .rows = 0, .columns = {}};
  std::vector<Follower> followers(profile.file.columns.begin(), profile.file.columns.end());
  CsvRecords records(path, profile.file.delimiter);
  CsvRecord record;
  std::string scratch;
  if (profile.file.header) records.next(record);
  while (records.next(record)) {
    ++profile.rows;
    const char *at = record.text.data(), *end = at + record.text.size();
    for (std::size_t i = 0; i < followers.size() && at <= end; ++i) {
      followers[i].take(take_cell(at, end, profile.file.delimiter, scratch), record.line);
    }
  }
  for (Follower& follower : followers) profile.columns.push_back(std::move(follower).end());
  return profile;
}

}  // namespace tune::tuner
