#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tuner/report/summary.hpp"

namespace tune::tuner {

/// A study as its results.json keeps it: trials without their histories, no refit.
struct StoredStudy {
  std::string name, strategy;
  std::vector<MetricInfo> metrics;
  std::size_t objectives = 1;  ///< how many of these rank
  std::uint64_t seed = 0;
  std::size_t splits = 0;
  int epochs = 0;
  bool interrupted = false;
  search::Space space;  ///< without its forbids
  std::vector<TrialRecord> records;

  /// What reports are made of; this must outlive it.
  StudySummary summary() const;
};

/// Reads the folder of a run. Throws InputError that names the file: it is not there, or is not
/// what a run writes.
StoredStudy load_study(const std::filesystem::path& folder);

}  // namespace tune::tuner
