#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "search/space.hpp"
#include "tuner/study/record.hpp"

namespace tune::tuner {

/// How far a study has come.
struct Progress {
  std::size_t trials_done = 0;     ///< failed ones included
  std::size_t trials_total = 0;    ///< 0: not known
  std::size_t folds_done = 0;      ///< since the program started
  std::size_t folds_total = 0;     ///< 0: not known
  std::uint64_t budget_done = 0;   ///< epochs that the trials were to add, a fold
  std::uint64_t budget_total = 0;  ///< of all trials; 0: trials are alike
  std::size_t failed = 0;
  std::optional<double> best_score;
  std::size_t best_trial = 0;
  std::uint64_t epochs = 0;  ///< trained since the program started
  double seconds = 0;        ///< since the program started
};

/// One line of at most `width` columns, without a line feed:
/// [=====>    ] 12/50 trials  1 failed  best 0.3312 (#7)  1,234 epochs/s  0:42 left
std::string progress_line(const Progress& progress, std::size_t width);

/// "n_hidden=2 learning_rate=0.0083", in the order of the space.
std::string parameter_list(const base::Configuration& configuration, const search::Space& space);

/// What is printed of a trial where there is no terminal, without a line feed:
/// trial 7  mse 0.3312 ± 0.0040  epochs 54  1.2s  n_hidden=2 learning_rate=0.0083
/// trial 8  mse 0.5101 ± 0.0210  epochs 52.5  0.8s  pruned in fold 1 after 5 epochs  n_hidden=1 ...
/// trial 9  bracket 0 at 3 epochs, from 7  mse 0.3312 ± 0.0040  epochs 2  ...
/// With several objectives their means stand one after the other.
std::string trial_line(const TrialRecord& record, Objectives objectives,
                       const search::Space& space);

}  // namespace tune::tuner
