#include "tuner/cli/shard.hpp"

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "search/base/error.hpp"
#include "tuner/cli/prepared.hpp"
#include "tuner/cli/setup.hpp"
#include "tuner/report/text.hpp"
#include "tuner/study/shard.hpp"

namespace tune::tuner {
namespace {

using base::InputError;

Shard shard_of(const std::string& text) {
  try {
    return Shard::parse(text);
  } catch (const InputError& error) {
    base::fail({"--shard", 0, {}}, error.what());
  }
}

void require_shareable(const Spec& spec, const search::Strategy& strategy) {
  if (strategy.adaptive() || strategy.schedule() != nullptr) {
    base::fail(spec.place("study", "strategy"),
               "'" + spec.study().text("strategy") +
                   "' cannot be shared out: what it proposes depends on outcomes");
  }
  if (spec.pruner() != nullptr) {
    base::fail(spec.place("study", "pruner"), "cannot be shared out: it compares trials");
  }
}

std::filesystem::path file_of(const std::filesystem::path& folder, const Shard& shard) {
  return folder / ("shard-" + std::to_string(shard.index + 1) + "-of-" +
                   std::to_string(shard.count) + ".db");
}

}  // namespace

std::vector<std::filesystem::path> shards_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::is_directory(folder)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("shard-") && name.ends_with(".db")) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

int run_shard(const CommandLine& line) {
  const Shard shard = shard_of(line.shard);
  if (!line.storage.empty()) throw InputError("--shard: is for a file of its own, not --storage");
  if (line.fresh || line.keep_models > 0) {
    throw InputError(
        std::string("--shard: not together with ") +
        (line.fresh ? "--new; give another --out" : "--keep-models; give it to merge"));
  }
  Prepared study(Spec::read(line.space, line.overrides), checkpoint_bytes(line));
  require_shareable(study.spec, *study.strategy);
  // Where the table ends is seen when the shards are merged.
  study.rules.lift_endings();

  const std::string name = study.spec.study().text("name");
  const auto folder = line.out.empty() ? std::filesystem::path("runs") / name : line.out;
  std::filesystem::create_directories(folder);
  const auto file = file_of(folder, shard);
  StudyEntry entry = study.entry();
  auto summary = nlohmann::ordered_json::parse(entry.summary);
  summary["shard"] = {shard.index, shard.count};
  entry.summary = summary.dump();
  StudyStore store(StorageUrl::of_file(file), entry, study.spec.space(), study.store_options(true));
  ShardLedger ledger(store, shard);
  const std::size_t trials = shard.size(study.rules.trials);
  const Share share = take_part(study, ledger, store, trials, line);
  if (!line.quiet) {
    std::cout << "shard " << shard.text() << ": " << store.recorded() << " of "
              << counted(trials, "trial") << " in " << file.string() << std::endl;
  }
  return share.interrupted ? 130 : 0;
}

}  // namespace tune::tuner
