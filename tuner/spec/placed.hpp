#pragma once

#include "search/base/error.hpp"

namespace tune::tuner {

/// Runs `action`; an InputError gets the place in front.
template <class Action>
auto at(const base::Place& place, Action action) {
  try {
    return action();
  } catch (const base::InputError& error) {
    base::fail(place, error.what());
  }
}

}  // namespace tune::tuner
