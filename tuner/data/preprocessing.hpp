#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "model/samples.hpp"
#include "tuner/data/dataset.hpp"

namespace tune::tuner {

/// value -> (value - shift) * factor, row by row of a matrix; a missing value (NaN) counts as
/// `fill`, and stays missing where that is NaN too (`missing = error` or `drop`).
struct Affine {
  std::vector<float> shift, factor, fill;

  std::size_t size() const { return shift.size(); }
};

/// The matrix as it comes into batches. A view of both.
model::Columns transformed(const Eigen::MatrixXf& matrix, const Affine& affine);

/// What is fitted on training rows and applied to all others: filling missing values, scaling the
/// features, scaling the targets.
struct Preprocessing {
  Affine features;
  Affine targets;  ///< undone before anything is scored; empty: the targets are not scaled

  /// A prediction in the scale of the data from one in the scale of the model, in place.
  void undo_targets(Eigen::Ref<Eigen::MatrixXf> predictions) const;
};

/// Fits `scale`, `target_scale` and `missing` of [data] on the given rows (ascending or not; the
/// result does not depend on the order). `standard`: mean and population standard deviation, as
/// scikit-learn's StandardScaler (a constant feature is only shifted); `minmax`: to [0, 1]; sums in
/// double. Missing values are filled before the scaling is fitted. Throws InputError for a feature
/// that is missing in all of the rows.
Preprocessing fit_preprocessing(const Dataset& data, const base::Reader& options,
                                std::span<const std::uint32_t> rows);

/// All that is needed to use a model on new data: how columns become features, the fitted scaling,
/// which features each of the model's inputs sees, the labels. Kept beside a model as
/// preprocessing.json.
struct Pipeline {
  Task task = Task::regression;
  std::vector<Column> columns;
  std::vector<std::string> targets, classes;
  std::vector<std::int64_t> shape;
  Preprocessing preprocessing;
  /// One an input; empty, as a whole or one of them: all features (see model::share_out).
  std::vector<model::Selection> inputs = {};
};
Pipeline make_pipeline(const Dataset& data, Preprocessing preprocessing,
                       std::vector<model::Selection> inputs = {});

/// Writes the file at once: it is complete or not there.
void save_pipeline(const Pipeline& pipeline, const std::filesystem::path& file);
/// Throws InputError that says what is wrong with the file.
Pipeline load_pipeline(const std::filesystem::path& file);

/// Reads a CSV (or IDX images) to predict for: columns are found by name (the target may be there
/// or not, others are ignored), categories are encoded as in training (an unknown one is an
/// InputError that names row and column). x is features x rows, not yet scaled; NaN where a value
/// is missing and the pipeline fills it, an InputError where it does not.
Eigen::MatrixXf read_inputs(const Pipeline& pipeline, const std::filesystem::path& file);

}  // namespace tune::tuner
