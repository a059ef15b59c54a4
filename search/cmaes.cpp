#include <mutex>

#include "search/base/text.hpp"
#include "search/cma_draws.hpp"
#include "search/makers.hpp"
#include "search/origin.hpp"
#include "search/untried.hpp"

namespace tune::search {
namespace {

constexpr int kDraws = 100;  ///< of what is forbidden or tried, before anything else is taken

/// CMA-ES: each trial is drawn from the newest distribution whose generations are all known.
class Cmaes final : public Strategy {
 public:
  Cmaes(const Setting& setting, const CmaOptions& options)
      : setting_(setting),
        untried_(setting.space, "cmaes"),
        start_(std::make_shared<const CmaEvolution>(setting.space, options)),
        latest_(start_) {}

  Move ask(const Prefix& prefix, base::Rng rng) const override {
    const Space& space = setting_.space;
    const std::shared_ptr<const CmaEvolution> evolution = evolved(prefix);
    CmaDraws draws(*evolution, prefix);
    std::vector<double> row(space.dimensions());
    for (int draw = 0; draw < kDraws; ++draw) {
      space.decode_row(draws.next(rng), row);
      if (!space.is_forbidden(row) && !prefix.contains(row)) {
        return propose(row, "drawn from " + distribution_text(*evolution));
      }
    }
    const auto other = untried_.draw(prefix, rng);
    return other ? propose(*other, beside_model(distribution_text(*evolution))) : Move(Done{});
  }

  bool adaptive() const override { return true; }
  std::optional<std::size_t> limit() const override { return untried_.limit(); }

 private:
  Move propose(std::span<const double> row, std::string origin) const {
    return Proposal{setting_.space.from_row(row), setting_.epochs, {}, {}, std::move(origin)};
  }

  static std::string distribution_text(const CmaEvolution& evolution) {
    if (evolution.generations() == 0) return "the first distribution";
    return "the distribution after " + base::counted(evolution.generations(), "generation") + ", " +
           base::counted(evolution.used(), "outcome") +
           (evolution.restarts() == 0 ? ""
                                      : " and " + base::counted(evolution.restarts(), "restart"));
  }

  /// The distribution after the generations that the prefix knows. The last one is kept: the next
  /// ask needs it, or its successor.
  std::shared_ptr<const CmaEvolution> evolved(const Prefix& prefix) const {
    const std::size_t window = prefix.size() + 1 - prefix.known();
    const std::lock_guard lock(mutex_);
    if (prefix.identity() != identity_ || window != window_ || latest_->used() > prefix.known()) {
      latest_ = start_;
      identity_ = prefix.identity();
      window_ = window;
    }
    if (latest_->last() > prefix.known()) return latest_;
    CmaEvolution next = *latest_;
    while (next.last() <= prefix.known()) next.advance(prefix, window);
    return latest_ = std::make_shared<const CmaEvolution>(std::move(next));
  }

  const Setting& setting_;
  Untried untried_;
  std::shared_ptr<const CmaEvolution> start_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const CmaEvolution> latest_;  ///< of the prefix and window below
  mutable std::optional<std::uint64_t> identity_;
  mutable std::size_t window_ = 0;
};

/// Reads `learning_rate = 0.01, optimizer = adam`.
Configuration parse_start(const base::Reader& options, const Space& space) {
  Configuration start;
  for (const std::string& item : options.list("x0")) {
    const Condition condition = parse_condition(item);
    const Comparison& only = condition.all.front();
    if (condition.all.size() != 1 || only.op != Comparison::Operator::equal) {
      throw base::InputError("x0: '" + item + "': expected NAME = VALUE");
    }
    const auto parameter = space.find(only.parameter);
    if (!parameter) {
      std::vector<std::string> names;
      for (const Parameter& known : space.parameters()) names.push_back(known.name);
      throw base::InputError("x0: " + only.parameter + ": no such parameter" +
                             base::suggestion(only.parameter, names));
    }
    const Domain& domain = space.parameters()[*parameter].domain;
    if (!contains(domain, only.values.front())) {
      throw base::InputError("x0: " + only.parameter + ": " + base::to_text(only.values.front()) +
                             " is not one of its values: " + to_text(domain));
    }
    start[only.parameter] = only.values.front();
  }
  return start;
}

}  // namespace

std::unique_ptr<const Strategy> make_cmaes(const Setting& setting, const base::Reader& options) {
  CmaOptions wanted;
  wanted.start = parse_start(options, setting.space);
  wanted.sigma0 = options.real("sigma0");
  wanted.restarts = options.flag("restarts");
  if (!options.is("popsize", "auto")) wanted.population = options.integer("popsize");
  return std::make_unique<Cmaes>(setting, wanted);
}

}  // namespace tune::search
