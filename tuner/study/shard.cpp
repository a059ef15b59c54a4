#include "tuner/study/shard.hpp"

#include <charconv>

#include "search/base/error.hpp"

namespace tune::tuner {

Shard Shard::parse(const std::string& text) {
  constexpr std::size_t kMost = 1'000'000;
  const char* const end = text.data() + text.size();
  std::size_t one = 0, count = 0;
  const auto slash = std::from_chars(text.data(), end, one);
  const bool first = slash.ec == std::errc() && slash.ptr != end && *slash.ptr == '/';
  const auto last = first ? std::from_chars(slash.ptr + 1, end, count) : slash;
  if (!first || last.ec != std::errc() || last.ptr != end || one < 1 || one > count ||
      count > kMost) {
    throw base::InputError("expected K/N with K from 1 to N, as 3/16, found '" + text + "'");
  }
  return {one - 1, count};
}

std::string Shard::text() const {
  return std::to_string(index + 1) + '/' + std::to_string(count);
}

const Planned* ShardLedger::planned(std::size_t number) const {
  return shard_.owns(number) ? kept_.planned(shard_.place_of(number)) : nullptr;
}

std::optional<TrialRecord> ShardLedger::take(std::size_t number) {
  std::optional<TrialRecord> record = kept_.take(shard_.place_of(number));
  if (record) record->number = number;
  return record;
}

Ledger::Claim ShardLedger::claim(std::size_t number, const Planned& planned) {
  return shard_.owns(number) ? kept_.claim(shard_.place_of(number), planned) : Claim::left_out;
}

std::vector<std::size_t> ShardLedger::record(std::span<const TrialRecord> records) {
  std::vector<TrialRecord> placed(records.begin(), records.end());
  for (TrialRecord& record : placed) record.number = shard_.place_of(record.number);
  std::vector<std::size_t> before = kept_.record(placed);
  for (std::size_t& number : before) number = shard_.number_of(number);
  return before;
}

void ShardLedger::refresh(std::size_t from) {
  kept_.refresh(shard_.place_of(from));
}

}  // namespace tune::tuner
