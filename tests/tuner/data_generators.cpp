#include <Eigen/LU>
#include <cmath>
#include <numbers>

#include "tests/support/catch.hpp"
#include "tests/tuner/data_support.hpp"
#include "tuner/data/generators.hpp"

using namespace tune;
using tests::matrix;
using tuner::generate_data;

TEST_CASE("moons and circles lie where scikit-learn puts them") {
  for (const auto& row : tests::golden_data("generated")) {
    const std::string call = row.at("call");
    CAPTURE(call);
    const tuner::Dataset data = generate_data(call, "auto", base::Rng(1));
    REQUIRE(data.rows() == row.at("x").size());
    for (std::size_t i = 0; i < data.rows(); ++i) {
      const auto column = static_cast<Eigen::Index>(i);
      CHECK(data.x(0, column) == Approx(row["x"][i][0].get<double>()).margin(1e-7));
      CHECK(data.x(1, column) == Approx(row["x"][i][1].get<double>()).margin(1e-7));
      CHECK(data.y(0, column) == row["y"][i].get<float>());
    }
    CHECK(data.task == tuner::Task::binary);
  }
}

TEST_CASE("xor(4) is the four corners") {
  const tuner::Dataset data = generate_data("xor(4)", "auto", base::Rng(1));
  CHECK(data.x == matrix({{0, 0, 1, 1}, {0, 1, 0, 1}}));
  CHECK(data.y == matrix({{0, 1, 1, 0}}));
  CHECK(data.classes == std::vector<std::string>{"0", "1"});
}

TEST_CASE("spirals run from the middle to the rim, evenly apart") {
  const tuner::Dataset data = generate_data("spiral(31, classes=3, turns=2)", "auto", base::Rng(1));
  CHECK(data.task == tuner::Task::multiclass);
  CHECK(data.outputs() == 3);
  CHECK(data.x.col(0).norm() == 0);
  CHECK(data.x.col(30).norm() == Approx(1));
  // Point 3 k + c of spiral c has radius k / 10, a third of a turn after that of spiral c - 1.
  for (Eigen::Index i = 4; i < 31; ++i) {
    CHECK(data.x.col(i).norm() == Approx(static_cast<double>(i / 3) / 10));
    if (i % 3 == 0) continue;
    const double cosine = data.x.col(i).normalized().dot(data.x.col(i - 1).normalized());
    CHECK(cosine == Approx(-0.5).margin(1e-5));
  }
}

TEST_CASE("friedman1 is Friedman's function of its first five features") {
  const tuner::Dataset data = generate_data("friedman1(200)", "auto", base::Rng(5));
  REQUIRE(data.x.rows() == 10);
  CHECK((data.x.minCoeff() >= 0 && data.x.maxCoeff() < 1));
  for (Eigen::Index i = 0; i < 200; ++i) {
    const auto x = data.x.col(i).cast<double>();
    const double y = 10 * std::sin(std::numbers::pi * x(0) * x(1)) +
                     20 * (x(2) - 0.5) * (x(2) - 0.5) + 10 * x(3) + 5 * x(4);
    CHECK(data.y(0, i) == Approx(y));
  }
}

TEST_CASE("linear data are solved by least squares up to their noise") {
  const tuner::Dataset data =
      generate_data("linear(5000, features=3, noise=0.5)", "auto", base::Rng(5));
  Eigen::MatrixXd a(5000, 4);
  a << data.x.transpose().cast<double>(), Eigen::VectorXd::Ones(5000);
  const Eigen::VectorXd y = data.y.transpose().cast<double>();
  const Eigen::VectorXd w = (a.transpose() * a).inverse() * a.transpose() * y;
  CHECK(std::sqrt((a * w - y).squaredNorm() / 5000) == Approx(0.5).epsilon(0.05));
  CHECK(w.norm() > 0.1);
}

TEST_CASE("noise has the standard deviation that is asked for, and depends on the seed alone") {
  const auto noisy = [](std::uint64_t seed) {
    return generate_data("moons(4000, noise=0.2)", "auto", base::Rng(seed));
  };
  const tuner::Dataset clean = generate_data("moons(4000)", "auto", base::Rng(1)), one = noisy(1);
  const Eigen::ArrayXd noise = (one.x - clean.x).reshaped().array().cast<double>();
  CHECK(std::sqrt(noise.square().mean()) == Approx(0.2).epsilon(0.05));
  CHECK(noise.mean() == Approx(0).margin(0.01));
  CHECK(fingerprint(one) == fingerprint(noisy(1)));
  CHECK(fingerprint(one) != fingerprint(noisy(2)));
}

TEST_CASE("two classes may be trained as multiclass") {
  CHECK(generate_data(" moons ( 10 , noise = 0.1 )", "multiclass", base::Rng(1)).outputs() == 2);
}
