#pragma once

#include <Eigen/Core>

#include "model/tensor.hpp"

namespace tune::tests {

/// A matrix of features x samples in memory of its own, laid out as a workspace's blocks are.
class Blocked {
 public:
  explicit Blocked(const Eigen::MatrixXf& from, float padding = 0)
      : samples_(from.cols()),
        values_(static_cast<std::size_t>(model::column_stride(from.rows()) * from.cols()), padding),
        block_{values_.data(), from.rows(), model::column_stride(from.rows())} {
    all().topRows(from.rows()) = from;
  }
  Blocked(const Blocked&) = delete;
  Blocked& operator=(const Blocked&) = delete;

  const model::Block& block() const { return block_; }
  Eigen::Index samples() const { return samples_; }
  Eigen::MatrixXf matrix() const { return all().topRows(block_.rows); }
  Eigen::MatrixXf padding() const { return all().bottomRows(block_.stride - block_.rows); }

 private:
  Eigen::Map<Eigen::MatrixXf> all() const { return {block_.data, block_.stride, samples_}; }

  Eigen::Index samples_;
  model::Floats values_;
  model::Block block_;
};

}  // namespace tune::tests
