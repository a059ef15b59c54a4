#include "model/term.hpp"

#include "search/base/error.hpp"
#include "search/base/reader.hpp"

namespace tune::model {

std::string digits(double number) {
  const std::string text = base::to_text(base::Value(number));
  return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}

Term parse_term(std::string_view text) {
  const auto open = text.find('(');
  if (open == text.npos) return {std::string(text), {}};
  if (!text.ends_with(')')) {
    throw base::InputError("'" + std::string(text) + "' has no closing bracket at its end");
  }
  Term term{std::string(text.substr(0, open)), {}};
  for (const std::string& item : base::split_list(text.substr(open + 1, text.size() - open - 2))) {
    const base::Value number = base::parse_value(item);
    if (std::holds_alternative<std::string>(number)) {
      throw base::InputError("'" + std::string(text) + "': '" + item + "' is not a number");
    }
    term.numbers.push_back(base::to_number(number));
  }
  return term;
}

std::vector<double> values_of(const Term& term, std::span<const Setting> settings) {
  if (term.numbers.size() > settings.size()) {
    std::string names;
    for (const Setting& setting : settings) names += (names.empty() ? "" : ", ") + setting.name;
    throw base::InputError("'" + term.name + "' takes " +
                           (names.empty() ? "no numbers" : "at most these numbers: " + names));
  }
  std::vector<double> values = term.numbers;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const auto& [name, fallback, low, high] = settings[i];
    if (i == values.size()) values.push_back(fallback);
    if (values[i] >= low && values[i] <= high) continue;  // false for NaN
    throw base::InputError("'" + term.name + "': its " + name + " must lie between " + digits(low) +
                           " and " + digits(high) + ", not " + digits(values[i]));
  }
  return values;
}

std::string term_text(std::string_view name, std::span<const double> values,
                      std::span<const Setting> settings) {
  std::string numbers;
  bool given = false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    numbers += (i > 0 ? ", " : "") + digits(values[i]);
    given = given || values[i] != settings[i].fallback;
  }
  return std::string(name) + (given ? "(" + numbers + ")" : "");
}

}  // namespace tune::model
