#include "model/initializer.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

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
  double mean, variance, largest;
};

Moments moments(const std::vector<float>& values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double variance = 0, largest = 0;
  for (const float value : values) {
    variance += (value - mean) * (value - mean) / n;
    largest = std::max(largest, std::abs(static_cast<double>(value)));
  }
  return {mean, variance, largest};
}

struct Expected {
  std::string name;
  double variance;
};

/// keras.initializers.VarianceScaling: scale / fans.
const std::vector<Expected> kExpected = {
    {"glorot_uniform", 2.0 / (kIn + kOut)},
    {"glorot_normal", 2.0 / (kIn + kOut)},
    {"he_uniform", 2.0 / kIn},
    {"he_normal", 2.0 / kIn},
    {"lecun_uniform", 1.0 / kIn},
    {"lecun_normal", 1.0 / kIn},
    {"zeros", 0.0},
    {"ones", 0.0},
};

}  // namespace

TEST_CASE("every initialiser has the variance and the bounds of Keras's") {
  REQUIRE(kExpected.size() == initializer_names().size());
  for (const auto& [name, variance] : kExpected) {
    CAPTURE(name);
    const Moments found = moments(draw(name, {kIn, kOut}));
    const double deviation = std::sqrt(variance);
    // 30000 draws: the standard error of the mean is sd / 173, of the variance under 1 %.
    CHECK(found.mean == Approx(name == "ones").margin(5 * deviation / 173));
    CHECK(found.variance == Approx(variance).epsilon(0.04));
    if (name.ends_with("_uniform")) {
      const double limit = std::sqrt(3 * variance);
      CHECK(found.largest <= limit * (1 + 1e-7));
      CHECK(found.largest > 0.999 * limit);
    }
    if (name.ends_with("_normal")) {
      // Cut at two standard deviations of the wider normal: 2 / 0.8796 of what remains.
      const double limit = 2 * deviation / 0.87962566103423978;
      CHECK(found.largest <= limit * (1 + 1e-7));
      CHECK(found.largest > 0.98 * limit);
    }
  }
}

TEST_CASE("the width of a truncated normal is that of the formula") {
  // Variance of a standard normal cut at -2 and 2: 1 - 2 * 2 phi(2) / (2 Phi(2) - 1).
  const double density = std::exp(-2.0) / std::sqrt(2 * 3.14159265358979323846);
  const double mass = std::erf(2 / std::sqrt(2.0));
  CHECK(std::sqrt(1 - 4 * density / mass) == Approx(0.87962566103423978).epsilon(1e-12));
}

TEST_CASE("initialisers draw the same from the same stream, and another from another") {
  for (const auto& [name, variance] : kExpected) {
    CAPTURE(name);
    CHECK(draw(name, {7, 5}) == draw(name, {7, 5}));
    CHECK((draw(name, {7, 5}) == draw(name, {7, 5}, 2)) == (variance == 0));
  }
}

TEST_CASE("constant initialisers are constant") {
  CHECK(draw("zeros", {3}) == std::vector<float>(3, 0.0f));
  CHECK(draw("ones", {3, 2}) == std::vector<float>(6, 1.0f));
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
}

}  // namespace tune::model
