#include <cmath>

#include "search/acquisition.hpp"
#include "search/base/rng.hpp"
#include "search/embedding.hpp"
#include "search/expected_improvement.hpp"
#include "search/kernel_fit.hpp"
#include "search/lbfgs.hpp"
#include "search/warping.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"

using namespace tune::search;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using Eigen::VectorXd;
using tune::base::Rng;
using tune::tests::space_of;

namespace {

/// Points of three features in two groups, the last two in one.
Points some_points(Index count, std::uint64_t seed = 1) {
  Rng rng(seed);
  return {MatrixXd::NullaryExpr(count, 3, [&] { return rng.uniform(); }), {0, 1, 1}};
}

VectorXd wave(const MatrixXd& features) {
  return (4 * features.col(0).array()).sin() + features.col(1).array() * features.col(2).array();
}

Kernel some_kernel() {
  return {Eigen::Vector2d(6, 0.8), 1.4, 1e-3};
}

/// The gradient of a function by central differences.
VectorXd differences(const std::function<double(const VectorXd&)>& function, const VectorXd& x) {
  constexpr double kStep = 1e-5;
  VectorXd slopes(x.size());
  for (Index i = 0; i < x.size(); ++i) {
    VectorXd up = x, down = x;
    up[i] += kStep;
    down[i] -= kStep;
    slopes[i] = (function(up) - function(down)) / (2 * kStep);
  }
  return slopes;
}

}  // namespace

TEST_CASE("what a kernel's fit minimises has the gradient that it says") {
  const Points points = some_points(15);
  const VectorXd outcomes = wave(points.features);
  for (const Eigen::Vector4d& logs :
       {Eigen::Vector4d(1.4, 1.4, 0, -5), Eigen::Vector4d(-2, 3, 1.5, -2),
        Eigen::Vector4d(4, -1, -1, -12)}) {
    VectorXd gradient, ignored;
    fit_loss(points, outcomes, logs, gradient);
    const VectorXd expected = differences(
        [&](const VectorXd& at) { return fit_loss(points, outcomes, at, ignored); }, logs);
    CHECK((gradient - expected).norm() < 1e-4 * (1 + expected.norm()));
  }
}

TEST_CASE("a fit finds which parameter matters, and how much is noise") {
  Rng rng(3);
  Points points = some_points(60);
  points.groups = {0, 1, 2};
  VectorXd outcomes = (5 * points.features.col(0).array()).sin();
  for (double& outcome : outcomes) outcome += 0.2 * (rng.uniform() - 0.5);
  outcomes = warped(outcomes);
  const Kernel kernel = fit_kernel(points, outcomes);
  CHECK(kernel.inverse_squares[0] > 5 * kernel.inverse_squares[1]);
  CHECK(kernel.inverse_squares[0] > 5 * kernel.inverse_squares[2]);
  // The noise's variance is 0.2^2 / 12 in the outcomes' own unit, whose variance is about 0.45.
  CHECK(kernel.noise > 1e-3);
  CHECK(kernel.noise < 3e-2);
}

TEST_CASE("points that are added one by one come to the same as all at once") {
  const Points points = some_points(20);
  GaussianProcess grown(some_kernel(), {points.features.topRows(8), points.groups});
  for (Index i = 8; i < 20; ++i) grown.add(points.features.row(i));
  const GaussianProcess whole(some_kernel(), points);
  const VectorXd outcomes = wave(points.features);
  CHECK(grown.weights(outcomes).isApprox(whole.weights(outcomes), 1e-9));
  const VectorXd place = Eigen::Vector3d(0.3, 0.9, 0.1);
  CHECK(grown.posterior(place, grown.weights(outcomes)).variance ==
        Approx(whole.posterior(place, whole.weights(outcomes)).variance).epsilon(1e-9));

  // What the first points give does not depend on the later ones, to the bit.
  const GaussianProcess first(some_kernel(), {points.features.topRows(8), points.groups});
  const VectorXd known = outcomes.head(8);
  CHECK(first.weights(known) == grown.weights(known));
  CHECK(first.posterior(place, first.weights(known)).mean ==
        grown.posterior(place, grown.weights(known)).mean);
}

TEST_CASE("posteriors and acquisitions have the slopes that they say") {
  const Points points = some_points(12);
  const GaussianProcess scores(some_kernel(), points);
  Kernel other = some_kernel();
  other.inverse_squares *= 0.3;
  const GaussianProcess costs(other, points);
  const VectorXd outcomes = wave(points.features);
  const Prediction prediction{&scores, scores.weights(outcomes)};
  const Prediction cost{&costs, costs.weights(VectorXd(points.features.col(1)))};
  for (const auto& log_costs : {std::optional<Prediction>(), std::optional(cost)}) {
    const Acquisition acquisition(prediction, outcomes.minCoeff(), log_costs);
    const MatrixXd places = some_points(6, 2).features;
    const VectorXd values = acquisition.values(places);
    for (Index i = 0; i < places.rows(); ++i) {
      const VectorXd place = places.row(i).transpose();
      VectorXd slope, ignored;
      CHECK(acquisition.value(place, slope) == Approx(values[i]).epsilon(1e-9));
      const VectorXd expected =
          differences([&](const VectorXd& at) { return acquisition.value(at, ignored); }, place);
      CHECK((slope - expected).norm() < 1e-5 * (1 + expected.norm()));
    }
  }
}

