#pragma once

#include <optional>
#include <span>
#include <vector>

#include "search/acquisition.hpp"
#include "search/embedding.hpp"
#include "search/strategy.hpp"

namespace tune::search {

/// Gaussian processes of the scores of trials and, if wanted, of the logarithms of their costs.
///
/// Kernels are fitted to the trials below a number; later ones are added to the processes one by
/// one, so that it comes to the same bits whichever prefixes it has met on the way. Of more than
/// 500 trials at the fit it keeps the best 250 and the last 250 of the others.
class Surrogate {
 public:
  /// Fits to the trials below `fitted`, at least two of which must have a finite score. The
  /// embedding must outlive it.
  Surrogate(const Embedding& embedding, const Prefix& prefix, std::size_t fitted,
            const CostOf& cost);

  /// The number that kernels are fitted at when that many outcomes are known: at all up to 50, then
  /// at every 2nd, from 100 on every 4th, and so on.
  static std::size_t fit_point(std::size_t known);

  /// Adds the trials of the prefix that it does not have yet.
  void extend(const Prefix& prefix);
  /// How promising it is to try a point. Pending trials count with the scores that are predicted
  /// for them (the kriging believer of Ginsbourger et al., "Kriging is well-suited to parallelize
  /// optimization", 2010). The surrogate must outlive it and have the trials of the prefix.
  Acquisition acquisition(const Prefix& prefix) const;
  /// The best known trials, the best first.
  std::vector<std::size_t> elite(const Prefix& prefix, std::size_t most) const;

 private:
  std::size_t known_trials(const Prefix& prefix) const;
  void add(const Prefix& prefix, std::size_t trial);
  Eigen::VectorXd log_costs(std::size_t trials) const;

  const Embedding& embedding_;
  CostOf cost_;
  std::vector<std::size_t> trials_;  ///< whose points the processes have, ascending
  Points points_;                    ///< of them
  std::vector<double> log_costs_;
  std::optional<GaussianProcess> scores_, costs_;
};

/// Scores of trials as numbers to learn from, or nothing if fewer than two of them have a finite
/// one. Failed trials count as the worst of the others, pruned ones as their median at the best.
std::optional<Eigen::VectorXd> learnable(const Prefix& prefix, std::span<const std::size_t> trials);

}  // namespace tune::search
