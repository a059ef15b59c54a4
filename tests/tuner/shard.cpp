#include "tuner/study/shard.hpp"

#include <map>

#include "search/base/error.hpp"
#include "tests/support/catch.hpp"

using namespace tune;
using tuner::Ledger;
using tuner::Planned;
using tuner::Shard;
using tuner::TrialRecord;

namespace {

/// Keeps what it is told, under the numbers that it is told.
struct Kept : Ledger {
  const Planned* planned(std::size_t number) const override {
    const auto found = plans.find(number);
    return found == plans.end() ? nullptr : &found->second;
  }
  std::optional<TrialRecord> take(std::size_t number) override {
    const auto found = records.find(number);
    return found == records.end() ? std::nullopt : std::optional(found->second);
  }
  Claim claim(std::size_t number, const Planned& planned) override {
    plans.emplace(number, planned);
    return Claim::mine;
  }
  int attempts(std::size_t number) const override { return static_cast<int>(number); }
  void begin(std::size_t number) override { begun = number; }
  std::vector<std::size_t> record(std::span<const TrialRecord> all) override {
    std::vector<std::size_t> before;
    for (const TrialRecord& one : all) {
      if (!records.emplace(one.number, one).second) before.push_back(one.number);
    }
    return before;
  }
  void refresh(std::size_t from) override { refreshed = from; }
  void release() override {}
  void on_change(std::function<void()>) override {}
  bool alone() const override { return true; }

  std::map<std::size_t, Planned> plans;
  std::map<std::size_t, TrialRecord> records;
  std::size_t refreshed = 0, begun = 0;
};

}  // namespace

TEST_CASE("a shard is written K/N, K from 1 on") {
  CHECK(Shard::parse("3/16").index == 2);
  CHECK(Shard::parse("3/16").count == 16);
  CHECK(Shard::parse("1/1").owns(7));
  CHECK(Shard::parse("16/16").text() == "16/16");
  for (const char* bad :
       {"", "3", "3/", "/16", "0/16", "17/16", "-1/16", "3/16x", "3 /16", "1/0"}) {
    INFO(bad);
    CHECK_THROWS_WITH(Shard::parse(bad),
                      Catch::Contains("expected K/N with K from 1 to N, as 3/16, found"));
  }
}

TEST_CASE("every trial is of one shard, whose sizes add up") {
  for (const std::size_t trials : {0, 1, 5, 16, 17, 80}) {
    std::size_t sum = 0;
    for (std::size_t index = 0; index < 16; ++index) sum += Shard{index, 16}.size(trials);
    CHECK(sum == trials);
  }
  const Shard shard{2, 16};
  for (std::size_t place = 0; place < 5; ++place) {
    CHECK(shard.owns(shard.number_of(place)));
    CHECK(shard.place_of(shard.number_of(place)) == place);
  }
  CHECK(shard.number_of(1) == 18);
  CHECK(shard.size(18) == 1);
  CHECK(shard.size(19) == 2);
}

TEST_CASE("the ledger of a shard leaves others out and numbers its own anew") {
  Kept kept;
  tuner::ShardLedger ledger(kept, {1, 3});
  const Planned planned{{{{"x", 1.5}}, 9, {}}, 0};
  CHECK(ledger.claim(0, planned) == Ledger::Claim::left_out);
  CHECK(ledger.claim(1, planned) == Ledger::Claim::mine);
  CHECK(ledger.claim(2, planned) == Ledger::Claim::left_out);
  CHECK(ledger.claim(4, planned) == Ledger::Claim::mine);
  CHECK(kept.plans.size() == 2);
  CHECK(kept.plans.contains(1));
  CHECK(ledger.planned(3) == nullptr);
  CHECK(ledger.planned(7) == nullptr);
  REQUIRE(ledger.planned(4) != nullptr);
  CHECK(ledger.planned(4)->proposal.epochs == 9);

  TrialRecord record;
  record.number = 4;
  ledger.begin(4);
  CHECK(kept.begun == 1);
  CHECK(ledger.attempts(7) == 2);
  CHECK(ledger.record({&record, 1}).empty());
  CHECK(ledger.record({&record, 1}) == std::vector<std::size_t>{4});
  CHECK(kept.records.at(1).number == 1);
  CHECK(ledger.take(4)->number == 4);
  CHECK(!ledger.take(1));
  ledger.refresh(7);
  CHECK(kept.refreshed == 2);
}
