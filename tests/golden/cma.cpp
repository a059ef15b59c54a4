#include "search/cma.hpp"

#include <fstream>
#include <nlohmann/json.hpp>

#include "search/margin.hpp"
#include "tests/support/catch.hpp"

// Values of the package cmaes, written by cma_values.py, which says what they are.

using namespace tune::search;
using Eigen::Index;
using Eigen::VectorXd;
using Json = nlohmann::json;

namespace {

const Json& golden() {
  static const Json kValues =
      Json::parse(std::ifstream(TUNE_SOURCE_DIR "/tests/golden/cma_values.json"));
  return kValues;
}

VectorXd vector(const Json& values) {
  return VectorXd::NullaryExpr(std::ssize(values),
                               [&](Index i) { return values[static_cast<std::size_t>(i)]; });
}

}  // namespace

TEST_CASE("generations move the distribution as in the package cmaes") {
  for (const Json& run : golden()["plain"]) {
    const Index dimensions = run["dimensions"];
    Cma cma(VectorXd::Constant(dimensions, run["mean"]), run["sigma"], run["population"]);
    INFO(dimensions << " dimensions");
    CHECK(cma.weights().isApprox(vector(run["weights"]), 1e-12));
    for (const Json& generation : run["generations"]) {
      Eigen::MatrixXd ys(dimensions, cma.population());
      for (Index k = 0; k < cma.population(); ++k) {
        ys.col(k) =
            (vector(generation["points"][static_cast<std::size_t>(k)]) - cma.mean()) / cma.sigma();
      }
      cma.update(ys);
      CHECK(cma.mean().isApprox(vector(generation["mean"]), 1e-9));
      CHECK(cma.sigma() == Approx(generation["sigma"].get<double>()).epsilon(1e-9));
      for (Index i = 0; i < dimensions; ++i) {
        const VectorXd row = vector(generation["covariance"][static_cast<std::size_t>(i)]);
        CHECK((cma.covariance().row(i).transpose() - row).norm() < 1e-8);
      }
    }
  }
}

TEST_CASE("margins are those of the package cmaes") {
  const double margin = golden()["margin"]["margin"];
  for (const Json& law : golden()["margin"]["laws"]) {
    const double mean = law[0];
    // The integers 0 to 9: cells end in the middle between two of them.
    const double value = std::clamp(std::round(mean), 0.0, 9.0);
    const double infinity = std::numeric_limits<double>::infinity();
    const Interval cell{value == 0 ? -infinity : value - 0.5, value == 9 ? infinity : value + 0.5};
    const Marginal corrected = with_margin({mean, law[1]}, cell, margin);
    INFO("mean " << mean << ", deviation " << law[1]);
    CHECK(corrected.mean == Approx(law[2].get<double>()).epsilon(1e-7));
    CHECK(corrected.deviation == Approx(law[3].get<double>()).epsilon(1e-7));
  }
}
