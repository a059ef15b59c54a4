#include "tuner/data/csv_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "search/base/error.hpp"
#include "tuner/data/cell.hpp"

namespace tune::tuner {
namespace {

using Use = CsvField::Use;
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

std::string quoted(std::string_view cell) {
  std::string text("'");
  return text.append(cell).append("'");
}

Part part_of(std::string_view cell) {
  if (cell == "train") return Part::train;
  if (cell == "valid") return Part::valid;
  return cell == "test" ? Part::test : Part::any;
}

}  // namespace

CsvRows::CsvRows(const CsvFile& file, CsvSchema& schema, std::vector<Use> optional)
    : file_(file),
      schema_(schema),
      bound_(file.columns.size(), nullptr),
      records_(file.path, file.delimiter) {
  for (const CsvField& field : schema.fields) {
    const auto column = std::ranges::find(file.columns, field.name, &CsvFile::Column::name);
    if (column != file.columns.end()) {
      bound_[static_cast<std::size_t>(column - file.columns.begin())] = &field;
    } else if (std::ranges::find(optional, field.use) == optional.end()) {
      line_ = file.header ? 1 : 0;
      fail({},
           "there is no column '" + field.name + "'" + base::suggestion(field.name, file.names()));
    }
  }
  CsvRecord header;
  if (file.header) records_.next(header);
}

std::size_t CsvRows::count() {
  std::size_t rows = 0;
  for (CsvRecord record; records_.next(record);) ++rows;
  return rows;
}

std::size_t CsvRows::collect(std::vector<Dictionary>& categories) {
  std::size_t rows = 0;
  std::vector<std::pair<std::size_t, std::string>> found;
  for (CsvRecord record; records_.next(record);) {
    found.clear();
    bool kept = true;
    const char* at = record.text.data();
    const char* end = at + record.text.size();
    for (std::size_t column = 0; at <= end && column < bound_.size(); ++column) {
      const std::string_view cell = take_cell(at, end, file_.delimiter, scratch_);
      const CsvField* field = bound_[column];
      if (field == nullptr) continue;
      const bool missing = is_missing(cell);
      if (missing && schema_.drop_missing) kept = false;
      if (!missing && field->use == Use::category) {
        found.emplace_back(static_cast<std::size_t>(field - schema_.fields.data()), cell);
      }
    }
    if (!kept) continue;
    for (const auto& [field, text] : found) categories[field].number(text);
    ++rows;
  }
  return rows;
}

std::size_t CsvRows::read(Dataset& data, std::size_t first, std::size_t most) {
  std::size_t rows = 0;
  for (CsvRecord record; records_.next(record);) {
    line_ = record.line;
    if (rows == most) {
      if (schema_.drop_missing) break;  // the first pass dropped all that follow
      fail({}, "the file has grown while it was read");
    }
    if (read_record(record, data, first + rows)) ++rows;
  }
  return rows;
}

bool CsvRows::read_record(const CsvRecord& record, Dataset& data, std::size_t row) {
  const char* at = record.text.data();
  const char* end = at + record.text.size();
  float* x = data.x.col(static_cast<Eigen::Index>(row)).data();
  bool kept = true;
  unknown_.reset();
  for (const CsvField* field : bound_) {
    if (at > end) fail_width(record.text);
    if (field != nullptr && field->use == Use::number) {
      float& value = x[field->row];
      const char* stop = parse_short_integer(at, end, file_.delimiter, value);
      if (stop == nullptr) stop = parse_plain_float(at, end, value);
      if (stop != nullptr && (stop == end || *stop == file_.delimiter)) {
        at = stop + 1;
        continue;
      }
    }
    const std::string_view cell = take_cell(at, end, file_.delimiter, scratch_);
    if (field != nullptr && !store(*field, cell, data, row)) kept = false;
  }
  if (at <= end) fail_width(record.text);
  if (kept && unknown_) throw base::InputError(*unknown_);
  return kept;
}

bool CsvRows::store(const CsvField& field, std::string_view cell, Dataset& data, std::size_t row) {
  if (is_missing(cell)) return store_missing(field, data, row);
  const auto at = static_cast<Eigen::Index>(field.row), sample = static_cast<Eigen::Index>(row);
  switch (field.use) {
    case Use::number:
      data.x(at, sample) = number(field, cell);
      break;
    case Use::target:
      data.y(at, sample) = number(field, cell);
      break;
    case Use::label:
      data.y(at, sample) = static_cast<float>(schema_.labels.number(cell));
      break;
    case Use::group:
      data.groups[row] = schema_.groups.number(cell);
      break;
    case Use::category: {
      const auto found = field.categories.find(cell);
      if (!found) {
        // Of a row that is left out for another cell, the categories were not collected.
        unknown_ = base::Place{.file = file_.path.string(), .line = line_, .key = field.name}
                       .prefix()
                       .append(quoted(cell))
                       .append(" is not one of the categories")
                       .append(base::suggestion(cell, field.categories.names()));
        break;
      }
      data.x.col(sample).segment(at, static_cast<Eigen::Index>(field.categories.size())).setZero();
      data.x(at + *found, sample) = 1;
      break;
    }
    case Use::weight: {
      const float weight = number(field, cell);
      if (weight < 0) fail(field.name, "the weight " + std::string(cell) + " is negative");
      data.weights[row] = weight;
      break;
    }
    case Use::split:
      data.parts[row] = part_of(cell);
      if (data.parts[row] == Part::any) {
        fail(field.name, quoted(cell) + " is not one of: train | valid | test");
      }
      break;
    case Use::fold: {
      const float fold = number(field, cell);
      if (fold != std::floor(fold) || fold < -1 || fold > 1e6f) {
        fail(field.name, quoted(cell) +
                             " is not a fold: integer from 0, or -1 for rows that are always in "
                             "the training part");
      }
      data.folds[row] = static_cast<std::int32_t>(fold);
      break;
    }
  }
  return true;
}

bool CsvRows::store_missing(const CsvField& field, Dataset& data, std::size_t row) const {
  if (schema_.drop_missing) return false;
  if (!field.may_miss) {
    const bool feature = field.use == Use::number || field.use == Use::category;
    const bool target = field.use == Use::target || field.use == Use::label;
    fail(field.name, feature  ? "the value is missing; [data] missing = mean, median or drop says "
                                "what to do"
                     : target ? "the target is missing; [data] missing = drop leaves such rows out"
                              : "the value is missing; [data] missing = drop leaves such rows out");
  }
  const auto count = static_cast<Eigen::Index>(std::max<std::size_t>(1, field.categories.size()));
  data.x.col(static_cast<Eigen::Index>(row))
      .segment(static_cast<Eigen::Index>(field.row), count)
      .setConstant(kNaN);
  return true;
}

float CsvRows::number(const CsvField& field, std::string_view cell) const {
  float value = 0;
  const Parsed parsed = parse_float(cell, value);
  if (parsed == Parsed::number) return value;
  const std::string text = quoted(cell);
  if (parsed == Parsed::infinite) fail(field.name, text + " is not finite");
  if (parsed == Parsed::too_large) fail(field.name, text + " is too large for a float32");
  const char* hint = field.use == Use::number
                         ? "; if the column is text, name it in [data] categorical"
                     : field.use == Use::target
                         ? "; labels need [data] task = binary or multiclass, and one target"
                         : "";
  fail(field.name, text + " is not a number" + hint);
}

void CsvRows::fail(const std::string& key, const std::string& message) const {
  base::fail({.file = file_.path.string(), .line = line_, .key = key}, message);
}

void CsvRows::fail_width(std::string_view record) const {
  std::size_t cells = 0;
  std::string scratch;
  const char* end = record.data() + record.size();
  for (const char* at = record.data(); at <= end; ++cells) {
    take_cell(at, end, file_.delimiter, scratch);
  }
  fail({}, "the row has " + std::to_string(cells) + (cells == 1 ? " cell" : " cells") + ", " +
               std::to_string(bound_.size()) + " are expected");
}

}  // namespace tune::tuner
