#include "tuner/study/replay.hpp"

#include <bit>
#include <cmath>

namespace tune::tuner {
namespace {

/// To the bit, but for the bits of what is not a number.
bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) ||
         (std::isnan(a) && std::isnan(b));
}

std::string differs(const std::string& what, const std::string& recorded, const std::string& now) {
  return what + ' ' + recorded + " recorded, " + now + " now";
}

std::string differs(const std::string& what, double recorded, double now) {
  return same(recorded, now)
             ? ""
             : differs(what, base::to_text(base::Value(recorded)), base::to_text(base::Value(now)));
}

/// A figure that only one of two has counts as not a number.
std::string epoch_difference(const model::Logs& recorded, const model::Logs& now) {
  for (const auto* logs : {&recorded, &now}) {
    for (const auto& [name, value] : *logs) {
      const auto a = recorded.find(name), b = now.find(name);
      const double nothing = std::nan("");
      const std::string text = differs(name, a == recorded.end() ? nothing : a->second,
                                       b == now.end() ? nothing : b->second);
      if (!text.empty()) return text;
    }
  }
  return {};
}

std::string fold_difference(const FoldResult& recorded, const FoldResult& now,
                            const std::vector<MetricInfo>& metrics) {
  const std::size_t epochs = std::min(recorded.history.size(), now.history.size());
  for (std::size_t epoch = 0; epoch < epochs; ++epoch) {
    const std::string text = epoch_difference(recorded.history[epoch], now.history[epoch]);
    if (!text.empty()) return "epoch " + std::to_string(epoch + 1) + ": " + text;
  }
  const auto count = [](std::size_t number) { return static_cast<double>(number); };
  const std::pair<const char*, std::pair<double, double>> counts[] = {
      {"epochs", {recorded.epochs, now.epochs}},
      {"best epoch", {recorded.best_epoch, now.best_epoch}},
      {"epoch of pruning", {recorded.pruned.value_or(-1), now.pruned.value_or(-1)}},
      {"epochs of its curve", {count(recorded.history.size()), count(now.history.size())}},
      {"scores", {count(recorded.scores.size()), count(now.scores.size())}}};
  for (const auto& [name, numbers] : counts) {
    const std::string text = differs(name, numbers.first, numbers.second);
    if (!text.empty()) return text;
  }
  for (std::size_t m = 0; m < now.scores.size(); ++m) {
    const std::string name = m < metrics.size() ? metrics[m].name : "score";
    std::string text = differs(name, recorded.scores[m], now.scores[m]);
    if (text.empty()) {
      text = differs(name + " on the training rows", recorded.train_scores.at(m),
                     now.train_scores.at(m));
    }
    if (!text.empty()) return text;
  }
  return {};
}

}  // namespace

std::string first_difference(const TrialRecord& recorded, const TrialRecord& now,
                             const std::vector<MetricInfo>& metrics) {
  const auto text_of = [](const TrialRecord& record) {
    return record.failure.empty() ? to_text(record.state) : "failed (" + record.failure + ')';
  };
  if (text_of(recorded) != text_of(now)) return differs("it", text_of(recorded), text_of(now));
  for (std::size_t f = 0; f < std::min(recorded.folds.size(), now.folds.size()); ++f) {
    const std::string text = fold_difference(recorded.folds[f], now.folds[f], metrics);
    if (!text.empty()) return "fold " + std::to_string(f) + ": " + text;
  }
  if (recorded.folds.size() != now.folds.size()) {
    return differs("folds", static_cast<double>(recorded.folds.size()),
                   static_cast<double>(now.folds.size()));
  }
  return differs("budget", recorded.budget, now.budget);
}

const Planned* Replay::planned(std::size_t number) const {
  return number < trials_.size() ? &trials_[number].planned : nullptr;
}

std::optional<TrialRecord> Replay::take(std::size_t number) {
  if (options_.again.contains(number)) return std::nullopt;
  TrialRecord record = trials_.at(number).record;
  if (options_.histories) options_.history(record);
  return record;
}

Ledger::Claim Replay::claim(std::size_t, const Planned&) {
  return Claim::mine;
}

std::vector<std::size_t> Replay::record(std::span<const TrialRecord> records) {
  for (const TrialRecord& now : records) {
    TrialRecord recorded = trials_.at(now.number).record;
    options_.history(recorded);
    ++compared_;
    std::string what = first_difference(recorded, now, options_.metrics);
    if (!what.empty()) differences_.push_back({now.number, std::move(what)});
  }
  return {};
}

}  // namespace tune::tuner
