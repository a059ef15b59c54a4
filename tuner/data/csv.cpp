#include "tuner/data/csv.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "search/base/error.hpp"
#include "tuner/data/csv_file.hpp"
#include "tuner/data/csv_rows.hpp"
#include "tuner/data/csv_schema.hpp"
#include "tuner/data/labels.hpp"

namespace tune::tuner {
namespace {

using Use = CsvField::Use;
constexpr std::size_t kMostCategories = 10000;

bool is_feature(const CsvField& field) {
  return field.use == Use::number || field.use == Use::category;
}

bool uses(const CsvSchema& schema, Use use) {
  return std::ranges::find(schema.fields, use, &CsvField::use) != schema.fields.end();
}

Categories checked_categories(const std::vector<std::string>& texts, const CsvField& field,
                              const CsvFile& file, bool listed, std::size_t rows) {
  const base::Place place{.file = file.path.string(), .line = 0, .key = field.name};
  if (texts.empty()) base::fail(place, "the column has no value; name it in [data] drop");
  std::vector<std::string> names = rank_texts(texts).names;
  const std::string many = std::to_string(names.size()) + " different texts in " +
                           std::to_string(rows) + " rows; name the column in [data] drop";
  if (names.size() > kMostCategories) base::fail(place, many);
  if (!listed && nearly_unique(names.size(), rows)) {
    base::fail(place, many + ", or in categorical to have it one-hot");
  }
  return Categories(std::move(names));
}

/// The first pass: number of rows of the file (that are kept, as far as that is known); sets the
/// categories and the rows of x of all fields.
std::size_t first_pass(const CsvFile& file, CsvSchema& schema, const base::Reader& options) {
  std::size_t rows = 0;
  if (uses(schema, Use::category)) {
    std::vector<Dictionary> found(schema.fields.size());
    rows = CsvRows(file, schema).collect(found);
    const std::vector<std::string> listed =
        options.has("categorical") ? options.list("categorical") : std::vector<std::string>{};
    for (std::size_t i = 0; rows > 0 && i < found.size(); ++i) {
      CsvField& field = schema.fields[i];
      if (field.use != Use::category) continue;
      const bool asked = std::ranges::find(listed, field.name) != listed.end();
      field.categories = checked_categories(found[i].texts(), field, file, asked, rows);
    }
  } else {
    rows = CsvRows(file, schema).count();
  }
  std::size_t next = 0;
  for (CsvField& field : schema.fields) {
    if (!is_feature(field)) continue;
    field.row = next;
    next += std::max<std::size_t>(1, field.categories.size());
  }
  return rows;
}

std::vector<Column> columns_of(const CsvSchema& schema) {
  std::vector<Column> columns;
  for (const CsvField& field : schema.fields) {
    if (is_feature(field)) columns.push_back({field.name, field.categories.names()});
  }
  return columns;
}

/// Memory for all rows, allocated once and not touched before it is written.
Dataset allocate(const CsvSchema& schema, std::size_t rows) {
  Dataset data;
  data.columns = columns_of(schema);
  data.features = feature_names(data.columns);
  if (data.features.empty()) throw base::InputError("drop: no column is left as a feature");
  for (const CsvField& field : schema.fields) {
    if (field.use == Use::target || field.use == Use::label) data.targets.push_back(field.name);
  }
  data.shape = {static_cast<std::int64_t>(data.features.size())};
  data.x.resize(static_cast<Eigen::Index>(data.features.size()), static_cast<Eigen::Index>(rows));
  data.y.resize(static_cast<Eigen::Index>(data.targets.size()), static_cast<Eigen::Index>(rows));
  if (uses(schema, Use::weight)) data.weights.resize(rows);
  if (uses(schema, Use::group)) data.groups.resize(rows);
  if (uses(schema, Use::fold)) data.folds.resize(rows, -1);
  if (uses(schema, Use::split)) data.parts.resize(rows);
  return data;
}

void shrink(Dataset& data, std::size_t rows) {
  // With as many rows as before Eigen shrinks a column-major matrix in place: no second copy.
  data.x.conservativeResize(Eigen::NoChange, static_cast<Eigen::Index>(rows));
  data.y.conservativeResize(Eigen::NoChange, static_cast<Eigen::Index>(rows));
  if (!data.weights.empty()) data.weights.resize(rows);
  if (!data.groups.empty()) data.groups.resize(rows);
  if (!data.folds.empty()) data.folds.resize(rows);
  if (!data.parts.empty()) data.parts.resize(rows);
}

void check_multilabel(const Dataset& data, const CsvFile& file) {
  for (Eigen::Index target = 0; target < data.y.rows(); ++target) {
    const auto row = data.y.row(target).array();
    const base::Place place{.file = file.path.string(),
                            .line = 0,
                            .key = data.targets[static_cast<std::size_t>(target)]};
    if (!(row == 0.0f || row == 1.0f).all()) {
      base::fail(place, "task = multilabel needs targets of 0 and 1");
    }
    if ((row == row(0)).all()) {
      base::fail(place, "there is one class only, '" + std::to_string(row(0) != 0.0f) + "'");
    }
  }
}

void finish(Dataset& data, const CsvSchema& schema, const CsvFile& file,
            const base::Reader& options) {
  if (uses(schema, Use::label)) {
    set_classes(data, schema.labels.texts(), options.text("task"),
                file.path.string() + ": " + data.targets[0]);
  } else if (options.is("task", "multilabel")) {
    data.task = Task::multilabel;
    check_multilabel(data, file);
  }
  if (uses(schema, Use::group)) {
    const Ranking ranking = rank_texts(schema.groups.texts());
    for (std::uint32_t& group : data.groups) group = ranking.ranks[group];
  }
  if (uses(schema, Use::weight) &&
      std::ranges::all_of(data.weights, [](float w) { return w == 0; })) {
    base::fail({.file = file.path.string(), .line = 0, .key = options.text("weight")},
               "all weights are 0");
  }
}

}  // namespace

std::vector<std::string> feature_names(const std::vector<Column>& columns) {
  std::vector<std::string> names;
  for (const Column& column : columns) {
    if (column.categories.empty()) names.push_back(column.name);
    for (const std::string& category : column.categories) {
      names.push_back(column.name + '=' + category);
    }
  }
  return names;
}

Dataset load_csv(const base::Reader& options, const std::filesystem::path& folder) {
  const auto inspect = [&](const char* key) {
    return inspect_csv(find_data(options, key, folder), options.text("delimiter"),
                       options.text("header"));
  };
  const CsvFile file = inspect("csv");
  std::optional<CsvFile> test_file;
  if (options.has("test_csv")) test_file = inspect("test_csv");
  CsvSchema schema = make_schema(file, options);
  const std::vector<Use> optional{Use::split, Use::fold};  // what test rows need not have

  const std::size_t most = first_pass(file, schema, options);
  const std::size_t most_test = test_file ? CsvRows(*test_file, schema, optional).count() : 0;
  Dataset data = allocate(schema, most + most_test);
  const std::size_t rows = CsvRows(file, schema).read(data, 0, most);
  if (rows == 0) base::fail({.file = file.path.string(), .line = 0, .key = {}}, "has no rows");
  std::size_t test_rows = 0;
  if (test_file) {
    test_rows = CsvRows(*test_file, schema, optional).read(data, rows, most_test);
    if (test_rows == 0) {
      base::fail({.file = test_file->path.string(), .line = 0, .key = {}}, "has no rows");
    }
    data.parts.resize(most + most_test, Part::any);
    std::fill_n(data.parts.begin() + static_cast<std::ptrdiff_t>(rows), test_rows, Part::test);
  }
  shrink(data, rows + test_rows);
  finish(data, schema, file, options);
  return data;
}

Eigen::MatrixXf read_csv_columns(const std::filesystem::path& path,
                                 const std::vector<Column>& columns,
                                 const std::vector<bool>& may_miss) {
  CsvSchema schema;
  std::size_t next = 0;
  for (const Column& column : columns) {
    schema.fields.push_back({.name = column.name,
                             .use = column.categories.empty() ? Use::number : Use::category,
                             .row = next,
                             .may_miss = may_miss.at(next),
                             .categories = Categories(column.categories)});
    next += std::max<std::size_t>(1, column.categories.size());
  }
  const CsvFile file = inspect_csv(path);
  const std::size_t rows = CsvRows(file, schema).count();
  Dataset data;
  data.x.resize(static_cast<Eigen::Index>(next), static_cast<Eigen::Index>(rows));
  CsvRows(file, schema).read(data, 0, rows);
  return std::move(data.x);
}

}  // namespace tune::tuner
