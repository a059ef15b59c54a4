#pragma once

#include <string>

#include "tuner/study/ledger.hpp"

namespace tune::tuner {

/// One of the files that a study is shared out to: it has the trials n with n % count == index,
/// kept under the numbers 0, 1, 2, ... in their order.
struct Shard {
  std::size_t index = 0, count = 1;

  /// Reads K/N, where K is from 1 to N. Throws InputError.
  static Shard parse(const std::string& text);
  std::string text() const;

  bool owns(std::size_t number) const { return number % count == index; }
  std::size_t place_of(std::size_t number) const { return number / count; }
  std::size_t number_of(std::size_t place) const { return place * count + index; }
  /// How many of so many trials it has.
  std::size_t size(std::size_t trials) const { return (trials + count - 1 - index) / count; }
};

/// The ledger of a shard, over one that has only its trials. All others are left out.
class ShardLedger : public Ledger {
 public:
  /// `kept` must outlive it.
  ShardLedger(Ledger& kept, Shard shard) : kept_(kept), shard_(shard) {}

  const Planned* planned(std::size_t number) const override;
  std::optional<TrialRecord> take(std::size_t number) override;
  Claim claim(std::size_t number, const Planned& planned) override;
  int attempts(std::size_t number) const override {
    return kept_.attempts(shard_.place_of(number));
  }
  void begin(std::size_t number) override { kept_.begin(shard_.place_of(number)); }
  std::vector<std::size_t> record(std::span<const TrialRecord> records) override;
  void refresh(std::size_t from) override;
  void release() override { kept_.release(); }
  void on_change(std::function<void()> wake) override { kept_.on_change(std::move(wake)); }
  bool alone() const override { return kept_.alone(); }

 private:
  Ledger& kept_;
  const Shard shard_;
};

}  // namespace tune::tuner
