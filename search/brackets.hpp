#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tune::search {

/// One step of a bracket: so many trials, each trained up to so many epochs in all.
struct Rung {
  std::size_t trials;
  int epochs;

  bool operator==(const Rung&) const = default;
};

/// Successive halving (Jamieson and Talwalkar, "Non-stochastic Best Arm Identification and
/// Hyperparameter Optimization", AISTATS 2016): the first rung is started, each next one continues
/// the best trials of the one before.
using Bracket = std::vector<Rung>;

/// Trials of a bracket, promotions included.
std::size_t trials_of(const Bracket& bracket);
/// Epochs that a bracket trains if promotions go on where they ended, and if they start anew.
std::uint64_t epochs_resuming(const Bracket& bracket);
std::uint64_t epochs_restarting(const Bracket& bracket);
/// "81 at 1 epoch, 27 at 3, 9 at 9"
std::string to_text(const Bracket& bracket);

/// How many trials a bracket of Hyperband starts; the paper has both.
enum class Sizing { algorithm, table };

struct BracketOptions {
  int epochs = 81;     ///< R, the full budget of a trial
  int eta = 3;         ///< of so many trials one is promoted, at least 2
  int min_epochs = 1;  ///< the least budget, at most R
  Sizing sizing = Sizing::algorithm;
};

/// One pass of Hyperband (Li et al., "Hyperband", JMLR 18, 2018): brackets s = s_max, ..., 0, where
/// s_max is the largest s with min_epochs eta^s <= R. Bracket s starts n trials, ceil((s_max + 1) /
/// (s + 1) eta^s) as in Algorithm 1 or floor((s_max + 1) / (s + 1)) eta^s as in Table 1; rung i
/// holds floor(n eta^-i) of them at R eta^(i-s) epochs, rounded, halves up. All in integers.
std::vector<Bracket> hyperband_pass(const BracketOptions& options);

/// The brackets of a study, one after the other: a pass of them, over and over.
class Schedule {
 public:
  /// One pass or, given a number of trials, as many whole brackets as have no more trials in all,
  /// promotions included. Of a finite space, no more are started than it has configurations: the
  /// last bracket may be cut. Throws InputError if there are fewer trials than in one bracket.
  Schedule(std::vector<Bracket> pass, std::optional<std::size_t> trials,
           std::optional<std::size_t> configurations);

  std::size_t brackets() const { return brackets_; }
  std::size_t brackets_a_pass() const { return pass_.size(); }
  /// Number b below brackets().
  Bracket bracket(std::size_t b) const;
  /// The bracket of a start, counted from 0 below starts().
  std::size_t bracket_of(std::size_t start) const;
  /// Configurations that are started.
  std::size_t starts() const { return starts_; }
  /// Are these all that a finite space has?
  bool exhausts() const { return exhausts_; }
  /// Trials, promotions included; fewer if some fail.
  std::size_t trials() const { return trials_; }
  /// Epochs that they train if none stops early, as epochs_resuming and epochs_restarting.
  std::uint64_t resuming() const { return resuming_; }
  std::uint64_t restarting() const { return restarting_; }

 private:
  void add(const Bracket& bracket, std::size_t times);

  std::vector<Bracket> pass_;
  std::vector<std::size_t> first_;  ///< start of each bracket in the pass, and of the next pass
  std::size_t brackets_ = 0, starts_ = 0, trials_ = 0;
  std::uint64_t resuming_ = 0, restarting_ = 0;
  bool exhausts_ = false;
};

}  // namespace tune::search
