#pragma once

#include <map>
#include <optional>
#include <stdexcept>

#include "tuner/study/ledger.hpp"

namespace tune::tests {

/// What ends the process in a test.
struct Crash : std::runtime_error {
  Crash() : std::runtime_error("the process has ended") {}
};

/// A ledger in memory that outlives the processes of a test: after so many records the one that
/// writes ends, what it has claimed and not recorded is free again.
class MemoryLedger : public tuner::Ledger {
 public:
  /// The next process ends when it has recorded so many trials.
  void crash_after(std::size_t records) { left_ = records; }
  std::size_t recorded() const { return records_.size(); }

  const tuner::Planned* planned(std::size_t number) const override {
    const auto found = planned_.find(number);
    return found == planned_.end() ? nullptr : &found->second;
  }
  std::optional<tuner::TrialRecord> take(std::size_t number) override {
    const auto found = records_.find(number);
    return found == records_.end() ? std::nullopt : std::optional(found->second);
  }
  Claim claim(std::size_t number, const tuner::Planned& planned) override {
    planned_.emplace(number, planned);
    return records_.contains(number) ? Claim::ended : Claim::mine;
  }
  int attempts(std::size_t) const override { return 0; }
  void begin(std::size_t) override {}
  std::vector<std::size_t> record(std::span<const tuner::TrialRecord> records) override {
    for (const tuner::TrialRecord& record : records) {
      if (left_ == 0) throw Crash();
      --left_;
      if (!records_.emplace(record.number, record).second) {
        throw std::logic_error("a trial is recorded twice");
      }
    }
    return {};
  }
  void refresh(std::size_t) override {}
  void release() override {}
  void on_change(std::function<void()>) override {}
  bool alone() const override { return true; }

 private:
  std::map<std::size_t, tuner::Planned> planned_;
  std::map<std::size_t, tuner::TrialRecord> records_;
  std::size_t left_ = static_cast<std::size_t>(-1);
};

}  // namespace tune::tests
