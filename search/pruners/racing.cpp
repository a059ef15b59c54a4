#include "search/pruners/racing.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <map>

#include "search/kept.hpp"
#include "search/pruners/makers.hpp"

namespace tune::search {
namespace {

constexpr double kRounding = 1e-6;  ///< differences that differ less are the same

/// The best trial for each number of epochs, among those that had all of theirs.
class Leaders {
 public:
  void read(const Prefix& prefix, std::size_t trial) {
    const auto score = full_score(prefix.outcome(trial), prefix.epochs(trial));
    if (!score || prefix.courses(trial).empty()) return;
    const auto [leader, first] = leaders_.try_emplace(prefix.epochs(trial), *score, trial);
    if (!first && *score < leader->second.first) leader->second = {*score, trial};
  }

  std::optional<std::size_t> leader(int epochs) const {
    const auto found = leaders_.find(epochs);
    return found == leaders_.end() ? std::nullopt : std::optional(found->second.second);
  }

 private:
  std::map<int, std::pair<double, std::size_t>> leaders_;  ///< epochs -> score and trial
};

class RacingJudge final : public Judge {
 public:
  RacingJudge(std::span<const Course> leader, double alpha, double scored_share)
      : alpha_(alpha), scored_share_(scored_share) {
    for (const Course& course : leader) leader_.push_back(course.score);
  }

  bool ends_after_folds(std::span<const double> scores) const override {
    if (scores.size() < 2) return false;
    std::vector<double> differences;
    for (std::size_t fold = 0; fold < scores.size(); ++fold) {
      differences.push_back(scores[fold] - leader_[fold]);
    }
    return chance_of_worse(differences, scored_share_) < alpha_;
  }

 private:
  std::vector<double> leader_;  ///< its score on each fold
  const double alpha_;          ///< of one test
  const double scored_share_;
};

class Racing final : public Pruner {
 public:
  explicit Racing(const base::Reader& options) : alpha_(options.real("pruner_alpha")) {}

  std::unique_ptr<const Judge> judge(const Prefix& prefix, const Folds& folds) const override {
    return kept_.with(prefix, [&](const Leaders& leaders) -> std::unique_ptr<const Judge> {
      const auto leader = leaders.leader(prefix.epochs(prefix.size() - 1));
      if (!leader) return nullptr;
      // Tests after 2, 3, ... folds, but not after all: together they err as often as one would.
      const auto tests = static_cast<double>(folds.count - 2);
      return std::make_unique<RacingJudge>(prefix.courses(*leader), alpha_ / tests,
                                           folds.scored_share);
    });
  }

  bool watches_epochs() const override { return false; }

  void check(const Folds& folds) const override {
    if (folds.count >= 3) return;
    throw base::InputError("'racing' compares after two folds or more, but a trial has only " +
                           std::to_string(folds.count) + " in all");
  }

 private:
  const double alpha_;
  Kept<Leaders> kept_;
};

}  // namespace

double chance_of_worse(std::span<const double> differences, double scored_share) {
  const auto n = static_cast<double>(differences.size());
  double mean = 0, squares = 0;
  for (const double difference : differences) mean += difference / n;
  for (const double difference : differences) {
    squares += (difference - mean) * (difference - mean);
  }
  if (std::sqrt(squares) <= kRounding * std::abs(mean)) return mean > 0 ? std::pow(0.5, n) : 1;
  const double error = std::sqrt((1 / n + scored_share) * squares / (n - 1));
  return cdf(complement(boost::math::students_t(n - 1), mean / error));
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
