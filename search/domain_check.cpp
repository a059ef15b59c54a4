#include <algorithm>
#include <cmath>

#include "search/base/error.hpp"
#include "search/domain.hpp"

namespace tune::search {
namespace {

constexpr std::int64_t kLargest = std::int64_t{1} << 53;

std::string complaint_one(const Real& real) {
  if (!std::isfinite(real.low) || !std::isfinite(real.high) || !std::isfinite(real.step) ||
      !std::isfinite(real.high - real.low)) {
    return "bounds and step must be finite";
  }
  if (real.scale == Scale::normal) {
    return real.low < real.high ? "" : "the standard deviation must be above 0";
  }
  if (real.low > real.high) return "low is above high";
  if (real.scale == Scale::log && real.low <= 0) return "low of a log range must be above 0";
  if (real.step < 0) return "the step must be above 0";
  if (real.scale == Scale::log && real.step > 0) return "a log range takes no step";
  if (real.step > real.high - real.low) return "the step is wider than the range";
  // Below this neighbours would not differ by enough digits.
  const double finest = 1e-13 * std::max(std::abs(real.low), std::abs(real.high));
  if (real.step > 0 && real.step < finest) return "the step is too small for these bounds";
  return {};
}
std::string complaint_one(const Integer& integer) {
  if (std::min(integer.low, integer.high) < -kLargest ||
      std::max(integer.low, integer.high) > kLargest) {
    return "bounds must be within -/+ 9007199254740992 (2^53)";
  }
  if (integer.low > integer.high) return "low is above high";
  if (integer.log && integer.low < 1) return "low of a log range must be at least 1";
  if (integer.step < 1) return "the step must be at least 1";
  if (integer.log && integer.step > 1) return "a log range takes no step";
  if (integer.step > 1 && integer.step > integer.high - integer.low) {
    return "the step is wider than the range";
  }
  return {};
}
std::string complaint_one(const Choice& choice) {
  if (choice.values.empty()) return "there is no value to choose from";
  for (auto value = choice.values.begin(); value != choice.values.end(); ++value) {
    const auto* real = std::get_if<double>(&*value);
    if (real != nullptr && std::isnan(*real)) return "nan is not a value";
    const auto same = [&](const Value& other) { return base::same(other, *value); };
    if (std::any_of(choice.values.begin(), value, same)) {
      return base::to_text(*value) + " stands there twice";
    }
  }
  return {};
}

}  // namespace

std::string complaint(const Domain& domain) {
  return std::visit([](const auto& kind) { return complaint_one(kind); }, domain);
}

void validate(const Domain& domain) {
  if (const std::string wrong = complaint(domain); !wrong.empty()) {
    throw base::InputError(to_text(domain) + ": " + wrong);
  }
}

}  // namespace tune::search
