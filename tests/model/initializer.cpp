#include "model/initializer.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "tests/support/catch.hpp"

namespace tune::model {
namespace {

constexpr std::int64_t kIn = 300, kOut = 100;

std::vector<float> draw(std::string_view name, const Shape& shape, std::uint64_t seed = 1) {
  std::vector<float> values(static_cast<std::size_t>(size_of(shape)), 99.0f);
  const Index rows = shape.back();
  initializer(name).fill({values.data(), rows, size_of(shape) / rows, rows}, shape,
                         base::Rng(seed));
  return values;
}

struct Moments {
  double mean, variance, largest;  ///< largest: distance from the centre given
};

Moments moments(const std::vector<float>& values, double center = 0) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double variance = 0, largest = 0;
  for (const float value : values) {
    variance += (value - mean) * (value - mean) / n;
    largest = std::max(largest, std::abs(value - center));
  }
  return {mean, variance, largest};
}

/// Of a standard normal that is cut at two standard deviations; tested below.
constexpr double kCutDeviation = 0.87962566103423978;

enum class Form { constant, uniform, cut, normal };

struct Expected {
  std::string text;
  Form form;
  double mean, variance;
};

/// As keras.initializers documents them; VarianceScaling: scale / fans.
const std::vector<Expected> kExpected = {
    {"glorot_uniform", Form::uniform, 0, 2.0 / (kIn + kOut)},
    {"glorot_normal", Form::cut, 0, 2.0 / (kIn + kOut)},
    {"he_uniform", Form::uniform, 0, 2.0 / kIn},
    {"he_normal", Form::cut, 0, 2.0 / kIn},
    {"lecun_uniform", Form::uniform, 0, 1.0 / kIn},
    {"lecun_normal", Form::cut, 0, 1.0 / kIn},
    {"zeros", Form::constant, 0, 0},
    {"ones", Form::constant, 1, 0},
    {"constant", Form::constant, 0, 0},
    {"constant(-0.25)", Form::constant, -0.25, 0},
    {"random_normal", Form::normal, 0, 0.05 * 0.05},
    {"random_normal(2, 0.1)", Form::normal, 2, 0.1 * 0.1},
    {"random_uniform", Form::uniform, 0, 0.1 * 0.1 / 12},
    {"random_uniform(-1, 3)", Form::uniform, 1, 4 * 4 / 12.0},
    {"truncated_normal", Form::cut, 0, 0.05 * 0.05 * kCutDeviation* kCutDeviation},
    {"truncated_normal(1, 2)", Form::cut, 1, 4 * kCutDeviation* kCutDeviation},
    // The squares of a row of the least length add up to the gain's.
    {"orthogonal", Form::normal, 0, 1.0 / kIn},
    {"orthogonal(2)", Form::normal, 0, 4.0 / kIn},
};

}  // namespace

TEST_CASE("every initialiser has the mean, the variance and the bounds of Keras's") {
  std::set<std::string> covered;
  for (const auto& [text, form, mean, variance] : kExpected) {
    CAPTURE(text);
    covered.insert(initializer(text).name());
    const Moments found = moments(draw(text, {kIn, kOut}), mean);
    const double deviation = std::sqrt(variance);
    // 30000 draws: the standard error of the mean is sd / 173, of the variance under 1 %.
    CHECK(found.mean == Approx(mean).margin(5 * deviation / 173));
    CHECK(found.variance == Approx(variance).epsilon(0.04).margin(1e-12));
    // A normal is cut at two standard deviations of what it was.
    const double limit =
        form == Form::uniform ? std::sqrt(3.0) * deviation : 2 * deviation / kCutDeviation;
    if (form == Form::normal) {
      CHECK(found.largest > 3.2 * deviation);
      CHECK(found.largest < 6 * deviation);
    } else if (form != Form::constant) {
      CHECK(found.largest <= limit * (1 + 1e-6));
      CHECK(found.largest > (form == Form::cut ? 0.98 : 0.999) * limit);
    }
  }
  for (const std::string& name : initializer_names()) CHECK(covered.contains(name));
}

TEST_CASE("an orthogonal weight has orthonormal rows or columns, times the gain") {
  for (const auto& [in, out] : {std::pair<Index, Index>{7, 4}, {4, 7}, {5, 5}, {1, 6}, {130, 90}}) {
    CAPTURE(in, out);
    const std::vector<float> values = draw("orthogonal(3)", {in, out});
    const Eigen::MatrixXd w =
        Eigen::Map<const Eigen::MatrixXf>(values.data(), out, in).cast<double>() / 3;
    const Eigen::MatrixXd thin = in < out ? w : Eigen::MatrixXd(w.transpose());
    const Eigen::MatrixXd square = thin.transpose() * thin;
    CHECK((square - Eigen::MatrixXd::Identity(square.rows(), square.cols())).norm() < 1e-5);
  }
}

