#pragma once

#include <memory>
#include <string>

#include "tuner/storage/studies.hpp"

namespace tune::tuner {

/// A study of a store, open for reading.
struct OpenStudy {
  std::unique_ptr<Database> database;
  long long id = 0;
  std::string name;
  bool ours = false;  ///< not made by Optuna
};

/// Throws InputError: there is no such store or study, or no name and several of them.
OpenStudy open_stored(const StorageUrl& storage, const std::string& name);

/// What the store says of it. Throws InputError if Optuna made it.
StudyEntry own_entry(const OpenStudy& study);

}  // namespace tune::tuner
