#include "search/pareto.hpp"

#include <cmath>
#include <limits>

#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

using namespace tune::search;

namespace {

using Scores = std::vector<std::vector<double>>;

constexpr double kFar = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("fronts and crowding distances are DEAP's") {
  const auto values = tune::tests::golden_file("nsga2_values");
  for (const auto& population : values.at("populations")) {
    const auto points = population.at("points").get<Scores>();
    const std::vector<std::size_t> fronts = fronts_of(points);
    CHECK(fronts == population.at("fronts").get<std::vector<std::size_t>>());
    const std::vector<double> distances = crowding_distances(points, fronts);
    for (std::size_t i = 0; i < points.size(); ++i) {
      const auto& expected = population.at("distances").at(i);
      INFO("point " << i);
      CHECK(std::isinf(distances[i]) == expected.is_null());
      if (!expected.is_null()) CHECK(distances[i] == Approx(expected.get<double>()).epsilon(1e-12));
    }
  }
}

TEST_CASE("a point dominates another that is worse in one score and better in none") {
  using Point = std::vector<double>;
  CHECK(dominates(Point{1, 2}, Point{1, 3}));
  CHECK_FALSE(dominates(Point{1, 2}, Point{1, 2}));
  CHECK_FALSE(dominates(Point{1, 3}, Point{2, 2}));
  CHECK_FALSE(dominates(Point{1, 3}, Point{1, 2}));
}

TEST_CASE("equal points share a front, and one score has one point a front") {
  CHECK(fronts_of(Scores{{1, 2}, {2, 2}, {1, 2}, {2, 1}, {2, 2}}) ==
        std::vector<std::size_t>{0, 1, 0, 0, 1});
  CHECK(fronts_of(Scores{{1, 2, 0}, {2, 2, 0}, {1, 2, 0}, {2, 1, 0}}) ==
        std::vector<std::size_t>{0, 1, 0, 0});
  CHECK(fronts_of(Scores{{3}, {1}, {2}, {1}}) == std::vector<std::size_t>{2, 0, 1, 0});
  CHECK(fronts_of(Scores{}).empty());
}

TEST_CASE("of equal points the first and the last are the ends of a front, and small fronts all") {
  const Scores points = {{1, 1}, {1, 1}, {1, 1}, {0, 2}, {2, 2}};
  const auto distances = crowding_distances(points, fronts_of(points));
  CHECK(distances[3] == kFar);
  CHECK(distances[0] == kFar);
  CHECK(distances[1] == 0);
  CHECK(distances[2] == kFar);
  CHECK(distances[4] == kFar);
}
