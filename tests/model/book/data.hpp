#pragma once

#include <cmath>

#include "model/model.hpp"
#include "tests/support/tables.hpp"

// Small data sets in place of the book's, of the same shapes.
// What the page model/README.md shows stands in the files beside
// this one; page.cpp compares them.

namespace tune::tests {

/// Features x samples, targets x samples.
struct BookData {
  Eigen::MatrixXf x_train, y_train, x_valid, y_valid, x_test,
      y_test;
};

/// California housing: 8 features, a price.
inline BookData houses() {
  const auto x = [](Eigen::Index samples, std::uint64_t seed) {
    return random_matrix(8, samples, base::Rng(seed));
  };
  const auto price =
      [](const Eigen::MatrixXf& features) -> Eigen::MatrixXf {
    return features.colwise().sum().array().sin() + 2;
  };
  BookData data{x(96, 1), {}, x(32, 2), {}, x(32, 3), {}};
  data.y_train = price(data.x_train);
  data.y_valid = price(data.x_valid);
  data.y_test = price(data.x_test);
  return data;
}

/// Fashion-MNIST: images of 28 x 28 with the brightest of ten
/// bands as their class.
inline BookData images() {
  const auto labels = [](Eigen::Index samples) {
    Eigen::MatrixXf y(1, samples);
    for (Eigen::Index s = 0; s < samples; ++s)
      y(0, s) = static_cast<float>(s % 10);
    return y;
  };
  const auto pictures = [](const Eigen::MatrixXf& y,
                           std::uint64_t seed) {
    Eigen::MatrixXf x =
        random_matrix(784, y.cols(), base::Rng(seed), 0.2f)
            .cwiseAbs();
    for (Eigen::Index s = 0; s < y.cols(); ++s) {
      x.col(s)
          .segment(static_cast<Eigen::Index>(y(0, s)) * 78, 78)
          .array() += 0.6f;
    }
    return x;
  };
  BookData data{{}, labels(120), {}, labels(30), {}, labels(30)};
  data.x_train = pictures(data.y_train, 1);
  data.x_valid = pictures(data.y_valid, 2);
  data.x_test = pictures(data.y_test, 3);
  return data;
}

}  // namespace tune::tests
