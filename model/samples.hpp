#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <vector>

#include "model/tensor.hpp"

namespace tune::model {

/// Some features (or targets) of a data set, by their numbers from 0, in an order of its own.
using Selection = std::vector<std::uint32_t>;

/// One matrix of a data set (features x rows, or targets x rows) and what is done to a column when
/// it is copied into a batch: value -> (value - shift) * factor, NaN -> fill first. The arrays have
/// one number a feature; empty: the column is copied as it is. Views: nothing is owned.
struct Columns {
  const float* data = nullptr;
  Index rows = 0;  ///< that are copied
  Index stride = 0;
  std::span<const float> shift, factor, fill;
  std::span<const std::uint32_t> selection;  ///< numbers of those rows; empty: the first ones

  Columns() = default;
  explicit Columns(Eigen::Ref<const Eigen::MatrixXf, 0, Eigen::OuterStride<>> matrix)
      : data(matrix.data()), rows(matrix.rows()), stride(matrix.outerStride()) {}

  /// Only these rows of it; none: all. Throws InputError if there is no such row.
  Columns only(const Selection& selected) const;
};

/// The samples of a training, an evaluation or a prediction: some columns of a data set.
struct Samples {
  std::vector<Columns> inputs = {};   ///< one an input of the model
  std::vector<Columns> targets = {};  ///< one an output of the model; none to predict
  /// A number a column of the data set: an array an output, or one for all of them. Null, or no
  /// arrays: all alike.
  std::vector<const float*> weights = {};
  std::span<const std::uint32_t> rows = {};  ///< the columns that belong, in order
};

/// What each of `count` inputs (or outputs) of a network sees of a matrix. `selections` has one
/// entry for each; empty, as the whole list may be: everything. Throws InputError if they do not go
/// together. The selections must outlive what comes out.
std::vector<Columns> share_out(const Columns& all, const std::vector<Selection>& selections,
                               std::size_t count);

/// Copies the given columns, transformed, into the first columns of a block.
void gather(const Columns& from, std::span<const std::uint32_t> rows, const Block& to);

}  // namespace tune::model
