#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <string>

#include "search/base/error.hpp"
#include "search/domain.hpp"
#include "search/literal.hpp"

namespace tune::search {
namespace {

using base::InputError;

const std::array<std::string, 6> kNames = {"choice", "ordinal",    "int",
                                           "real",   "reciprocal", "normal"};

/// Rounded once, whichever way the compiler fuses products and sums: to_text looks for the numbers
/// that give the very same bounds.
Real cut_normal(double mean, double deviation) {
  return {std::fma(-6, deviation, mean), std::fma(6, deviation, mean), Scale::normal, 0};
}

/// `name(items)` as written, and its parts.
struct Call {
  std::string text, name;
  std::vector<std::string_view> items;

  [[noreturn]] void fail(const std::string& why) const { throw InputError(text + ": " + why); }
};

/// Does the text start like `name(`? That is what tells a domain from a fixed value.
std::size_t name_length(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() &&
         (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_')) {
    ++end;
  }
  const std::string_view rest = trim(text.substr(end));
  return !rest.empty() && rest.front() == '(' ? end : 0;
}

Call parse_call(std::string_view text, std::size_t length) {
  Call call{.text = std::string(text), .name = std::string(text.substr(0, length)), .items = {}};
  if (std::ranges::find(kNames, call.name) == kNames.end()) {
    throw InputError("unknown domain '" + call.name + "'" + base::suggestion(call.name, kNames) +
                     " (a fixed text with brackets stands in quotes)");
  }
  const std::size_t open = text.find('('), close = text.rfind(')');
  if (close == std::string_view::npos) call.fail("the closing bracket is missing");
  if (close + 1 < text.size()) {
    call.fail("unexpected '" + std::string(trim(text.substr(close + 1))) +
              "' after the closing bracket");
  }
  call.items = split_items(text.substr(open + 1, close - open - 1));
  for (const std::string_view item : call.items) {
    if (item.empty()) call.fail("a value is missing");
  }
  return call;
}

double real_item(const Call& call, std::string_view item) {
  const double number = base::to_number(base::parse_value(item));
  if (std::isnan(number)) call.fail("'" + std::string(item) + "' is not a number");
  return number;
}

std::int64_t integer_item(const Call& call, std::string_view item) {
  const Value value = base::parse_value(item);
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  const double number = real_item(call, item);
  if (std::abs(number) > 9e18) call.fail("'" + std::string(item) + "' is too large");
  if (number != std::floor(number)) call.fail("'" + std::string(item) + "' is not an integer");
  return static_cast<std::int64_t>(number);
}

/// The items after low and high: `log` and `step=...`.
struct Extras {
  bool log = false;
  std::string_view step;
};

Extras parse_extras(const Call& call) {
  Extras extras;
  for (std::size_t i = 2; i < call.items.size(); ++i) {
    const std::string_view item = call.items[i];
    const auto equals = item.find('=');
    if (item == "log") {
      extras.log = true;
    } else if (equals != std::string_view::npos && trim(item.substr(0, equals)) == "step") {
      extras.step = trim(item.substr(equals + 1));
    } else {
      call.fail("unknown option '" + std::string(item) + "'; known: log, step=...");
    }
  }
  return extras;
}

Domain make_integer(const Call& call) {
  const Extras extras = parse_extras(call);
  Integer integer{integer_item(call, call.items[0]), integer_item(call, call.items[1]), extras.log,
                  1};
  if (!extras.step.empty()) integer.step = integer_item(call, extras.step);
  return integer;
}

Domain make_real(const Call& call) {
  const Extras extras = parse_extras(call);
  Real real{real_item(call, call.items[0]), real_item(call, call.items[1]),
            extras.log ? Scale::log : Scale::linear, 0};
  if (!extras.step.empty()) {
    real.step = real_item(call, extras.step);
    if (real.step <= 0) call.fail("the step must be above 0");
  }
  return real;
}

Domain make_choice(const Call& call) {
  Choice choice{.values = {}, .ordered = call.name == "ordinal"};
  for (const std::string_view item : call.items) choice.values.push_back(parse_literal(item));
  return choice;
}

Domain make_domain(const Call& call) {
  if (call.name == "choice" || call.name == "ordinal") return make_choice(call);
  const bool with_extras = call.name == "int" || call.name == "real";
  if (call.items.size() < 2 || (!with_extras && call.items.size() > 2)) {
    call.fail(call.name == "normal"
                  ? "expected normal(mean, sd)"
                  : "expected " + call.name + "(low, high" + (with_extras ? ", ...)" : ")"));
  }
  if (call.name == "int") return make_integer(call);
  if (call.name == "real") return make_real(call);
  const double first = real_item(call, call.items[0]), second = real_item(call, call.items[1]);
  if (call.name == "reciprocal") return Real{first, second, Scale::log, 0};
  return cut_normal(first, second);
}

double rounded(double value, int digits) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value,
                                 std::chars_format::scientific, digits)
                       .ptr;
  std::from_chars(text.data(), end, value);
  return value;
}

/// Mean and deviation are not kept: they are the shortest numbers that give the same bounds.
std::string normal_text(const Real& real) {
  const double mean = real.low + (real.high - real.low) / 2, deviation = (real.high - mean) / 6;
  for (int digits = 0; digits < 34; ++digits) {
    for (int split = std::max(0, digits - 16); split <= std::min(digits, 16); ++split) {
      const double m = rounded(mean, split), sd = rounded(deviation, digits - split);
      if (const Real cut = cut_normal(m, sd); cut.low == real.low && cut.high == real.high) {
        return "normal(" + number_text(m) + ", " + number_text(sd) + ")";
      }
    }
  }
  return "normal(" + number_text(mean) + ", " + number_text(deviation) + ")";
}

std::string text_of(const Real& real) {
  if (real.scale == Scale::normal) return normal_text(real);
  const std::string bounds = number_text(real.low) + ", " + number_text(real.high);
  if (real.scale == Scale::log) return "reciprocal(" + bounds + ")";
  return "real(" + bounds + (real.step != 0 ? ", step=" + number_text(real.step) : "") + ")";
}

std::string text_of(const Integer& integer) {
  std::string text = "int(" + std::to_string(integer.low) + ", " + std::to_string(integer.high);
  if (integer.log) text += ", log";
  if (integer.step != 1) text += ", step=" + std::to_string(integer.step);
  return text + ")";
}

std::string text_of(const Choice& choice) {
  if (choice.values.size() == 1 && !choice.ordered) return literal(choice.values[0]);
  std::string text = choice.ordered ? "ordinal(" : "choice(";
  for (std::size_t i = 0; i < choice.values.size(); ++i) {
    text += (i > 0 ? ", " : "") + literal(choice.values[i]);
  }
  return text + ")";
}

}  // namespace

Domain parse_domain(std::string_view text) {
  text = trim(text);
  const std::size_t length = name_length(text);
  if (length == 0) {
    Domain fixed = Choice{.values = {parse_literal(text)}, .ordered = false};
    validate(fixed);
    return fixed;
  }
  const Call call = parse_call(text, length);
  Domain domain = make_domain(call);
  if (const std::string wrong = complaint(domain); !wrong.empty()) call.fail(wrong);
  return domain;
}

std::string to_text(const Domain& domain) {
  return std::visit([](const auto& kind) { return text_of(kind); }, domain);
}

}  // namespace tune::search
