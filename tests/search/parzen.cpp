#include "search/parzen.hpp"

#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

#include "search/axis.hpp"
#include "tests/support/catch.hpp"

using namespace tune::search;
using tune::base::Rng;

namespace {

constexpr double kInactive = std::numeric_limits<double>::quiet_NaN();

/// The domains that parzen_values.py means by its kinds.
Domain domain_of(const std::string& kind) {
  if (kind == "lattice") return parse_domain("int(1, 5)");
  if (kind == "category") return parse_domain("choice(a, b, c)");
  return parse_domain(kind == "normal" ? "normal(3, 2)" : "real(-1, 4)");
}

/// The mean over the range of exp(log_density) on a single line axis.
double integral(const Parzen& parzen, std::size_t axis) {
  constexpr Eigen::Index kPoints = 20000;
  const std::size_t axes[] = {axis};
  const Eigen::ArrayXXd points =
      (Eigen::ArrayXd::LinSpaced(kPoints, 0.5, kPoints - 0.5) / kPoints).transpose();
  return parzen.log_density(axes, points).exp().mean();
}

}  // namespace

TEST_CASE("a Parzen estimator has the densities of SciPy's truncated normals") {
  std::ifstream file(TUNE_SOURCE_DIR "/tests/golden/parzen_values.json");
  const auto golden = nlohmann::json::parse(file);
  for (const auto& one : golden["cases"]) {
    std::vector<Domain> domains;
    for (const auto& axis : one["axes"]) domains.push_back(domain_of(axis["kind"]));
    const std::vector<Axis> axes(domains.begin(), domains.end());
    Parzen parzen(axes, one["prior_weight"]);
    parzen.set_least(one["least"]);
    for (std::uint32_t slot = 0; slot < one["axes"][0]["places"].size(); ++slot) {
      std::vector<double> places;
      for (const auto& axis : one["axes"]) places.push_back(axis["places"][slot]);
      parzen.insert(slot, places);
    }
    const auto weights = one["weights"].get<std::vector<float>>();
    parzen.set_weights(Eigen::Map<const Eigen::ArrayXf>(weights.data(), std::ssize(weights)));
    std::vector<std::size_t> all(axes.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    const auto rows = static_cast<Eigen::Index>(all.size());
    for (std::size_t i = 0; i < one["points"].size(); ++i) {
      const auto point = one["points"][i].get<std::vector<double>>();
      const Eigen::ArrayXXd column = Eigen::Map<const Eigen::ArrayXd>(point.data(), rows);
      INFO(one["axes"][0]["kind"] << " at " << point[0] << ", least " << one["least"]);
      CHECK(parzen.log_density(all, column)[0] ==
            Approx(one["log_densities"][i].get<double>()).epsilon(1e-5).margin(1e-5));
    }
  }
}

TEST_CASE("kernels are as wide as the larger gap beside them") {
  const Domain domain = parse_domain("real(0, 1)");
  const std::vector<Axis> axes = {Axis(domain)};
  Parzen parzen(axes, 1);
  parzen.set_least(0.06);
  const auto deviation = [&](std::uint32_t slot) { return parzen.kernels(0).deviation(slot); };
  const double places[] = {0.8, 0.2, 0.25, 0.6, 0.625};
  parzen.insert(0, std::span(places, 1));
  CHECK(deviation(0) == Approx(0.8));  // a single kernel reaches to the farther end
  for (std::uint32_t slot = 1; slot < 5; ++slot) parzen.insert(slot, std::span(places + slot, 1));
  CHECK(deviation(1) == Approx(0.06));  // 0.05 to its only neighbour
  CHECK(deviation(2) == Approx(0.35));  // 0.6 - 0.25
  CHECK(deviation(3) == Approx(0.35));
  CHECK(deviation(4) == Approx(0.175));  // 0.8 - 0.625
  CHECK(deviation(0) == Approx(0.175));
  parzen.erase(4);
  CHECK(deviation(3) == Approx(0.35));
  CHECK(deviation(0) == Approx(0.2));
  parzen.erase(4);  // nothing is there
  CHECK(parzen.kernels(0).size() == 4);
  parzen.set_least(0.3);
  CHECK(deviation(0) == Approx(0.3));
}

TEST_CASE("kernels depend on which observations there are, not on what came and went") {
  const std::vector<Domain> domains = {parse_domain("real(0, 1)"), parse_domain("int(1, 4)"),
                                       parse_domain("choice(a, b)")};
  const std::vector<Axis> axes(domains.begin(), domains.end());
  Rng rng(4);
  std::vector<std::vector<double>> observations;
  for (int i = 0; i < 60; ++i) {
    observations.push_back(
        {rng.uniform(), axes[1].snap(rng.uniform()), i % 7 == 0 ? kInactive : rng.below(2)});
  }
  Parzen moved(axes, 1), fresh(axes, 1);
  fresh.set_least(0.02);
  for (std::uint32_t slot = 0; slot < 60; ++slot) moved.insert(slot, observations[slot]);
  for (std::uint32_t slot = 0; slot < 60; slot += 3) moved.erase(slot);
  moved.set_least(0.02);
  moved.insert(30, observations[30]);
  for (std::uint32_t slot = 0; slot < 60; ++slot) {
    if (slot % 3 != 0 || slot == 30) fresh.insert(slot, observations[slot]);
  }
  Eigen::ArrayXXd points = Eigen::ArrayXXd::Constant(1, 5, 0.1);
  points.row(0) << 0.05, 0.3, 0.5, 0.77, 0.99;
  const std::size_t line[] = {0};
  CHECK((moved.log_density(line, points) == fresh.log_density(line, points)).all());
}

TEST_CASE("densities integrate to one on every scale") {
  for (const char* text : {"real(0, 1)", "reciprocal(1e-5, 1)", "normal(0, 1)"}) {
    const Domain domain = parse_domain(text);
    const std::vector<Axis> axes = {Axis(domain)};
    Parzen parzen(axes, 0.7);
    parzen.set_least(0.01);
    for (std::uint32_t slot = 0; slot < 9; ++slot) {
      const double place[] = {std::pow(slot / 9.0, 2)};
      parzen.insert(slot, place);
    }
    INFO(text);
    CHECK(integral(parzen, 0) == Approx(1).margin(1e-4));
  }
  // Cells of a lattice and categories sum to one; a lattice by its midpoints.
  const std::vector<Domain> domains = {parse_domain("int(0, 9)"), parse_domain("choice(a, b, c)")};
  const std::vector<Axis> axes(domains.begin(), domains.end());
  Parzen parzen(axes, 1);
  parzen.set_least(0.01);
  for (std::uint32_t slot = 0; slot < 5; ++slot) {
    parzen.insert(slot, std::vector<double>{(slot + 0.5) / 10, slot % 2 + 0.0});
  }
  double cells = 0, categories = 0;
  for (int k = 0; k < 10; ++k) {
    const std::size_t axis[] = {0};
    cells += std::exp(parzen.log_density(axis, Eigen::ArrayXXd::Constant(1, 1, (k + 0.5) / 10))[0]);
  }
  for (int k = 0; k < 3; ++k) {
    const std::size_t axis[] = {1};
    categories += std::exp(parzen.log_density(axis, Eigen::ArrayXXd::Constant(1, 1, k))[0]);
  }
  CHECK(cells / 10 == Approx(1).epsilon(0.02));
  CHECK(categories == Approx(1).epsilon(1e-6));
}

TEST_CASE("draws of a Parzen estimator follow its density") {
  const std::vector<Domain> domains = {parse_domain("real(0, 1)"), parse_domain("choice(a, b, c)"),
                                       parse_domain("int(1, 5)")};
  const std::vector<Axis> axes(domains.begin(), domains.end());
  Parzen parzen(axes, 1);
  parzen.set_least(0.02);
  parzen.insert(0, std::vector<double>{0.02, 0, 0.1});
  parzen.insert(1, std::vector<double>{0.7, 2, 0.5});
  parzen.insert(2, std::vector<double>{0.75, 2, 0.5});
  parzen.set_weights(Eigen::Array3f(0.5F, 1, 1.5F));
  const std::size_t all[] = {0, 1, 2};
  Rng rng(3);
  constexpr int kDraws = 20000;
  std::vector<int> tenths(10), categories(3);
  int together = 0;
  for (int i = 0; i < kDraws; ++i) {
    std::vector<double> places(3);
    parzen.draw(all, rng, places);
    ++tenths[static_cast<std::size_t>(places[0] * 10)];
    ++categories[static_cast<std::size_t>(places[1])];
    together += places[1] == 2 && places[2] == Approx(0.5);
  }
  const std::size_t line[] = {0};
  for (std::size_t k = 0; k < 10; ++k) {
    const auto start = static_cast<double>(k);
    const Eigen::ArrayXXd points =
        (Eigen::ArrayXd::LinSpaced(200, start + 0.0025, start + 0.9975) / 10).transpose();
    const double expected = kDraws * 0.1 * parzen.log_density(line, points).exp().mean();
    INFO("tenth " << k);
    CHECK(std::abs(tenths[k] - expected) < 5 * std::sqrt(expected) + 1);
  }
  const std::size_t category[] = {1};
  for (int k = 0; k < 3; ++k) {
    const double share =
        std::exp(parzen.log_density(category, Eigen::ArrayXXd::Constant(1, 1, k))[0]);
    CHECK(std::abs(categories[static_cast<std::size_t>(k)] - kDraws * share) < 5 * 70);
  }
  // Category 2 and the middle cell go together in two of the kernels.
  const std::size_t pair[] = {1, 2};
  Eigen::ArrayXXd cell(2, 200);
  cell.row(0) = 2;
  cell.row(1) = Eigen::ArrayXd::LinSpaced(200, 0.4005, 0.5995).transpose();
  const double joint = 0.2 * parzen.log_density(pair, cell).exp().mean();
  CHECK(std::abs(together - kDraws * joint) < 5 * std::sqrt(kDraws * joint));
  CHECK(joint > 0.17);  // drawn apart they meet in 0.16 of the draws
}

TEST_CASE("densities of many dimensions do not overflow") {
  const Domain domain = parse_domain("real(0, 1)");
  const std::vector<Axis> axes(400, Axis(domain));
  Parzen parzen(axes, 1);
  parzen.set_least(0.001);
  for (std::uint32_t slot = 0; slot < 3; ++slot) {
    parzen.insert(slot, std::vector<double>(400, 0.5 + 1e-5 * slot));
  }
  std::vector<std::size_t> all(400);
  std::iota(all.begin(), all.end(), std::size_t{0});
  Eigen::ArrayXXd points(400, 2);
  points.col(0) = 0.5;
  points.col(1) = 0.9;
  const Eigen::ArrayXd found = parzen.log_density(all, points);
  CHECK(found[0] > 2000);  // 400 log(1 / (0.001 sqrt(2 pi))) = 2396
  CHECK(found[1] == Approx(400 * (-0.08 + 0.0398) - std::log(4)).margin(2.5));  // the prior alone
  CHECK(std::isfinite(found[1]));
}

TEST_CASE("an axis places values evenly, and normal ones by value") {
  const std::vector<Domain> domains = {parse_domain("reciprocal(1e-4, 1)"),
                                       parse_domain("normal(10, 2)"), parse_domain("int(1, 4)"),
                                       parse_domain("ordinal(a, b)"), parse_domain("choice(x, y)")};
  const std::vector<Axis> axes(domains.begin(), domains.end());
  CHECK(axes[0].place(1e-2) == Approx(0.5));
  CHECK(axes[1].place(10) == Approx(0.5));
  CHECK(axes[1].place(12) == Approx(0.5 + 1.0 / 12));
  CHECK(axes[1].prior_deviation() == Approx(1.0 / 12));
  CHECK(axes[1].column(0.5 + 1.0 / 12) == Approx(12));
  CHECK(axes[2].kind() == Axis::Kind::lattice);
  CHECK(axes[2].place(2) == Approx(0.375));
  CHECK(axes[2].snap(0.49) == Approx(0.375));
  CHECK(axes[2].cell(0.375) == Approx(0.25));
  CHECK(axes[3].kind() == Axis::Kind::lattice);
  CHECK(axes[4].kind() == Axis::Kind::category);
  CHECK(axes[4].size() == 2);
}
