#pragma once

#include <cstddef>
#include <vector>

#include "search/base/rng.hpp"
#include "search/space.hpp"

namespace tune::search {

/// A configuration as a row of the space, and how good it was.
struct Observation {
  std::vector<double> row;
  double score;
};

/// How much of the variation of scores over the space is due to what.
struct Importance {
  std::vector<double> main;  ///< of each parameter of the space alone, shares of 1
  /// What is left: several parameters together, and what the trees cannot tell apart.
  double rest = 0;
};

/// Functional ANOVA over a random forest (Hutter, Hoos and Leyton-Brown, "An Efficient Approach for
/// Assessing Hyperparameter Importance", ICML 2014): 64 trees, each grown on as many draws with
/// replacement as there are observations (1024 at the most), their marginals exact; the mean of the
/// trees' shares, as Optuna's FanovaImportanceEvaluator has it. What is uniform is a draw of the
/// space: a reciprocal parameter on its log scale.
///
/// Where a parameter is not active each tree draws it anew, since any value means the same there:
/// it counts by its effect on the whole space, not on the part where it is active. All shares are 0
/// if the scores are all the same. A pure function.
Importance importance(const Space& space, const std::vector<Observation>& observations,
                      base::Rng rng);

}  // namespace tune::search
