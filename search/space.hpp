#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search/base/error.hpp"
#include "search/condition.hpp"
#include "search/domain.hpp"

namespace tune::search {

/// A named dimension of the space; it is part of a configuration only where `when` holds.
struct Parameter {
  std::string name;
  Domain domain;
  Condition when;
};

/// What is wrong with a space, and which of its parameters or forbids is to blame, so that its line
/// can be put in front.
class SpaceError : public base::InputError {
 public:
  enum class Part { parameter, forbid };

  SpaceError(Part part_to_blame, std::size_t index_to_blame, const std::string& message)
      : InputError(message), part(part_to_blame), index(index_to_blame) {}

  const Part part;
  const std::size_t index;
};

/// What may be tried: parameters in the order of the file, and combinations that are ruled out.
/// Immutable and validated at construction; safe to read from many threads.
///
/// A row is the exact form in which tables keep a configuration: one column a parameter (see
/// to_column), NaN where the parameter is not active. A point is a place in the unit cube, one
/// number in [0, 1) a parameter.
class Space {
 public:
  Space() = default;
  /// Throws SpaceError: a name twice, an invalid domain, a condition or forbid on a parameter that
  /// does not exist or (=, !=, in) with a value that it does not have, a comparison of text by
  /// size, conditions that form a circle. Comparisons with a parameter of a single value may name
  /// any: who pins a parameter for one run need not rewrite the conditions on it. The message
  /// starts with the parameter's name, or "forbid".
  Space(std::vector<Parameter> parameters, std::vector<Condition> forbidden);

  std::span<const Parameter> parameters() const { return parameters_; }
  std::span<const Condition> forbidden() const { return forbidden_; }
  std::size_t dimensions() const { return parameters_.size(); }
  std::optional<std::size_t> find(std::string_view name) const;
  /// The parameters, each after those that its condition needs.
  std::span<const std::size_t> order() const { return order_; }
  /// Is a parameter active in a row that has the columns of all before it in that order?
  bool is_active(std::size_t parameter, std::span<const double> row) const {
    return pass(when_[parameter], row);
  }

  /// The configuration at a point, without its inactive parameters. It may be a forbidden one.
  Configuration decode(std::span<const double> point) const;
  void decode_row(std::span<const double> point, std::span<double> row) const;
  /// The point of a configuration; 0.5 for inactive parameters.
  std::vector<double> encode(const Configuration& configuration) const;
  void encode_row(std::span<const double> row, std::span<double> point) const;

  /// Throws InputError that says why the configuration is not one of this space: a name that is
  /// unknown, missing or inactive, a value outside of its domain, a forbidden combination.
  void require(const Configuration& configuration) const;
  bool contains(const Configuration& configuration) const;
  bool is_forbidden(const Configuration& configuration) const;
  bool is_forbidden(std::span<const double> row) const;

  /// The configuration must be contained, but for forbids.
  std::vector<double> to_row(const Configuration& configuration) const;
  void to_row(const Configuration& configuration, std::span<double> row) const;
  Configuration from_row(std::span<const double> row) const;

  /// Has every parameter finitely many values?
  bool is_finite() const;
  /// Walks the combinations of active parameters of a finite space, the forbidden ones too, each
  /// once, the last parameter of the file changing fastest (a parameter that others' conditions
  /// need counts as standing before them). first_row starts, next_row changes a row into the one
  /// after it, or returns false.
  void first_row(std::span<double> row) const;
  bool next_row(std::span<double> row) const;
  /// The rows of all allowed configurations in that order; or nothing if the space is not finite or
  /// has more than `limit` combinations, forbidden ones included.
  std::optional<std::vector<std::vector<double>>> enumerate(std::size_t limit) const;

 private:
  /// A comparison made fast: by index, and for choices looked up.
  struct Test {
    std::size_t parameter;
    Comparison comparison;
    std::vector<bool> passes;  ///< of a choice, by index
  };
  using Tests = std::vector<Test>;

  Tests compile(const Condition& condition) const;
  static bool pass(const Tests& tests, std::span<const double> row);
  void start_from(std::size_t position, std::span<double> row) const;
  std::string why_not(const Configuration& configuration) const;

  std::vector<Parameter> parameters_;
  std::vector<Condition> forbidden_;
  std::vector<std::size_t> order_;    ///< the parameters, those that conditions need first
  std::vector<std::size_t> by_name_;  ///< the parameters by their names, as in a Configuration
  std::vector<Tests> when_, forbids_;
};

}  // namespace tune::search
