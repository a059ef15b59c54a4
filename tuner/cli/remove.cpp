#include "tuner/cli/remove.hpp"

#include <optional>

#include "search/base/error.hpp"
#include "tuner/cli/place.hpp"
#include "tuner/storage/folder_lock.hpp"
#include "tuner/storage/open_study.hpp"
#include "tuner/storage/process_id.hpp"
#include "tuner/storage/studies.hpp"

namespace tune::tuner {
namespace {

namespace fs = std::filesystem;
using base::InputError;

/// A process whose lease holds, in words.
std::optional<std::string> worker_of(Database& database, const OpenStudy& study) {
  if (!study.ours) return std::nullopt;
  std::string process;
  std::optional<std::string> alive;
  database.read([&] {
    soci::statement rows =
        (database.sql().prepare << "SELECT process FROM tune_workers WHERE study_id = :study AND "
                                   "lease_until >= "
                                << database.now(),
         soci::use(study.id), soci::into(process));
    rows.execute();
    while (rows.fetch()) {
      if (!has_ended(process)) alive = describe_process(process);
    }
  });
  return alive;
}

void require_idle(const OpenStudy& study, bool force) {
  const auto worker = worker_of(*study.database, study);
  if (!worker || force) return;
  throw InputError(study.database->url().text() + ": " + *worker + " works on study '" +
                   study.name + "'; --force removes it all the same");
}

void remove_folder(const fs::path& folder, bool force) {
  const bool stored = fs::exists(folder / kStoreFile);
  if (!stored && !fs::exists(folder / "results.json") && !fs::exists(folder / kStoreNote)) {
    throw InputError(folder.string() + ": holds no run: neither " + kStoreFile +
                     " nor results.json is there");
  }
  if (stored && !force) {
    const StorageUrl storage = StorageUrl::of_file(folder / kStoreFile);
    Database database(storage, Database::Mode::reading);
    for (const std::string& name : study_names(database)) {
      require_idle(open_stored(storage, name), false);
    }
  }
  std::optional<FolderLock> lock;
  if (!force) lock.emplace(folder);
  const std::string store = kStoreFile;
  for (const std::string& file :
       {store, store + "-wal", store + "-shm", std::string("results.csv"),
        std::string("results.json"), std::string("history.csv"), std::string("best.ini"),
        std::string("model.h5"), std::string("model.weights.h5"), std::string("model.ini"),
        std::string("preprocessing.json"), std::string("lr_find.csv"), std::string("lr_find.svg"),
        std::string("pareto_front.svg"), std::string("submit.sh"), std::string("slurm.json"),
        std::string(kStoreNote), std::string(kLockFile)}) {
    fs::remove(folder / file);
  }
  for (const char* below : {"models", "slurm"}) fs::remove_all(folder / below);
  if (fs::is_empty(folder)) fs::remove(folder);
}

}  // namespace

void remove(const CommandLine& line) {
  const StudyPlace place = place_of(line);
  if (!place.folder.empty()) return remove_folder(place.folder, line.force);
  const OpenStudy study = open_stored(*place.storage, place.name);
  require_idle(study, line.force);
  Database database(*place.storage, Database::Mode::existing);
  remove_study(database, study.id);
}

}  // namespace tune::tuner
