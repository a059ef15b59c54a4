#include "tuner/study/study.hpp"

#include <cmath>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>

#include "search/base/error.hpp"
#include "tuner/study/ending.hpp"
#include "tuner/study/running.hpp"

namespace tune::tuner {
namespace {

/// Folds that wait for each thread, if the strategy lets them: among so many the executor finds
/// long ones to begin with.
constexpr std::size_t kAhead = 8;

/// Where the executor's threads leave the trials that have ended.
class Inbox {
 public:
  void put(std::unique_ptr<Running> trial) {
    const std::lock_guard lock(mutex_);
    trials_.push_back(std::move(trial));
    arrived_.notify_one();
  }

  std::unique_ptr<Running> take() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return !trials_.empty(); });
    std::unique_ptr<Running> trial = std::move(trials_.front());
    trials_.pop_front();
    return trial;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::unique_ptr<Running>> trials_;
};

}  // namespace

std::vector<MetricInfo> StudyRules::objectives() const {
  std::vector<MetricInfo> all = {metric};
  all.insert(all.end(), further.begin(), further.end());
  return all;
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
       const TrialListener& listener)
      : strategy_(strategy),
        rules_(rules),
        objective_(objective),
        executor_(executor),
        stop_(stop),
        listener_(listener),
        ending_(rules),
        windowed_(strategy.adaptive() ||
                  (rules.pruner != nullptr && strategy.schedule() == nullptr)),
        trials_(space) {
    for (const Given& given : rules.earlier) {
      trials_.finish(trials_.add(given.proposal), given.outcome);
    }
    trials_.begin_study();
  }

  StudyResult run() {
    try {
      while (ask_ahead(), running_ > 0) receive(inbox_.take());
    } catch (...) {
      // The tasks refer to this object.
      abandoned_.store(true);
      while (running_ > 0) {
        inbox_.take();
        --running_;
      }
      throw;
    }
    return finish();
  }

 private:
  bool stopping() const { return stop_.load(std::memory_order_relaxed) || ended(); }
  bool ended() const { return !ending_.reason().empty(); }

  /// Asks for trials until the executor is busy, or none can be asked for yet.
  void ask_ahead() {
    const std::size_t enough = kAhead * static_cast<std::size_t>(executor_.jobs());
    while (!done_ && !stopping() && asked() < rules_.trials &&
           running_ * objective_.folds() < enough + objective_.folds()) {
      const std::size_t n = asked();
      if (waiting_ || (windowed_ && known_ + rules_.window < n + 1)) {
        if (known_ >= committed_) return;
        ++known_;
        waiting_ = false;
        forget();
        continue;
      }
      const base::Rng rng = base::Rng(rules_.seed).split(base::stream::ask).split(n);
      search::Move move = strategy_.ask(prefix(), rng);
      if (std::holds_alternative<search::Done>(move)) {
        done_ = true;
      } else if (std::holds_alternative<search::Wait>(move)) {
        if (known_ == n) {
          throw std::logic_error("the strategy waits although every trial has ended");
        }
        waiting_ = true;
      } else {
        start(std::get<search::Proposal>(std::move(move)));
      }
    }
  }

  void start(search::Proposal proposal) {
    const std::size_t number = trials_.add(proposal) - trials_.earlier();
    const int from = proposal.parent ? trials_.epochs(*proposal.parent) : 0;
    if (proposal.parent) *proposal.parent = of_study(*proposal.parent);
    if (proposal.parent) std::erase(continuable_, *proposal.parent);
    if (may_continue(number)) continuable_.push_back(number);
    Trial trial{.number = number, .proposal = std::move(proposal), .from = from};
    if (rules_.pruner != nullptr) {
      trial.judge = rules_.pruner->judge(prefix(), {objective_.folds(), rules_.scored_share});
      if (trial.proposal.parent) trial.curves = curves(*trial.proposal.parent);
    }
    // The folds own the trial together; the one that ends last hands it over.
    auto* running = new Running(std::move(trial), objective_.folds(), rules_.metric);
    ++running_;
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
    FoldResult result = evaluate_caught(objective_, running->trial(), fold, cancelled);
    if (running->put(fold, std::move(result))) inbox_.put(std::unique_ptr<Running>(running));
  }

  void receive(std::unique_ptr<Running> ended) {
    --running_;
    const std::size_t number = ended->trial().number;
    if (const auto parent = ended->trial().proposal.parent) objective_.forget(*parent);
    std::optional<TrialRecord> record = std::move(*ended).record(rules_.epochs);
    if (!record) return;
    listener_(*record);
    const TrialRecord& kept = records_.emplace(number, std::move(*record)).first->second;
    trials_.finish(trials_.earlier() + number, outcome_of(kept), courses(kept));
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

  search::Prefix prefix() const { return {trials_, trials_.earlier() + known_, trials_.size()}; }

  /// Trials of the study, whose numbers begin behind those of earlier ones.
  std::size_t asked() const { return trials_.size() - trials_.earlier(); }

  std::size_t of_study(std::size_t trial) const {
    if (trial >= trials_.earlier()) return trial - trials_.earlier();
    throw std::logic_error("a trial continues one of an earlier study");
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
      if (ending_.ends_with(records_.at(committed_))) last_wanted_.store(committed_);
      ++committed_;
    }
  }

  StudyResult finish() {
    StudyResult result;
    result.ending = ending_.reason();
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
  Ending ending_;
  const bool windowed_;

  search::Trials trials_;
  std::map<std::size_t, TrialRecord> records_;
  std::vector<std::size_t> continuable_;  ///< trials that others may be asked to continue
  std::size_t known_ = 0;                 ///< outcomes that the next ask may see; never goes back
  std::size_t committed_ = 0;             ///< trials that have ended with all before them
  std::size_t running_ = 0;               ///< trials on the executor
  bool waiting_ = false;                  ///< for the outcome of trial known_
  bool done_ = false;
  std::atomic<bool> abandoned_ = false;
  std::atomic<std::size_t> last_wanted_ = std::numeric_limits<std::size_t>::max();
  Inbox inbox_;
};

}  // namespace

StudyResult run_study(const search::Space& space, const search::Strategy& strategy,
                      const StudyRules& rules, const Objective& objective, Executor& executor,
                      const std::atomic<bool>& stop, const TrialListener& listener) {
  return Loop(space, strategy, rules, objective, executor, stop, listener).run();
}

}  // namespace tune::tuner
