#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "model/tensor.hpp"
#include "search/base/value.hpp"

namespace tune::model {

/// What a callback remembers from one epoch to the next, as plain values.
struct CallbackState {
  base::Configuration values;
  std::map<std::string, Floats, std::less<>> arrays;

  // Throw InputError that names what is missing or of another kind.
  std::int64_t integer(std::string_view name) const;
  double real(std::string_view name) const;
  const Floats& array(std::string_view name) const;
  /// An epoch (-1: none) or a number of epochs.
  int epochs(std::string_view name) const;

  bool operator==(const CallbackState&) const = default;
};

}  // namespace tune::model
