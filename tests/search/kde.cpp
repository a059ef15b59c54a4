#include "search/kde.hpp"

#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/catch.hpp"

using namespace tune::search;
using tune::base::Rng;

namespace {

constexpr double kMinBandwidth = 1e-3;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// The domains that kde_values.py means by its kinds.
Domain domain_of(const std::string& kind) {
  if (kind == "lattice") return parse_domain("int(1, 5)");
  return parse_domain(kind == "category" ? "choice(a, b, c)" : "real(-1, 4)");
}

/// A JSON list of rows as columns.
Eigen::ArrayXXd columns_of(const nlohmann::json& rows) {
  Eigen::ArrayXXd columns(rows[0].size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t axis = 0; axis < rows[i].size(); ++axis) {
      columns(static_cast<Eigen::Index>(axis), static_cast<Eigen::Index>(i)) = rows[i][axis];
    }
  }
  return columns;
}

}  // namespace

TEST_CASE("a kernel density estimator has the densities of statsmodels") {
  std::ifstream file(TUNE_SOURCE_DIR "/tests/golden/kde_values.json");
  const auto golden = nlohmann::json::parse(file);
  for (const auto& one : golden["cases"]) {
    std::vector<Domain> domains;
    for (const auto& kind : one["kinds"]) domains.push_back(domain_of(kind));
    const std::vector<Axis> axes(domains.begin(), domains.end());
    const Kde kde(axes, columns_of(one["observations"]), kMinBandwidth);
    INFO(one["kinds"] << " of " << one["observations"].size());
    for (std::size_t axis = 0; axis < axes.size(); ++axis) {
      CHECK(kde.bandwidth(axis) == Approx(one["bandwidths"][axis].get<double>()));
    }
    const Eigen::ArrayXd found = kde.log_density(columns_of(one["points"]));
    for (Eigen::Index i = 0; i < found.size(); ++i) {
      CHECK(found[i] ==
            Approx(one["log_densities"][static_cast<std::size_t>(i)].get<double>()).epsilon(1e-9));
    }
  }
}

TEST_CASE("draws of a kernel density estimator have its widened kernels") {
  const std::vector<Domain> domains = {domain_of("line"), domain_of("category")};
  const std::vector<Axis> axes(domains.begin(), domains.end());
  Eigen::ArrayXXd observations(2, 4);
  observations << 0.45, 0.5, 0.5, 0.55, 0, 0, 0, 1;
  const Kde kde(axes, observations, kMinBandwidth);
  const double h = kde.bandwidth(0), flip = kde.bandwidth(1);
  Rng rng(3);
  constexpr int kDraws = 20000;
  double sum = 0, squares = 0;
  std::vector<int> seen(3);
  for (int i = 0; i < kDraws; ++i) {
    double point[2];
    kde.draw(2, rng, point);
    CHECK((point[0] >= 0 && point[0] < 1));
    sum += point[0];
    squares += point[0] * point[0];
    ++seen[static_cast<std::size_t>(point[1])];
  }
  const double mean = sum / kDraws;
  CHECK(mean == Approx(0.5).margin(0.003));
  // The spread of the observations and of the kernels, which the range hardly cuts.
  CHECK(squares / kDraws - mean * mean == Approx(0.00125 + 4 * h * h).epsilon(0.05));
  CHECK(seen[0] == Approx(kDraws * (0.75 * (1 - flip) + flip / 3)).epsilon(0.05));
  CHECK(seen[2] == Approx(kDraws * flip / 3).epsilon(0.08));
}

TEST_CASE("what an observation lacks is taken from one that has it, together") {
  const std::vector<Domain> domains = {domain_of("line"), domain_of("line"), domain_of("line"),
                                       domain_of("category")};
  const std::vector<Axis> axes(domains.begin(), domains.end());
  Eigen::ArrayXXd observations(4, 4);
  observations << 0.1, 0.2, 0.3, 0.4,  //
      kNaN, 0.6, 0.7, kNaN,            //
      kNaN, 0.8, 0.9, 0.5,             //
      kNaN, kNaN, kNaN, kNaN;
  std::set<double> taken, drawn;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Rng rng(seed);
    const Eigen::ArrayXXd filled = impute(axes, observations, rng);
    CHECK((filled.row(0) == observations.row(0)).all());
    CHECK((filled.col(1).head(3) == observations.col(1).head(3)).all());
    // Both from the same: 0.6 goes with 0.8, and 0.7 with 0.9.
    CHECK(filled(2, 0) == Approx(filled(1, 0) + 0.2));
    CHECK(filled(2, 3) == 0.5);
    taken.insert(filled(1, 0));
    // Nobody has a category.
    for (Eigen::Index i = 0; i < 4; ++i) drawn.insert(filled(3, i));
  }
  CHECK(taken == std::set<double>{0.6, 0.7});
  CHECK(drawn == std::set<double>{0, 1, 2});
}
