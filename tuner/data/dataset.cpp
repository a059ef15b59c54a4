#include "tuner/data/dataset.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>

#include "search/base/error.hpp"
#include "tuner/data/csv.hpp"
#include "tuner/data/generators.hpp"
#include "tuner/data/idx.hpp"

namespace tune::tuner {
namespace {

/// Keys that mean nothing to a source must not be given with it.
void refuse(const base::Reader& options, std::span<const char* const> keys, const char* source) {
  for (const char* key : keys) {
    if (options.has(key) && !options.is(key, "auto")) {
      throw base::InputError(std::string(key) + ": has no meaning with " + source);
    }
  }
}

void check_sources(const base::Reader& options) {
  static constexpr std::array kCsv{"test_csv", "header", "delimiter", "target", "drop",
                                   "weight",   "group",  "split",     "fold",   "categorical"};
  static constexpr std::array kIdx{"idx_labels", "test_images", "test_labels"};
  const bool csv = options.has("csv"), idx = options.has("idx_images"),
             generator = options.has("generator");
  if (csv + idx + generator != 1) {
    throw base::InputError(
        "csv: " +
        std::string(csv + idx + generator == 0 ? "is missing" : "is not the only source") +
        "; give one of: csv | idx_images | generator");
  }
  if (!csv) refuse(options, kCsv, idx ? "idx_images" : "generator");
  if (!idx) refuse(options, kIdx, csv ? "csv" : "generator");
  if (idx && options.has("test_images") != options.has("test_labels")) {
    throw base::InputError("test_labels: test_images and test_labels go together");
  }
}

}  // namespace

std::int64_t Dataset::outputs() const {
  return task == Task::multiclass ? static_cast<std::int64_t>(classes.size()) : y.rows();
}

std::span<const std::string> task_names() {
  static const std::array<std::string, 4> names{"regression", "binary", "multiclass", "multilabel"};
  return names;
}

std::span<const base::Key> data_keys() {
  using base::name_key, base::text_key, base::real_key;
  const base::Value automatic = std::string("auto"), none = std::string("none");
  static const std::array keys{
      text_key("csv", {}, "CSV file with the data"),
      text_key("test_csv", {}, "CSV file with test rows, scored once at the end"),
      name_key("header", automatic, {"auto", "yes", "no"},
               "is the first row of the CSV the names of its columns?"),
      name_key("delimiter", automatic, {"auto", "comma", "semicolon", "tab", "pipe"},
               "what separates the cells of the CSV"),
      text_key("idx_images", {}, "IDX file with images (MNIST's format), plain or gzip"),
      text_key("idx_labels", {}, "IDX file with their labels"),
      text_key("test_images", {}, "IDX file with test images, scored once at the end"),
      text_key("test_labels", {}, "IDX file with their labels"),
      text_key("generator", {},
               "made-up data: moons, circles, xor, spiral, friedman1, linear, as "
               "moons(1000, noise=0.2)"),
      text_key("target", {}, "column to predict; several names: several outputs"),
      text_key("drop", {}, "columns to leave out"),
      text_key("weight", {}, "column with the weight of each row, from 0"),
      text_key("group", {}, "column whose rows of one value stay together in a fold"),
      text_key("split", {}, "column that says train, valid or test"),
      text_key("fold", {}, "column with the number of each row's fold, for [cv] kind = column"),
      text_key("categorical", {}, "columns to code one-hot although they look like numbers"),
      name_key("task", automatic, {"auto", "regression", "binary", "multiclass", "multilabel"},
               "auto: regression for numbers, classification for text and IDX labels"),
      real_key("test", base::Value(0.0), 0, 0.99, "fraction of the rows that is scored at the end"),
      real_key("holdout", base::Value(0.0), 0, 0.99,
               "fraction of the other rows that is the fixed validation split"),
      name_key("scale", base::Value(std::string("standard")), {"standard", "minmax", "none"},
               "how features are scaled, fitted on training rows"),
      name_key("target_scale", none, {"standard", "minmax", "none"},
               "how targets of a regression are scaled, undone before scoring"),
      name_key("missing", base::Value(std::string("error")), {"error", "mean", "median", "drop"},
               "what to do with empty cells, NA, NaN, nan, ? and null")};
  return keys;
}

Dataset load_dataset(const base::Reader& options, const std::filesystem::path& folder,
                     base::Rng rng) {
  check_sources(options);
  Dataset data = options.has("csv") ? load_csv(options, folder)
                 : options.has("idx_images")
                     ? load_idx(options, folder)
                     : generate_data(options.text("generator"), options.text("task"), rng);
  if (data.rows() > std::numeric_limits<std::uint32_t>::max()) {
    throw base::InputError("csv: more than 4294967295 rows are not possible");
  }
  if (data.task != Task::regression && !options.is("target_scale", "none")) {
    throw base::InputError("target_scale: only a regression can scale its targets, the task is " +
                           task_names()[static_cast<std::size_t>(data.task)]);
  }
  return data;
}

std::filesystem::path find_data(const base::Reader& options, std::string_view key,
                                const std::filesystem::path& folder) {
  const std::filesystem::path path = options.text(key);
  std::error_code unknown;
  const char* shared = std::getenv("TUNE_DATA");
  std::vector<std::filesystem::path> places{folder / path};  // of an absolute path: itself
  const bool more = shared != nullptr && *shared != '\0' && path.is_relative();
  if (more) places.push_back(shared / path);
  for (const std::filesystem::path& place : places) {
    if (std::filesystem::exists(place, unknown)) return place;
  }
  throw base::InputError(std::string(key) + ": there is no file " + places[0].string() +
                         (more ? " and no " + places[1].string() + " (TUNE_DATA)"
                          : path.is_relative()
                              ? "; the variable TUNE_DATA may name another folder to look in"
                              : ""));
}

}  // namespace tune::tuner
