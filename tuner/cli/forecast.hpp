#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tuner/study/estimator.hpp"

namespace tune::tuner {

/// How much a study has to train.
struct Workload {
  std::size_t trials = 0;
  std::uint64_t epochs = 0;          ///< of all trials, a fold
  int full_epochs = 1;               ///< of a trial, at the most
  std::size_t kept = 0;              ///< trials at a time that may be waiting to be continued
  std::size_t checkpoint_bytes = 0;  ///< that their fits may take
  int jobs = 1;
  int at_once = 1;    ///< fits, at the most as many as there are jobs
  double asking = 0;  ///< seconds of one core that the strategy takes to propose the trials
  bool refit = true;
};

/// A configuration that has been timed.
struct Timed {
  std::string what;  ///< smallest, middle, largest
  base::Configuration configuration;
  std::int64_t parameters = 0;  ///< weights of its network
  double epoch = 0;             ///< seconds of one core
};

/// About what a study takes if no fit stops early.
struct Forecast {
  std::vector<Timed> timed;    ///< three, or one if all configurations are alike
  std::size_t rows = 0;        ///< of an epoch of a fold
  double seconds = 0;          ///< with the winner's training on all rows
  double least = 0, most = 0;  ///< if all trials were as the smallest, as the largest
  struct Memory {
    std::size_t base;  ///< bytes of the program and its data
    std::size_t fit;   ///< of each fit while it runs
    std::size_t kept;  ///< of fits that may go on
  };
  std::optional<Memory> memory;  ///< nothing: the system does not say
};

/// Draws configurations, trains the smallest, middle and largest of them by their parameters for
/// an epoch of the first fold (for more where that is too short to be measured), and reckons with
/// all of the draws: an epoch takes some time for each step and some for each parameter and row.
/// Throws InputError if none can be trained.
Forecast forecast(const Spec& spec, const Estimator& estimator, const Workload& workload);

}  // namespace tune::tuner
