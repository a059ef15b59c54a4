#include "tuner/study/study.hpp"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "search/base/error.hpp"
#include "tuner/stopwatch.hpp"
#include "tuner/study/ending.hpp"
#include "tuner/study/running.hpp"

namespace tune::tuner {
namespace {

/// Folds that wait for each thread, if the strategy lets them: among so many the executor finds
/// long ones to begin with.
constexpr std::size_t kAhead = 8;

/// A trial that so many processes have not survived runs with nothing beside it, so that none but
/// the one that ends them is blamed in the end.
constexpr int kSuspect = 2;

/// Where the executor's threads leave the trials that have ended, and what ends the study.
class Inbox {
 public:
  using Ended = std::vector<std::unique_ptr<Running>>;

  void put(std::unique_ptr<Running> trial) {
    const std::lock_guard lock(mutex_);
    trials_.push_back(std::move(trial));
    arrived_.notify_one();
  }

  void fail(std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    error_ = std::move(error);
    woken_ = true;
    arrived_.notify_one();
  }

  void wake() {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    arrived_.notify_one();
  }

  /// Waits for trials, all of which it gives, or until it is woken.
  Ended take() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return woken_ || !trials_.empty(); });
    woken_ = false;
    return std::exchange(trials_, {});
  }

  void throw_failure() {
    const std::lock_guard lock(mutex_);
    if (error_ != nullptr) std::rethrow_exception(std::exchange(error_, nullptr));
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  Ended trials_;
  std::exception_ptr error_;
  bool woken_ = false;
};

bool same(const search::Proposal& a, const search::Proposal& b) {
  return a.configuration == b.configuration && a.epochs == b.epochs && a.parent == b.parent &&
         a.stage == b.stage;
}

}  // namespace

bool is_windowed(const search::Strategy& strategy, const StudyRules& rules) {
  return strategy.adaptive() || (rules.pruner != nullptr && strategy.schedule() == nullptr);
}

std::vector<MetricInfo> StudyRules::objectives() const {
  std::vector<MetricInfo> all = {metric};
  all.insert(all.end(), further.begin(), further.end());
  return all;
}

void StudyRules::lift_endings() {
  target.reset();
  epoch_limit.reset();
  stall_limit.reset();
  improvement_limit.reset();
}

FoldResult evaluate_caught(const Objective& objective, const Trial& trial, std::size_t fold,
                           const std::function<bool()>& cancelled) {
  FoldResult result;
  if (cancelled()) {
    result.cancelled = true;
    return result;
  }
  try {
    result = objective.evaluate(trial, fold, cancelled);
  } catch (const std::exception& error) {
    result.failure = error.what();
  }
  if (!result.failure.empty() || result.cancelled) return result;
  for (const double score : result.scores) {
    if (!std::isfinite(score)) result.failure = "a score is not finite";
  }
  return result;
}

namespace {

class Loop {
 public:
  Loop(const search::Space& space, const search::Strategy& strategy, const StudyRules& rules,
       const Objective& objective, Executor& executor, const std::atomic<bool>& stop,
       const TrialListener& listener, const Recording& recording)
      : strategy_(strategy),
        rules_(rules),
        objective_(objective),
        executor_(executor),
        stop_(stop),
        listener_(listener),
        recording_(recording),
        ledger_(recording.ledger),
        ending_(rules, space),
        windowed_(is_windowed(strategy, rules)),
        trials_(space) {
    for (const Given& given : rules.earlier) {
      trials_.finish(trials_.add(given.proposal), given.outcome);
    }
    trials_.begin_study();
  }

  StudyResult run() {
    try {
      if (ledger_ != nullptr) ledger_->on_change([this] { inbox_.wake(); });
      while (ask_ahead(), running_ > 0 || (!elsewhere_.empty() && !stopping())) {
        receive(inbox_.take());
        inbox_.throw_failure();
        look_around();
      }
      if (ledger_ != nullptr) ledger_->on_change({});
    } catch (...) {
      // The tasks and the ledger refer to this object.
      abandoned_.store(true);
      if (ledger_ != nullptr) ledger_->on_change({});
      if (held_ != nullptr) --running_;
      while (running_ > 0) running_ -= inbox_.take().size();
      if (ledger_ != nullptr) ledger_->release();
      throw;
    }
    if (ledger_ != nullptr) ledger_->release();
    return finish();
  }

 private:
  bool stopping() const { return stop_.load(std::memory_order_relaxed) || ended(); }
  bool ended() const { return !ending_.reason().empty(); }

  /// May one trial more be on the executor? Where others take part, what is claimed ahead keeps
  /// them waiting if their number is limited.
  bool has_room() const {
    if (apart_) return false;
    const std::size_t folds = objective_.folds();
    const auto jobs = static_cast<std::size_t>(executor_.jobs());
    const bool alone = ledger_ == nullptr || ledger_->alone();
    const std::size_t enough = alone ? kAhead * jobs + folds : windowed_ ? jobs : jobs + folds;
    return running_ * folds < enough;
  }

