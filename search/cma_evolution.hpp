#pragma once

#include <deque>
#include <span>
#include <vector>

#include "search/base/rng.hpp"
#include "search/cma.hpp"
#include "search/standing.hpp"
#include "search/trials.hpp"

namespace tune::search {

struct CmaOptions {
  double sigma0 = 0.1667;  ///< first standard deviation, in units of the ranges
  Eigen::Index population = 0;
  bool restarts = true;  ///< once it has converged, with twice the population
  Configuration start;   ///< first mean, as far as given; the middle of other parameters
};

/// A distribution over a space that moves to where outcomes are good: CMA-ES with margin.
///
/// Numbers and ordinals have a coordinate each of a normal distribution over the unit cube. The
/// values of a choice have a probability each, moved by the same weights. A generation is
/// `population` trials by their numbers. A value: copies are independent; reading one object from
/// many threads is safe.
class CmaEvolution {
 public:
  /// The space must outlive it.
  CmaEvolution(const Space& space, CmaOptions options);

  /// One behind the trials of the present generation.
  std::size_t last() const { return first_ + static_cast<std::size_t>(cma_.population()); }
  /// The outcomes that it has moved by are those of the trials below.
  std::size_t used() const { return used_; }
  /// Generations that it has moved by, and how often it has begun anew.
  std::size_t generations() const { return generations_; }
  std::size_t restarts() const { return restarts_; }
  /// The update by the present generation, all of which the prefix knows. Trials were asked for
  /// with outcomes below their number + 1 - window.
  void advance(const Prefix& prefix, std::size_t window);

 private:
  friend class CmaDraws;

  struct Numeric {
    std::size_t parameter;
    bool discrete;
    double scale = 1;  ///< of its draws' standard deviation, raised by the margin
  };
  struct Categorical {
    std::size_t parameter;
    Eigen::VectorXd probabilities;
    double least;  ///< probability that every value keeps
  };
  struct Centre {
    std::size_t known;  ///< outcomes from which on trials were drawn around it
    Eigen::VectorXd mean;
  };

  void begin(Eigen::VectorXd mean, Eigen::Index population);
  void start_at(const Configuration& values);
  std::vector<Standing> ranked(const Prefix& prefix) const;
  Eigen::VectorXd recall(const Prefix& prefix, std::size_t trial) const;
  const Eigen::VectorXd& centre_of(std::size_t trial, std::size_t window) const;
  void shift(Categorical& choice, const Prefix& prefix, std::span<const Standing> places);
  void keep_margins();
  bool converged(double best);

  const Space* space_;
  CmaOptions options_;
  std::vector<Numeric> numeric_;
  std::vector<Categorical> categorical_;
  Cma cma_;
  std::size_t first_ = 0, used_ = 0, generations_ = 0, restarts_ = 0;
  std::deque<Centre> centres_;  ///< those that trials of this generation can be drawn around
  std::deque<double> best_;     ///< of the last generations
};

/// Independent draws of the standard normal.
Eigen::VectorXd standard_normals(Eigen::Index size, base::Rng& rng);

}  // namespace tune::search
