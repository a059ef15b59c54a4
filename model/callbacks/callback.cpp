#include "model/callbacks/callback.hpp"

#include "model/evaluation.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

[[noreturn]] void refuse(std::string_view name) {
  throw base::InputError("the saved state is that of another callback: '" + std::string(name) +
                         "' is missing");
}

}  // namespace

Logs BatchLogs::all() const {
  Logs logs;
  evaluation_.report(logs);
  return logs;
}

std::int64_t CallbackState::integer(std::string_view name) const {
  const auto found = values.find(name);
  if (found == values.end() || !std::holds_alternative<std::int64_t>(found->second)) refuse(name);
  return std::get<std::int64_t>(found->second);
}

double CallbackState::real(std::string_view name) const {
  const auto found = values.find(name);
  if (found == values.end() || !std::holds_alternative<double>(found->second)) refuse(name);
  return std::get<double>(found->second);
}

int CallbackState::epochs(std::string_view name) const {
  constexpr std::int64_t kMost = 1'000'000'000;
  const std::int64_t value = integer(name);
  if (value >= -1 && value <= kMost) return static_cast<int>(value);
  throw base::InputError("the saved state of a callback is damaged: '" + std::string(name) +
                         "' is " + std::to_string(value));
}

const Floats& CallbackState::array(std::string_view name) const {
  const auto found = arrays.find(name);
  if (found == arrays.end()) refuse(name);
  return found->second;
}

}  // namespace tune::model
