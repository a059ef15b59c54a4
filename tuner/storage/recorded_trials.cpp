#include "tuner/storage/recorded_trials.hpp"

#include "search/base/error.hpp"
#include "tuner/storage/record_text.hpp"

namespace tune::tuner {
namespace {

/// Rows that are fetched at once.
constexpr std::size_t kBatch = 1000;

struct Columns {
  std::vector<long long> trial, ordinal, known;
  std::vector<std::string> proposal, record;
  std::vector<soci::indicator> has_record;

  void resize(std::size_t rows) {
    for (auto* column : {&trial, &ordinal, &known}) column->resize(rows);
    for (auto* column : {&proposal, &record}) column->resize(rows);
    has_record.resize(rows);
  }
};

void add(std::vector<RecordedTrial>& trials, const Columns& c, std::size_t row) {
  const std::size_t number = trials.size();
  if (c.ordinal[row] != static_cast<long long>(number)) {
    throw base::InputError("trial " + std::to_string(number) + " is missing");
  }
  RecordedTrial& added = trials.emplace_back();
  added.trial = c.trial[row];
  added.planned = {proposal_of(c.proposal[row]), static_cast<std::size_t>(c.known[row])};
  const auto& parent = added.planned.proposal.parent;
  if (parent && *parent >= number) {
    throw base::InputError("trial " + std::to_string(number) +
                           " continues one that comes after it");
  }
  if (c.has_record[row] != soci::i_ok) return;
  const int from = parent ? trials[*parent].planned.proposal.epochs : 0;
  added.record = record_of(c.record[row], number, added.planned.proposal, from);
}

}  // namespace

std::vector<RecordedTrial> read_recorded(Database& database, long long study) {
  std::vector<RecordedTrial> trials;
  Columns c;
  c.resize(kBatch);
  soci::statement rows =
      (database.sql().prepare << "SELECT trial_id, ordinal, known, proposal, record FROM "
                                 "tune_trials WHERE study_id = :study ORDER BY ordinal",
       soci::use(study), soci::into(c.trial), soci::into(c.ordinal), soci::into(c.known),
       soci::into(c.proposal), soci::into(c.record, c.has_record));
  rows.execute();
  while (rows.fetch()) {
    for (std::size_t i = 0; i < c.trial.size(); ++i) add(trials, c, i);
    c.resize(kBatch);
  }
  return trials;
}

std::vector<long long> trial_ids(Database& database, long long study) {
  std::vector<long long> ids;
  long long id = 0;
  soci::statement rows =
      (database.sql().prepare
           << "SELECT trial_id FROM tune_trials WHERE study_id = :study ORDER BY "
              "ordinal",
       soci::use(study), soci::into(id));
  rows.execute();
  while (rows.fetch()) ids.push_back(id);
  return ids;
}

std::string read_history(Database& database, long long trial) {
  std::string text;
  database.sql() << "SELECT history FROM tune_histories WHERE trial_id = :trial", soci::use(trial),
      soci::into(text);
  return database.sql().got_data() ? text : std::string();
}

}  // namespace tune::tuner
