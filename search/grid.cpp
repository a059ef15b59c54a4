#include <string>
#include <vector>

#include "search/makers.hpp"

namespace tune::search {
namespace {

constexpr std::size_t kMost = 10'000'000;  ///< combinations, forbidden ones included
constexpr std::size_t kStride = 64;        ///< every that many a configuration is kept

void check_finite(const Space& space) {
  for (const Parameter& parameter : space.parameters()) {
    if (count(parameter.domain)) continue;
    throw base::InputError("grid: '" + parameter.name + "' = " + to_text(parameter.domain) +
                           " is continuous; give it a step (real(low, high, step=...)) or values "
                           "(choice(...))");
  }
}

/// The number of combinations if no parameter is conditional, an upper bound otherwise; rounded
/// above 2^53.
double combinations(const Space& space) {
  double product = 1;
  for (const Parameter& parameter : space.parameters()) {
    product *= static_cast<double>(*count(parameter.domain));
  }
  return product;
}

std::string count_text(const Space& space) {
  for (const Parameter& parameter : space.parameters()) {
    if (!parameter.when.always()) return "more than " + std::to_string(kMost);
  }
  const double product = combinations(space);
  return product < 1e15 ? std::to_string(static_cast<std::uint64_t>(product))
                        : base::to_text(Value(product));
}

/// Every allowed configuration, each once, the last parameter of the file changing fastest.
///
/// Only every kStride-th is kept: 10 million configurations of seven parameters take 9 MB.
class Grid final : public Strategy {
 public:
  explicit Grid(const Setting& setting) : setting_(setting) {
    const Space& space = setting.space;
    check_finite(space);
    std::vector<double> row(space.dimensions());
    space.first_row(row);
    std::size_t walked = 0;
    do {
      if (++walked > kMost) {
        throw base::InputError("grid: the space has " + count_text(space) +
                               " combinations; at most " + std::to_string(kMost) + " are tried");
      }
      if (space.is_forbidden(row)) continue;
      if (size_++ % kStride == 0) kept_.insert(kept_.end(), row.begin(), row.end());
    } while (space.next_row(row));
    if (size_ == 0) throw base::InputError("grid: the forbids rule out every configuration");
  }

  Move ask(const Prefix& prefix, base::Rng) const override {
    const std::size_t trial = prefix.size();
    if (trial >= size_) return Done{};
    const Space& space = setting_.space;
    const auto kept =
        kept_.begin() + static_cast<std::ptrdiff_t>(trial / kStride * space.dimensions());
    std::vector<double> row(kept, kept + static_cast<std::ptrdiff_t>(space.dimensions()));
    for (std::size_t steps = trial % kStride; steps > 0;) {
      space.next_row(row);
      if (!space.is_forbidden(row)) --steps;
    }
    return Proposal{space.from_row(row), setting_.epochs, {}};
  }

  bool adaptive() const override { return false; }
  bool by_number() const override { return true; }
  std::optional<std::size_t> limit() const override { return size_; }

 private:
  const Setting& setting_;
  std::size_t size_ = 0;
  std::vector<double> kept_;  ///< rows 0, kStride, 2 kStride, ... one after the other
};

}  // namespace

std::unique_ptr<const Strategy> make_grid(const Setting& setting, const base::Reader&) {
  return std::make_unique<Grid>(setting);
}

}  // namespace tune::search
