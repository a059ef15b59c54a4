#pragma once

#include <string_view>

#include "search/base/registry.hpp"
#include "search/base/rng.hpp"
#include "tuner/data/dataset.hpp"

namespace tune::tuner {

/// Made-up data by name; the options are those in the brackets of `moons(1000, noise=0.2)`. The
/// shapes and names of moons, circles and friedman1 are scikit-learn's, without its shuffling.
const base::Registry<Dataset(const base::Reader&, base::Rng)>& generators();

/// The data of `generator = NAME(N, key=value, ...)`; `task` may ask for multiclass in place of
/// binary. Throws InputError for what does not read as such a call.
Dataset generate_data(std::string_view call, std::string_view task, base::Rng rng);

}  // namespace tune::tuner
