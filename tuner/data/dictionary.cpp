#include "tuner/data/dictionary.hpp"

#include <algorithm>
#include <numeric>

#include "tuner/data/cell.hpp"

namespace tune::tuner {
namespace {

/// The texts as numbers; empty if one of them is none.
std::vector<double> values_of(const std::vector<std::string>& texts) {
  std::vector<double> values;
  for (const std::string& text : texts) {
    const std::optional<double> value = parse_double(text);
    if (!value) return {};
    values.push_back(*value);
  }
  return values;
}

}  // namespace

std::uint32_t Dictionary::number(std::string_view text) {
  if (const auto found = numbers_.find(text); found != numbers_.end()) return found->second;
  const auto next = static_cast<std::uint32_t>(texts_.size());
  numbers_.emplace(text, next);
  texts_.emplace_back(text);
  return next;
}

Ranking rank_texts(const std::vector<std::string>& texts) {
  const std::vector<double> values = values_of(texts);
  std::vector<std::uint32_t> order(texts.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    if (!values.empty() && values[a] != values[b]) return values[a] < values[b];
    if (!values.empty() && texts[a].size() != texts[b].size())
      return texts[a].size() < texts[b].size();
    return texts[a] < texts[b];
  });
  Ranking ranking{{}, std::vector<std::uint32_t>(texts.size())};
  for (std::size_t i = 0; i < order.size(); ++i) {
    const bool same = i > 0 && (values.empty() ? texts[order[i]] == texts[order[i - 1]]
                                               : !(values[order[i - 1]] < values[order[i]]));
    if (!same) ranking.names.push_back(texts[order[i]]);
    ranking.ranks[order[i]] = static_cast<std::uint32_t>(ranking.names.size() - 1);
  }
  return ranking;
}

Categories::Categories(std::vector<std::string> names) : names_(std::move(names)) {
  const std::vector<double> values = values_of(names_);
  for (std::uint32_t i = 0; i < names_.size(); ++i) {
    by_text_.emplace(names_[i], i);
    if (!values.empty()) by_value_.emplace(values[i], i);
  }
}

std::optional<std::uint32_t> Categories::find(std::string_view text) const {
  if (const auto found = by_text_.find(text); found != by_text_.end()) return found->second;
  if (by_value_.empty()) return std::nullopt;
  const std::optional<double> value = parse_double(text);
  if (!value) return std::nullopt;
  const auto found = by_value_.find(*value);
  return found == by_value_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace tune::tuner
