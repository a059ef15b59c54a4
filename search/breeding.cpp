#include "search/breeding.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tune::search {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kMated = 0.9;  ///< share of the children that are crossed (Deb et al. 2002)
constexpr double kEta = 20;     ///< of both operators, as there

/// A value as it is inherited: its place in the unit, and its exact column, NaN where that is
/// whatever the place decodes to. A place of NaN: the parent had no such parameter.
struct Gene {
  double place, column;
};

bool is_unordered(const Domain& domain) {
  const auto* choice = std::get_if<Choice>(&domain);
  return choice != nullptr && !choice->ordered;
}

Gene crossed(const Domain& domain, const Gene& one, const Gene& other, base::Rng& rng) {
  if (is_unordered(domain) || std::isnan(one.place) || std::isnan(other.place)) return other;
  if (one.column == other.column) return one;
  const auto [lower, upper] = simulated_binary(one.place, other.place, kEta, rng.uniform());
  return {rng.uniform() < 0.5 ? lower : upper, kNone};
}

/// A place next to the values of this one, on the side of `moved` if there are any.
double beside(const Domain& domain, double place, double moved) {
  const Interval own = cell(domain, decode_column(domain, place));
  const bool down = own.high >= 1 || (moved < place && own.low > 0);
  return down ? std::nextafter(own.low, 0.0) : own.high;
}

Gene mutated(const Domain& domain, double place, base::Rng& rng) {
  const auto values = count(domain);
  if (values == 1) return {place, kNone};
  if (is_unordered(domain)) {
    const auto own = index_of(domain, decode_column(domain, place));
    const auto drawn = rng.below(static_cast<std::uint32_t>(*values - 1));
    const double column = column_at(domain, drawn + (drawn >= own ? 1 : 0));
    return {encode_column(domain, column), column};
  }
  const double moved = polynomial(place, kEta, rng.uniform());
  const bool stays = values && decode_column(domain, moved) == decode_column(domain, place);
  return {stays ? beside(domain, place, moved) : moved, kNone};
}

}  // namespace

std::pair<double, double> simulated_binary(double one, double other, double eta, double number) {
  const auto [low, high] = std::minmax(one, other);
  const double distance = high - low;
  if (distance < 1e-14) return {low, high};
  // The spread whose distribution ends where the bound at this distance is.
  const auto spread = [&](double bound) {
    const double alpha = 2 - std::pow(1 + 2 * bound / distance, -(eta + 1));
    const double base = number <= 1 / alpha ? number * alpha : 1 / (2 - number * alpha);
    return std::pow(base, 1 / (eta + 1));
  };
  const double middle = low + high;
  return {std::clamp((middle - spread(low) * distance) / 2, 0.0, 1.0),
          std::clamp((middle + spread(1 - high) * distance) / 2, 0.0, 1.0)};
}

double polynomial(double place, double eta, double number) {
  const double power = eta + 1;
  const double step =
      number < 0.5
          ? std::pow(2 * number + (1 - 2 * number) * std::pow(1 - place, power), 1 / power) - 1
          : 1 - std::pow(2 * (1 - number) + 2 * (number - 0.5) * std::pow(place, power), 1 / power);
  return std::clamp(place + step, 0.0, 1.0);
}

std::optional<std::vector<double>> child_of(const Space& space, std::span<const double> one,
                                            std::span<const double> other, const Rates& rates,
                                            base::Rng& rng) {
  std::vector<double> first(one.size()), second(one.size()), exact(one.size()), row(one.size());
  space.encode_row(one, first);
  space.encode_row(other, second);
  const bool mated = rng.uniform() < kMated;
  for (std::size_t i = 0; i < one.size(); ++i) {
    const Domain& domain = space.parameters()[i].domain;
    const auto gene_of = [&](std::span<const double> parent, double place) {
      return Gene{std::isnan(parent[i]) ? kNone : place, parent[i]};
    };
    Gene gene = gene_of(one, first[i]);
    if (mated && rng.uniform() < rates.crossover) {
      gene = crossed(domain, gene, gene_of(other, second[i]), rng);
    }
    if (rng.uniform() < rates.mutation && !std::isnan(gene.place)) {
      gene = mutated(domain, gene.place, rng);
    }
    exact[i] = gene.column;
    first[i] = std::isnan(gene.place) ? rng.uniform() : gene.place;
  }
  space.decode_row(first, row);
  // Inherited numbers are the parents' to the bit, or copies would be taken for new.
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (!std::isnan(row[i]) && !std::isnan(exact[i])) row[i] = exact[i];
  }
  if (!space.contains(space.from_row(row))) return std::nullopt;
  return row;
}

}  // namespace tune::search
