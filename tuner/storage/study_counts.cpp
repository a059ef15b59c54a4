#include "tuner/storage/study_counts.hpp"

#include <string>

namespace tune::tuner {
namespace {

/// Rows of a study that a rest of a statement, after FROM, leaves.
std::size_t count(Database& database, long long study, const std::string& rest) {
  long long rows = 0;
  database.sql() << "SELECT count(*) FROM " << rest, soci::use(study), soci::into(rows);
  return static_cast<std::size_t>(rows);
}

}  // namespace

StudyCounts count_trials(Database& database, long long study) {
  const std::string of_ours =
      "trials JOIN tune_trials ON tune_trials.trial_id = trials.trial_id "
      "WHERE tune_trials.study_id = :study AND state = ";
  const std::string alive =
      "tune_workers WHERE study_id = :study AND lease_until > " + std::string(database.now());
  StudyCounts counts;
  database.read([&] {
    counts.complete = count(database, study, of_ours + "'COMPLETE'");
    counts.pruned = count(database, study, of_ours + "'PRUNED'");
    counts.failed = count(database, study, of_ours + "'FAIL'");
    const std::size_t begun = count(database, study, of_ours + "'RUNNING'");
    counts.workers = count(database, study, alive);
    counts.running = count(database, study,
                           "tune_trials WHERE record IS NULL AND worker_id IN "
                           "(SELECT worker_id FROM " +
                               alive + ")");
    counts.left = begun - counts.running;
    counts.others =
        count(database, study, "trials WHERE study_id = :study") - counts.ended() - begun;
  });
  return counts;
}

}  // namespace tune::tuner
