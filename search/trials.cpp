#include "search/trials.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace tune::search {
namespace {

constexpr std::uint32_t kFree = std::numeric_limits<std::uint32_t>::max();

/// The bits of a column, the same for both zeros and for every NaN.
std::uint64_t bits_of(double column) {
  if (std::isnan(column)) return ~std::uint64_t{0};
  return std::bit_cast<std::uint64_t>(column + 0.0);
}

/// The finaliser of MurmurHash3 over each column in turn.
std::uint32_t hash(std::span<const double> row) {
  std::uint64_t h = 0x9E3779B97F4A7C15;
  for (const double column : row) {
    h ^= bits_of(column);
    h = (h ^ h >> 33) * 0xFF51AFD7ED558CCD;
    h = (h ^ h >> 33) * 0xC4CEB9FE1A85EC53;
    h ^= h >> 33;
  }
  return static_cast<std::uint32_t>(h);
}

bool equal(std::span<const double> a, std::span<const double> b) {
  return std::ranges::equal(a, b, {}, bits_of, bits_of);
}

}  // namespace

std::optional<double> full_score(const Outcome& outcome, int epochs) {
  if (const auto* scored = std::get_if<Scored>(&outcome)) {
    return std::isnan(scored->score) ? std::nullopt : std::optional(scored->score);
  }
  const auto* pruned = std::get_if<Pruned>(&outcome);
  if (pruned == nullptr || pruned->epochs < epochs || std::isnan(pruned->score)) return {};
  return pruned->score;
}

std::size_t Trials::add(const Proposal& proposal) {
  const std::size_t trial = size();
  if (trial >= kFree) throw std::logic_error("more trials than can be numbered");
  if (proposal.parent && *proposal.parent >= trial) {
    throw std::logic_error("a trial continues one that is not before it");
  }
  rows_.resize(rows_.size() + space_->dimensions());
  const std::span added = std::span(rows_).last(space_->dimensions());
  space_->to_row(proposal.configuration, added);
  epochs_.push_back(proposal.epochs);
  parents_.push_back(static_cast<std::uint32_t>(proposal.parent.value_or(trial)));
  state_.push_back(State::pending);
  scores_.push_back(0);
  if (2 * (distinct_ + 1) > slots_.size()) grow_slots();
  const std::uint32_t key = hash(added);
  Slot& slot = slots_[slot_of(added, key)];
  if (slot.trial == kFree) {
    slot = {static_cast<std::uint32_t>(trial), key};
    ++distinct_;
  }
  return trial;
}

void Trials::finish(std::size_t trial, Outcome outcome, std::vector<Course> courses) {
  if (trial >= size() || finished(trial)) {
    throw std::logic_error("trial " + std::to_string(trial) + " does not exist or has its outcome");
  }
  const auto* scored = std::get_if<Scored>(&outcome);
  if (scored != nullptr && scored->further.empty()) {
    scores_[trial] = scored->score;
    state_[trial] = State::scored;
  } else {
    details_.emplace(trial, std::move(outcome));
    state_[trial] = State::detailed;
  }
  if (!courses.empty() && trial < kCourses) courses_.emplace(trial, std::move(courses));
}

Proposal Trials::proposal(std::size_t trial) const {
  return {.configuration = space_->from_row(row(trial)),
          .epochs = epochs_[trial],
          .parent = parent(trial)};
}

std::optional<Outcome> Trials::outcome(std::size_t trial) const {
  switch (state_[trial]) {
    case State::pending:
      return std::nullopt;
    case State::scored:
      return Scored{scores_[trial]};
    case State::detailed:
      break;
  }
  return details_.at(trial);
}

std::span<const Course> Trials::courses(std::size_t trial) const {
  const auto found = courses_.find(trial);
  return found == courses_.end() ? std::span<const Course>() : found->second;
}

std::optional<std::size_t> Trials::first(std::span<const double> row) const {
  if (slots_.empty()) return std::nullopt;
  const std::uint32_t trial = slots_[slot_of(row, hash(row))].trial;
  return trial == kFree ? std::nullopt : std::optional<std::size_t>(trial);
}

/// The slot that holds an equal row, or the free one where it belongs.
std::size_t Trials::slot_of(std::span<const double> wanted, std::uint32_t key) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = key & mask;
  // Most rows that differ are told apart by their hash, without a look at their memory.
  while (slots_[slot].trial != kFree &&
         (slots_[slot].hash != key || !equal(row(slots_[slot].trial), wanted))) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

void Trials::grow_slots() {
  const std::vector<Slot> old = std::exchange(
      slots_, std::vector<Slot>(std::max<std::size_t>(16, 2 * slots_.size()), Slot{kFree, 0}));
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& used : old) {
    if (used.trial == kFree) continue;
    std::size_t slot = used.hash & mask;
    while (slots_[slot].trial != kFree) slot = (slot + 1) & mask;
    slots_[slot] = used;
  }
}

Prefix::Prefix(const Trials& trials, std::size_t known, std::size_t size)
    : trials_(&trials), known_(known), size_(size) {
  if (known > size || size > trials.size() || (known > 0 && !trials.finished(known - 1))) {
    throw std::logic_error("a prefix shows outcomes that are not there");
  }
}

Outcome Prefix::outcome(std::size_t trial) const {
  if (trial >= known_) throw std::logic_error("the outcome of a trial that is not known yet");
  return *trials_->outcome(trial);
}

std::span<const Course> Prefix::courses(std::size_t trial) const {
  if (trial >= known_) throw std::logic_error("the course of a trial that is not known yet");
  return trials_->courses(trial);
}

bool Prefix::contains(std::span<const double> row) const {
  return first(row).has_value();
}

std::optional<std::size_t> Prefix::first(std::span<const double> row) const {
  const auto first = trials_->first(row);
  return first && *first < size_ ? first : std::nullopt;
}

}  // namespace tune::search
