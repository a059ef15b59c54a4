#include "tuner/study/record.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

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

/// Without a score?, then the budget, the largest first, then what is minimised: a total order, NaN
/// never gets in.
using Key = std::tuple<bool, int, double>;

std::vector<Key> sort_keys(const std::vector<TrialRecord>& records, const MetricInfo& metric) {
  std::vector<Key> keys;
  for (const TrialRecord& record : records) {
    const double score = minimised(record.mean(0), metric);
    keys.push_back(std::isnan(score) ? Key{true, 0, 0} : Key{false, -record.budget, score});
  }
  return keys;
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

std::vector<std::size_t> ranking(const std::vector<TrialRecord>& records,
                                 const MetricInfo& metric) {
  const std::vector<Key> keys = sort_keys(records, metric);
  std::vector<std::size_t> order(records.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return keys[i]; });
  return order;
}

std::vector<int> ranks(const std::vector<TrialRecord>& records, const MetricInfo& metric) {
  const std::vector<Key> keys = sort_keys(records, metric);
  const std::vector<std::size_t> order = ranking(records, metric);
  std::vector<int> ranks(records.size());
  for (std::size_t place = 0; place < order.size(); ++place) {
    const bool tie = place > 0 && keys[order[place]] == keys[order[place - 1]];
    ranks[order[place]] = tie ? ranks[order[place - 1]] : static_cast<int>(place) + 1;
  }
  return ranks;
}

}  // namespace tune::tuner
