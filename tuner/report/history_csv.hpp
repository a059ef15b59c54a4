#pragma once

#include <ostream>

#include "tuner/report/summary.hpp"

namespace tune::tuner {

/// history.csv: what each epoch of each trial and fold logged. Columns trial (from 0), fold (from
/// 0), epoch (from 1; a trial that continues another one begins after that one's last), then the
/// names that any epoch logged, sorted (loss, val_loss, ...); empty where an epoch did not log one.
/// A failed trial has the folds before the failure. Without a reader the histories are in the
/// records.
void write_history_csv(std::ostream& out, const StudySummary& study,
                       const HistoryReader& read = {});

}  // namespace tune::tuner
