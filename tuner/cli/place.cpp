#include "tuner/cli/place.hpp"

#include "search/base/error.hpp"

namespace tune::tuner {

StudyPlace place_of(const CommandLine& line) {
  if (line.storage.empty()) {
    if (!line.study.empty()) throw base::InputError("--study: --storage URL is missing");
    if (line.results.empty()) {
      throw base::InputError("DIR is missing: the folder of a run, or --storage URL --study NAME");
    }
    return StudyPlace::parse(line.results);
  }
  if (!line.results.empty()) {
    throw base::InputError("--storage: the study is named twice, " + line.results +
                           " is one already");
  }
  return {.folder = {}, .storage = StorageUrl(line.storage), .name = line.study};
}

}  // namespace tune::tuner
