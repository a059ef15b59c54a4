#include "search/cut_normal.hpp"

#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <numbers>

namespace tune::search {
namespace {

double mass_below(double z) {
  return 0.5 * std::erfc(-z / std::numbers::sqrt2);
}

}  // namespace

double log_density_at_centre(double centre, double deviation) {
  const double mass = 1 - mass_below(-centre / deviation) - mass_below((centre - 1) / deviation);
  return -std::log(deviation * std::sqrt(2 * std::numbers::pi) * mass);
}

double draw_inside(double centre, double deviation, base::Rng& rng) {
  boost::random::normal_distribution<double> normal(centre, deviation);
  double place = normal(rng);
  while (!(place >= 0 && place < 1)) place = normal(rng);
  return place;
}

}  // namespace tune::search
