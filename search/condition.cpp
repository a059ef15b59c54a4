#include "search/condition.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "search/base/error.hpp"
#include "search/literal.hpp"

namespace tune::search {
namespace {

using Operator = Comparison::Operator;

// `==` is read as well; longer signs come before those that they start with.
constexpr std::array<std::pair<std::string_view, Operator>, 7> kSigns = {
    {{"==", Operator::equal},
     {"!=", Operator::unequal},
     {"<=", Operator::at_most},
     {">=", Operator::at_least},
     {"=", Operator::equal},
     {"<", Operator::less},
     {">", Operator::greater}}};

std::string_view sign_of(Operator op) {
  const auto sign = std::ranges::find_if(
      kSigns, [op](const auto& row) { return row.second == op && row.first != "=="; });
  return sign == kSigns.end() ? "in" : sign->first;
}

/// Takes a text apart from the left.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text), rest_(trim(text)) {}

  bool at_end() const { return rest_.empty(); }

  [[noreturn]] void expected(const std::string& what) const {
    const std::string_view done = trim(text_.substr(0, text_.size() - rest_.size()));
    throw base::InputError("expected " + what +
                           (done.empty() ? "" : " after '" + std::string(done) + "'") +
                           (at_end() ? "" : ", found '" + std::string(rest_) + "'"));
  }

  bool take(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    skip(token.size());
    return true;
  }

  /// Takes a run of word characters; empty if there is none.
  std::string_view take_word() {
    const auto end = std::ranges::find_if_not(rest_, is_word_character);
    const std::string_view word = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    skip(word.size());
    return word;
  }

  bool take_keyword(std::string_view keyword) {
    Scanner ahead = *this;
    if (ahead.take_word() != keyword) return false;
    *this = ahead;
    return true;
  }

  base::Value take_value() {
    if (!at_end() && (rest_.front() == '"' || rest_.front() == '\'')) {
      const std::string_view quoted = rest_.substr(0, quoted_length(rest_));
      skip(quoted.size());
      return parse_literal(quoted);
    }
    const std::string_view word = take_word();
    if (word.empty()) expected("a value");
    return parse_literal(word);
  }

 private:
  void skip(std::size_t characters) {
    rest_.remove_prefix(characters);
    const auto next = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(std::min(next, rest_.size()));
  }

  std::string_view text_, rest_;
};

Operator take_operator(Scanner& scanner) {
  for (const auto& [sign, op] : kSigns) {
    if (scanner.take(sign)) return op;
  }
  if (scanner.take_keyword("in")) return Operator::in;
  scanner.expected("one of = != < <= > >= in");
}

Comparison take_comparison(Scanner& scanner) {
  Comparison comparison;
  comparison.parameter = scanner.take_word();
  if (comparison.parameter.empty()) scanner.expected("the name of a parameter");
  comparison.op = take_operator(scanner);
  if (comparison.op == Operator::in) {
    if (!scanner.take("(")) scanner.expected("'(' and the values");
    do {
      comparison.values.push_back(scanner.take_value());
    } while (scanner.take(","));
    if (!scanner.take(")")) scanner.expected("',' or ')'");
  } else {
    comparison.values.push_back(scanner.take_value());
  }
  if (!comparison.by_identity() && std::holds_alternative<std::string>(comparison.values[0])) {
    throw base::InputError("'" + to_text(comparison) +
                           "': text is compared only with =, != and in");
  }
  return comparison;
}

}  // namespace

bool Comparison::by_identity() const {
  return op == Operator::equal || op == Operator::unequal || op == Operator::in;
}

bool holds(const Comparison& comparison, const base::Value& value) {
  if (comparison.by_identity()) {
    const bool found = std::ranges::any_of(
        comparison.values, [&](const base::Value& one) { return base::same(one, value); });
    return found != (comparison.op == Operator::unequal);
  }
  // NaN, which stands for text, passes none of these.
  const double left = base::to_number(value), right = base::to_number(comparison.values[0]);
  if (comparison.op == Operator::less) return left < right;
  if (comparison.op == Operator::at_most) return left <= right;
  if (comparison.op == Operator::greater) return left > right;
  return left >= right;
}

bool holds(const Condition& condition, const base::Configuration& configuration) {
  return std::ranges::all_of(condition.all, [&](const Comparison& comparison) {
    const auto found = configuration.find(comparison.parameter);
    return found != configuration.end() && holds(comparison, found->second);
  });
}

Condition parse_condition(std::string_view text) {
  Scanner scanner(text);
  Condition condition;
  do {
    condition.all.push_back(take_comparison(scanner));
  } while (scanner.take_keyword("and"));
  if (!scanner.at_end()) scanner.expected("'and' or the end");
  return condition;
}

std::string to_text(const Comparison& comparison) {
  std::string text = comparison.parameter + ' ' + std::string(sign_of(comparison.op)) + ' ';
  if (comparison.op != Operator::in) return text + literal(comparison.values[0]);
  for (std::size_t i = 0; i < comparison.values.size(); ++i) {
    text += (i == 0 ? "(" : ", ") + literal(comparison.values[i]);
  }
  return text + ')';
}

std::string to_text(const Condition& condition) {
  std::string text;
  for (const Comparison& comparison : condition.all) {
    text += (text.empty() ? "" : " and ") + to_text(comparison);
  }
  return text;
}

}  // namespace tune::search
