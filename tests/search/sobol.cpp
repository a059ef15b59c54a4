#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "search/sobol_sequence.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"
#include "tests/support/strategy_driver.hpp"

using namespace tune::search;
using tune::base::Rng;
using tune::tests::Drive;
using tune::tests::Made;
using tune::tests::space_of;

namespace {

Outcome one(const Proposal&, std::size_t) {
  return Scored{1};
}

Made made(const Space& space, std::uint64_t seed = 42) {
  return Made("sobol", {.space = space, .configurations = {}, .seed = seed});
}

/// The first points of a scrambled sequence.
std::vector<std::vector<double>> scrambled(std::size_t count, std::size_t dimensions,
                                           std::uint64_t seed, std::uint32_t first = 0) {
  const SobolSequence sequence(dimensions);
  std::vector<std::vector<double>> points(count, std::vector<double>(dimensions));
  for (std::size_t n = 0; n < count; ++n) {
    sequence.scrambled(first + static_cast<std::uint32_t>(n), Rng(seed), points[n]);
  }
  return points;
}

/// Does each of the boxes of 2^-a x 2^-b hold its share of the points?
bool shares(const std::vector<std::vector<double>>& points, std::size_t x, std::size_t y, int a,
            int b) {
  std::vector<std::size_t> inside(std::size_t{1} << (a + b));
  for (const auto& point : points) {
    const auto column = static_cast<std::size_t>(std::ldexp(point[x], a));
    const auto row = static_cast<std::size_t>(std::ldexp(point[y], b));
    ++inside[column << b | row];
  }
  return std::all_of(inside.begin(), inside.end(),
                     [&](std::size_t n) { return n == points.size() / inside.size(); });
}

}  // namespace

TEST_CASE("the Sobol sequence is SciPy's") {
  std::ifstream file(TUNE_SOURCE_DIR "/tests/golden/sobol_values.json");
  const auto golden =
      nlohmann::json::parse(file)["points"].get<std::vector<std::vector<std::uint32_t>>>();
  const SobolSequence sequence(golden[0].size());
  std::vector<std::uint32_t> point(golden[0].size());
  for (std::uint32_t n = 0; n < golden.size(); ++n) {
    sequence.raw(n, point);
    for (std::uint32_t& bits : point) bits >>= 26;  // in units of 1/64
    INFO("point " << n);
    CHECK(point == golden[n]);
  }
}

TEST_CASE("every dyadic interval of each coordinate holds its share, scrambled or not") {
  // 3667 dimensions: the last one has the longest polynomial of the table.
  const SobolSequence sequence(SobolSequence::kMostDimensions);
  std::vector<std::vector<bool>> seen(SobolSequence::kMostDimensions, std::vector<bool>(64));
  std::vector<std::uint32_t> point(SobolSequence::kMostDimensions);
  for (std::uint32_t n = 64; n < 128; ++n) {
    sequence.raw(n, point);
    for (std::size_t i = 0; i < point.size(); ++i) seen[i][point[i] >> 26] = true;
  }
  for (const auto& intervals : seen) {
    REQUIRE(std::count(intervals.begin(), intervals.end(), true) == 64);
  }
  for (const std::uint64_t seed : {1, 2, 3}) {
    const auto points = scrambled(256, 50, seed, 512);
    for (std::size_t i = 0; i < 50; ++i) CHECK(shares(points, i, i, 8, 0));
  }
}

TEST_CASE("the first two coordinates keep their share in every box of the same size") {
  for (const std::uint64_t seed : {4, 5}) {
    const auto points = scrambled(256, 2, seed);
    for (int a = 0; a <= 8; ++a) CHECK(shares(points, 0, 1, a, 8 - a));
  }
}

TEST_CASE("a scrambled point is uniform over the seeds, and other seeds give other points") {
  double sum = 0, squares = 0;
  std::vector<int> tenths(10);
  constexpr std::uint64_t kSeeds = 4000;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const double x = scrambled(1, 3, seed, 5)[0][2];
    sum += x;
    squares += x * x;
    ++tenths[static_cast<std::size_t>(10 * x)];
  }
  CHECK(sum / kSeeds == Approx(0.5).margin(0.02));
  CHECK(squares / kSeeds == Approx(1.0 / 3).margin(0.02));
  for (const int n : tenths) CHECK(std::abs(n - 400) < 100);  // standard deviation 19
}

TEST_CASE("a scrambled sequence integrates far better than chance") {
  // The mean of a smooth function over 1024 points, whose standard error by chance is 0.009.
  double error = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    double sum = 0;
    for (const auto& point : scrambled(1024, 6, seed)) {
      double product = 1;
      for (const double x : point) product *= 1 + 0.5 * (x - 0.5) * std::sqrt(12.0) / 3;
      sum += product;
    }
    error += std::pow(sum / 1024 - 1, 2) / 10;
  }
  CHECK(std::sqrt(error) < 0.0005);
}

TEST_CASE("trial n of sobol is point n") {
  const Space space = space_of({{"x", "real(0, 1)"}, {"fixed", "relu"}, {"y", "real(0, 1)"}});
  const Made sobol = made(space, 11);
  const Trials trials = Drive{.trials = 64, .seed = 11}.run(*sobol, space, one);
  std::vector<std::vector<double>> points;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    points.push_back({trials.row(i)[0], trials.row(i)[2]});
  }
  for (int a = 0; a <= 6; ++a) CHECK(shares(points, 0, 1, a, 6 - a));
  // The seed of the study decides, not the stream of a trial.
  const Trials again = Drive{.trials = 64, .seed = 12}.run(*sobol, space, one);
  CHECK(again.row(63)[0] == trials.row(63)[0]);
  const Made other = made(space, 12);
  CHECK(Drive{.trials = 1}.run(*other, space, one).row(0)[0] != trials.row(0)[0]);
}

TEST_CASE(
    "sobol passes over what is forbidden or tried, and goes on the same way after a restart") {
  const Space space = space_of({{"n", "int(1, 12)"}, {"kind", "choice(a, b)"}}, {"n > 9"});
  const Drive drive{.trials = 100};
  const Made sobol = made(space);
  CHECK(sobol->limit() == 18u);
  const Trials trials = drive.run(*sobol, space, one);
  CHECK(trials.size() == 18);
  for (std::size_t i = 0; i < trials.size(); ++i) CHECK(trials.first(trials.row(i)) == i);
  const Made fresh = made(space);
  for (const std::size_t n : {17, 4, 9}) {
    const Move move = fresh->ask(Prefix(trials, 0, n), Rng(42).split(2).split(n));
    CHECK(std::get<Proposal>(move).configuration == trials.proposal(n).configuration);
  }
}
