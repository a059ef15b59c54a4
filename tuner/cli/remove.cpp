#include "tuner/cli/remove.hpp"

#include <algorithm>
#include <optional>
#include <ranges>

#include "search/base/error.hpp"
#include "tuner/cli/place.hpp"
#include "tuner/cli/shard.hpp"
#include "tuner/storage/folder_lock.hpp"
#include "tuner/storage/open_study.hpp"
#include "tuner/storage/studies.hpp"

namespace tune::tuner {
namespace {

namespace fs = std::filesystem;
using base::InputError;

void require_idle_store(const StorageUrl& storage) {
  Database database(storage, Database::Mode::reading);
  database.read([&] {
    for (const std::string& name : study_names(database)) {
      require_idle(database, find_study(database, name).value());
    }
  });
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
      require_idle_store(StorageUrl::of_file(store));
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
  Database database(*place.storage, Database::Mode::existing);
  remove_study(database, study.id, line.force);
}

}  // namespace tune::tuner
