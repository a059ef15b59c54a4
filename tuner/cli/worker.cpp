#include "tuner/cli/worker.hpp"

#include <iostream>

#include "search/base/error.hpp"
#include "tuner/cli/prepared.hpp"
#include "tuner/cli/setup.hpp"
#include "tuner/report/text.hpp"
#include "tuner/storage/schema.hpp"

namespace tune::tuner {
namespace {

/// The study as the store has it.
StudyEntry find(const StorageUrl& storage, const std::string& name) {
  Database database(storage, Database::Mode::existing);
  if (!has_our_tables(database)) {
    throw base::InputError(storage.text() + ": no study of tune is there");
  }
  const auto study = find_study(database, name);
  const auto entry = study ? read_study(database, *study) : std::nullopt;
  if (entry) return *entry;
  throw base::InputError(storage.text() + ": study '" + name + "' " +
                         (study ? "was not made by tune" : "is not there") +
                         base::suggestion(name, study_names(database)));
}

}  // namespace

int work(const CommandLine& line) {
  const StorageUrl storage(line.storage);
  const StudyEntry entry = find(storage, line.study);
  const Prepared study(Spec::from_portable(entry.space, "study " + line.study),
                       checkpoint_bytes(line));
  StudyEntry own = study.entry();
  own.name = line.study;
  StudyStore store(storage, own, study.spec.space(), study.store_options(false));
  const Share share = take_part(study, store, store, study.rules.trials, line);
  if (!line.quiet) {
    std::cout << counted(share.run, "trial") << " run here, " << counted(share.table, "trial")
              << " in the table" << std::endl;
  }
  return share.interrupted ? 130 : 0;
}

}  // namespace tune::tuner
