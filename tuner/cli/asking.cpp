#include "tuner/cli/asking.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "tuner/report/text.hpp"
#include "tuner/stopwatch.hpp"

namespace tune::tuner {
namespace {

constexpr double kLongest = 0.5;          ///< seconds of the simulation
constexpr double kShare = 0.05;           ///< of a run, up to which nothing is said
constexpr double kNoticeable = 0.1;       ///< seconds
constexpr std::size_t kMost = 1'000'000;  ///< trials of a simulation, for the memory

/// A smooth function of the configuration, worse with fewer epochs.
search::Outcome made_up(const search::Space& space, const search::Proposal& proposal,
                        const StudyRules& rules) {
  double score = 0;
  for (const double place : space.encode(proposal.configuration)) {
    score += (place - 0.3) * (place - 0.3);
  }
  score += 1.0 / proposal.epochs;
  if (proposal.epochs < rules.epochs) return search::Pruned{score, proposal.epochs};
  search::Scored scored{score};
  // Of several objectives each is against the one before.
  for (std::size_t i = 0; i < rules.further.size(); ++i) {
    scored.further.push_back(i % 2 == 0 ? -score : score);
  }
  return scored;
}

/// A study whose trials end as soon as the window wants them.
struct Simulation {
  std::vector<double> seconds;  ///< of each ask
  bool done = false;            ///< the strategy has no more
};

Simulation simulate(const search::Space& space, const search::Strategy& strategy,
                    const StudyRules& rules) {
  search::Trials trials(space);
  for (const Given& given : rules.earlier) {
    trials.finish(trials.add(given.proposal), given.outcome);
  }
  trials.begin_study();
  const std::size_t earlier = trials.earlier();
  const base::Rng stream = base::Rng(rules.seed).split(base::stream::ask);
  Simulation result;
  std::size_t known = earlier;
  const auto see_one_more = [&] {
    trials.finish(known, made_up(space, trials.proposal(known), rules));
    ++known;
  };
  const Stopwatch whole;
  while (!result.done && result.seconds.size() < std::min(rules.trials, kMost) &&
         whole.seconds() < kLongest) {
    const std::size_t n = result.seconds.size();
    while (strategy.adaptive() && known < earlier + n + 1 - std::min(n + 1, rules.window)) {
      see_one_more();
    }
    const Stopwatch one;
    const search::Move move = strategy.ask({trials, known, trials.size()}, stream.split(n));
    if (const auto* proposal = std::get_if<search::Proposal>(&move)) {
      result.seconds.push_back(one.seconds());
      trials.add(*proposal);
    } else if (std::holds_alternative<search::Wait>(move)) {
      see_one_more();
    } else {
      result.done = true;
    }
  }
  return result;
}

double mean_of(const std::vector<double>& values, std::size_t begin, std::size_t end) {
  double sum = 0;
  for (std::size_t i = begin; i < end; ++i) sum += values[i];
  return sum / static_cast<double>(end - begin);
}

/// What is asked for behind a simulation, if each ask takes the longer, the more there are before
/// it, by the power that its second and its last quarter show.
double rest(const std::vector<double>& seconds, std::size_t trials) {
  const std::size_t n = seconds.size(), quarter = n / 4;
  if (n >= trials || n == 0) return 0;
  if (quarter == 0) return seconds.back() * static_cast<double>(trials - n);
  const double middle = mean_of(seconds, quarter, 2 * quarter),
               last = mean_of(seconds, n - quarter, n);
  const auto size = static_cast<double>(n), all = static_cast<double>(trials);
  const double power = std::clamp(std::log(last / middle) / std::log(0.875 / 0.375), 0.0, 2.0);
  // The integral of last (x / size) ^ power from size to all.
  return last * size / (power + 1) * (std::pow(all / size, power + 1) - 1);
}

}  // namespace

double asking_seconds(const search::Space& space, const search::Strategy& strategy,
                      const StudyRules& rules) {
  const Simulation simulation = simulate(space, strategy, rules);
  double sum = 0;
  for (const double one : simulation.seconds) sum += one;
  return simulation.done ? sum : sum + rest(simulation.seconds, rules.trials);
}

std::string asking_text(const std::string& strategy, const std::string& verb, double asking,
                        double seconds) {
  if (asking < kNoticeable || asking <= kShare * seconds) return {};
  return strategy + ' ' + verb + ' ' + duration_text(asking) + " of " + duration_text(seconds) +
         " to propose trials";
}

}  // namespace tune::tuner
