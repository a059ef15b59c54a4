#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ranges>

#include "search/base/error.hpp"
#include "tuner/cli/prepared.hpp"
#include "tuner/cli/run.hpp"
#include "tuner/cli/setup.hpp"
#include "tuner/cli/shard.hpp"
#include "tuner/report/stored_study.hpp"
#include "tuner/report/text.hpp"
#include "tuner/spec/placed.hpp"
#include "tuner/storage/open_study.hpp"
#include "tuner/storage/record_text.hpp"
#include "tuner/storage/recorded_trials.hpp"
#include "tuner/study/shard.hpp"

namespace tune::tuner {
namespace {

namespace fs = std::filesystem;
using base::InputError;

/// Trials that are taken over in one transaction.
constexpr std::size_t kBatch = 1000;

struct ShardFile {
  fs::path file;
  OpenStudy study;
  StudyEntry entry;
  Shard shard;
  std::vector<RecordedTrial> trials;
};

/// The files that are named, and the shards of folders.
std::vector<fs::path> files_of(const std::vector<std::string>& places) {
  std::vector<fs::path> files;
  for (const fs::path place : places) {
    if (!fs::is_directory(place)) {
      files.push_back(place);
      continue;
    }
    const std::vector<fs::path> shards = shards_in(place);
    if (shards.empty()) throw InputError(place.string() + ": there are no shards in it");
    files.insert(files.end(), shards.begin(), shards.end());
  }
  return files;
}

ShardFile read_shard(const fs::path& file) {
  ShardFile part{.file = file,
                 .study = open_stored(StorageUrl::of_file(file), {}),
                 .entry = {},
                 .shard = {},
                 .trials = {}};
  Database& database = *part.study.database;
  database.read([&] {
    const auto entry = read_study(database, part.study.id);
    std::optional<Shard> shard;
    if (entry) at({file.string(), 0, {}}, [&] { shard = parse_head(entry->summary).shard; });
    if (!shard) throw InputError(file.string() + ": is no shard of a study");
    part.entry = *entry;
    part.shard = *shard;
    part.trials = read_recorded(database, part.study.id);
  });
  return part;
}

void require_one_study(const std::vector<ShardFile>& parts) {
  const ShardFile& first = parts.front();
  for (const ShardFile& part : parts) {
    std::vector<std::string> differing = changes(first.entry, part.entry);
    if (part.shard.count != first.shard.count) {
      differing.push_back("of " + std::to_string(first.shard.count) + " shards, now of " +
                          std::to_string(part.shard.count));
    }
    if (differing.empty()) continue;
    throw InputError(part.file.string() + ": is of another study than " + first.file.string() +
                     ": " + listed(differing));
  }
}

/// Puts the shards in their order; each has to be there once.
void require_all(std::vector<ShardFile>& parts) {
  std::ranges::sort(parts, {}, [](const ShardFile& part) { return part.shard.index; });
  std::string missing;
  std::size_t next = 0;
  for (std::size_t index = 0; index < parts.front().shard.count; ++index) {
    if (next == parts.size() || parts[next].shard.index != index) {
      missing += (missing.empty() ? "" : ", ") + Shard{index, parts.front().shard.count}.text();
      continue;
    }
    if (++next < parts.size() && parts[next].shard.index == index) {
      throw InputError("shard " + parts[next].shard.text() + " is there twice: " +
                       parts[next - 1].file.string() + " and " + parts[next].file.string());
    }
  }
  if (!missing.empty()) throw InputError("shards are missing: " + missing);
}

void require_ended(const std::vector<ShardFile>& parts, std::size_t trials) {
  for (const ShardFile& part : parts) {
    const std::size_t wanted = part.shard.size(trials);
    // One that was to have more trials may have ended some of those before it ended all of these.
    const auto ended = static_cast<std::size_t>(
        std::ranges::count_if(part.trials | std::views::take(wanted),
                              [](const RecordedTrial& trial) { return trial.record.has_value(); }));
    if (ended == wanted) continue;
    throw InputError(part.file.string() + ": has " + std::to_string(ended) + " of " +
                     counted(wanted, "trial") + "; run shard " + part.shard.text() +
                     " again to go on with it");
  }
}

/// That of the study as a whole.
StudyEntry single_entry(StudyEntry entry) {
  const StoredStudy head = parse_head(entry.summary);
  entry.objectives.assign(head.metrics.begin(),
                          head.metrics.begin() + static_cast<std::ptrdiff_t>(head.objectives));
  auto summary = nlohmann::ordered_json::parse(entry.summary);
  summary.erase("shard");
  entry.summary = summary.dump();
  return entry;
}

/// Takes the trials over into the store of the single run, those that it does not have yet.
void copy(std::vector<ShardFile>& parts, StudyStore& store, std::size_t trials) {
  std::vector<TrialRecord> batch;
  for (std::size_t n = 0; n < trials; ++n) {
    ShardFile& part = parts[n % parts.size()];
    RecordedTrial& trial = part.trials[part.shard.place_of(n)];
    if (store.claim(n, trial.planned) == Ledger::Claim::mine) {
      TrialRecord& record = batch.emplace_back(std::move(*trial.record));
      std::string history;
      part.study.database->read([&] { history = read_history(*part.study.database, trial.trial); });
      if (!history.empty()) restore_history(record, history);
      record.number = n;
    }
    if (batch.size() < kBatch && n + 1 < trials) continue;
    if (!batch.empty()) store.record(batch);
    batch.clear();
  }
}

}  // namespace

int merge(const CommandLine& line) {
  std::vector<ShardFile> parts;
  for (const fs::path& file : files_of(line.folders)) parts.push_back(read_shard(file));
  require_one_study(parts);
  require_all(parts);
  const StudyEntry entry = single_entry(parts.front().entry);
  Spec spec = Spec::from_portable(entry.space, parts.front().file.string());
  const search::Setting setting = setting_of(spec);
  const std::size_t trials = trials_of(spec, *make_strategy(spec, setting));
  require_ended(parts, trials);

  CommandLine single = line;
  if (single.out.empty()) single.out = parts.front().file.parent_path();
  if (single.out.empty()) single.out = ".";
  fs::create_directories(single.out);
  {
    StudyStore store(StorageUrl::of_file(single.out / kStoreFile), entry, spec.space(), {});
    copy(parts, store, trials);
  }
  return run(single, std::move(spec));
}

}  // namespace tune::tuner
