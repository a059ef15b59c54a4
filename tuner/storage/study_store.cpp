#include "tuner/storage/study_store.hpp"

#include <algorithm>
#include <stdexcept>

#include "search/base/error.hpp"
#include "tuner/storage/process_id.hpp"
#include "tuner/storage/record_text.hpp"

namespace tune::tuner {
namespace {

/// Rows that are fetched at once.
constexpr std::size_t kBatch = 1000;

/// Columns of tune_trials, as they are fetched.
struct Columns {
  std::vector<long long> trial, ordinal, known, worker, attempts;
  std::vector<std::string> proposal, record;
  std::vector<soci::indicator> has_worker, has_record;

  void resize(std::size_t rows) {
    for (auto* column : {&trial, &ordinal, &known, &worker, &attempts}) column->resize(rows);
    for (auto* column : {&proposal, &record}) column->resize(rows);
    for (auto* column : {&has_worker, &has_record}) column->resize(rows);
  }
};

/// Tells those who wait, once the transaction is there.
std::string notice_of(long long study) {
  return "NOTIFY tune, '" + std::to_string(study) + "'";
}

}  // namespace

StudyStore::StudyStore(const StorageUrl& url, const StudyEntry& study, const search::Space& space,
                       const Options& options)
    : database_(url, Database::Mode::create),
      space_(space),
      options_(options),
      objectives_(study.objectives),
      study_(open_study(database_, study)),
      lease_(url, study_, options.lease) {
  refresh(0);
}

const Planned* StudyStore::planned(std::size_t number) const {
  return number < entries_.size() ? &entries_[number].planned : nullptr;
}

std::optional<TrialRecord> StudyStore::take(std::size_t number) {
  Entry& entry = entries_.at(number);
  std::optional<TrialRecord> record = std::exchange(entry.record, std::nullopt);
  if (record) {
    if (options_.histories) read_history(*record);
    entry.planned.proposal = {};
  }
  return record;
}

void StudyStore::refresh(std::size_t from) {
  const std::lock_guard lock(mutex_);
  bool look = lease_.take_changed();
  if (lease_.take_second()) {
    for (auto& [id, worker] : workers_) {
      if (worker.gone || id == lease_.worker() || !has_ended(worker.process)) continue;
      worker.gone = look = true;
    }
  }
  if (look) load(from);
}

void StudyStore::load(std::size_t from) {
  database_.read([&] {
    soci::session& sql = database_.sql();
    workers_.clear();
    Worker worker;
    long long id = 0;
    soci::statement workers =
        (sql.prepare << "SELECT worker_id, process FROM tune_workers WHERE study_id = :study AND "
                        "lease_until >= "
                     << database_.now(),
         soci::use(study_), soci::into(id), soci::into(worker.process));
    workers.execute();
    while (workers.fetch()) {
      worker.gone = id != lease_.worker() && has_ended(worker.process);
      workers_[id] = worker;
    }
    Columns c;
    c.resize(kBatch);
    const auto first = static_cast<long long>(from);
    soci::statement rows =
        (sql.prepare << "SELECT trial_id, ordinal, known, worker_id, attempts, proposal, record "
                        "FROM tune_trials WHERE study_id = :study AND ordinal >= :first ORDER BY "
                        "ordinal",
         soci::use(study_), soci::use(first), soci::into(c.trial), soci::into(c.ordinal),
         soci::into(c.known), soci::into(c.worker, c.has_worker), soci::into(c.attempts),
         soci::into(c.proposal), soci::into(c.record, c.has_record));
    rows.execute();
    while (rows.fetch()) {
      for (std::size_t i = 0; i < c.trial.size(); ++i) {
        const auto ordinal = static_cast<std::size_t>(c.ordinal[i]);
        if (ordinal > entries_.size()) {
          throw std::runtime_error(database_.url().text() + ": trial " +
                                   std::to_string(entries_.size()) + " is missing");
        }
        if (ordinal == entries_.size()) {
          Entry& entry = entries_.emplace_back();
          entry.trial = c.trial[i];
          entry.planned = {proposal_of(c.proposal[i]), static_cast<std::size_t>(c.known[i])};
          entry.epochs = entry.planned.proposal.epochs;
        }
        Entry& entry = entries_[ordinal];
        if (entry.ended) continue;
        entry.claimed.worker =
            c.has_worker[i] == soci::i_ok ? std::optional(c.worker[i]) : std::nullopt;
        entry.claimed.attempts = static_cast<int>(c.attempts[i]);
        if (c.has_record[i] != soci::i_ok) continue;
        entry.record = read_record(ordinal, entry, c.record[i]);
        entry.ended = true;
      }
      c.resize(kBatch);
    }
  });
}

TrialRecord StudyStore::read_record(std::size_t number, const Entry& entry,
                                    const std::string& text) const {
  const search::Proposal& proposal = entry.planned.proposal;
  if (proposal.parent && *proposal.parent >= number) {
    throw std::runtime_error(database_.url().text() + ": trial " + std::to_string(number) +
                             " continues one that comes after it");
  }
  return record_of(text, number, proposal, proposal.parent ? entries_[*proposal.parent].epochs : 0);
}

bool StudyStore::is_gone(const Entry& entry) const {
  if (!entry.claimed.worker) return true;
  const auto worker = workers_.find(*entry.claimed.worker);
  return worker == workers_.end() || worker->second.gone;
}

Ledger::Claim StudyStore::claim(std::size_t number, const Planned& planned) {
  const std::lock_guard lock(mutex_);
  if (number == entries_.size() && insert(number, planned)) return Claim::mine;
  Entry& entry = entries_.at(number);
  if (entry.ended) return Claim::ended;
  if (!is_gone(entry)) return Claim::elsewhere;
  if (options_.attempts > 0 && entry.claimed.attempts >= options_.attempts) {
    fail(number);
  } else if (take_over(entry)) {
    return Claim::mine;
  }
  load(number);
  return entries_[number].ended ? Claim::ended : Claim::elsewhere;
}

/// A trial that nobody has asked for. False if somebody has, meanwhile.
bool StudyStore::insert(std::size_t number, const Planned& planned) {
  Entry entry{.planned = planned,
              .epochs = planned.proposal.epochs,
              .claimed = {.worker = lease_.worker()}};
  bool is_new = false;
  const auto try_to_insert = [&] {
    const auto trial = insert_trial(database_, study_, number, planned, space_, lease_.worker());
    if (trial) {
      entry.trial = *trial;
      is_new = true;
      return;
    }
    // Its own row is there from an attempt whose answer was lost.
    const auto ordinal = static_cast<long long>(number);
    long long worker = 0;
    soci::indicator has_worker = soci::i_null;
    database_.sql() << "SELECT trial_id, worker_id FROM tune_trials WHERE study_id = :study AND "
                       "ordinal = :ordinal",
        soci::use(study_), soci::use(ordinal), soci::into(entry.trial),
        soci::into(worker, has_worker);
    is_new = has_worker == soci::i_ok && worker == lease_.worker();
  };
  // A server that forgets a claim gives its trial_id out again, and the record to the wrong trial.
  database_.change(Database::Durable::if_far, try_to_insert, lock_of(study_));
  if (is_new) {
    entries_.push_back(std::move(entry));
  } else {
    load(number);
  }
  return is_new;
}

/// A trial whose process has gone, or gave it back. False if another one was faster.
bool StudyStore::take_over(Entry& entry) {
  bool mine = false;
  database_.change(Database::Durable::no, [&] {
    mine = take_trial(database_, entry.trial, entry.claimed, lease_.worker());
  });
  if (!mine) return false;
  entry.claimed.worker = lease_.worker();
  entry.begun = false;
  return true;
}

/// Records a trial as failed that has ended too many processes, if nobody has it meanwhile.
void StudyStore::fail(std::size_t number) {
  const Entry& entry = entries_[number];
  const search::Proposal& proposal = entry.planned.proposal;
  const TrialRecord record{.number = number,
                           .configuration = proposal.configuration,
                           .budget = proposal.epochs,
                           .parent = proposal.parent,
                           .from = proposal.parent ? entries_[*proposal.parent].epochs : 0,
                           .stage = proposal.stage,
                           .state = TrialRecord::State::failed,
                           .failure = std::string(kProcessEnded) +
                                      std::to_string(entry.claimed.attempts) +
                                      " times while it ran"};
  const Ended ended{entry.trial, &record, entry.claimed};
  database_.change(
      Database::Durable::yes,
      [&] {
        end_trials(database_, lease_.worker(), {&ended, 1}, objectives_);
      },
      {}, notice_of(study_));
}

void StudyStore::begin(std::size_t number) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_.at(number);
  const Claimed claimed{lease_.worker(), entry.claimed.attempts};
  // One that another process has taken over runs on here: it does no harm.
  begin_trial(database_, entry.trial, claimed);
  entry.begun = true;
}

