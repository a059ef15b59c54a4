#pragma once

#include <string>

#include "tuner/report/stored_study.hpp"

namespace tune::tuner {

/// Reads a study of a store, one of ours or one that Optuna made. Throws InputError.
StoredStudy study_of_store(const StorageUrl& storage, const std::string& name);

}  // namespace tune::tuner
