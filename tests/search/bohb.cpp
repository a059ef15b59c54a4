#include "search/bohb.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "search/brackets.hpp"
#include "search/strategy.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/spaces.hpp"
#include "tests/support/strategy_driver.hpp"

using namespace tune::search;
using tune::base::Rng;
using tune::tests::Drive;
using tune::tests::Made;
using tune::tests::space_of;

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

const Configuration kModelOnly = {{"random_fraction", 0.0}};

/// A trial of one parameter.
struct Point {
  double x;
  int epochs;
  Outcome outcome;
};

Space line() {
  return space_of({{"x", "real(0, 1)"}});
}

Trials trials_of(const Space& space, const std::vector<Point>& points) {
  Trials trials(space);
  for (const Point& point : points) {
    trials.finish(trials.add({{{"x", point.x}}, point.epochs, {}}), point.outcome);
  }
  return trials;
}

/// So many trials, evenly over the line, of which those next to `best` are the best.
std::vector<Point> around(double best, int count, int epochs) {
  std::vector<Point> points;
  for (int i = 0; i < count; ++i) {
    const double x = (i + 0.5) / count;
    points.push_back({x, epochs, Scored{std::abs(x - best)}});
  }
  return points;
}

std::vector<std::vector<double>> starts(const Space& space, const Trials& trials,
                                        const Configuration& options, int count = 300) {
  const Setting setting{.space = space, .epochs = 9, .configurations = {}};
  const std::vector<tune::base::Key> keys = bohb_keys();
  const auto strategy = make_bohb_starts(setting, tune::base::Reader(options, keys));
  std::vector<std::vector<double>> rows;
  for (int tag = 0; tag < count; ++tag) {
    const Prefix prefix(trials, trials.size(), trials.size());
    const Move move = strategy->ask(prefix, Rng(8).split(static_cast<std::uint64_t>(tag)));
    rows.push_back(space.to_row(std::get<Proposal>(move).configuration));
  }
  return rows;
}

/// The share of rows whose column lies in [low, high].
double share(const std::vector<std::vector<double>>& rows, std::size_t column, double low,
             double high) {
  const auto inside = std::count_if(rows.begin(), rows.end(), [&](const auto& row) {
    return row[column] >= low && row[column] <= high;
  });
  return static_cast<double>(inside) / static_cast<double>(rows.size());
}

double share_of(const std::vector<Point>& points, double low, double high,
                const Configuration& options = kModelOnly) {
  const Space space = line();
  return share(starts(space, trials_of(space, points), options), 0, low, high);
}

}  // namespace

TEST_CASE("a model takes one good trial and one other more than there are parameters") {
  const std::vector<Point> four = {
      {0.8, 1, Scored{0}}, {0.82, 1, Scored{0}}, {0.2, 1, Scored{1}}, {0.1, 1, Scored{1}}};
  CHECK(share_of({four.begin(), four.begin() + 3}, 0.5, 1) == Approx(0.5).margin(0.1));
  CHECK(share_of(four, 0.5, 1) > 0.95);
  CHECK(share_of(four, 0.5, 1,
                 {{"random_fraction", 0.0}, {"min_points_in_model", std::int64_t{3}}}) ==
        Approx(0.5).margin(0.1));
}

TEST_CASE("the model is that of the most epochs that have one") {
  std::vector<Point> points = around(0.8, 40, 1);
  CHECK(share_of(points, 0.65, 0.95) > 0.8);
  const std::vector<Point> longer = around(0.2, 4, 9);
  points.insert(points.end(), longer.begin(), longer.begin() + 3);
  CHECK(share_of(points, 0.65, 0.95) > 0.8);
  points.push_back(longer[3]);
  CHECK(share_of(points, 0, 0.5) > 0.8);
}

TEST_CASE("the newest ten thousand trials make the model") {
  std::vector<Point> points = around(0.2, 10'000, 1), newest = around(0.8, 10'000, 1);
  for (Point& point : newest) std::get<Scored>(point.outcome).score += 1;
  points.insert(points.end(), newest.begin(), newest.end());
  const Space space = line();
  CHECK(share(starts(space, trials_of(space, points), kModelOnly, 8), 0, 0.65, 0.95) == 1);
}

