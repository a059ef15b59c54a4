#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tune::model {

/// A name and a few numbers, as a space file writes them: "he_normal", "l1_l2(0.01, 0.001)".
struct Term {
  std::string name;
  std::vector<double> numbers;
};

/// A number that goes with a name.
struct Setting {
  std::string name;  ///< Keras's
  double fallback;
  double low = -1e30, high = 1e30;
};

/// Splits a text; throws InputError if brackets or numbers are wrong.
Term parse_term(std::string_view text);

/// The values of all settings: the term's numbers, and after those the defaults. Throws InputError
/// if there are too many, or one is out of its range.
std::vector<double> values_of(const Term& term, std::span<const Setting> settings);

/// The shortest digits that read back as the same number: 2 and 0.1, not 2.0.
std::string digits(double number);

/// The text of a term; without brackets where all numbers are the defaults.
std::string term_text(std::string_view name, std::span<const double> values,
                      std::span<const Setting> settings);

}  // namespace tune::model
