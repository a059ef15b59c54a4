#include "search/cma_draws.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tune::search {

using Eigen::Index;
using Eigen::VectorXd;

CmaDraws::CmaDraws(const CmaEvolution& evolution, const Prefix& prefix) : evolution_(evolution) {
  const Cma& cma = evolution.cma_;
  const std::size_t here = prefix.size() - std::min(prefix.size(), evolution.first_);
  // As many orthogonal directions as there are dimensions, and then anew.
  const auto around = static_cast<std::size_t>(2 * cma.dimensions());
  const std::size_t from = prefix.size() - here % around;
  if (here % 2 == 1) mirrored_ = -evolution.recall(prefix, prefix.size() - 1);
  for (std::size_t trial = from; trial + 1 < prefix.size(); trial += 2) {
    VectorXd direction = cma.whiten(evolution.recall(prefix, trial));
    for (const VectorXd& other : directions_) direction -= direction.dot(other) * other;
    const double length = direction.norm();
    if (length > 1e-6) directions_.push_back(direction / length);
  }
}

VectorXd CmaDraws::draw(base::Rng& rng) {
  if (mirrored_.size() > 0) return std::exchange(mirrored_, VectorXd());
  VectorXd z = standard_normals(evolution_.cma_.dimensions(), rng);
  const double length = z.norm();
  for (const VectorXd& direction : directions_) z -= z.dot(direction) * direction;
  return evolution_.cma_.colour(z * (length / z.norm()));
}

bool CmaDraws::place(const VectorXd& y, std::vector<double>& point) const {
  const Cma& cma = evolution_.cma_;
  bool inside = true;
  for (std::size_t k = 0; k < evolution_.numeric_.size(); ++k) {
    const CmaEvolution::Numeric& number = evolution_.numeric_[k];
    const auto i = static_cast<Index>(k);
    const double unit = cma.mean()[i] + cma.sigma() * number.scale * y[i];
    point[number.parameter] = unit;
    inside &= number.discrete || (unit >= 0 && unit < 1);
  }
  return inside;
}

std::vector<double> CmaDraws::next(base::Rng& rng) {
  constexpr int kTries = 100;  ///< to meet the cube; after that decoding clamps to its edge
  std::vector<double> point(evolution_.space_->dimensions(), 0.5);
  for (int i = 0; i < kTries; ++i) {
    if (place(draw(rng), point)) break;
  }
  for (const CmaEvolution::Categorical& choice : evolution_.categorical_) {
    const VectorXd& p = choice.probabilities;
    double left = rng.uniform();
    Index value = 0;
    while (value + 1 < p.size() && left >= p[value]) left -= p[value++];
    point[choice.parameter] = (static_cast<double>(value) + 0.5) / static_cast<double>(p.size());
  }
  return point;
}

}  // namespace tune::search
