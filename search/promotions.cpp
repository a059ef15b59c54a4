#include "search/promotions.hpp"

#include <algorithm>
#include <functional>

namespace tune::search {

bool Promotions::precedes(const Prefix& prefix) const {
  return (!identity_ || identity_ == prefix.identity()) && places_.size() <= prefix.size() &&
         known_ <= prefix.known();
}

void Promotions::read(const Prefix& prefix) {
  identity_ = prefix.identity();
  while (places_.size() < prefix.size()) enter(prefix, places_.size());
  while (known_ < prefix.known()) arrive(prefix, known_++);
}

void Promotions::enter(const Prefix& prefix, std::size_t trial) {
  if (const auto parent = prefix.parent(trial)) {
    places_[*parent].fate = Fate::out;
    const Place& before = places_[*parent];
    places_.push_back(
        {.bracket = before.bracket, .rung = static_cast<std::uint16_t>(before.rung + 1)});
    ++promotions_;
    return;
  }
  const std::size_t bracket = schedule_->bracket_of(starts_++);
  places_.push_back({.bracket = static_cast<std::uint32_t>(bracket), .rung = 0});
  if (bracket < closed_ + open_.size()) return;
  BracketState& state = open_.emplace_back();
  for (const Rung& rung : schedule_->bracket(bracket)) {
    state.push_back({.wanted = rung.trials, .places = rung.trials});
  }
}

void Promotions::arrive(const Prefix& prefix, std::size_t trial) {
  Place& place = places_[trial];
  BracketState& bracket = state(place.bracket);
  RungState& rung = bracket[place.rung];
  ++rung.arrived;
  if (place.rung == 0) ++known_starts_;
  if (const auto score = full_score(prefix.outcome(trial), prefix.epochs(trial))) {
    rung.waiting.emplace_back(*score, trial);
    std::ranges::push_heap(rung.waiting, std::greater<>());
  } else {
    ++rung.out;
    place.fate = Fate::out;
  }
  settle(bracket);
  const auto over = [](const RungState& r) { return r.arrived == r.places; };
  while (!open_.empty() && std::ranges::all_of(open_.front(), over)) {
    open_.pop_front();
    ++closed_;
  }
}

void Promotions::settle(BracketState& bracket) {
  for (std::size_t i = 0; i + 1 < bracket.size(); ++i) {
    RungState &rung = bracket[i], &next = bracket[i + 1];
    const std::size_t places = std::min(next.wanted, rung.places - rung.out);
    lost_ += next.places - places;
    next.places = places;
    // Each of the unknown ones may turn out to be better.
    const std::size_t unknown = rung.places - rung.arrived;
    while (rung.promoted + unknown < next.wanted && !rung.waiting.empty()) {
      const std::size_t best = rung.waiting.front().second;
      std::ranges::pop_heap(rung.waiting, std::greater<>());
      rung.waiting.pop_back();
      ++rung.promoted;
      if (places_[best].fate == Fate::open) places_[best].fate = Fate::promoted;
      certain_.push_back(static_cast<std::uint32_t>(best));
    }
  }
}

std::optional<std::size_t> Promotions::next() const {
  if (promotions_ >= certain_.size()) return std::nullopt;
  return certain_[promotions_];
}

bool Promotions::may_promote(std::size_t trial) const {
  const Place& place = places_[trial];
  if (place.fate != Fate::open || place.bracket < closed_) return place.fate == Fate::promoted;
  const BracketState& bracket = open_[place.bracket - closed_];
  const RungState& rung = bracket[place.rung];
  return place.rung + 1u < bracket.size() && rung.arrived < rung.places;
}

Stage Promotions::stage(std::size_t trial) const {
  return {places_[trial].bracket, places_[trial].rung};
}

bool Promotions::complete() const {
  return starts_ == schedule_->starts() && starts_ + promotions_ + lost_ == schedule_->trials();
}

}  // namespace tune::search
