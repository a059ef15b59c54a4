#pragma once

#include <Eigen/Core>
#include <span>

namespace tune::model {

/// scikit-learn's accuracy_score of labels x samples: the (weighted) share of the samples all of
/// whose labels are predicted. Throws InputError if there is not a column, and a weight if any, for
/// each sample.
double accuracy_score(const Eigen::MatrixXi& predicted, const Eigen::MatrixXi& y,
                      std::span<const float> sample_weight);

}  // namespace tune::model
