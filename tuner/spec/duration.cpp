#include "tuner/spec/duration.hpp"

#include <charconv>
#include <cmath>
#include <string>

#include "search/base/error.hpp"

namespace tune::tuner {
namespace {

/// Seconds of one unit; 0 for what is none.
double unit(std::string_view name) {
  if (name == "" || name == "s") return 1;
  if (name == "m" || name == "min") return 60;
  if (name == "h") return 3600;
  return name == "d" ? 86400 : 0;
}

}  // namespace

std::optional<double> parse_duration(std::string_view text) {
  if (text == "none") return std::nullopt;
  double seconds = 0;
  bool valid = !text.empty();
  for (std::string_view rest = text; valid && !rest.empty();) {
    const auto end_of_number = std::min(rest.find_first_not_of("0123456789."), rest.size());
    double number = 0;
    const auto [stop, error] = std::from_chars(rest.data(), rest.data() + end_of_number, number);
    valid = error == std::errc{} && stop == rest.data() + end_of_number;
    rest.remove_prefix(end_of_number);
    const auto end_of_unit = std::min(rest.find_first_of("0123456789."), rest.size());
    const double factor = unit(rest.substr(0, end_of_unit));
    valid = valid && factor > 0 && (end_of_unit > 0 || end_of_number == text.size());
    seconds += number * factor;
    rest.remove_prefix(end_of_unit);
  }
  if (!valid || !(seconds > 0) || !std::isfinite(seconds)) {
    throw base::InputError("'" + std::string(text) +
                           "' is no duration: seconds above 0, or 90s, 10m, 2h, 1h30m, or none");
  }
  return seconds;
}

}  // namespace tune::tuner
