#include "tuner/cli/remove.hpp"

#include <algorithm>
#include <optional>
#include <ranges>

#include "search/base/error.hpp"
#include "tuner/cli/place.hpp"
#include "tuner/cli/shard.hpp"
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

void require_idle(const StorageUrl& storage) {
  Database database(storage, Database::Mode::reading);
  std::vector<std::string> names;
  database.read([&] { names = study_names(database); });
  for (const std::string& name : names) require_idle(open_stored(storage, name), false);
}

void remove_folder(const fs::path& folder, bool force) {
  std::vector<fs::path> stores = shards_in(folder);
  stores.push_back(folder / kStoreFile);
  const auto is_there = [](const fs::path& file) { return fs::exists(file); };
  if (std::ranges::none_of(stores, is_there) && !fs::exists(folder / "results.json") &&
      !fs::exists(folder / kStoreNote)) {
    throw InputError(folder.string() + ": holds no run: neither " + kStoreFile +
                     " nor results.json is there");
  }
  if (!force) {
    for (const fs::path& store : stores | std::views::filter(is_there)) {
      require_idle(StorageUrl::of_file(store));
    }
  }
  std::optional<FolderLock> lock;
  if (!force) lock.emplace(folder);
  for (const fs::path& store : stores) {
    for (const char* part : {"", "-wal", "-shm"}) fs::remove(store.string() + part);
  }
  for (const char* file :
       {"results.csv", "results.json", "history.csv", "best.ini", "model.h5", "model.weights.h5",
        "model.ini", "preprocessing.json", "lr_find.csv", "lr_find.svg", "pareto_front.svg",
        "submit.sh", "slurm.json", kStoreNote, kLockFile}) {
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