TEST_CASE("a share of the starts is drawn at random") {
  const std::vector<Point> points = around(0.8, 40, 1);
  const double model = share_of(points, 0.65, 0.95);
  CHECK(share_of(points, 0.65, 0.95, {{"random_fraction", 1.0}}) == Approx(0.3).margin(0.08));
  CHECK(share_of(points, 0.65, 0.95, {}) == Approx(0.3 / 3 + 2 * model / 3).margin(0.08));
}

TEST_CASE("what fails, has no score or was stopped too soon is never good") {
  for (const Outcome& outcome :
       {Outcome(Failed{"diverged"}), Outcome(Scored{kNaN}),
        Outcome(Scored{-std::numeric_limits<double>::infinity()}), Outcome(Pruned{-9, 2})}) {
    std::vector<Point> points = around(0.8, 20, 3);
    for (int i = 0; i < 20; ++i) points.push_back({0.2 + 0.001 * i, 3, outcome});
    CHECK(share_of(points, 0.65, 0.95) > 0.8);
    for (Point& point : points) point.outcome = outcome;
    CHECK(share_of(points, 0.65, 0.95) == Approx(0.3).margin(0.08));
  }
  std::vector<Point> points = around(0.8, 20, 3);
  for (Point& point : points) point.outcome = Pruned{std::get<Scored>(point.outcome).score, 3};
  CHECK(share_of(points, 0.65, 0.95) > 0.8);
}

TEST_CASE("conditional parameters are there where their conditions hold") {
  const Space space = space_of({{"momentum", "real(0, 1)", "optimizer = sgd"},
                                {"optimizer", "choice(sgd, adam)"},
                                {"layers", "int(1, 5)"},
                                {"activation", "relu", "layers > 3"}});
  Trials trials(space);
  for (int i = 0; i < 40; ++i) {
    const double u = (i + 0.5) / 40;
    const bool sgd = i % 2 == 0;
    const double layers = 1 + i % 5;
    const std::vector<double> row = {sgd ? u : kNaN, sgd ? 0.0 : 1.0, layers,
                                     layers > 3 ? 0 : kNaN};
    trials.finish(trials.add({space.from_row(row), 3, {}}),
                  Scored{sgd ? std::abs(u - 0.7) : 2 + u});
  }
  const auto rows = starts(space, trials, kModelOnly);
  CHECK(share(rows, 1, 0, 0) > 0.9);
  CHECK(share(rows, 0, 0.5, 0.9) > 0.8);
  for (const auto& row : rows) {
    CHECK(std::isnan(row[0]) == (row[1] == 1));
    CHECK(std::isnan(row[3]) == (row[2] <= 3));
  }
}

TEST_CASE("bohb has the brackets of Hyperband, and starts them where good trials are") {
  const auto score = [](const Proposal& proposal, std::size_t) {
    return Scored{std::abs(std::get<double>(proposal.configuration.at("x")) - 0.3)};
  };
  const auto run = [&](const std::string& name, std::size_t window) {
    const Made made(name, {line(), 9, {}, 220, window});
    std::size_t close = 0;
    std::vector<bool> is_start;
    Drive drive{.trials = 1000};
    drive.watch = [&](const Prefix& prefix, const Rng&, const Move& move) {
      const auto* proposal = std::get_if<Proposal>(&move);
      if (proposal == nullptr) return;
      is_start.push_back(!proposal->parent);
      if (proposal->parent) return;
      close += score(*proposal, 0).score < 0.05;
      if (name == "hyperband") return;
      const auto unknown = is_start.begin() + static_cast<std::ptrdiff_t>(prefix.known());
      CHECK(static_cast<std::size_t>(std::count(unknown, is_start.end(), true)) <= window);
    };
    CHECK(drive.run(*made, made.space(), score).size() == made->schedule()->trials());
    return static_cast<double>(close) / static_cast<double>(made->schedule()->starts());
  };
  const double chance = run("hyperband", 8);
  CHECK(chance < 0.2);
  CHECK(run("bohb", 1) > 0.4);
  CHECK(run("bohb", 8) > 0.4);
}