  /// Asks for trials until the executor is busy, or none can be asked for yet.
  void ask_ahead() {
    while (!done_ && !stopping() && asked() < rules_.trials && has_room()) {
      const std::size_t n = asked();
      if (ledger_ != nullptr && ledger_->planned(n) != nullptr) {
        if (!take_up(n, *ledger_->planned(n))) return;
        continue;
      }
      if (waiting_ || (windowed_ && known_ + rules_.window < n + 1)) {
        if (known_ >= committed_) return;
        see_one_more();
        continue;
      }
      search::Move move = ask(n);
      if (std::holds_alternative<search::Done>(move)) {
        done_ = true;
      } else if (std::holds_alternative<search::Wait>(move)) {
        if (known_ == n) {
          throw std::logic_error("the strategy waits although every trial has ended");
        }
        waiting_ = true;
      } else {
        begin(n, {of_study(std::get<search::Proposal>(std::move(move))), known_});
      }
    }
  }

  search::Move ask(std::size_t n) {
    const base::Rng rng = base::Rng(rules_.seed).split(base::stream::ask).split(n);
    const Stopwatch watch;
    search::Move move = strategy_.ask(prefix(), rng);
    asking_ += watch.seconds();
    return move;
  }

  void see_one_more() {
    ++known_;
    waiting_ = false;
    forget();
  }

  /// A trial that the strategy has asked for.
  void begin(std::size_t n, const Planned& planned) {
    const Ledger::Claim claim =
        ledger_ == nullptr ? Ledger::Claim::mine : ledger_->claim(n, planned);
    if (claim == Ledger::Claim::left_out) return add(planned);
    if (claim != Ledger::Claim::mine) return require_same(n, planned.proposal);
    add(planned);
    evaluate(n, planned);
  }

  /// A trial that was asked for before, or by another process. False if outcomes that it was asked
  /// for with are not known here yet.
  bool take_up(std::size_t n, Planned planned) {
    while (known_ < planned.known) {
      if (known_ >= committed_) {
        if (running_ > 0 || !elsewhere_.empty()) return false;
        throw base::InputError("trial " + std::to_string(n) +
                               " was asked for with outcomes that are not recorded");
      }
      see_one_more();
    }
    if (ledger_->planned(n + 1) == nullptr && !std::exchange(asked_again_, true)) {
      const search::Move move = ask(n);
      if (const auto* proposal = std::get_if<search::Proposal>(&move)) {
        require_same(n, of_study(*proposal));
      } else {
        fail_differs(n, "nothing");
      }
    }
    waiting_ = false;
    add(planned);
    if (auto record = ledger_->take(n)) {
      settle_elsewhere(std::move(*record));
    } else {
      elsewhere_.emplace(n, planned);
      try_to_claim(n);
    }
    return true;
  }

  void require_same(std::size_t n, const search::Proposal& proposal) const {
    if (same(ledger_->planned(n)->proposal, proposal)) return;
    fail_differs(n, base::to_text(proposal.configuration) + " for " +
                        std::to_string(proposal.epochs) + " epochs");
  }

  [[noreturn]] void fail_differs(std::size_t n, const std::string& now) const {
    const search::Proposal& recorded = ledger_->planned(n)->proposal;
    throw base::InputError("trial " + std::to_string(n) + " is recorded as " +
                           base::to_text(recorded.configuration) + " for " +
                           std::to_string(recorded.epochs) + " epochs, the strategy now asks for " +
                           now + ": with these settings it is another study");
  }

  void add(const Planned& planned) {
    search::Proposal proposal = planned.proposal;
    if (proposal.parent) {
      std::erase(continuable_, *proposal.parent);
      *proposal.parent += trials_.earlier();
    }
    const std::size_t number = trials_.add(proposal) - trials_.earlier();
    if (may_continue(number)) continuable_.push_back(number);
  }

  void evaluate(std::size_t number, const Planned& planned) {
    const auto parent = planned.proposal.parent;
    Trial trial{.number = number,
                .proposal = planned.proposal,
                .from = parent ? trials_.epochs(trials_.earlier() + *parent) : 0};
    if (rules_.pruner != nullptr) {
      trial.judge = rules_.pruner->judge(prefix(planned.known, number + 1), rules_.folds);
      if (parent) trial.curves = curves(*parent);
    }
    auto running = std::make_unique<Running>(std::move(trial), objective_.folds(), rules_.metric);
    ++running_;
    if (ledger_ != nullptr && ledger_->attempts(number) >= kSuspect) apart_ = number;
    if (apart_ && running_ > 1) {
      held_ = std::move(running);
    } else {
      submit(std::move(running));
    }
  }

