#include "search/evolution.hpp"

#include <algorithm>
#include <mutex>

#include "search/axis.hpp"
#include "search/breeding.hpp"
#include "search/makers.hpp"
#include "search/origin.hpp"
#include "search/population.hpp"
#include "search/untried.hpp"

namespace tune::search {
namespace {

constexpr std::size_t kGenerations = 10;
constexpr int kMatings = 20;  ///< whose child is forbidden or tried, before one is drawn

struct Options {
  std::size_t population, tournament;
  Rates rates;
  std::optional<std::size_t> generations;  ///< after the first; nothing: no end
};

/// Genetic search: random draws at first, then children of the best trials known, each bred for
/// itself, so that nobody waits for a generation.
class Evolution final : public Strategy {
 public:
  Evolution(const Setting& setting, const Options& options)
      : setting_(setting),
        options_(options),
        untried_(setting.space, "evolution"),
        population_(options.population) {
    if (options.generations) most_ = options.population * (1 + *options.generations);
  }

  Move ask(const Prefix& prefix, base::Rng rng) const override {
    if (most_ && prefix.size() - prefix.earlier() >= *most_) return Done{};
    std::string origin;
    std::optional<std::vector<double>> row = bred(prefix, rng, origin);
    if (!row) row = untried_.draw(prefix, rng);
    if (!row) return Done{};
    return Proposal{setting_.space.from_row(*row), setting_.epochs, {}, {}, std::move(origin)};
  }

  bool adaptive() const override { return true; }
  std::optional<std::size_t> limit() const override {
    const auto all = untried_.limit();
    return all && most_ ? std::min(*all, *most_) : most_ ? most_ : all;
  }

 private:
  /// Nothing while the first generation is asked for, or if all children have been tried. Says in
  /// either case what the trial comes of.
  std::optional<std::vector<double>> bred(const Prefix& prefix, base::Rng& rng,
                                          std::string& origin) const {
    origin = "drawn at random, as the first " + std::to_string(options_.population) + " are";
    if (prefix.size() < options_.population) return std::nullopt;
    const std::lock_guard lock(mutex_);
    if (identity_ != prefix.identity() || population_.known() > prefix.known()) {
      identity_ = prefix.identity();
      population_ = Population(options_.population);
    }
    population_.extend(prefix);
    origin = "drawn at random, since no two trials with a score were known to breed";
    if (population_.scored() < 2) return std::nullopt;
    for (int mating = 0; mating < kMatings; ++mating) {
      const std::size_t one = population_.champion(options_.tournament, rng);
      const std::size_t other = population_.champion(options_.tournament, rng);
      auto row = child_of(setting_.space, prefix.row(one), prefix.row(other), options_.rates, rng);
      if (!row || prefix.contains(*row)) continue;
      origin = one == other
                   ? "a mutant of " + trial_name(prefix, one)
                   : "a child of " + trial_name(prefix, one) + " and " + trial_name(prefix, other);
      return row;
    }
    origin = "drawn at random, since the children that were bred have been tried or are forbidden";
    return std::nullopt;
  }

  const Setting& setting_;
  Options options_;
  Untried untried_;
  std::optional<std::size_t> most_;  ///< trials of the generations
  mutable std::mutex mutex_;
  mutable Population population_;  ///< of the prefix below
  mutable std::optional<std::uint64_t> identity_;
};

}  // namespace

std::vector<base::Key> evolution_keys() {
  return {
      base::integer_key("population_size", std::int64_t{50}, 2, 1e6,
                        "first trials, drawn at random, and best ones that have children"),
      base::integer_key("tournament_size", std::string("auto"), 1, 1e6,
                        "draws of which the best one becomes a parent; auto: 3, with several "
                        "objectives 2",
                        {"auto"}),
      base::real_key("gene_crossover_prob", 0.5, 0, 1,
                     "probability of each value of nine in ten children to be crossed"),
      base::real_key("gene_mutation_prob", std::string("auto"), 0, 1,
                     "probability of each value to mutate; auto: of one value a child", {"auto"}),
      base::integer_key("generations", std::string("auto"), 1, 1e6,
                        "times population_size trials after the first ones; auto: as many as "
                        "`trials` allow, 10 without them",
                        {"auto"})};
}

std::unique_ptr<const Strategy> make_evolution(const Setting& setting,
                                               const base::Reader& options) {
  const auto size = [&](const char* name, std::size_t usual) {
    return options.is(name, "auto") ? usual : static_cast<std::size_t>(options.integer(name));
  };
  const std::size_t parameters = std::max<std::size_t>(1, varying(setting.space).size());
  Options wanted{.population = size("population_size", 0),
                 .tournament = size("tournament_size", setting.objectives > 1 ? 2 : 3),
                 .rates = {.crossover = options.real("gene_crossover_prob"),
                           .mutation = options.is("gene_mutation_prob", "auto")
                                           ? 1 / static_cast<double>(parameters)
                                           : options.real("gene_mutation_prob")},
                 .generations = std::nullopt};
  if (!options.is("generations", "auto")) {
    wanted.generations = size("generations", 0);
  } else if (!setting.trials) {
    wanted.generations = kGenerations;
  }
  return std::make_unique<Evolution>(setting, wanted);
}

}  // namespace tune::search
