#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "tuner/study/ledger.hpp"
#include "tuner/study/record.hpp"

namespace tune::tuner {

/// A trial that was recorded.
struct Replayed {
  Planned planned;
  TrialRecord record;  ///< without histories
};

/// A ledger of trials that have all ended, some of which are run again and compared with their
/// records, to the bit.
class Replay : public Ledger {
 public:
  struct Options {
    std::set<std::size_t> again;                ///< the trials to be run again
    std::function<void(TrialRecord&)> history;  ///< puts the histories of a trial into its record
    bool histories = false;                     ///< give records with their histories
    std::vector<MetricInfo> metrics;
  };
  /// A trial that came out otherwise, and where it did first.
  struct Difference {
    std::size_t trial;
    std::string what;
  };

  Replay(std::vector<Replayed> trials, Options options)
      : trials_(std::move(trials)), options_(std::move(options)) {}

  const Planned* planned(std::size_t number) const override;
  std::optional<TrialRecord> take(std::size_t number) override;
  Claim claim(std::size_t number, const Planned& planned) override;
  int attempts(std::size_t) const override { return 0; }
  void begin(std::size_t) override {}
  std::vector<std::size_t> record(std::span<const TrialRecord> records) override;
  void refresh(std::size_t) override {}
  void release() override {}
  void on_change(std::function<void()>) override {}
  bool alone() const override { return true; }

  /// Trials that were run again.
  std::size_t compared() const { return compared_; }
  const std::vector<Difference>& differences() const { return differences_; }

 private:
  std::vector<Replayed> trials_;
  Options options_;
  std::size_t compared_ = 0;
  std::vector<Difference> differences_;
};

/// Where two records of a trial differ first, in words: "fold 1: mse 0.5 recorded, 0.25 now"; empty
/// if all but the times is the same to the bit. Histories are compared as well.
std::string first_difference(const TrialRecord& recorded, const TrialRecord& now,
                             const std::vector<MetricInfo>& metrics);

}  // namespace tune::tuner
