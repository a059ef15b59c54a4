#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search/base/value.hpp"

namespace tune::base {

/// What one option accepts. Whoever consumes options declares them as a table of keys; checking,
/// `tune --help-space` and the typed reads of Reader all come from that table.
struct Key {
  enum class Kind { integer, real, flag, name, text };

  std::string name;
  Kind kind = Kind::text;
  std::optional<Value> fallback;  ///< used where the option is not given; none: it has no default
  std::string help;               ///< one line, without a full stop
  double low = -std::numeric_limits<double>::infinity();  ///< numbers: smallest allowed value
  double high = std::numeric_limits<double>::infinity();  ///< numbers: largest allowed value
  bool above_low = false;                                 ///< numbers: `low` itself is not allowed
  std::vector<std::string> words;  ///< name: the allowed ones; else words allowed beside the kind
  /// Text: reads it, to throw InputError if it is not accepted; empty: every text is.
  std::function<void(const std::string&)> parse = {};

  /// "integer from 1 to 99", "real above 0, or none", "sgd | adam", "yes | no", "text".
  std::string allowed() const;
  /// What is wrong with the value, with what is allowed; empty if it is accepted.
  std::string complaint(const Value& value) const;
};

// Rows of such a table, one a kind. `words` are allowed in place of a number.
Key integer_key(std::string name, std::optional<Value> fallback, double low, double high,
                std::string help, std::vector<std::string> words = {});
Key real_key(std::string name, std::optional<Value> fallback, double low, double high,
             std::string help, std::vector<std::string> words = {});
/// A real number for which `low` itself is too small: a rate, a width.
Key positive_key(std::string name, std::optional<Value> fallback, double high, std::string help,
                 std::vector<std::string> words = {});
Key flag_key(std::string name, bool fallback, std::string help);
Key name_key(std::string name, std::optional<Value> fallback, std::vector<std::string> names,
             std::string help);
Key text_key(std::string name, std::optional<Value> fallback, std::string help,
             std::function<void(const std::string&)> parse = {});

/// The key of that name, or null.
const Key* find_key(std::span<const Key> keys, std::string_view name);

/// Typed reads of a configuration against the keys that its consumer declares.
///
/// Values that a key does not accept throw InputError ("batch: 0 is below 1; integer from 1").
/// Reading a name that is not declared, or one that is neither given nor has a default, is an error
/// too. Names in the configuration that are not declared are not looked at: `check` does that.
/// Both arguments must outlive the reader. Thread-safe.
class Reader {
 public:
  Reader(const Configuration& configuration, std::span<const Key> keys)
      : configuration_(configuration), keys_(keys) {}

  /// Throws InputError at the first name that is not declared, or value that is not accepted.
  void check() const;
  /// Is there a value, given or by default?
  bool has(std::string_view name) const;
  /// Is the value this word ("none")?
  bool is(std::string_view name, std::string_view word) const;
  std::int64_t integer(std::string_view name) const;
  double real(std::string_view name) const;
  bool flag(std::string_view name) const;
  std::string text(std::string_view name) const;
  /// The items of a comma-separated text, trimmed; none for an empty text.
  std::vector<std::string> list(std::string_view name) const;

 private:
  const Value& value(std::string_view name) const;

  const Configuration& configuration_;
  std::span<const Key> keys_;
};

/// Splits at commas outside of brackets and trims; empty text has no items.
std::vector<std::string> split_list(std::string_view text);

}  // namespace tune::base
