#include <fstream>
#include <nlohmann/json.hpp>

#include "search/expected_improvement.hpp"
#include "search/gaussian_process.hpp"
#include "search/warping.hpp"
#include "tests/support/catch.hpp"

// Values of scikit-learn, SciPy and mpmath, written by gp_values.py, which says what they are.

using namespace tune::search;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Json = nlohmann::json;

namespace {

const Json& golden() {
  static const Json kValues =
      Json::parse(std::ifstream(TUNE_SOURCE_DIR "/tests/golden/gp_values.json"));
  return kValues;
}

VectorXd vector(const Json& values) {
  return VectorXd::NullaryExpr(std::ssize(values),
                               [&](Index i) { return values[static_cast<std::size_t>(i)]; });
}

MatrixXd matrix(const Json& rows) {
  MatrixXd values(std::ssize(rows), std::ssize(rows[0]));
  for (Index i = 0; i < values.rows(); ++i) {
    values.row(i) = vector(rows[static_cast<std::size_t>(i)]).transpose();
  }
  return values;
}

}  // namespace

TEST_CASE("likelihoods and predictions of Gaussian processes are scikit-learn's") {
  for (const Json& one : golden()["process"]) {
    const VectorXd lengths = vector(one["lengths"]), outcomes = vector(one["y"]);
    const Kernel kernel{lengths.array().square().inverse(), one["signal"], one["noise"]};
    Points points{matrix(one["x"]), {}};
    for (Index f = 0; f < lengths.size(); ++f) points.groups.push_back(f);
    INFO(outcomes.size() << " points");

    VectorXd slopes;
    CHECK(log_likelihood(kernel, points, outcomes, slopes) ==
          Approx(one["likelihood"].get<double>()).epsilon(1e-9));
    // log w = -2 log length.
    CHECK(slopes.head(lengths.size()).isApprox(-0.5 * vector(one["by_lengths"]), 1e-7));
    CHECK(slopes[lengths.size()] == Approx(one["by_signal"].get<double>()).epsilon(1e-7));
    CHECK(slopes[lengths.size() + 1] == Approx(one["by_noise"].get<double>()).epsilon(1e-7));

    const GaussianProcess process(kernel, points);
    const MatrixXd places = matrix(one["new"]);
    const VectorXd means = vector(one["mean"]), variances = vector(one["variance"]);
    const VectorXd weights = process.weights(outcomes);
    for (Index i = 0; i < places.rows(); ++i) {
      const auto posterior = process.posterior(places.row(i).transpose(), weights);
      CHECK(posterior.mean == Approx(means[i]).epsilon(1e-8));
      CHECK(posterior.variance == Approx(variances[i]).epsilon(1e-6).margin(1e-10));
    }
  }
}

TEST_CASE("logarithms of expected improvements are exact far into the tail") {
  for (const Json& one : golden()["improvement"]) {
    const auto [value, by_mean, by_deviation] = log_expected_improvement(one[0], one[1], one[2]);
    INFO("mean " << one[0] << ", deviation " << one[1] << ", best " << one[2]);
    CHECK(value == Approx(one[3].get<double>()).epsilon(1e-11).margin(1e-11));
    CHECK(by_mean == Approx(one[4].get<double>()).epsilon(1e-9));
    CHECK(by_deviation == Approx(one[5].get<double>()).epsilon(1e-9).margin(1e-300));
  }
}

TEST_CASE("outcomes are warped as by SciPy's yeojohnson") {
  for (const Json& one : golden()["warping"]) {
    const VectorXd values = vector(one["values"]), expected = vector(one["transformed"]);
    const double lambda = one["lambda"];
    CHECK(fitted_lambda(values) == Approx(std::clamp(lambda, -2.0, 2.0)).margin(0.01));
    for (Index i = 0; i < values.size(); ++i) {
      CHECK(yeo_johnson(values[i], lambda) == Approx(expected[i]).epsilon(1e-10).margin(1e-12));
    }
  }
}
