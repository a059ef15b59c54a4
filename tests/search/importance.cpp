#include "search/importance.hpp"

#include <array>
#include <cmath>

#include "search/forest.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"

using namespace tune;
using search::Observation, search::Samples, search::Tree;
using tests::space_of;

namespace {

/// Uniform draws of the space with the score that `f` gives a point.
template <class Function>
std::vector<Observation> draws(const search::Space& space, std::size_t count, Function f) {
  base::Rng rng(7);
  std::vector<Observation> observations;
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<double> point(space.dimensions()), row(space.dimensions());
    for (double& coordinate : point) coordinate = rng.uniform();
    space.decode_row(point, row);
    observations.push_back({row, f(row)});
  }
  return observations;
}

search::Importance importance(const search::Space& space,
                              const std::vector<Observation>& observations) {
  return search::importance(space, observations, base::Rng(1));
}

}  // namespace

TEST_CASE("a tree's variances are those of its cells, one by one") {
  base::Rng rng(3);
  std::vector<double> points, values;
  constexpr std::size_t kCount = 40, kDimensions = 3;
  for (std::size_t i = 0; i < kCount; ++i) {
    for (std::size_t d = 0; d < kDimensions; ++d) {
      points.push_back(std::floor(rng.uniform() * 8) / 8 + 1.0 / 16);
    }
    values.push_back(rng.uniform());
  }
  std::vector<std::uint32_t> numbers(kCount);
  for (std::uint32_t& number : numbers) number = rng.below(kCount);
  const Tree tree({kDimensions, points, values}, numbers, rng);

  // Points lie on eighths, so that all cuts lie on sixteenths: 16 x 16 x 16 cells hold what the
  // tree says.
  constexpr int kCells = 16;
  const auto cell = [](int i) { return (i + 0.5) / kCells; };
  std::array<std::vector<double>, kDimensions> averages;
  averages.fill(std::vector(kCells, 0.0));
  double mean = 0, squares = 0;
  for (int i = 0; i < kCells; ++i) {
    for (int j = 0; j < kCells; ++j) {
      for (int k = 0; k < kCells; ++k) {
        const double said = tree.predict(std::vector{cell(i), cell(j), cell(k)});
        mean += said / std::pow(kCells, 3);
        squares += said * said / std::pow(kCells, 3);
        averages[0][static_cast<std::size_t>(i)] += said / std::pow(kCells, 2);
        averages[1][static_cast<std::size_t>(j)] += said / std::pow(kCells, 2);
        averages[2][static_cast<std::size_t>(k)] += said / std::pow(kCells, 2);
      }
    }
  }
  const Tree::Variance variance = tree.variance();
  CHECK(variance.total == Approx(squares - mean * mean));
  REQUIRE(variance.main.size() == kDimensions);
  for (std::size_t d = 0; d < kDimensions; ++d) {
    double main = 0;
    for (const double average : averages[d]) main += (average - mean) * (average - mean) / kCells;
    CHECK(variance.main[d] == Approx(main));
  }
}

TEST_CASE("a tree says what it was grown on") {
  const std::vector<double> points = {0.1, 0.9, 0.5, 0.5, 0.9, 0.1, 0.5, 0.5},
                            values = {1, 2, 3, 5};
  const Tree tree({2, points, values}, {0, 1, 2, 3, 0}, base::Rng(1));
  CHECK(tree.predict(std::vector{0.1, 0.9}) == 1);
  CHECK(tree.predict(std::vector{0.9, 0.1}) == 3);
  // Two numbers at one point: their mean.
  CHECK(tree.predict(std::vector{0.5, 0.5}) == 3.5);
  // No double lies between two neighbours.
  const double below = std::nextafter(0.5, 1.0), above = std::nextafter(below, 1.0);
  const std::vector<double> line = {below, above}, apart = {1, 2};
  const Tree fine({1, line, apart}, {0, 1}, base::Rng(1));
  CHECK(fine.predict(std::vector{below}) == 1);
  CHECK(fine.predict(std::vector{above}) == 2);
  const Tree flat({2, points, values}, {2, 2}, base::Rng(1));
  CHECK(flat.variance().total == 0);
}

TEST_CASE("shares of a sum are those of its terms' variances") {
  const auto space = space_of({{"a", "real(0, 1)"},
                               {"b", "reciprocal(1e-4, 1)"},
                               {"c", "choice(x, y, z)"},
                               {"d", "int(0, 9)"}});
  // Uniform on its scale each term has a known variance: 1/12 (3a), 1/12 (2 log b / log 1e-4),
  // that of (0, 1, 0), and none.
  const auto shares = importance(space, draws(space, 1500, [](const std::vector<double>& row) {
                                   return 3 * row[0] + 2 * std::log(row[1]) / std::log(1e-4) +
                                          (row[2] == 1 ? 1 : 0);
                                 }));
  const double a = 9.0 / 12, b = 4.0 / 12, c = 2.0 / 9, all = a + b + c;
  CHECK(shares.main[0] == Approx(a / all).margin(0.04));
  CHECK(shares.main[1] == Approx(b / all).margin(0.04));
  CHECK(shares.main[2] == Approx(c / all).margin(0.04));
  CHECK(shares.main[3] == Approx(0).margin(0.005));
  CHECK(shares.rest == Approx(0).margin(0.06));
}

TEST_CASE("what only two parameters do together is an interaction") {
  const auto space = space_of({{"a", "choice(0, 1)"}, {"b", "choice(0, 1)"}});
  const auto shares = importance(space, draws(space, 200, [](const std::vector<double>& row) {
                                   return row[0] == row[1] ? 1.0 : 0.0;
                                 }));
  CHECK(shares.main[0] == Approx(0).margin(1e-9));
  CHECK(shares.main[1] == Approx(0).margin(1e-9));
  CHECK(shares.rest == Approx(1).margin(1e-9));
}

TEST_CASE("a conditional parameter counts by the part of the space where it is active") {
  const auto space =
      space_of({{"o", "choice(sgd, adam)"}, {"m", "real(0, 1)", "o = sgd"}, {"x", "real(0, 1)"}});
  const auto shares = importance(space, draws(space, 1000, [](const std::vector<double>& row) {
                                   return row[2] + (std::isnan(row[1]) ? 0.5 : row[1]);
                                 }));
  // x has 1/12. Averaged over o, m has the quarter of that; as much is left for o and m together.
  CHECK(shares.main[0] == Approx(0).margin(0.02));
  CHECK(shares.main[1] == Approx(0.25 / 1.5).margin(0.04));
  CHECK(shares.main[2] == Approx(1 / 1.5).margin(0.04));
}

TEST_CASE("importance of nothing, of one value, and twice") {
  const auto space = space_of({{"a", "real(0, 1)"}, {"b", "choice(7)"}});
  CHECK(importance(space, {}).main == std::vector<double>{0, 0});
  const auto flat = importance(space, draws(space, 50, [](const auto&) { return 2.0; }));
  CHECK(flat.main == std::vector<double>{0, 0});
  CHECK(flat.rest == 0);
  const auto observations = draws(space, 50, [](const auto& row) { return row[0] * row[0]; });
  const auto once = importance(space, observations), again = importance(space, observations);
  CHECK(once.main == again.main);
  CHECK(once.main[0] == Approx(1).margin(1e-9));
  CHECK(once.main[1] == Approx(0).margin(1e-9));
}
