#include "search/brackets.hpp"

#include <algorithm>
#include <limits>

#include "search/base/error.hpp"

namespace tune::search {
namespace {

constexpr std::size_t kMostTrials = std::numeric_limits<std::uint32_t>::max();

std::int64_t power(std::int64_t base, int exponent) {
  std::int64_t product = 1;
  for (int i = 0; i < exponent; ++i) product *= base;
  return product;
}

/// A logarithm would be rounded: log(243) / log(3) is below 5.
int largest_exponent(const BracketOptions& options) {
  int s = 0;
  for (std::int64_t least = options.min_epochs; (least *= options.eta) <= options.epochs;) ++s;
  return s;
}

std::int64_t starts_of(int s, int s_max, const BracketOptions& options) {
  const std::int64_t scale = power(options.eta, s), brackets = s_max + 1;
  return options.sizing == Sizing::table ? brackets / (s + 1) * scale
                                         : (brackets * scale + s) / (s + 1);
}

Bracket make_bracket(std::int64_t starts, int s, const BracketOptions& options) {
  Bracket bracket;
  for (int i = 0; i <= s; ++i) {
    const std::int64_t share = power(options.eta, s - i);
    bracket.push_back({static_cast<std::size_t>(starts / power(options.eta, i)),
                       static_cast<int>((2 * std::int64_t{options.epochs} + share) / (2 * share))});
  }
  return bracket;
}

/// The bracket with no more starts than that.
Bracket cut(Bracket bracket, std::size_t starts) {
  for (Rung& rung : bracket) rung.trials = std::min(rung.trials, starts);
  return bracket;
}

}  // namespace

std::size_t trials_of(const Bracket& bracket) {
  std::size_t trials = 0;
  for (const Rung& rung : bracket) trials += rung.trials;
  return trials;
}

std::uint64_t epochs_resuming(const Bracket& bracket) {
  std::uint64_t epochs = 0;
  int before = 0;
  for (const Rung& rung : bracket) {
    epochs += rung.trials * static_cast<std::uint64_t>(rung.epochs - before);
    before = rung.epochs;
  }
  return epochs;
}

std::uint64_t epochs_restarting(const Bracket& bracket) {
  std::uint64_t epochs = 0;
  for (const Rung& rung : bracket) epochs += rung.trials * static_cast<std::uint64_t>(rung.epochs);
  return epochs;
}

std::string to_text(const Bracket& bracket) {
  std::string text;
  for (const Rung& rung : bracket) {
    text += (text.empty() ? "" : ", ") + std::to_string(rung.trials) + " at " +
            std::to_string(rung.epochs);
    if (&rung == &bracket.front()) text += rung.epochs == 1 ? " epoch" : " epochs";
  }
  return text;
}

std::vector<Bracket> hyperband_pass(const BracketOptions& options) {
  const int s_max = largest_exponent(options);
  std::vector<Bracket> pass;
  for (int s = s_max; s >= 0; --s) {
    pass.push_back(make_bracket(starts_of(s, s_max, options), s, options));
  }
  return pass;
}

Schedule::Schedule(std::vector<Bracket> pass, std::optional<std::size_t> trials,
                   std::optional<std::size_t> configurations)
    : pass_(std::move(pass)), first_{0} {
  std::size_t trials_a_pass = 0;
  for (const Bracket& bracket : pass_) {
    first_.push_back(first_.back() + bracket.front().trials);
    trials_a_pass += trials_of(bracket);
  }
  const std::size_t most = std::min(trials.value_or(kMostTrials), kMostTrials);
  const std::size_t distinct = configurations.value_or(kMostTrials);
  const std::size_t passes =
      std::min({trials ? most / trials_a_pass : 1, most / trials_a_pass, distinct / first_.back()});
  for (const Bracket& bracket : pass_) add(bracket, passes);
  while (trials || brackets_ < pass_.size()) {
    const Bracket next = cut(pass_[brackets_ % pass_.size()], distinct - starts_);
    if (next.front().trials == 0 || trials_ + trials_of(next) > most) break;
    add(next, 1);
  }
  exhausts_ = starts_ == distinct;
  if (brackets_ > 0) return;
  const Bracket first = cut(pass_.front(), distinct);
  throw base::InputError("trials: " + std::to_string(most) + " is less than one bracket: " +
                         to_text(first) + " are " + std::to_string(trials_of(first)) + " trials");
}

void Schedule::add(const Bracket& bracket, std::size_t times) {
  brackets_ += times;
  starts_ += times * bracket.front().trials;
  trials_ += times * trials_of(bracket);
  resuming_ += times * epochs_resuming(bracket);
  restarting_ += times * epochs_restarting(bracket);
}

Bracket Schedule::bracket(std::size_t b) const {
  const std::size_t at = b % pass_.size();
  const std::size_t before = b / pass_.size() * first_.back() + first_[at];
  return cut(pass_[at], starts_ - before);
}

std::size_t Schedule::bracket_of(std::size_t start) const {
  const auto after = std::ranges::upper_bound(first_, start % first_.back());
  return start / first_.back() * pass_.size() + static_cast<std::size_t>(after - first_.begin()) -
         1;
}

}  // namespace tune::search
