#include "tuner/cli/forecast.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "search/base/error.hpp"
#include "tuner/memory.hpp"

namespace tune::tuner {
namespace {

constexpr std::size_t kDraws = 200;
constexpr std::size_t kAttempts = 20;  ///< for one that can be trained
constexpr double kMeasurable = 0.05;   ///< seconds of a run
constexpr double kLong = 1;            ///< seconds of a run that is not repeated
constexpr int kRuns = 3;               ///< of others, of which the quickest counts

struct Draw {
  base::Configuration configuration;
  std::int64_t parameters = 0;
  double steps = 0;  ///< of the optimizer, an epoch
};

std::vector<base::Configuration> draw_configurations(const Spec& spec) {
  if (!spec.listed().empty()) return spec.listed();
  const search::Space& space = spec.space();
  base::Rng rng(static_cast<std::uint64_t>(spec.study().integer("seed")));
  std::vector<base::Configuration> drawn;
  std::vector<double> point(space.dimensions());
  for (std::size_t i = 0; i < kDraws; ++i) {
    for (double& coordinate : point) coordinate = rng.uniform();
    base::Configuration configuration = space.decode(point);
    if (!space.is_forbidden(configuration)) drawn.push_back(std::move(configuration));
  }
  return drawn;
}

/// From the smallest to the largest.
std::vector<Draw> sorted_draws(const Spec& spec, const Estimator& estimator, std::size_t rows) {
  std::vector<Draw> draws;
  for (base::Configuration& configuration : draw_configurations(spec)) {
    // An epoch is one, however many a trial would have.
    configuration.erase("epochs");
    base::Configuration merged;
    const base::Reader training = spec.training(configuration, merged);
    const auto batch = static_cast<std::size_t>(training.integer("batch"));
    Draw draw;
    draw.parameters = estimator.count_params(configuration);
    draw.steps = static_cast<double>((rows + batch - 1) / batch);
    draw.configuration = std::move(configuration);
    draws.push_back(std::move(draw));
  }
  std::ranges::stable_sort(draws, {},
                           [](const Draw& draw) { return std::pair(draw.parameters, draw.steps); });
  return draws;
}

struct Timing {
  std::size_t draw;
  double epoch;            ///< seconds
  double score;            ///< seconds once a fit, after its last epoch
  std::size_t checkpoint;  ///< bytes
};

class Stand {
 public:
  Stand(const Estimator& estimator, const std::vector<Draw>& draws, int full_epochs)
      : estimator_(estimator), draws_(draws), full_epochs_(full_epochs) {}

  /// Times the draw at a position or, if it fails (a rate too high), the nearest one in a
  /// direction.
  Timing time(std::size_t position, int direction) {
    std::string failure;
    for (std::size_t i = 0; i < std::min(kAttempts, draws_.size()); ++i) {
      const std::size_t at = (position + (direction > 0 ? i : draws_.size() - i)) % draws_.size();
      if (const auto timing = time_one(at, failure)) return *timing;
    }
    throw base::InputError("no configuration that was tried can be trained: " + failure);
  }

 private:
  std::optional<Timing> time_one(std::size_t draw, std::string& failure) {
    Trial trial{.number = 0, .proposal = {draws_[draw].configuration, 1, {}}, .from = 0};
    int& epochs = trial.proposal.epochs;
    std::size_t checkpoint = 0;
    std::optional<Timing> best;
    for (int runs = 0; runs < kRuns;) {
      const FoldResult result = estimator_.evaluate(trial, 0, [] { return false; });
      checkpoint = std::max(checkpoint, estimator_.checkpoint_bytes());
      estimator_.forget(0);
      failure = result.failure;
      if (!failure.empty()) return std::nullopt;
      if (result.fit_time < kMeasurable && epochs < full_epochs_ && result.epochs == epochs) {
        epochs = std::min(full_epochs_, 4 * epochs);
        continue;
      }
      const Timing timing{draw, result.fit_time / result.epochs, result.score_time, checkpoint};
      if (!best || timing.epoch < best->epoch) best = timing;
      runs += result.fit_time < kLong ? 1 : kRuns;
    }
    return best;
  }

  const Estimator& estimator_;
  const std::vector<Draw>& draws_;
  int full_epochs_;
};

/// Seconds of an epoch as a sum of steps and parameters.
struct Cost {
  double step = 0, parameter = 0;

