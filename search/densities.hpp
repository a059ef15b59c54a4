#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "search/parzen.hpp"
#include "search/standing.hpp"

namespace tune::search {

struct DensityOptions {
  double gamma = 0.1;
  double prior_weight = 1;
  bool constant_liar = true;
};

/// The densities of the good and of the other trials of a prefix (Bergstra et al., "Algorithms for
/// Hyper-Parameter Optimization", NIPS 2011). Good are the best of the known trials: a share of
/// gamma, at most 25. The others are all the rest, failed ones included and, with the constant
/// liar, those whose outcome is not known; from 10000 on only the newest 10000. Of these the newest
/// 25 have weight 1 and older ones less, down to 1 / n (linear forgetting: Bergstra et al., "Making
/// a Science of Model Search", ICML 2013): where it has settled, what it keeps proposing soon looks
/// worse than what it has not tried for long, such as another branch of the space.
///
/// The narrowest kernels are a 2 + 0.3 n-th of the range wide, n trials, but not below a hundredth:
/// in the good density, too, where n counts all known trials. (With n its own kernels, as usual, it
/// stays so wide that the search does not settle.)
///
/// It follows a growing prefix at the cost of what is new, and is the same as one that has read it
/// at once. Not thread-safe.
class Densities {
 public:
  /// What is pointed to must outlive it. `parameters` are those of the axes.
  Densities(std::span<const std::size_t> parameters, std::span<const Axis> axes,
            const DensityOptions& options);

  /// Does the prefix show what has been read, and perhaps more?
  bool precedes(const Prefix& prefix) const;
  /// Reads what the prefix shows beyond that.
  void read(const Prefix& prefix);

  /// Are there good trials?
  bool usable() const { return !good_trials_.empty(); }
  const Parzen& good() const { return good_; }
  const Parzen& bad() const { return bad_; }

 private:
  std::vector<double> places(const Prefix& prefix, std::size_t trial) const;
  void split(const Prefix& prefix);

  std::span<const std::size_t> parameters_;
  std::span<const Axis> axes_;
  DensityOptions options_;
  std::optional<std::uint64_t> identity_;
  std::size_t known_ = 0, size_ = 0;      ///< of the prefix that has been read
  std::size_t end_ = 0;                   ///< trials that have been put into a density
  std::vector<Standing> best_;            ///< the first 25
  std::vector<std::size_t> good_trials_;  ///< ascending
  Parzen good_, bad_;                     ///< slots: position in good_trials_, and trial % 10000
};

}  // namespace tune::search
