#include "tuner/study/record.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>

#include "search/pareto.hpp"

namespace tune::tuner {
namespace {

template <class Value>
double mean_of(const std::vector<FoldResult>& folds, Value value) {
  double sum = 0;
  for (const FoldResult& fold : folds) sum += value(fold);
  return sum / static_cast<double>(folds.size());
}

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Sum of squared distances to the mean.
double spread(const TrialRecord& record, std::size_t metric) {
  const double mean = record.mean(metric);
  double sum = 0;
  for (const FoldResult& fold : record.folds) {
    sum += (fold.scores[metric] - mean) * (fold.scores[metric] - mean);
  }
  return sum;
}

/// Without a score?, then the budget, the largest first, the front and minus the distance on it
/// (both 0 for one objective), then what is minimised first: a total order, NaN never gets in.
using Key = std::tuple<bool, int, std::size_t, double, double>;

/// Fills in front and distance, among trials of the same budget.
void add_fronts(const std::vector<TrialRecord>& records, Objectives objectives,
                std::vector<Key>& keys) {
  std::map<int, std::vector<std::size_t>> budgets;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!std::get<bool>(keys[i])) budgets[records[i].budget].push_back(i);
  }
  for (const auto& [budget, trials] : budgets) {
    std::vector<std::vector<double>> points;
    for (const std::size_t i : trials) points.push_back(minimised(records[i], objectives));
    const std::vector<std::size_t> fronts = search::fronts_of(points);
    const std::vector<double> distances = search::crowding_distances(points, fronts);
    for (std::size_t i = 0; i < trials.size(); ++i) {
      std::get<2>(keys[trials[i]]) = fronts[i];
      std::get<3>(keys[trials[i]]) = -distances[i];
    }
  }
}

std::vector<Key> sort_keys(const std::vector<TrialRecord>& records, Objectives objectives) {
  std::vector<Key> keys;
  for (const TrialRecord& record : records) {
    const double score = minimised(record.mean(0), objectives.front());
    bool out = std::isnan(score);
    for (std::size_t m = 1; m < objectives.size(); ++m) out |= std::isnan(record.mean(m));
    keys.push_back(out ? Key{true, 0, 0, 0, 0} : Key{false, -record.budget, 0, 0, score});
  }
  if (objectives.size() > 1) add_fronts(records, objectives, keys);
  return keys;
}

/// Do two trials share a rank?
bool tied(const Key& a, const Key& b, std::size_t objectives) {
  if (objectives == 1) return a == b;
  const auto front = [](const Key& key) {
    return std::tuple(std::get<0>(key), std::get<1>(key), std::get<2>(key));
  };
  return front(a) == front(b);
}

}  // namespace

std::vector<float> FoldResult::monitored() const {
  std::vector<float> curve;
  for (const model::Logs& logs : history) {
    const auto found = logs.find(kMonitored);
    if (found != logs.end()) curve.push_back(static_cast<float>(found->second));
  }
  return curve;
}

double TrialRecord::mean(std::size_t metric) const {
  if (state == State::failed) return kNaN;
  return mean_of(folds, [&](const FoldResult& fold) { return fold.scores[metric]; });
}

double TrialRecord::train_mean(std::size_t metric) const {
  if (state == State::failed) return kNaN;
  return mean_of(folds, [&](const FoldResult& fold) { return fold.train_scores[metric]; });
}

double TrialRecord::deviation(std::size_t metric) const {
  if (state == State::failed) return kNaN;
  return std::sqrt(spread(*this, metric) / static_cast<double>(folds.size()));
}

double TrialRecord::standard_error(std::size_t metric) const {
  if (state == State::failed) return kNaN;
  const auto n = static_cast<double>(folds.size());
  return n < 2 ? 0 : std::sqrt(spread(*this, metric) / (n - 1) / n);
}

double TrialRecord::mean_epochs() const {
  if (folds.empty()) return 0;
  return mean_of(folds, [](const FoldResult& fold) { return fold.epochs; });
}

int TrialRecord::refit_epochs() const {
  std::vector<int> epochs;
  for (const FoldResult& fold : folds) epochs.push_back(fold.best_epoch);
  std::ranges::sort(epochs);
  const std::size_t n = epochs.size();
  if (n == 0) return 1;
  return std::max(1, (epochs[(n - 1) / 2] + epochs[n / 2] + 1) / 2);
}

double TrialRecord::time() const {
  double sum = 0;
  for (const FoldResult& fold : folds) sum += fold.fit_time + fold.score_time;
  return sum;
}

bool ended_process(const TrialRecord& record) {
  return record.failure.starts_with(kProcessEnded);
}

std::string to_text(TrialRecord::State state) {
  switch (state) {
    case TrialRecord::State::complete:
      return "complete";
    case TrialRecord::State::pruned:
      return "pruned";
    case TrialRecord::State::failed:
      break;
  }
  return "failed";
}

double minimised(double score, const MetricInfo& metric) {
  return metric.maximize ? -score : score;
}

std::vector<double> minimised(const TrialRecord& record, Objectives objectives) {
  std::vector<double> scores;
  for (std::size_t m = 0; m < objectives.size(); ++m) {
    scores.push_back(minimised(record.mean(m), objectives[m]));
  }
  return scores;
}

std::vector<std::size_t> ranking(const std::vector<TrialRecord>& records, Objectives objectives) {
  const std::vector<Key> keys = sort_keys(records, objectives);
  std::vector<std::size_t> order(records.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return keys[i]; });
  return order;
}

std::vector<std::size_t> ranking(const std::vector<TrialRecord>& records,
                                 const MetricInfo& metric) {
  return ranking(records, Objectives(&metric, 1));
}

std::vector<int> ranks(const std::vector<TrialRecord>& records, Objectives objectives) {
  const std::vector<Key> keys = sort_keys(records, objectives);
  const std::vector<std::size_t> order = ranking(records, objectives);
  std::vector<int> ranks(records.size());
  for (std::size_t place = 0; place < order.size(); ++place) {
    const int before = place == 0 ? 0 : ranks[order[place - 1]];
    const bool tie =
        place > 0 && tied(keys[order[place]], keys[order[place - 1]], objectives.size());
    const int next = objectives.size() == 1 ? static_cast<int>(place) + 1 : before + 1;
    ranks[order[place]] = tie ? before : next;
  }
  return ranks;
}

std::vector<int> ranks(const std::vector<TrialRecord>& records, const MetricInfo& metric) {
  return ranks(records, Objectives(&metric, 1));
}

}  // namespace tune::tuner