TEST_CASE("expected improvements join without a step where the formula changes") {
  for (const double z : {-1.0, -10.0}) {
    const double below = log_expected_improvement(0, 1, z - 1e-9).value;
    const double above = log_expected_improvement(0, 1, z + 1e-9).value;
    CHECK(above > below);
    CHECK(above - below < 1e-7);
  }
}

TEST_CASE("expected improvements are augmented by what an outcome can still tell") {
  for (const double variance : {1e-3, 0.5, 40.0}) {
    const double noise = 0.01;
    const auto log_factor = [&](double v) { return std::log(1 - std::sqrt(noise / (v + noise))); };
    const LogFactor factor = log_augmentation(variance, noise);
    CHECK(factor.value == Approx(log_factor(variance)).epsilon(1e-9));
    const double step = 1e-5 * variance;
    CHECK(factor.by_variance ==
          Approx((log_factor(variance + step) - log_factor(variance - step)) / (2 * step))
              .epsilon(1e-6));
  }
  CHECK(log_augmentation(1e-14, 1e-2).value == Approx(std::log(0.5e-12)).epsilon(1e-9));
}

TEST_CASE("L-BFGS goes down a curved valley, and along the bounds") {
  const Differentiable rosenbrock = [](const VectorXd& x, VectorXd& gradient) {
    const double a = 1 - x[0], b = x[1] - x[0] * x[0];
    gradient = Eigen::Vector2d(-2 * a - 400 * x[0] * b, 200 * b);
    return a * a + 100 * b * b;
  };
  const LbfgsOptions options{.evaluations = 500};
  VectorXd x = Eigen::Vector2d(-1.2, 1);
  CHECK(minimize_lbfgs(rosenbrock, Eigen::Vector2d(-5, -5), Eigen::Vector2d(5, 5), x, options) <
        1e-8);
  // With x[0] <= 1/2 the best is on that bound, where x[1] = 1/4.
  x = Eigen::Vector2d(-1.2, 1);
  CHECK(minimize_lbfgs(rosenbrock, Eigen::Vector2d(-5, -5), Eigen::Vector2d(0.5, 5), x, options) ==
        Approx(0.25));
  CHECK(x[0] == 0.5);
  CHECK(x[1] == Approx(0.25).epsilon(1e-3));
}

TEST_CASE("L-BFGS takes steps that lead to NaN for too far") {
  const Differentiable wall = [](const VectorXd& x, VectorXd& gradient) {
    gradient = VectorXd::Constant(1, 1 - 1 / x[0]);
    return x[0] - std::log(x[0]);
  };
  VectorXd x = VectorXd::Constant(1, 4);
  minimize_lbfgs(wall, VectorXd::Constant(1, -9), VectorXd::Constant(1, 9), x);
  CHECK(x[0] == Approx(1).epsilon(1e-4));
}

TEST_CASE("warping keeps the order, whatever the outcomes' scale") {
  for (const double scale : {1e-300, 1.0, 1e300}) {
    VectorXd outcomes = (some_points(30).features.col(0).array() * 8).exp();
    outcomes *= scale / 3000;
    const VectorXd values = warped(outcomes);
    CHECK(values.mean() == Approx(0).margin(1e-9));
    CHECK(values.squaredNorm() / 30 == Approx(1));
    for (Index i = 0; i < 30; ++i) {
      for (Index k = 0; k < 30; ++k) CHECK((outcomes[i] < outcomes[k]) == (values[i] < values[k]));
    }
  }
  CHECK(warped(VectorXd::Constant(5, 7)) == VectorXd::Zero(5));
}

TEST_CASE("a Gaussian process sees values of a choice at distance 1, and inactive ones alike") {
  const Space space = space_of({{"kind", "choice(a, b, c)"},
                                {"rate", "real(0, 2)"},
                                {"extra", "real(0, 1)", "kind = a"},
                                {"mode", "choice(u, v)", "kind = b"},
                                {"size", "ordinal(1, 2, 4, 8)"},
                                {"fixed", "7"}});
  const Embedding embedding(space);
  CHECK(embedding.groups() == std::vector<Index>{0, 0, 0, 1, 2, 3, 3, 3, 4});
  const auto embed = [&](const Configuration& configuration) {
    return embedding.embed(space.to_row(configuration));
  };
  const auto text = [](const char* word) { return tune::base::Value(std::string(word)); };
  const auto c = [&](double rate, std::int64_t size) {
    return Configuration{
        {"kind", text("c")}, {"rate", rate}, {"size", size}, {"fixed", std::int64_t{7}}};
  };
  CHECK((embed(c(1.5, 1)) - embed(c(0.5, 1))).norm() == Approx(0.5));
  CHECK((embed(c(1, 1)) - embed(c(1, 2))).norm() == Approx(0.25));
  Configuration a = c(1, 1), b = c(1, 1);
  a["kind"] = text("a");
  a["extra"] = 0.5;  // where those that have none are put
  b["kind"] = text("b");
  b["mode"] = text("u");
  CHECK((embed(a) - embed(c(1, 1))).norm() == Approx(1));
  CHECK((embed(b) - embed(c(1, 1))).norm() == Approx(std::sqrt(2)));
  CHECK(embedding.continuous(1) == Index{3});
  CHECK_FALSE(embedding.continuous(4));
}