TEST_CASE("every orthogonal matrix is equally likely: turns and reflections, all signs") {
  int positive = 0, reflections = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const std::vector<float> w = draw("orthogonal", {2, 2}, seed);
    positive += w[0] > 0;
    reflections += w[0] * w[3] - w[1] * w[2] < 0;
  }
  // 400 fair coins: 200 with a standard deviation of 10.
  CHECK(std::abs(positive - 200) < 50);
  CHECK(std::abs(reflections - 200) < 50);
}

TEST_CASE("an initialiser is read back from its text") {
  for (const Expected& expected : kExpected)
    CHECK(initializer(expected.text).text() == expected.text);
  CHECK(initializer("random_normal(0, 0.05)").text() == "random_normal");
  CHECK(initializer("random_normal( 1 )").text() == "random_normal(1, 0.05)");
  CHECK(initializer("zeros()").text() == "zeros");
  const Initializer function = initializer("truncated_normal(0, 0.5)");
  CHECK(function.settings()[1].name == "stddev");
  CHECK(function.values()[1] == 0.5);
}

TEST_CASE("settings of initialisers that make no sense are refused") {
  CHECK_THROWS_WITH(initializer("zeros(1)"), "'zeros' takes no numbers");
  CHECK_THROWS_WITH(initializer("constant(1, 2)"), "'constant' takes at most these numbers: value");
  CHECK_THROWS_WITH(initializer("constant(a)"), "'constant(a)': 'a' is not a number");
  CHECK_THROWS_WITH(initializer("constant(1"), "'constant(1' has no closing bracket at its end");
  CHECK_THROWS_WITH(initializer("random_normal(0, -1)"),
                    "'random_normal': its stddev must lie between 0 and 1e+30, not -1");
  CHECK_THROWS_WITH(initializer("constant(nan)"),
                    "'constant': its value must lie between -1e+30 and 1e+30, not nan");
  CHECK_THROWS_WITH(initializer("random_uniform(1, 0)"),
                    "'random_uniform': its minval is above its maxval");
  CHECK_THROWS_WITH(initializer("orthogonal").check({5}),
                    "the initializer 'orthogonal' needs a matrix, not the shape (5)");
}

TEST_CASE("the width of a truncated normal is that of the formula") {
  // Variance of a standard normal cut at -2 and 2: 1 - 2 * 2 phi(2) / (2 Phi(2) - 1).
  const double density = std::exp(-2.0) / std::sqrt(2 * 3.14159265358979323846);
  const double mass = std::erf(2 / std::sqrt(2.0));
  CHECK(std::sqrt(1 - 4 * density / mass) == Approx(kCutDeviation).epsilon(1e-12));
}

TEST_CASE("initialisers draw the same from the same stream, and another from another") {
  for (const Expected& expected : kExpected) {
    CAPTURE(expected.text);
    const std::vector<float> drawn = draw(expected.text, {7, 5});
    CHECK(draw(expected.text, {7, 5}) == drawn);
    CHECK((draw(expected.text, {7, 5}, 2) == drawn) == (expected.form == Form::constant));
  }
}

TEST_CASE("constant initialisers are constant") {
  CHECK(draw("zeros", {3}) == std::vector<float>(3, 0.0f));
  CHECK(draw("ones", {3, 2}) == std::vector<float>(6, 1.0f));
  CHECK(draw("constant(0.1)", {3, 2}) == std::vector<float>(6, 0.1f));
}

TEST_CASE("the fans of a vector are its length, of a matrix its axes") {
  CHECK(moments(draw("glorot_uniform", {20000})).variance == Approx(1 / 20000.0).epsilon(0.05));
  CHECK(moments(draw("he_uniform", {2, 20000})).variance == Approx(1).epsilon(0.05));
  CHECK(moments(draw("he_uniform", {20000, 2})).variance == Approx(1e-4).epsilon(0.05));
}

TEST_CASE("an initialiser leaves the padding between columns alone") {
  std::vector<float> values(24, 99.0f);
  initializer("he_normal").fill({values.data(), 5, 3, 8}, {3, 5}, base::Rng(1));
  const std::vector<float> dense = draw("he_normal", {3, 5});
  for (std::size_t i = 0; i < values.size(); ++i) {
    CHECK(values[i] == (i % 8 < 5 ? dense[i / 8 * 5 + i % 8] : 99.0f));
  }
}

TEST_CASE("an unknown initialiser is refused with the nearest name") {
  CHECK_THROWS_WITH(initializer("he_norm"),
                    "unknown initializer 'he_norm'; did you mean 'he_normal'?");
  CHECK_THROWS_WITH(initializer("constnt(1)"),
                    "unknown initializer 'constnt'; did you mean 'constant'?");
}

}  // namespace tune::model