  double operator()(const Draw& draw) const {
    return step * draw.steps + parameter * static_cast<double>(draw.parameters);
  }
};

/// The least squares of the relative errors, without negative factors.
Cost fit_cost(const std::vector<Draw>& draws, const std::vector<Timing>& timings) {
  double s = 0, p = 0, ss = 0, sp = 0, pp = 0;
  for (const Timing& timing : timings) {
    const double x = draws[timing.draw].steps / timing.epoch;
    const double y = static_cast<double>(draws[timing.draw].parameters) / timing.epoch;
    s += x;
    p += y;
    ss += x * x;
    sp += x * y;
    pp += y * y;
  }
  const double determinant = ss * pp - sp * sp;
  if (determinant > 1e-9 * ss * pp) {
    const Cost cost{(s * pp - p * sp) / determinant, (p * ss - s * sp) / determinant};
    if (cost.step >= 0 && cost.parameter >= 0) return cost;
  }
  return s * s / ss < p * p / pp ? Cost{.parameter = p / pp} : Cost{.step = s / ss};
}

template <class Value>
double mean_of(const auto& list, Value value) {
  double sum = 0;
  for (const auto& item : list) sum += value(item);
  return sum / static_cast<double>(list.size());
}

/// Seconds of a whole study whose epochs of a fold take `epoch`, and whose fits end with a scoring
/// that takes so many epochs. However many threads there are, the longest fit has one.
double study_seconds(double epoch, double scoring, const Workload& workload,
                     const Estimator& estimator) {
  const double epochs =
      static_cast<double>(workload.epochs) + scoring * static_cast<double>(workload.trials);
  const double shared = epochs * static_cast<double>(estimator.folds()) / workload.at_once;
  const Partition& rows = estimator.partition();
  const double all_rows =
      static_cast<double>(rows.train.size()) / static_cast<double>(rows.folds.front().train.size());
  const double longest = workload.full_epochs;
  return workload.asking +
         epoch * (std::max(shared, longest) + (workload.refit ? all_rows * longest : 0));
}

Forecast::Memory memory_of(const MemoryUse& largest, std::size_t checkpoint,
                           const std::vector<Draw>& draws, const Workload& workload,
                           std::size_t folds) {
  const auto largest_network =
      static_cast<double>(std::max<std::int64_t>(1, draws.back().parameters));
  const double share = mean_of(draws, [&](const Draw& draw) {
    return static_cast<double>(draw.parameters) / largest_network;
  });
  const double kept =
      share * static_cast<double>(checkpoint) * static_cast<double>(workload.kept * folds);
  return {largest.before, largest.peak - largest.before,
          std::min(workload.checkpoint_bytes, static_cast<std::size_t>(kept))};
}

}  // namespace

Forecast forecast(const Spec& spec, const Estimator& estimator, const Workload& workload) {
  Forecast result;
  result.rows = estimator.partition().folds.front().train.size();
  const std::vector<Draw> draws = sorted_draws(spec, estimator, result.rows);
  if (draws.empty()) throw base::InputError("the forbids leave almost nothing of the space");
  const Draw &small = draws.front(), &large = draws.back();
  const bool alike = small.parameters == large.parameters && small.steps == large.steps;

  Stand stand(estimator, draws, workload.full_epochs);
  std::vector<Timing> timings;
  // The largest first: what others leave behind in the heap would hide a part of what it takes.
  const auto memory = watch_memory([&] { timings.push_back(stand.time(draws.size() - 1, -1)); });
  if (memory) {
    result.memory = memory_of(*memory, timings[0].checkpoint, draws, workload, estimator.folds());
  }
  if (!alike) {
    timings.insert(timings.begin(), stand.time(draws.size() / 2, 1));
    timings.insert(timings.begin(), stand.time(0, 1));
  }
  constexpr std::array kNames = {"smallest", "middle", "largest"};
  for (std::size_t i = 0; i < timings.size(); ++i) {
    const Draw& draw = draws[timings[i].draw];
    result.timed.push_back(
        {alike ? "all" : kNames[i], draw.configuration, draw.parameters, timings[i].epoch});
  }

  const double scoring = mean_of(timings, [](const Timing& t) { return t.score / t.epoch; });
  const auto seconds = [&](double epoch) {
    return study_seconds(epoch, scoring, workload, estimator);
  };
  const auto [least, most] = std::ranges::minmax(timings, {}, &Timing::epoch);
  result.least = seconds(least.epoch);
  result.seconds = seconds(mean_of(draws, fit_cost(draws, timings)));
  result.most = seconds(most.epoch);
  return result;
}

}  // namespace tune::tuner
