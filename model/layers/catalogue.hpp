#pragma once

#include "model/layers/layers.hpp"
#include "search/base/registry.hpp"

namespace tune::model {

using Layers = base::Registry<LayerPtr(const base::Reader&)>;

/// Every layer by Keras's class name ("Dense"), with the options of Keras's get_config that it
/// knows. A row is all that a new layer needs to be saved and loaded: `make` must understand what
/// Layer::config says.
const Layers& layers();

}  // namespace tune::model