  void submit(std::unique_ptr<Running> trial) {
    // The folds own the trial together; the one that ends last hands it over.
    Running* const running = trial.release();
    const double cost = objective_.cost(running->trial());
    for (std::size_t fold = 0; fold < running->folds(); ++fold) {
      executor_.submit(cost, [this, running, fold] { run_fold(running, fold); });
    }
  }

  void run_fold(Running* running, std::size_t fold) {
    const auto cancelled = [this, running, fold] {
      return stop_.load(std::memory_order_relaxed) || abandoned_.load(std::memory_order_relaxed) ||
             running->trial().number > last_wanted_.load(std::memory_order_relaxed) ||
             running->dropped(fold);
    };
    if (ledger_ != nullptr && !cancelled()) {
      running->begin([this, running] { begin_in_ledger(running->trial().number); });
    }
    FoldResult result = evaluate_caught(objective_, running->trial(), fold, cancelled);
    if (running->put(fold, std::move(result))) inbox_.put(std::unique_ptr<Running>(running));
  }

  /// On the executor's threads, one at a time: without the ledger nothing more begins.
  void begin_in_ledger(std::size_t number) {
    const std::lock_guard lock(beginning_);
    if (abandoned_.load()) return;
    try {
      ledger_->begin(number);
    } catch (...) {
      abandoned_.store(true);
      inbox_.fail(std::current_exception());
    }
  }

  void receive(Inbox::Ended ended) {
    running_ -= ended.size();
    std::vector<TrialRecord> records;
    for (std::unique_ptr<Running>& trial : ended) {
      if (apart_ == trial->trial().number) apart_.reset();
      std::optional<TrialRecord> record = std::move(*trial).record(rules_.epochs);
      if (record) records.push_back(std::move(*record));
    }
    std::vector<std::size_t> before;
    if (ledger_ != nullptr && !records.empty()) before = ledger_->record(records);
    for (TrialRecord& record : records) {
      // Another process came first, while this one was late: its outcome is the study's.
      if (std::ranges::find(before, record.number) != before.end()) {
        settle_elsewhere(ledger_->take(record.number).value());
        continue;
      }
      listener_(record);
      settle(std::move(record));
    }
    if (held_ != nullptr && running_ == 1) submit(std::move(held_));
  }

  /// Learns what has ended elsewhere, and takes over what nobody runs any more.
  void look_around() {
    if (elsewhere_.empty()) return;
    ledger_->refresh(elsewhere_.begin()->first);
    std::vector<std::size_t> numbers;
    for (const auto& [number, planned] : elsewhere_) numbers.push_back(number);
    for (const std::size_t number : numbers) {
      if (auto record = ledger_->take(number)) {
        elsewhere_.erase(number);
        settle_elsewhere(std::move(*record));
      } else {
        try_to_claim(number);
      }
    }
  }

  void try_to_claim(std::size_t number) {
    if (!has_room() || stopping()) return;
    const Planned planned = elsewhere_.at(number);
    switch (ledger_->claim(number, planned)) {
      case Ledger::Claim::elsewhere:
        return;
      case Ledger::Claim::ended:
        elsewhere_.erase(number);
        return settle_elsewhere(ledger_->take(number).value());
      case Ledger::Claim::left_out:
        elsewhere_.erase(number);
        return;
      case Ledger::Claim::mine:
        elsewhere_.erase(number);
        return evaluate(number, planned);
    }
  }

  void settle_elsewhere(TrialRecord record) {
    if (recording_.elsewhere) recording_.elsewhere(record);
    settle(std::move(record));
  }

  /// Takes the outcome of a trial into the history.
  void settle(TrialRecord record) {
    const std::size_t number = record.number;
    if (record.parent) objective_.forget(*record.parent);
    TrialRecord& kept = records_.emplace(number, std::move(record)).first->second;
    trials_.finish(trials_.earlier() + number, outcome_of(kept), courses(kept));
    if (ledger_ != nullptr && rules_.pruner == nullptr) {
      for (FoldResult& fold : kept.folds) fold.history = {};
    }
    commit();
  }

  /// The monitored figure of each fold of a trial, from the first epoch of all.
  std::vector<std::vector<float>> curves(std::size_t trial) const {
    const TrialRecord& record = records_.at(trial);
    std::vector<std::vector<float>> all(record.folds.size());
    if (record.parent) all = curves(*record.parent);
    for (std::size_t fold = 0; fold < record.folds.size(); ++fold) {
      const std::vector<float> own = record.folds[fold].monitored();
      all[fold].insert(all[fold].end(), own.begin(), own.end());
    }
    return all;
  }

