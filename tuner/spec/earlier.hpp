#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "search/space.hpp"

namespace tune::tuner {

struct StoredStudy;

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
  std::string metric;                 ///< that ranks; empty: the file does not say
  std::optional<bool> maximize = {};  ///< that one, as far as the file says
  std::vector<EarlierTrial> trials;

  /// The trials that are of this space, with values in its types.
  std::vector<EarlierTrial> of(const search::Space& space) const;
};

/// Does the text look like results.csv or results.json?
bool is_results(std::string_view text);
/// Reads such a text. Throws InputError that names the file and what is missing.
Earlier parse_results(std::string_view text, std::string file);
/// A study as it is seen by a later one. Values of Optuna's that it gave no name are of any metric.
Earlier earlier_of(const StoredStudy& study, std::string file);
/// Is it the folder of a run, or URL#NAME of a study in a store?
bool is_study(const std::string& place);
/// Reads one of these, results.csv or results.json.
Earlier read_results(const std::string& place);

}  // namespace tune::tuner
