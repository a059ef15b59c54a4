#pragma once

#include "model/model.hpp"

namespace tune::model {

/// What a builder makes: a compiled model, not yet initialised.
struct Recipe {
  Model model;
};

}  // namespace tune::model
