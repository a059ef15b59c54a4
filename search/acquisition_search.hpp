#pragma once

#include <functional>
#include <map>
#include <vector>

#include "search/acquisition.hpp"
#include "search/base/rng.hpp"
#include "search/embedding.hpp"
#include "search/trials.hpp"

namespace tune::search {

/// Where an acquisition is largest among what may be proposed: neither forbidden nor tried. Tried
/// is also what differs from a trial only in continuous parameters, by no more than 1e-3 of their
/// ranges where there are discrete ones too: the same point once more would teach less than other
/// values of these. A space of continuous parameters alone is searched to 1e-6.
///
/// Draws all over the space and around `elite`, the best trials; from the best draws that lie apart
/// a climb: L-BFGS over the active continuous parameters and steps of single discrete ones in turn,
/// until neither helps.
class AcquisitionSearch {
 public:
  /// The arguments must outlive it.
  AcquisitionSearch(const Embedding& embedding, const Acquisition& acquisition,
                    const Prefix& prefix);

  /// A row; nothing if all that was drawn is forbidden or tried.
  std::optional<std::vector<double>> best(const std::vector<std::size_t>& elite,
                                          base::Rng& rng) const;

 private:
  struct Candidate {
    std::vector<double> point, row;
    Eigen::RowVectorXd features;
    double value = 0;
  };
  /// The columns of the discrete parameters.
  using Discrete = std::vector<double>;

  Discrete discrete(std::span<const double> row) const;
  bool tried(const Candidate& candidate) const;
  std::optional<Candidate> candidate(std::vector<double> point) const;
  std::vector<Candidate> draws(const std::vector<std::size_t>& elite, base::Rng& rng) const;
  std::vector<double> near(std::size_t trial, double scale, base::Rng& rng) const;
  void evaluate(std::vector<Candidate>& candidates) const;
  void climb(Candidate& at) const;
  bool ascend(Candidate& at) const;
  bool hop(Candidate& at) const;

  const Space& space_;
  const Embedding& embedding_;
  const Acquisition& acquisition_;
  const Prefix& prefix_;
  double alike_;  ///< distance up to which points are the same
  std::map<Discrete, std::vector<Eigen::RowVectorXd>> tried_;  ///< features of the trials
};

}  // namespace tune::search
