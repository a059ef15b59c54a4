#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tune::tuner {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};
using TextNumbers = std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>>;

/// Numbers texts in the order of their first appearance.
class Dictionary {
 public:
  /// The number of the text, a new one if it was not seen before.
  std::uint32_t number(std::string_view text);
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  TextNumbers numbers_;
  std::vector<std::string> texts_;
};

/// Texts in order: by value if all of them are numbers (then 1 and 1.0 are one), else by bytes.
struct Ranking {
  std::vector<std::string> names;    ///< in order; of equal numbers the shortest text
  std::vector<std::uint32_t> ranks;  ///< of each given text: its index in `names`
};
Ranking rank_texts(const std::vector<std::string>& texts);

/// A fixed set of texts with the index of each, for one-hot codes.
class Categories {
 public:
  explicit Categories(std::vector<std::string> names = {});

  const std::vector<std::string>& names() const { return names_; }
  std::size_t size() const { return names_.size(); }
  /// None for an unknown text; where all names are numbers, 1.0 finds 1.
  std::optional<std::uint32_t> find(std::string_view text) const;

 private:
  std::vector<std::string> names_;
  TextNumbers by_text_;
  std::map<double, std::uint32_t> by_value_;  ///< empty unless all names are numbers
};

}  // namespace tune::tuner
