#include "model/learners/accuracy.hpp"

#include "search/base/error.hpp"

namespace tune::model {

double accuracy_score(const Eigen::MatrixXi& predicted, const Eigen::MatrixXi& y,
                      std::span<const float> sample_weight) {
  if (y.cols() != predicted.cols() || y.rows() != predicted.rows() ||
      (!sample_weight.empty() && std::ssize(sample_weight) != y.cols())) {
    throw base::InputError("score: there must be a label, and a weight if any, for each sample");
  }
  double hits = 0, all = 0;
  for (Eigen::Index s = 0; s < y.cols(); ++s) {
    const double weight = sample_weight.empty() ? 1 : sample_weight[static_cast<std::size_t>(s)];
    if (predicted.col(s) == y.col(s)) hits += weight;
    all += weight;
  }
  return hits / all;
}

}  // namespace tune::model
