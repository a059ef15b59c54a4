#include "search/improvement_left.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "search/acquisition_search.hpp"
#include "search/surrogate.hpp"

namespace tune::search {
namespace {

constexpr std::size_t kMost = 200, kBest = 100;
constexpr std::size_t kElite = 4;

/// The observations that count, ascending.
std::vector<std::size_t> chosen(std::span<const Observation> observations) {
  std::vector<std::size_t> order(observations.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (order.size() <= kMost) return order;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) {
    const double score = observations[i].score;
    return std::isfinite(score) ? score : std::numeric_limits<double>::infinity();
  });
  std::ranges::sort(order.begin() + kBest, order.end(), std::greater<>());
  order.resize(kMost);
  std::ranges::sort(order);
  return order;
}

}  // namespace

std::optional<double> improvement_left(const Space& space,
                                       std::span<const Observation> observations, base::Rng rng) {
  Trials trials(space);
  std::vector<std::size_t> all;
  for (const std::size_t i : chosen(observations)) {
    const auto& [row, score] = observations[i];
    all.push_back(trials.add({space.from_row(row), 1, std::nullopt}));
    trials.finish(all.back(),
                  std::isfinite(score) ? Outcome(Scored{score}) : Outcome(Failed{"no score"}));
  }
  const Prefix prefix(trials, trials.size(), trials.size());
  if (!learnable(prefix, all)) return std::nullopt;
  const Embedding embedding(space);
  if (embedding.size() == 0) return 0;
  const Surrogate surrogate(embedding, prefix, trials.size(), CostOf());
  const Acquisition acquisition = surrogate.acquisition(prefix);
  const auto row =
      AcquisitionSearch(embedding, acquisition, prefix).best(surrogate.elite(prefix, kElite), rng);
  if (!row) return 0;
  return std::exp(acquisition.values(embedding.embed(*row))[0]);
}

}  // namespace tune::search
