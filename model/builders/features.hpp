#pragma once

#include "model/builders/builder.hpp"
#include "model/samples.hpp"

namespace tune::model {

/// The features of the columns that an option lists: names of columns, numbers of columns from 0,
/// or ranges of them with both ends, "0-4, longitude"; a name wins over a number. A column that is
/// coded one-hot stands for all its features. Empty, as a selection of all is, where the option is
/// `all`. Throws InputError that names the option: columns that do not exist, or are listed twice.
Selection selected_features(const base::Reader& options, const char* key, const Problem& problem);

}  // namespace tune::model
