#include "search/improvement_left.hpp"

#include <cmath>
#include <limits>

#include "search/acquisition.hpp"
#include "search/surrogate.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"

using namespace tune::search;
using tune::base::Rng;
using tune::tests::space_of;

namespace {

constexpr double kFailed = std::numeric_limits<double>::quiet_NaN();

/// A wave at places spread evenly over the unit.
std::vector<Observation> wave(std::size_t count) {
  std::vector<Observation> observations;
  for (std::size_t i = 0; i < count; ++i) {
    const double x = std::fmod(0.618034 * static_cast<double>(i), 1.0);
    observations.push_back({{x}, std::sin(9 * x) + x});
  }
  return observations;
}

/// The largest expected improvement at 20,000 places.
double by_brute_force(const Space& space, const std::vector<Observation>& observations) {
  Trials trials(space);
  for (const Observation& one : observations) {
    trials.finish(trials.add({space.from_row(one.row), 1, {}}), Scored{one.score});
  }
  const Prefix prefix(trials, trials.size(), trials.size());
  const Embedding embedding(space);
  const Surrogate surrogate(embedding, prefix, trials.size(), CostOf());
  const Acquisition acquisition = surrogate.acquisition(prefix);
  double most = -std::numeric_limits<double>::infinity();
  Eigen::VectorXd slope;
  for (int i = 0; i < 20000; ++i) {
    most = std::max(most, acquisition.value(Eigen::VectorXd::Constant(1, i / 20000.0), slope));
  }
  return std::exp(most);
}

}  // namespace

TEST_CASE("what is left to gain is the largest expected improvement of all places") {
  const Space space = space_of({{"x", "real(0, 1)"}});
  double before = std::numeric_limits<double>::infinity();
  for (const std::size_t count : {4, 8, 30}) {
    INFO(count);
    const auto left = improvement_left(space, wave(count), Rng(1));
    REQUIRE(left);
    CHECK(*left == Approx(by_brute_force(space, wave(count))).epsilon(0.01));
    CHECK(improvement_left(space, wave(count), Rng(1)) == left);
    CHECK(*left < before);
    before = *left;
  }
  CHECK(before < 0.01);
}

TEST_CASE("what is left to gain of a space that has been tried, or of nothing") {
  const Space space = space_of({{"n", "int(1, 3)"}});
  std::vector<Observation> observations = {{{1}, 2}, {{2}, kFailed}};
  CHECK(!improvement_left(space, observations, Rng(1)));
  observations.push_back({{3}, 5});
  CHECK(improvement_left(space, observations, Rng(1)) == 0);
  observations.erase(observations.begin() + 1);
  CHECK(*improvement_left(space, observations, Rng(1)) > 0);
  const Space fixed = space_of({{"n", "int(3, 3)"}});
  CHECK(improvement_left(fixed, std::vector<Observation>{{{3}, 1}, {{3}, 2}}, Rng(1)) == 0);
}

TEST_CASE("of many observations the best ones and the last ones count") {
  const Space space = space_of({{"x", "real(0, 1)"}});
  std::vector<Observation> all, some;
  for (int i = 0; i < 300; ++i) {
    const double x = std::fmod(0.618034 * i, 1.0);
    // The first hundred are the best, the next hundred are left out.
    const double score = (i < 100 ? 0 : 2) + (x - 0.3) * (x - 0.3);
    all.push_back({{x}, score});
    if (i < 100 || i >= 200) some.push_back(all.back());
  }
  const auto left = improvement_left(space, all, Rng(2));
  REQUIRE(left);
  CHECK(left == improvement_left(space, some, Rng(2)));
}
