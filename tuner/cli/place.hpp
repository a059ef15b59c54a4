#pragma once

#include "tuner/cli/options.hpp"
#include "tuner/storage/study_place.hpp"

namespace tune::tuner {

/// The study that a verb is about: its argument DIR, which may be URL#NAME as well, or --storage
/// and --study. Throws InputError if there are both or neither.
StudyPlace place_of(const CommandLine& line);

/// Waits until its server takes connections, and says so once.
void await_store(const StorageUrl& storage);

}  // namespace tune::tuner
