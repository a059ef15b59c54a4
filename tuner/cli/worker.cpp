#include "tuner/cli/worker.hpp"

#include <iostream>

#include "tuner/cli/place.hpp"
#include "tuner/cli/prepared.hpp"
#include "tuner/cli/setup.hpp"
#include "tuner/report/text.hpp"
#include "tuner/storage/open_study.hpp"

namespace tune::tuner {

int work(const CommandLine& line) {
  const StorageUrl storage(line.storage);
  // It may have been queued for days, and its server be restarted just now.
  await_store(storage);
  const StudyEntry entry = own_entry(open_stored(storage, line.study));
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
