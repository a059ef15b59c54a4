#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tuner/data/csv_file.hpp"
#include "tuner/data/csv_records.hpp"
#include "tuner/data/dataset.hpp"
#include "tuner/data/dictionary.hpp"

namespace tune::tuner {

/// One thing that is read from a CSV, found by the name of its column.
struct CsvField {
  enum class Use { number, category, target, label, weight, group, split, fold };

  std::string name;
  Use use = Use::number;
  std::size_t row = 0;    ///< number, category: first row of x; target, label: row of y
  bool may_miss = false;  ///< number, category: is a missing cell kept as NaN?
  Categories categories;  ///< category: what it is coded to
};

/// All that is read from a CSV, and from a second file of test rows.
struct CsvSchema {
  std::vector<CsvField> fields;
  bool drop_missing = false;  ///< leave out rows with a missing cell
  Dictionary labels;          ///< of Use::label: y holds their numbers
  Dictionary groups;          ///< of Use::group: Dataset::groups holds their numbers
};

/// Reads the rows of one CSV file; every pass over the file is an object of its own.
class CsvRows {
 public:
  /// Fields without a column are left out if `optional` says so of their use, else InputError.
  CsvRows(const CsvFile& file, CsvSchema& schema, std::vector<CsvField::Use> optional = {});

  /// Number of rows, by their line ends alone.
  std::size_t count();
  /// Number of rows that are kept; collects the categories of the fields that have none yet, as
  /// texts in the order of their appearance (by index of the field).
  std::size_t collect(std::vector<Dictionary>& categories);
  /// Fills data from column `first` on, up to `most` rows; returns the number of rows kept. Throws
  /// InputError that names line and column of a bad cell.
  std::size_t read(Dataset& data, std::size_t first, std::size_t most);

 private:
  bool read_record(const CsvRecord& record, Dataset& data, std::size_t row);
  /// False if the row is to be left out.
  bool store(const CsvField& field, std::string_view cell, Dataset& data, std::size_t row);
  bool store_missing(const CsvField& field, Dataset& data, std::size_t row) const;
  float number(const CsvField& field, std::string_view cell) const;
  [[noreturn]] void fail(const std::string& key, const std::string& message) const;
  [[noreturn]] void fail_width(std::string_view record) const;

  const CsvFile& file_;
  CsvSchema& schema_;
  std::vector<const CsvField*> bound_;  ///< of each column of the file; null: not read
  CsvRecords records_;
  int line_ = 0;
  std::optional<std::string> unknown_;  ///< what is wrong with a category of this record
  std::string scratch_;
};

}  // namespace tune::tuner
