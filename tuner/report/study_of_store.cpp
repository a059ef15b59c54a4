#include "tuner/report/study_of_store.hpp"

#include "tuner/spec/placed.hpp"
#include "tuner/storage/open_study.hpp"
#include "tuner/storage/optuna_trials.hpp"
#include "tuner/storage/recorded_trials.hpp"
#include "tuner/storage/studies.hpp"

namespace tune::tuner {
namespace {

/// Trials of ours: the table, and what has ended behind it.
void add_recorded(StoredStudy& study, std::vector<RecordedTrial> trials) {
  bool in_table = true;
  for (RecordedTrial& trial : trials) {
    in_table = in_table && trial.record.has_value();
    if (!trial.record) {
      ++study.running;
    } else if (in_table) {
      study.records.push_back(std::move(*trial.record));
    } else {
      ++study.ended_later;
    }
  }
  study.interrupted = study.running > 0;
  if (!study.shard) return;
  for (TrialRecord& record : study.records) {
    record.number = study.shard->number_of(record.number);
  }
}

StoredStudy read_ours(Database& database, long long id) {
  StoredStudy study = parse_head(read_study(database, id)->summary);
  add_recorded(study, read_recorded(database, id));
  OptunaTrials others = read_optuna_trials(database, id, study.objectives, true);
  study.others = std::move(others.records);
  study.other_space = search::Space(std::move(others.parameters), {});
  study.running += others.running;
  study.waiting = others.waiting;
  return study;
}

StoredStudy read_optuna(Database& database, long long id) {
  StoredStudy study;
  study.ours = false;
  study.metrics = read_objectives(database, id);
  study.objectives = study.metrics.size();
  study.splits = 1;
  OptunaTrials trials = read_optuna_trials(database, id, study.objectives, false);
  study.epochs = trials.epochs;
  study.space = search::Space(std::move(trials.parameters), {});
  study.records = std::move(trials.records);
  study.running = trials.running;
  study.waiting = trials.waiting;
  return study;
}

}  // namespace

StoredStudy study_of_store(const StorageUrl& storage, const std::string& name) {
  const OpenStudy open = open_stored(storage, name);
  StoredStudy study;
  at({.file = storage.text(), .line = 0, .key = {}}, [&] {
    open.database->read([&] {
      study = open.ours ? read_ours(*open.database, open.id) : read_optuna(*open.database, open.id);
    });
  });
  study.name = open.name;
  return study;
}

}  // namespace tune::tuner
