#pragma once

#include <memory>
#include <string>

#include "tuner/cli/options.hpp"
#include "tuner/cli/rules.hpp"
#include "tuner/study/ledger.hpp"

namespace tune::tuner {

/// All that is needed to run trials of a study. Immutable, not to be moved.
struct Prepared {
  /// Loads the data. Fits that may go on are kept in at most so many bytes. Throws InputError.
  Prepared(Spec study, std::size_t checkpoint_bytes);
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;

  StudySummary summary() const { return summary_of(spec, *strategy, rules, estimator); }
  StudyEntry entry() const { return entry_of(spec, *strategy, rules, estimator); }
  StudyStore::Options store_options(bool alone) const;

  const Spec spec;
  search::Setting setting;
  const std::unique_ptr<const search::Strategy> strategy;
  const Estimator estimator;
  StudyRules rules;
};

/// What a process has done for a study.
struct Share {
  std::size_t run = 0;    ///< trials that it ran
  std::size_t table = 0;  ///< trials of the table, as far as it knows
  bool interrupted = false;
};

/// Runs so many trials of those of a ledger, most of them perhaps elsewhere, and shows how it goes.
Share take_part(const Prepared& study, Ledger& ledger, StudyStore& store, std::size_t trials,
                const CommandLine& line);

}  // namespace tune::tuner