std::vector<std::size_t> StudyStore::record(std::span<const TrialRecord> records) {
  const std::lock_guard lock(mutex_);
  std::vector<Ended> ended;
  for (const TrialRecord& record : records) {
    ended.push_back({entries_.at(record.number).trial, &record});
  }
  std::vector<std::size_t> others;
  database_.change(
      Database::Durable::yes,
      [&] { others = end_trials(database_, lease_.worker(), ended, objectives_); }, {},
      notice_of(study_));
  for (std::size_t& other : others) other = records[other].number;
  for (const TrialRecord& record : records) {
    if (std::ranges::find(others, record.number) != others.end()) continue;
    Entry& entry = entries_[record.number];
    entry.ended = true;
    entry.planned.proposal = {};
  }
  if (!others.empty()) load(*std::ranges::min_element(others));
  return others;
}

void StudyStore::release() {
  const std::lock_guard lock(mutex_);
  const std::atomic<bool> once = true;
  database_.give_up_with(&once);
  try {
    database_.change(
        Database::Durable::no,
        [&] {
          const long long worker = lease_.worker();
          for (const Entry& entry : entries_) {
            if (entry.begun && !entry.ended) give_back(entry);
          }
          database_.sql() << "UPDATE tune_trials SET worker_id = NULL WHERE study_id = :study AND "
                             "worker_id = :worker AND record IS NULL",
              soci::use(study_), soci::use(worker);
        },
        {}, notice_of(study_));
  } catch (const std::runtime_error&) {
    // The end of this process, or of its lease, sets them free.
  }
  database_.give_up_with(giving_up_);
}

/// A trial that was begun and has not ended by itself.
void StudyStore::give_back(const Entry& entry) {
  database_.execute(
      "UPDATE tune_trials SET worker_id = NULL, attempts = attempts - 1 WHERE "
      "trial_id = :trial AND worker_id = :worker AND record IS NULL",
      {entry.trial, lease_.worker()});
}

void StudyStore::give_up_with(const std::atomic<bool>* flag) {
  giving_up_ = flag;
  database_.give_up_with(flag);
}

void StudyStore::on_change(std::function<void()> wake) {
  lease_.on_change(std::move(wake));
}

std::size_t StudyStore::recorded() const {
  std::size_t count = 0;
  for (const Entry& entry : entries_) count += entry.ended ? 1 : 0;
  return count;
}

void StudyStore::read_history(TrialRecord& record) {
  const std::lock_guard lock(mutex_);
  const long long trial = entries_.at(record.number).trial;
  std::string text;
  database_.read([&] {
    database_.sql() << "SELECT history FROM tune_histories WHERE trial_id = :trial",
        soci::use(trial), soci::into(text);
    if (!database_.sql().got_data()) text.clear();
  });
  if (!text.empty()) restore_history(record, text);
}

}  // namespace tune::tuner
