#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "search/space.hpp"

namespace tune::tuner {

/// A trial of an earlier study, as its table says.
struct EarlierTrial {
  base::Configuration configuration;
  std::string state;                                      ///< complete, pruned, failed
  int rank = 0;                                           ///< from 1
  std::optional<double> score;                            ///< as its metric defines it
  std::map<std::string, double, std::less<>> means = {};  ///< of other metrics, by their names
  std::optional<int> budget;  ///< epochs, where its trials differ in them
};

/// The table of an earlier study.
struct Earlier {
  std::string file;
  std::string metric;  ///< that ranks; empty: the file does not say
  std::vector<EarlierTrial> trials;

  /// The trials that are of this space, with values in its types.
  std::vector<EarlierTrial> of(const search::Space& space) const;
};

/// Does the text look like results.csv or results.json?
bool is_results(std::string_view text);
/// Reads such a text. Throws InputError that names the file and what is missing.
Earlier parse_results(std::string_view text, std::string file);
/// Reads results.csv, results.json, or the folder of a run.
Earlier read_results(const std::filesystem::path& place);

}  // namespace tune::tuner
