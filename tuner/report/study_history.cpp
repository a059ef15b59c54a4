#include "tuner/report/study_history.hpp"

#include "search/base/error.hpp"
#include "tuner/storage/optuna_trials.hpp"
#include "tuner/storage/record_text.hpp"
#include "tuner/storage/recorded_trials.hpp"
#include "tuner/storage/studies.hpp"

namespace tune::tuner {
namespace {

StorageUrl store_of(const StudyPlace& place) {
  if (const auto store = place.store()) return *store;
  throw base::InputError(place.folder.string() +
                         ": has no store; what the run left is all that there is");
}

}  // namespace

StudyHistory::StudyHistory(const StudyPlace& place)
    : study_(open_stored(store_of(place), place.name)) {
  Database& database = *study_.database;
  database.read([&] {
    trials_.clear();
    steps_.clear();
    if (!study_.ours) {
      for (const Step& step : read_steps(database, study_.id)) {
        steps_[step.trial].push_back({{"step", step.step}, {"value", step.value}});
      }
      return;
    }
    const auto shard = parse_head(read_study(database, study_.id)->summary).shard;
    for (const long long trial : trial_ids(database, study_.id)) {
      const std::size_t number = trials_.size();
      trials_.emplace(shard ? shard->number_of(number) : number, trial);
    }
  });
}

void StudyHistory::read(TrialRecord& record) {
  if (!study_.ours) {
    const auto steps = steps_.find(record.number);
    if (steps != steps_.end() && !record.folds.empty()) record.folds[0].history = steps->second;
    return;
  }
  std::string text;
  study_.database->read([&] { text = read_history(*study_.database, trials_.at(record.number)); });
  if (!text.empty()) restore_history(record, text);
}

}  // namespace tune::tuner
