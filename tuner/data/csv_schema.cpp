#include "tuner/data/csv_schema.hpp"

#include <algorithm>
#include <map>

#include "search/base/error.hpp"

namespace tune::tuner {
namespace {

using Use = CsvField::Use;

/// The names that a key lists, checked against the file and remembered in `owners`.
std::vector<std::string> claim(const char* key, const CsvFile& file, const base::Reader& options,
                               std::map<std::string, std::string>& owners) {
  if (!options.has(key)) return {};
  const std::vector<std::string> columns = file.names();
  const std::vector<std::string> names = options.list(key);
  for (const std::string& name : names) {
    if (std::ranges::find(columns, name) == columns.end()) {
      throw base::InputError(std::string(key) + ": there is no column '" + name + "' in " +
                             file.path.string() + base::suggestion(name, columns));
    }
    const auto [owner, fresh] = owners.emplace(name, key);
    if (!fresh) {
      throw base::InputError(std::string(key) + ": the column '" + name + "' is already named by " +
                             owner->second);
    }
  }
  return names;
}

bool is_text(const CsvFile& file, const std::string& name) {
  return std::ranges::find(file.columns, name, &CsvFile::Column::name)->text;
}

/// Does the target hold labels, in place of numbers?
bool holds_labels(const CsvFile& file, const std::vector<std::string>& targets,
                  const std::string& task) {
  const bool classes = task == "binary" || task == "multiclass";
  if (classes && targets.size() > 1) {
    throw base::InputError("task: " + task + " takes one target, there are " +
                           std::to_string(targets.size()) +
                           "; multilabel takes several of 0 and 1");
  }
  if (task != "auto") return classes;
  const auto text =
      std::ranges::find_if(targets, [&](const std::string& name) { return is_text(file, name); });
  if (text != targets.end() && targets.size() > 1) {
    throw base::InputError("target: the column '" + *text +
                           "' is text; several targets must be numbers");
  }
  return text != targets.end();
}

}  // namespace

CsvSchema make_schema(const CsvFile& file, const base::Reader& options) {
  CsvSchema schema;
  schema.drop_missing = options.is("missing", "drop");
  std::map<std::string, std::string> owners;
  const std::vector<std::string> targets = claim("target", file, options, owners);
  if (targets.empty()) {
    std::string names;
    for (const CsvFile::Column& column : file.columns) {
      names.append(names.empty() ? "" : ", ").append(column.name);
    }
    throw base::InputError("target: is missing; the columns of " + file.path.string() + " are " +
                           names);
  }
  const bool labels = holds_labels(file, targets, options.text("task"));
  for (std::size_t i = 0; i < targets.size(); ++i) {
    schema.fields.push_back({.name = targets[i],
                             .use = labels ? Use::label : Use::target,
                             .row = i,
                             .may_miss = false,
                             .categories = Categories{}});
  }
  const std::pair<const char*, Use> kinds[] = {
      {"weight", Use::weight}, {"group", Use::group}, {"split", Use::split}, {"fold", Use::fold}};
  for (const auto& [key, use] : kinds) {
    const std::vector<std::string> names = claim(key, file, options, owners);
    if (names.size() > 1) throw base::InputError(std::string(key) + ": one column is expected");
    if (names.empty()) continue;
    schema.fields.push_back(
        {.name = names[0], .use = use, .row = 0, .may_miss = false, .categories = Categories{}});
  }
  claim("drop", file, options, owners);
  const std::vector<std::string> categorical = claim("categorical", file, options, owners);
  const bool may_miss = options.is("missing", "mean") || options.is("missing", "median");
  for (const CsvFile::Column& column : file.columns) {
    const bool listed = std::ranges::find(categorical, column.name) != categorical.end();
    if (owners.contains(column.name) && !listed) continue;
    schema.fields.push_back({.name = column.name,
                             .use = listed || column.text ? Use::category : Use::number,
                             .row = 0,
                             .may_miss = may_miss,
                             .categories = Categories{}});
  }
  return schema;
}

}  // namespace tune::tuner
