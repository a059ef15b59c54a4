#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "search/strategy.hpp"

namespace tune::tests {

/// What a trial comes to in a test: a pure function of the proposal and its number.
using Evaluate = std::function<search::Outcome(const search::Proposal&, std::size_t trial)>;

/// When outcomes get into the trials; a strategy must not be able to tell.
enum class Arrival {
  when_needed,  ///< only those below `known`
  at_once,      ///< each as soon as its trial is asked: more is there than the prefix shows
  any_order     ///< some of those asked for, drawn after each ask
};

/// A strategy by name, with the setting that it needs to live.
class Made {
 public:
  Made(const std::string& name, search::Setting setting, base::Configuration options = {})
      : setting_(std::make_unique<search::Setting>(std::move(setting))) {
    const auto& row = search::strategies().at(name);
    strategy_ = row.make(*setting_, base::Reader(options, row.keys));
  }

  const search::Strategy& operator*() const { return *strategy_; }
  const search::Strategy* operator->() const { return strategy_.get(); }
  const search::Space& space() const { return setting_->space; }

 private:
  std::unique_ptr<search::Setting> setting_;
  std::unique_ptr<const search::Strategy> strategy_;
};

/// The loop of a study on one thread.
struct Drive {
  std::size_t trials = 100;
  std::size_t window = 1;
  std::uint64_t seed = 42;
  Arrival arrival = Arrival::when_needed;
  std::uint64_t order = 0;  ///< seed of Arrival::any_order
  /// Called with each prefix and stream that the strategy was asked with, and its answer.
  std::function<void(const search::Prefix&, const base::Rng&, const search::Move&)> watch = {};

  /// Asks until Done or `trials` are there. Trial n is asked with known = max(known of n - 1,
  /// n + 1 - window), where a strategy that is not adaptive keeps the known of n - 1; each Wait
  /// lets it grow by one. Throws std::logic_error on a Wait with nothing pending.
  search::Trials run(const search::Strategy& strategy, const search::Space& space,
                     const Evaluate& evaluate) const {
    search::Trials done(space);
    const base::Rng stream = base::Rng(seed).split(base::stream::ask);
    const auto finish = [&](std::size_t trial) {
      if (!done.finished(trial)) done.finish(trial, evaluate(done.proposal(trial), trial));
    };
    base::Rng chance(order);
    std::size_t known = 0;
    for (std::size_t n = 0; n < trials;) {
      if (strategy.adaptive() && n + 1 > window) known = std::max(known, n + 1 - window);
      for (std::size_t trial = 0; trial < known; ++trial) finish(trial);
      const search::Prefix prefix(done, known, n);
      const base::Rng rng = stream.split(n);
      const search::Move move = strategy.ask(prefix, rng);
      if (watch) watch(prefix, rng, move);
      if (std::holds_alternative<search::Done>(move)) break;
      if (const auto* proposal = std::get_if<search::Proposal>(&move)) {
        done.add(*proposal);
        if (arrival == Arrival::at_once) finish(n);
        ++n;
        if (arrival == Arrival::any_order) {
          for (auto some = chance.below(4); some > 0; --some) {
            finish(chance.below(static_cast<std::uint32_t>(n)));
          }
        }
      } else if (known++ == n) {
        throw std::logic_error("a strategy waits with nothing pending");
      }
    }
    for (std::size_t trial = 0; trial < done.size(); ++trial) finish(trial);
    return done;
  }
};

}  // namespace tune::tests