  /// What a pruner may see of a trial.
  std::vector<search::Course> courses(const TrialRecord& record) const {
    if (rules_.pruner == nullptr || record.state == TrialRecord::State::failed) return {};
    std::vector<std::vector<float>> curves = this->curves(record.number);
    std::vector<search::Course> courses;
    for (std::size_t fold = 0; fold < record.folds.size(); ++fold) {
      courses.push_back(
          {minimised(record.folds[fold].scores.at(0), rules_.metric), std::move(curves[fold])});
    }
    return courses;
  }

  search::Outcome outcome_of(const TrialRecord& record) const {
    const double score = minimised(record.mean(0), rules_.metric);
    switch (record.state) {
      case TrialRecord::State::complete: {
        search::Scored scored{score};
        for (std::size_t i = 0; i < rules_.further.size(); ++i) {
          scored.further.push_back(minimised(record.mean(i + 1), rules_.further[i]));
        }
        return scored;
      }
      case TrialRecord::State::pruned:
        return search::Pruned{score, record.budget};
      case TrialRecord::State::failed:
        break;
    }
    return search::Failed{record.failure};
  }

  /// What trials of the study with so many known outcomes and so many proposals look like.
  search::Prefix prefix(std::size_t known, std::size_t size) const {
    return {trials_, trials_.earlier() + known, trials_.earlier() + size};
  }
  search::Prefix prefix() const { return prefix(known_, asked()); }

  /// Trials of the study, whose numbers begin behind those of earlier ones.
  std::size_t asked() const { return trials_.size() - trials_.earlier(); }

  search::Proposal of_study(search::Proposal proposal) const {
    if (!proposal.parent) return proposal;
    if (*proposal.parent < trials_.earlier()) {
      throw std::logic_error("a trial continues one of an earlier study");
    }
    *proposal.parent -= trials_.earlier();
    return proposal;
  }

  bool may_continue(std::size_t number) const {
    return strategy_.may_continue(prefix(), trials_.earlier() + number);
  }

  /// Lets go of what no trial can continue, now that one outcome more is known.
  void forget() {
    std::erase_if(continuable_, [&](std::size_t trial) {
      if (may_continue(trial)) return false;
      objective_.forget(trial);
      return true;
    });
  }

  /// Counts the trials that have ended with all before them, until one of them ends the table.
  void commit() {
    while (!ended() && records_.contains(committed_)) {
      const auto next = records_.find(committed_);
      if (ending_.ends_with(next->second)) last_wanted_.store(committed_);
      if (recording_.table) {
        recording_.table(next->second);
        records_.erase(next);
      }
      ++committed_;
    }
  }

  StudyResult finish() {
    StudyResult result;
    result.ending = ending_.reason();
    result.asking = asking_;
    result.interrupted = stop_.load() && !ended() &&
                         (committed_ < asked() || (!done_ && committed_ < rules_.trials));
    for (auto& [number, record] : records_) {
      if (number < committed_) result.records.push_back(std::move(record));
    }
    return result;
  }

  const search::Strategy& strategy_;
  const StudyRules& rules_;
  const Objective& objective_;
  Executor& executor_;
  const std::atomic<bool>& stop_;
  const TrialListener& listener_;
  const Recording& recording_;
  Ledger* const ledger_;
  Ending ending_;
  const bool windowed_;

  search::Trials trials_;
  std::map<std::size_t, TrialRecord> records_;
  std::map<std::size_t, Planned>
      elsewhere_;                          ///< asked for, and not known to have ended or run here
  std::vector<std::size_t> continuable_;   ///< trials that others may be asked to continue
  std::size_t known_ = 0;                  ///< outcomes that the next ask may see; never goes back
  std::size_t committed_ = 0;              ///< trials that have ended with all before them
  std::size_t running_ = 0;                ///< trials on the executor, and the one that is held
  std::optional<std::size_t> apart_ = {};  ///< a trial that runs with nothing beside it
  std::unique_ptr<Running> held_;          ///< that one, until nothing else runs
  double asking_ = 0;                      ///< seconds
  bool waiting_ = false;                   ///< for the outcome of trial known_
  bool done_ = false;
  bool asked_again_ = false;  ///< the last recorded trial, to see that it is the same study
  std::mutex beginning_;
  std::atomic<bool> abandoned_ = false;
  std::atomic<std::size_t> last_wanted_ = std::numeric_limits<std::size_t>::max();
  Inbox inbox_;
};

}  // namespace

StudyResult run_study(const search::Space& space, const search::Strategy& strategy,
                      const StudyRules& rules, const Objective& objective, Executor& executor,
                      const std::atomic<bool>& stop, const TrialListener& listener,
                      const Recording& recording) {
  return Loop(space, strategy, rules, objective, executor, stop, listener, recording).run();
}

}  // namespace tune::tuner
