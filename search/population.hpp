#pragma once

#include <optional>
#include <tuple>
#include <vector>

#include "search/base/rng.hpp"
#include "search/standing.hpp"

namespace tune::search {

/// The trials that breed: the best of a prefix, at the most so many, each outcome taken in as it
/// becomes known (the steady-state scheme; of several objectives that of Durillo et al., EMO 2009).
/// They rank by their standing; of several objectives by front and crowding distance, as in
/// NSGA-II. One writer or many readers.
class Population {
 public:
  explicit Population(std::size_t capacity) : capacity_(capacity) {}

  /// Takes in what the prefix knows; it must show what was taken in before.
  void extend(const Prefix& prefix);
  /// Outcomes taken in.
  std::size_t known() const { return known_; }
  /// The trials, the best first. Those without a score are among them where there are no better
  /// ones.
  std::vector<std::size_t> trials() const;
  /// How many of them have a score.
  std::size_t scored() const;
  /// The best of so many draws.
  std::size_t champion(std::size_t contenders, base::Rng& rng) const;

 private:
  struct Member {
    Standing standing;
    std::vector<double> scores;  ///< all of a trial with several
    std::size_t front = 0;
    double crowding = 0;
  };

  using Place = std::tuple<Standing::Tier, int, std::size_t, double, double, std::size_t>;

  void rank();
  static Place place_of(const Member& member);

  std::size_t capacity_;
  std::size_t known_ = 0;
  std::vector<Member> members_;  ///< the best first
  bool several_ = false;         ///< have there been trials with several scores?
};

}  // namespace tune::search
