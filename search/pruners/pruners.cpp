#include "search/pruners/makers.hpp"

namespace tune::search {

const Pruners& pruners() {
  static const Pruners rows(
      "pruner",
      {
          {"median",
           "ends a trial whose best validation loss so far is above the median of the "
           "earlier trials at the same epoch",
           median_keys(), make_median},
          {"patient", "asks another pruner once the validation loss has not improved for a while",
           patient_keys(), make_patient},
          {"percentile", "median with another percentile", percentile_keys(), make_percentile},
          {"racing",
           "ends a trial whose folds so far are significantly worse than those of the "
           "best one",
           racing_keys(), make_racing},
          {"threshold", "ends a trial whose validation loss leaves a range", threshold_keys(),
           make_threshold},
      });
  return rows;
}

std::vector<std::string> wrappable_pruners() {
  return {"median", "percentile", "threshold"};
}

}  // namespace tune::search
