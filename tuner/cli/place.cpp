#include "tuner/cli/place.hpp"

#include <iostream>

#include "search/base/error.hpp"
#include "tuner/storage/database.hpp"

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

void await_store(const StorageUrl& storage) {
  await_server(storage, [&] {
    std::cerr << "tune: " << storage.text() << ": no answer; waits for it, "
              << Database::kPatience / 60 << " minutes at most" << std::endl;
  });
}

}  // namespace tune::tuner
