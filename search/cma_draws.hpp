#pragma once

#include <vector>

#include "search/base/rng.hpp"
#include "search/cma_evolution.hpp"
#include "search/trials.hpp"

namespace tune::search {

/// The draws for one trial, which is the prefix's next.
///
/// Within a generation every second trial mirrors the one before it at the mean, and the others are
/// orthogonal to each other (Wang, Emmerich and Baeck, "Mirrored orthogonal sampling for covariance
/// matrix adaptation evolution strategies", Evolutionary Computation 27, 2019): a few trials see
/// more of the landscape than independent ones.
class CmaDraws {
 public:
  CmaDraws(const CmaEvolution& evolution, const Prefix& prefix);

  /// A point of the unit cube, parameters that turn out inactive included; each call another one.
  std::vector<double> next(base::Rng& rng);

 private:
  Eigen::VectorXd draw(base::Rng& rng);
  /// Writes the coordinates of a y; false if it lies outside of the cube.
  bool place(const Eigen::VectorXd& y, std::vector<double>& point) const;

  const CmaEvolution& evolution_;
  Eigen::VectorXd mirrored_;                 ///< empty: there is none, or it has been given
  std::vector<Eigen::VectorXd> directions_;  ///< unit vectors, whitened
};

}  // namespace tune::search
