#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "search/base/reader.hpp"
#include "search/base/rng.hpp"

namespace tune::tuner {

enum class Task { regression, binary, multiclass, multilabel };

/// Which part of a study a row belongs to, where the data say so (`split = COLUMN`, a test file).
enum class Part : std::uint8_t { any, train, valid, test };

/// A column of the data as it was found, and what it became: one feature, or one a category.
struct Column {
  std::string name;
  std::vector<std::string> categories;  ///< of a text column, in the order of the one-hot features
};

/// A data set in memory, float32, a sample a contiguous column. Read-only once loaded.
struct Dataset {
  Task task = Task::regression;
  Eigen::MatrixXf x;  ///< features x rows; NaN where a value is missing
  /// targets x rows: the values (regression), 0 or 1 (binary, multilabel), or one row with the
  /// index of the class (multiclass).
  Eigen::MatrixXf y;
  std::vector<std::string> features;  ///< names of the rows of x; one-hot ones as "column=category"
  std::vector<Column> columns;        ///< what x was made from, in the order of its rows
  std::vector<std::string> targets;   ///< names of the rows of y
  std::vector<std::string> classes;  ///< binary, multiclass: the labels in the order of their index
  std::vector<std::int64_t> shape;   ///< of one sample, as the model sees it: {8}, {28, 28}
  std::vector<float> weights;        ///< one a row; empty: all alike
  std::vector<std::uint32_t> groups;  ///< number of each row's group; empty: none
  /// Number of each row's fold, -1: in the training part of all folds (`kind = column`); empty:
  /// none
  std::vector<std::int32_t> folds;
  std::vector<Part> parts;  ///< empty: all `any`

  std::size_t rows() const { return static_cast<std::size_t>(x.cols()); }
  /// Does each row belong to one class of several?
  bool one_class() const { return task == Task::binary || task == Task::multiclass; }
  /// Units that the output layer needs: classes for multiclass, else the number of targets.
  std::int64_t outputs() const;
};

/// Names of the tasks as the space file and preprocessing.json write them, by their number.
std::span<const std::string> task_names();

/// Keys of [data]: csv, test_csv, header, delimiter, idx_images, idx_labels, test_images,
/// test_labels, generator, target, drop, weight, group, split, fold, categorical, task, test,
/// holdout, scale, target_scale, missing.
std::span<const base::Key> data_keys();

/// Loads what [data] names: a CSV, IDX files or a generator. A relative path is looked for in
/// `folder` (of the space file), then in the folder that the environment variable TUNE_DATA names.
/// `rng` serves the generators.
///
/// `task = auto` is regression for targets that are numbers; text, and the integers of IDX labels,
/// are the labels of a classification, binary if there are two. Labels and categories are sorted,
/// by value if all are numbers. Unsigned bytes of IDX images are divided by 255. Rows of a test
/// file get Part::test.
///
/// Throws InputError that names file, row and column: a cell that is no number, inf, a missing
/// value (unless `missing` says otherwise), a missing target, one class only, no rows, columns
/// that do not exist, files that are cut short.
Dataset load_dataset(const base::Reader& data, const std::filesystem::path& folder, base::Rng rng);

/// Where the file that an option names is found (see load_dataset); throws InputError that lists
/// the places that were looked at.
std::filesystem::path find_data(const base::Reader& data, std::string_view key,
                                const std::filesystem::path& folder);

/// A short, stable text that changes whenever the content does: it ties results to their data.
std::string fingerprint(const Dataset& data);

}  // namespace tune::tuner
