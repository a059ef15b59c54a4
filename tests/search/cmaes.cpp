#include <boost/math/special_functions/erf.hpp>
#include <cmath>

#include "search/cma.hpp"
#include "search/margin.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"
#include "tests/support/strategy_driver.hpp"

using namespace tune::search;
using tune::base::Configuration;
using tune::base::InputError;
using tune::tests::Drive;
using tune::tests::Evaluate;
using tune::tests::Made;
using tune::tests::space_of;

namespace {

const double kInfinity = std::numeric_limits<double>::infinity();

double mass(const Marginal& law, const Interval& interval) {
  const auto below = [&](double x) {
    return std::isinf(x) ? (x > 0 ? 1.0 : 0.0)
                         : 0.5 * boost::math::erfc((law.mean - x) / law.deviation / std::sqrt(2.0));
  };
  return below(interval.high) - below(interval.low);
}

/// The squared distance to a point of the unit cube.
Evaluate distance_to(const Space& space, double place) {
  return [&space, place](const Proposal& proposal, std::size_t) {
    double sum = 0;
    for (const double u : space.encode(proposal.configuration)) sum += (u - place) * (u - place);
    return Scored{sum};
  };
}

double best_of(const Trials& trials, std::size_t from = 0) {
  double best = kInfinity;
  for (std::size_t i = from; i < trials.size(); ++i) {
    best = std::min(best, std::get<Scored>(*trials.outcome(i)).score);
  }
  return best;
}

std::string refusal(const Space& space, Configuration options) {
  try {
    const Made made("cmaes", {space, 1, {}}, std::move(options));
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a margin keeps both neighbours of a cell in reach, and no more") {
  for (const double margin : {0.3, 0.05, 0.002}) {
    for (const double mean : {0.11, 0.2, 0.27}) {
      for (const double deviation : {1e-6, 0.01, 0.05, 0.1, 1.0}) {
        const Interval cell{0.1, 0.3};
        const Marginal law{mean, deviation}, kept = with_margin(law, cell, margin);
        INFO("margin " << margin << ", mean " << mean << ", deviation " << deviation);
        CHECK((kept.mean > cell.low && kept.mean < cell.high));
        const double left = mass(kept, {-kInfinity, cell.low});
        const double right = mass(kept, {cell.high, kInfinity});
        CHECK(left > 0.499 * margin);
        CHECK(right > 0.499 * margin);
        // A law that had its margins is as it was; one that had not gets just what it lacked.
        const double left_before = mass(law, {-kInfinity, cell.low});
        const double right_before = mass(law, {cell.high, kInfinity});
        if (std::min(left_before, right_before) > margin / 2) {
          CHECK(kept.mean == law.mean);
          CHECK(kept.deviation == law.deviation);
        } else {
          CHECK(std::min(left, right) == Approx(margin / 2).epsilon(1e-6));
        }
      }
    }
  }
}

TEST_CASE("at the end of a range the mean alone moves") {
  const Marginal first = with_margin({-0.4, 0.1}, {-kInfinity, 0.2}, 0.05);
  CHECK(first.deviation == 0.1);
  CHECK(mass(first, {0.2, kInfinity}) == Approx(0.05));
  const Marginal last = with_margin({0.9, 0.001}, {0.8, kInfinity}, 0.05);
  CHECK(mass(last, {-kInfinity, 0.8}) == Approx(0.05));
  CHECK(with_margin({0.1, 0.1}, {-kInfinity, 0.2}, 0.05).mean == 0.1);
}

TEST_CASE("quantiles of a cut normal keep their digits in both tails") {
  for (const Interval& interval :
       {Interval{-1, 2}, Interval{3, 4}, Interval{-9, -8}, Interval{12, kInfinity},
        Interval{-kInfinity, -12}, Interval{-kInfinity, 0.5}}) {
    double before = interval.low;
    for (const double u : {1e-9, 0.1, 0.5, 0.9, 1 - 1e-9}) {
      const double x = cut_normal(interval, u);
      CHECK((x >= before && x <= interval.high));
      const double part = mass({0, 1}, {interval.low, x}), all = mass({0, 1}, interval);
      if (all > 1e-3) CHECK(part / all == Approx(u).margin(1e-9));
      before = x;
    }
  }
  // Beyond 12 the normal is close to an exponential: its median is ln 2 / 12.08 farther.
  CHECK(cut_normal({12, kInfinity}, 0.5) == Approx(12 + std::log(2) / 12.08).epsilon(1e-4));
}

TEST_CASE("cmaes mirrors every second trial of a generation, and the others are orthogonal") {
  const Space space = space_of(
      {{"a", "real(0, 1)"}, {"b", "real(0, 1)"}, {"c", "real(0, 1)"}, {"d", "real(0, 1)"}});
  // Small steps, so that none leaves the cube and must be drawn again.
  const Made cmaes("cmaes", {space, 1, {}}, {{"sigma0", 0.05}});
  const Trials trials = Drive{.trials = 6}.run(*cmaes, space, distance_to(space, 0.4));
  const auto step = [&](std::size_t trial) {
    Eigen::Vector4d y;
    for (int i = 0; i < 4; ++i) y[i] = trials.row(trial)[static_cast<std::size_t>(i)] - 0.5;
    return y;
  };
  for (const std::size_t trial : {0, 2, 4}) {
    CHECK((step(trial) + step(trial + 1)).norm() < 1e-12);
    for (const std::size_t other : {0, 2, 4}) {
      if (other != trial) CHECK(std::abs(step(trial).dot(step(other))) < 1e-12);
    }
  }
}

TEST_CASE("cmaes converges on numbers, steps, ordinals and choices together") {
  const Space space = space_of({{"rate", "reciprocal(1e-5, 1e-1)"},
                                {"units", "int(1, 1000, log)"},
                                {"layers", "int(0, 20)"},
                                {"drop", "real(0, 0.9, step=0.1)"},
                                {"size", "ordinal(3, 5, 7, 9)"},
                                {"kind", "choice(a, b, c, d)"},
                                {"extra", "real(0, 1)", "kind != a"}});
  const Evaluate score = [&](const Proposal& proposal, std::size_t) {
    const auto& c = proposal.configuration;
    const auto number = [&](const char* name) { return tune::base::to_number(c.at(name)); };
    const double gone = std::log10(number("rate")) + 2.5, many = std::log(number("units") / 60);
    double sum = gone * gone + 0.2 * many * many + 0.05 * std::pow(number("layers") - 13, 2) +
                 3 * std::pow(number("drop") - 0.3, 2) + 0.1 * std::abs(number("size") - 7);
    if (c.at("kind") != Value(std::string("c"))) sum += 1;
    if (c.contains("extra")) sum += std::pow(number("extra") - 0.8, 2);
    return Scored{sum};
  };
  for (const std::size_t window : {1, 8}) {
    for (const std::uint64_t seed : {1, 2, 3}) {
      const Made cmaes("cmaes", {space, 1, {}});
      const Trials trials =
          Drive{.trials = 400, .window = window, .seed = seed}.run(*cmaes, space, score);
      INFO("window " << window << ", seed " << seed);
      CHECK(best_of(trials) < 0.05);
    }
  }
}

TEST_CASE("cmaes starts anew elsewhere once it has converged") {
  // Two basins: the wide one, where it starts, is not the deep one.
  const Space space = space_of({{"x", "real(0, 1)"}, {"y", "real(0, 1)"}});
  const Evaluate score = [&](const Proposal& proposal, std::size_t) {
    const auto u = space.encode(proposal.configuration);
    const double wide = std::pow(u[0] - 0.5, 2) + std::pow(u[1] - 0.5, 2);
    const double deep = 4 * (std::pow(u[0] - 0.85, 2) + std::pow(u[1] - 0.15, 2)) - 0.1;
    return Scored{std::min(wide, deep)};
  };
  const auto best = [&](bool restarts, std::size_t trials, std::size_t window) {
    const Made cmaes("cmaes", {space, 1, {}},
                     {{"restarts", std::string(restarts ? "yes" : "no")}, {"sigma0", 0.05}});
    return best_of(Drive{.trials = trials, .window = window}.run(*cmaes, space, score));
  };
  CHECK(best(false, 400, 1) == Approx(0).margin(1e-9));
  CHECK(best(true, 5000, 1) == Approx(-0.1).margin(1e-3));
  CHECK(best(true, 5000, 8) == Approx(-0.1).margin(1e-3));
}

TEST_CASE("cmaes starts where it is told to") {
  const Space space = space_of(
      {{"x", "real(0, 1)"}, {"n", "int(1, 100)"}, {"kind", "choice(a, b, c, d, e, f, g, h)"}});
  const Made cmaes("cmaes", {space, 1, {}},
                   {{"x0", std::string("x = 0.9, kind = c, n = 20")},
                    {"sigma0", 0.01},
                    {"popsize", std::int64_t{100}}});
  const Trials trials = Drive{.trials = 100}.run(*cmaes, space, distance_to(space, 0.5));
  double x = 0, n = 0;
  int kinds = 0;
  for (std::size_t i = 0; i < 100; ++i) {
    x += trials.row(i)[0] / 100;
    n += trials.row(i)[1] / 100;
    kinds += trials.row(i)[2] == 2;
  }
  CHECK(x == Approx(0.9).margin(0.01));
  CHECK(n == Approx(20).margin(1));
  // Half of the draws and an eighth of the rest: 56 expected, standard deviation 5.
  CHECK(std::abs(kinds - 56) < 20);
}

TEST_CASE("cmaes says what is wrong with x0") {
  const Space space = space_of({{"rate", "real(0, 1)"}, {"kind", "choice(a, b)"}});
  const auto said = [&](const char* x0) { return refusal(space, {{"x0", std::string(x0)}}); };
  CHECK(said("rate = 0.5") == "accepted");
  CHECK(said("rte = 0.5") == "x0: rte: no such parameter; did you mean 'rate'?");
  CHECK(said("rate = 2") == "x0: rate: 2 is not one of its values: real(0, 1)");
  CHECK(said("kind = c") == "x0: kind: c is not one of its values: choice(a, b)");
  CHECK(said("rate > 0.5") == "x0: 'rate > 0.5': expected NAME = VALUE");
}

TEST_CASE("failed trials rank last and do not stop cmaes") {
  const Space space = space_of({{"x", "real(0, 1)"}, {"y", "real(0, 1)"}});
  const Made cmaes("cmaes", {space, 1, {}});
  const Trials trials = Drive{.trials = 300}.run(
      *cmaes, space, [&](const Proposal& proposal, std::size_t) -> Outcome {
        const auto u = space.encode(proposal.configuration);
        if (u[0] > 0.45) return Failed{"out of memory"};
        return Scored{u[1] - u[0]};
      });
  double best = 1;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const Outcome outcome = *trials.outcome(i);
    if (const auto* scored = std::get_if<Scored>(&outcome)) best = std::min(best, scored->score);
  }
  CHECK(best < -0.44);
}

TEST_CASE("a covariance that rounding has made indefinite has a triangular root still") {
  Eigen::MatrixXd covariance(3, 3);
  covariance << 4, 2, 1, 2, 3, 0.5, 1, 0.5, 2;
  const Eigen::MatrixXd exact = triangular_root(covariance);
  CHECK((exact * exact.transpose()).isApprox(covariance, 1e-14));
  const Eigen::Vector3d along(1, 2, -1);
  covariance = along * along.transpose();
  covariance(2, 2) -= 1e-13;
  const Eigen::MatrixXd root = triangular_root(covariance);
  CHECK((root * root.transpose()).isApprox(covariance, 1e-12));
  CHECK(root.isLowerTriangular());
  CHECK(root.diagonal().minCoeff() > 0);
}

TEST_CASE("cmaes works on one integer with generations of two") {
  const Space space = space_of({{"n", "int(0, 40)"}});
  const Made cmaes("cmaes", {space, 1, {}}, {{"popsize", std::int64_t{2}}});
  CHECK(best_of(Drive{.trials = 40}.run(*cmaes, space, distance_to(space, 0.9))) < 1e-3);
}

TEST_CASE("cmaes ranks pruned trials by their epochs first") {
  const Space space = space_of({{"x", "real(0, 1)"}});
  // The lower x, the sooner a trial is pruned, and the better it looks by then.
  const Made cmaes("cmaes", {space, 1, {}});
  const Trials trials =
      Drive{.trials = 60}.run(*cmaes, space, [](const Proposal& proposal, std::size_t) {
        const double x = std::get<double>(proposal.configuration.at("x"));
        return Pruned{x, 1 + static_cast<int>(100 * x)};
      });
  CHECK(trials.row(59)[0] > 0.9);
}
