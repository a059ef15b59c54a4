#include "tuner/data/csv_file.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "search/base/error.hpp"
#include "tuner/data/cell.hpp"
#include "tuner/data/csv_records.hpp"

namespace tune::tuner {
namespace {

constexpr int kSniffedRows = 1000;
constexpr std::array<std::pair<std::string_view, char>, 4> kDelimiters{
    {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"pipe", '|'}}};

std::vector<std::string> cells_of(std::string_view record, char delimiter) {
  std::vector<std::string> cells;
  std::string scratch;
  const char* end = record.data() + record.size();
  for (const char* at = record.data(); at <= end;) {
    cells.emplace_back(take_cell(at, end, delimiter, scratch));
  }
  return cells;
}

char guess_delimiter(std::string_view record) {
  char best = ',';
  std::size_t most = 0;
  for (const auto& [name, delimiter] : kDelimiters) {
    const std::size_t count = cells_of(record, delimiter).size();
    if (count > most) {
      most = count;
      best = delimiter;
    }
  }
  return best;
}

bool is_number(std::string_view cell) {
  return parse_double(cell).has_value();
}

void name_columns(CsvFile& file, const std::vector<std::string>& first, int line) {
  for (std::size_t i = 0; i < first.size(); ++i) {
    const bool named = file.header && !first[i].empty();
    std::string name = named ? first[i] : "column" + std::to_string(i + 1);
    if (std::ranges::find(file.columns, name, &CsvFile::Column::name) != file.columns.end()) {
      base::fail({.file = file.path.string(), .line = line, .key = name},
                 "two columns have this name");
    }
    file.columns.push_back({.name = std::move(name), .text = false});
  }
}

/// Sets which columns are text, from the rows that follow in `records`.
void sniff_columns(CsvFile& file, CsvRecords& records, CsvRecord record, bool more) {
  std::vector<int> numbers(file.columns.size()), texts(file.columns.size());
  for (int row = 0; more && row < kSniffedRows; ++row, more = records.next(record)) {
    const std::vector<std::string> cells = cells_of(record.text, file.delimiter);
    for (std::size_t i = 0; i < std::min(cells.size(), numbers.size()); ++i) {
      if (is_missing(cells[i])) continue;
      ++(is_number(cells[i]) ? numbers : texts)[i];
    }
  }
  for (std::size_t i = 0; i < file.columns.size(); ++i) {
    file.columns[i].text = texts[i] > numbers[i];
  }
}

}  // namespace

std::vector<std::string> CsvFile::names() const {
  std::vector<std::string> names;
  for (const Column& column : columns) names.push_back(column.name);
  return names;
}

CsvFile inspect_csv(const std::filesystem::path& path, std::string_view delimiter,
                    std::string_view header) {
  CsvFile file{.path = path, .delimiter = ',', .header = header != "no", .columns = {}};
  CsvRecord record;
  const auto* named =
      std::ranges::find(kDelimiters, delimiter, &decltype(kDelimiters)::value_type::first);
  if (named != kDelimiters.end()) {
    file.delimiter = named->second;
  } else if (CsvRecords start(path, ','); start.next(record)) {
    file.delimiter = guess_delimiter(record.text);
  }
  CsvRecords records(path, file.delimiter);
  if (!records.next(record)) {
    base::fail({.file = path.string(), .line = 0, .key = {}}, "is empty");
  }
  const std::vector<std::string> first = cells_of(record.text, file.delimiter);
  if (header == "auto") file.header = std::ranges::none_of(first, is_number);
  name_columns(file, first, record.line);
  const bool more = file.header ? records.next(record) : true;
  sniff_columns(file, records, record, more);
  return file;
}

}  // namespace tune::tuner
