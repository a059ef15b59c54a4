#include "search/pruners/racing.hpp"

#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <map>

#include "search/base/text.hpp"
#include "search/kept.hpp"
#include "search/origin.hpp"
#include "search/pruners/makers.hpp"

namespace tune::search {
namespace {

constexpr double kRounding = 1e-6;  ///< differences that differ less are the same

/// The best one of so many trials.
struct Leader {
  double score;
  std::size_t trial;
  std::size_t among = 1;
};

/// The best trial for each number of epochs, among those that had all of theirs.
class Leaders {
 public:
  void read(const Prefix& prefix, std::size_t trial) {
    const auto score = full_score(prefix.outcome(trial), prefix.epochs(trial));
    if (!score || prefix.courses(trial).empty()) return;
    const auto [found, first] = leaders_.try_emplace(prefix.epochs(trial), Leader{*score, trial});
    if (first) return;
    Leader& leader = found->second;
    ++leader.among;
    if (*score < leader.score) leader = {*score, trial, leader.among};
  }

  std::optional<Leader> leader(int epochs) const {
    const auto found = leaders_.find(epochs);
    return found == leaders_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::map<int, Leader> leaders_;  ///< by epochs
};

/// It tests after the second split, after each one more, and after each round of repeats but the
/// last one: all tests together err as often as one of all of alpha would.
class RacingJudge final : public Judge {
 public:
  RacingJudge(std::span<const Course> leader, std::string name, std::size_t among,
              const Folds& folds, double alpha)
      : name_(std::move(name)),
        alpha_(alpha / static_cast<double>(folds.splits + folds.repeats - 3)),
        lead_(lead_of_best(among, folds.splits, folds.scored_share)),
        folds_(folds) {
    for (const Course& course : leader) leader_.push_back(course.score);
  }

  Verdict ends_after_folds(std::span<const double> scores) const override {
    const std::size_t splits = folds_.splits;
    if (scores.size() < 2 || (scores.size() > splits && scores.size() % splits != 0)) {
      return std::nullopt;
    }
    // Repeats of a split share all their rows: their mean is one observation.
    std::vector<double> differences(std::min(scores.size(), splits), 0.0);
    const double repeats = static_cast<double>(scores.size() / differences.size());
    for (std::size_t fold = 0; fold < scores.size(); ++fold) {
      differences[fold % splits] += (scores[fold] - leader_[fold]) / repeats;
    }
    const double chance = chance_of_worse(differences, folds_.scored_share, lead_);
    if (!(chance < alpha_)) return std::nullopt;
    double mean = 0;
    for (const double difference : differences) {
      mean += difference / static_cast<double>(differences.size());
    }
    return "racing: it is worse than " + name_ + ", the best one, by " + base::short_number(mean) +
           " on average over " + base::counted(differences.size(), "split") +
           "; p = " + base::short_number(chance) + " is below " + base::short_number(alpha_);
  }

 private:
  std::vector<double> leader_;  ///< its score on each fold
  const std::string name_;      ///< of the leader
  const double alpha_;          ///< of one test
  const double lead_;
  const Folds folds_;
};

class Racing final : public Pruner {
 public:
  explicit Racing(const base::Reader& options) : alpha_(options.real("pruner_alpha")) {}

  std::unique_ptr<const Judge> judge(const Prefix& prefix, const Folds& folds) const override {
    return kept_.with(prefix, [&](const Leaders& leaders) -> std::unique_ptr<const Judge> {
      const auto leader = leaders.leader(prefix.epochs(prefix.size() - 1));
      if (!leader) return nullptr;
      return std::make_unique<RacingJudge>(prefix.courses(leader->trial),
                                           trial_name(prefix, leader->trial), leader->among, folds,
                                           alpha_);
    });
  }

  bool watches_epochs() const override { return false; }

  void check(const Folds& folds) const override {
    if (folds.splits >= 3) return;
    throw base::InputError("'racing' compares after two folds or more, but a trial has only " +
                           std::to_string(folds.splits) + " in all" +
                           (folds.repeats > 1 ? "; their repeats do not count" : ""));
  }

 private:
  const double alpha_;
  Kept<Leaders> kept_;
};

}  // namespace

double chance_of_worse(std::span<const double> differences, double scored_share, double lead) {
  const auto n = static_cast<double>(differences.size());
  double mean = 0, squares = 0;
  for (const double difference : differences) mean += difference / n;
  for (const double difference : differences) {
    squares += (difference - mean) * (difference - mean);
  }
  if (std::sqrt(squares) <= kRounding * std::abs(mean)) {
    return mean > 0 ? std::pow(cdf(boost::math::normal(), lead), n) : 1;
  }
  const double width = std::sqrt(1 / n + scored_share);  // of the mean, in deviations of a fold
  const double t = mean / (width * std::sqrt(squares / (n - 1)));
  if (std::isnan(t)) return 1;  // a score is infinite
  if (lead == 0) return cdf(complement(boost::math::students_t(n - 1), t));
  return t > 0 ? cdf(complement(boost::math::non_central_t(n - 1, lead / width), t)) : 1;
}

double lead_of_best(std::size_t trials, std::size_t folds, double scored_share) {
  const auto m = static_cast<double>(trials);
  const double best = quantile(boost::math::normal(), (m - 0.375) / (m + 0.25));
  // The trials' own deviation is that of a difference over the root of 2.
  return best * std::sqrt((1 / static_cast<double>(folds) + scored_share) / 2);
}

std::vector<base::Key> racing_keys() {
  return {base::positive_key("pruner_alpha", 0.05, 0.5,
                             "error rate: share of the configurations as good as the best one that "
                             "may be ended")};
}

std::unique_ptr<const Pruner> make_racing(const base::Reader& options) {
  return std::make_unique<Racing>(options);
}

}  // namespace tune::search
