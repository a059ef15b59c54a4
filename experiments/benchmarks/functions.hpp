#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <string>
#include <vector>

#include "search/space.hpp"

namespace tune::benchmarks {

/// A function to be minimised; its argument is a row of the space. They are those of
/// peers/functions.py.
struct Function {
  std::string name;
  search::Space space;
  double (*value)(std::span<const double> row);
};

inline double branin(std::span<const double> x) {
  using std::numbers::pi;
  const double a = x[0], b = x[1];
  const double inner = b - 5.1 / (4 * pi * pi) * a * a + 5 / pi * a - 6;
  return inner * inner + 10 * (1 - 1 / (8 * pi)) * std::cos(a) + 10;
}

inline double hartmann6(std::span<const double> x) {
  constexpr double weights[] = {1, 1.2, 3, 3.2};
  constexpr double scales[][6] = {{10, 3, 17, 3.5, 1.7, 8},
                                  {0.05, 10, 17, 0.1, 8, 14},
                                  {3, 3.5, 1.7, 10, 17, 8},
                                  {17, 8, 0.05, 10, 0.1, 14}};
  constexpr double centres[][6] = {{.1312, .1696, .5569, .0124, .8283, .5886},
                                   {.2329, .4135, .8307, .3736, .1004, .9991},
                                   {.2348, .1451, .3522, .2883, .3047, .6650},
                                   {.4047, .8828, .8732, .5743, .1091, .0381}};
  double sum = 0;
  for (int k = 0; k < 4; ++k) {
    double exponent = 0;
    for (std::size_t i = 0; i < 6; ++i) {
      exponent += scales[k][i] * (x[i] - centres[k][i]) * (x[i] - centres[k][i]);
    }
    sum -= weights[k] * std::exp(-exponent);
  }
  return sum;
}

inline double ackley(std::span<const double> x) {
  double squares = 0, waves = 0;
  for (const double v : x) {
    squares += v * v;
    waves += std::cos(2 * std::numbers::pi * v);
  }
  const auto n = static_cast<double>(x.size());
  return 20 - 20 * std::exp(-0.2 * std::sqrt(squares / n)) + std::numbers::e - std::exp(waves / n);
}

inline double rosenbrock(std::span<const double> x) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const double bend = x[i + 1] - x[i] * x[i];
    sum += 100 * bend * bend + (1 - x[i]) * (1 - x[i]);
  }
  return sum;
}

inline double levy(std::span<const double> x) {
  using std::numbers::pi;
  const auto w = [&](std::size_t i) { return 1 + (x[i] - 1) / 4; };
  const std::size_t last = x.size() - 1;
  double sum = std::pow(std::sin(pi * w(0)), 2);
  for (std::size_t i = 0; i < last; ++i) {
    sum += std::pow(w(i) - 1, 2) * (1 + 10 * std::pow(std::sin(pi * w(i) + 1), 2));
  }
  return sum + std::pow(w(last) - 1, 2) * (1 + std::pow(std::sin(2 * pi * w(last)), 2));
}

/// What tuning a network is like; the columns of choices are indices into conditional_space().
inline double conditional(std::span<const double> row) {
  const double lr = std::log10(row[1]), momentum = row[2], epsilon = row[3], layers = row[4];
  double value = 0;
  if (row[0] == 0) {
    value += 0.5 * std::pow(lr + 1.5, 2) + 3 * std::pow(momentum - 0.9, 2);
  } else if (row[0] == 1) {
    value += 0.2 + 0.5 * std::pow(lr + 3, 2) + 0.05 * std::pow(std::log10(epsilon) + 6, 2);
  } else {
    value += 0.5 + 0.5 * std::pow(lr + 3.5, 2);
  }
  value += 0.15 * std::pow(layers - 3, 2);
  value += 0.1 * std::pow(std::log2(row[5]) - 6 - (3 - layers) / 2, 2);
  if (layers >= 2) value += 2 * std::pow(row[6] - layers / 10, 2);
  constexpr double activations[] = {0.1, 0.3, 0.8, 0};
  return value + activations[static_cast<std::size_t>(row[7])];
}

/// A line of [space] in parts.
struct Line {
  std::string name, domain, when = {};
};

inline search::Space space_of(const std::vector<Line>& lines) {
  std::vector<search::Parameter> parameters;
  for (const Line& line : lines) {
    parameters.push_back(
        {line.name, search::parse_domain(line.domain),
         line.when.empty() ? search::Condition{} : search::parse_condition(line.when)});
  }
  return search::Space(std::move(parameters), {});
}

inline search::Space conditional_space() {
  return space_of({{"optimizer", "choice(sgd, adam, rmsprop)"},
                   {"learning_rate", "reciprocal(1e-5, 1)"},
                   {"momentum", "real(0, 1)", "optimizer = sgd"},
                   {"epsilon", "reciprocal(1e-9, 1e-1)", "optimizer = adam"},
                   {"layers", "int(1, 5)"},
                   {"units", "int(8, 512, log)"},
                   {"dropout", "real(0, 0.8)", "layers >= 2"},
                   {"activation", "choice(relu, tanh, sigmoid, selu)"}});
}

inline search::Space box(std::vector<search::Real> sides) {
  std::vector<search::Parameter> parameters;
  for (const search::Real& side : sides) {
    parameters.push_back({"x" + std::to_string(parameters.size()), side, {}});
  }
  return search::Space(std::move(parameters), {});
}

inline search::Space cube(std::size_t dimensions, double low, double high) {
  return box(std::vector(dimensions, search::Real{low, high}));
}

inline std::vector<Function> functions() {
  return {
      {"branin", box({{-5, 10}, {0, 15}}), branin},
      {"hartmann6", cube(6, 0, 1), hartmann6},
      // Ackley's optimum is not the middle of the domain, where some strategies start.
      {"ackley5", cube(5, -24.576, 40.96), ackley},
      {"rosenbrock4", cube(4, -5, 10), rosenbrock},
      {"levy8", cube(8, -10, 10), levy},
      {"conditional", conditional_space(), conditional},
  };
}

/// The space and objective of the peers' overhead: seven parameters of all kinds.
inline search::Space mixed_space() {
  return space_of({{"x", "real(-5, 5)"},
                   {"y", "real(0, 1)"},
                   {"lr", "reciprocal(1e-5, 1e-1)"},
                   {"depth", "int(1, 12)"},
                   {"units", "int(8, 1024, log)"},
                   {"act", "choice(relu, tanh, elu)"},
                   {"opt", "choice(sgd, adam)"}});
}

inline double mixed_value(std::span<const double> row) {
  return row[0] * row[0] + std::pow(row[1] - 0.3, 2) + std::abs(row[2] - 1e-3) +
         0.1 * std::abs(row[3] - 4) + 1e-3 * std::abs(row[4] - 100) + (row[5] == 0 ? 0 : 0.5) +
         (row[6] == 1 ? 0 : 0.3);
}

}  // namespace tune::benchmarks
