#include "model/builders/features.hpp"

#include <algorithm>

#include "model/tensor.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using base::InputError;

/// The columns of a problem, and where their features begin.
class ColumnList {
 public:
  explicit ColumnList(const Problem& problem) : first_{0} {
    for (const Problem::Column& column : problem.columns) {
      names_.push_back(column.name);
      first_.push_back(first_.back() + static_cast<std::uint32_t>(column.features));
    }
    if (!names_.empty()) return;
    for (std::uint32_t i = 1; i <= size_of(problem.input_shape); ++i) first_.push_back(i);
  }

  /// First and last column of an item.
  std::pair<std::size_t, std::size_t> find(const std::string& item) const {
    const auto named = std::ranges::find(names_, item);
    if (named != names_.end()) {
      const auto place = static_cast<std::size_t>(named - names_.begin());
      return {place, place};
    }
    const auto dash = item.find('-');
    const bool range = dash != item.npos;
    const base::Value from = base::parse_value(item.substr(0, dash)),
                      to = range ? base::parse_value(item.substr(dash + 1)) : from;
    const auto *first = std::get_if<std::int64_t>(&from), *last = std::get_if<std::int64_t>(&to);
    if (first == nullptr || last == nullptr) {
      throw InputError("there is no column '" + item + "'" + base::suggestion(item, names_));
    }
    const auto count = static_cast<std::int64_t>(first_.size()) - 1;
    if (*first < 0 || *last >= count || *first > *last) {
      throw InputError("'" + item + "' does not fit the " + std::to_string(count) +
                       " columns, which count from 0");
    }
    return {static_cast<std::size_t>(*first), static_cast<std::size_t>(*last)};
  }

  std::uint32_t first_feature(std::size_t column) const { return first_[column]; }

 private:
  std::vector<std::string> names_;    ///< none: the columns have none
  std::vector<std::uint32_t> first_;  ///< feature of each column, and how many features there are
};

}  // namespace

Selection selected_features(const base::Reader& options, const char* key, const Problem& problem) {
  if (options.is(key, "all")) return {};
  const ColumnList columns(problem);
  Selection selection;
  try {
    for (const std::string& item : options.list(key)) {
      const auto [first, last] = columns.find(item);
      for (std::uint32_t feature = columns.first_feature(first);
           feature < columns.first_feature(last + 1); ++feature) {
        if (std::ranges::find(selection, feature) != selection.end()) {
          throw InputError("'" + item + "' lists a column again");
        }
        selection.push_back(feature);
      }
    }
  } catch (const InputError& error) {
    throw InputError(std::string(key) + ": " + error.what());
  }
  return selection;
}

}  // namespace tune::model
