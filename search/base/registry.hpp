#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "search/base/error.hpp"
#include "search/base/reader.hpp"

namespace tune::base {

/// Named makers of one kind of thing: strategies, layers, builders.
///
/// The rows stand in one .cpp; nothing registers itself. A program with a part of its own adds a
/// row before it starts. Reading is thread-safe, add is not.
template <class Signature>
class Registry {
 public:
  struct Row {
    std::string name;
    std::string help;       ///< one line
    std::vector<Key> keys;  ///< the options that `make` reads
    std::function<Signature> make;
  };

  /// `what` names the kind in messages: "strategy".
  Registry(std::string what, std::vector<Row> rows) : what_(std::move(what)) {
    for (Row& row : rows) add(std::move(row));
  }

  /// Throws std::logic_error if the name is taken.
  void add(Row row) {
    if (find(row.name) != nullptr)
      throw std::logic_error(what_ + " '" + row.name + "' exists twice");
    rows_.push_back(std::move(row));
  }

  /// Throws InputError with the nearest known name.
  const Row& at(std::string_view name) const {
    if (const Row* row = find(name)) return *row;
    throw InputError("unknown " + what_ + " '" + std::string(name) + "'" +
                     suggestion(name, names()));
  }

  const std::vector<Row>& rows() const { return rows_; }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Row& row : rows_) names.push_back(row.name);
    return names;
  }

 private:
  const Row* find(std::string_view name) const {
    const auto found = std::ranges::find(rows_, name, &Row::name);
    return found == rows_.end() ? nullptr : &*found;
  }

  std::string what_;
  std::vector<Row> rows_;
};

}  // namespace tune::base
