#pragma once

#include <optional>
#include <string_view>

namespace tune::tuner {

/// Seconds in `90`, `90s`, `1.5m`, `2h`, `1h30m`; nothing for `none`. Throws InputError.
std::optional<double> parse_duration(std::string_view text);

}  // namespace tune::tuner
