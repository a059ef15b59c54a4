#include "model/initializer.hpp"

#include <boost/random/normal_distribution.hpp>
#include <cmath>
#include <span>

#include "search/base/error.hpp"

namespace tune::model {
namespace {

struct Fans {
  double in, out;
};

/// keras.initializers.compute_fans for vectors and matrices.
Fans fans(const Shape& shape) {
  if (shape.empty()) return {1, 1};
  if (shape.size() == 1) return {double(shape[0]), double(shape[0])};
  return {double(shape[shape.size() - 2]), double(shape.back())};
}

template <class Draw>
void fill_with(const Slice& weight, Draw draw) {
  for (Index col = 0; col < weight.cols; ++col) {
    for (Index row = 0; row < weight.rows; ++row) {
      weight.data[col * weight.stride + row] = static_cast<float>(draw());
    }
  }
}

void fill_uniform(const Slice& weight, double variance, base::Rng rng) {
  const double limit = std::sqrt(3 * variance);
  fill_with(weight, [&] { return limit * (2 * rng.uniform() - 1); });
}

/// A normal distribution cut at two standard deviations, widened so that what remains has the
/// variance asked for (0.8796... is the standard deviation of the cut one).
void fill_truncated_normal(const Slice& weight, double variance, base::Rng rng) {
  const double deviation = std::sqrt(variance) / .87962566103423978;
  boost::random::normal_distribution<double> normal;
  fill_with(weight, [&] {
    double draw = normal(rng);
    while (std::abs(draw) > 2) draw = normal(rng);
    return deviation * draw;
  });
}

double glorot(const Shape& shape) {
  return 2 / (fans(shape).in + fans(shape).out);
}
double he(const Shape& shape) {
  return 2 / fans(shape).in;
}
double lecun(const Shape& shape) {
  return 1 / fans(shape).in;
}

template <double (*kVariance)(const Shape&)>
void uniform(const Slice& weight, const Shape& shape, base::Rng rng) {
  fill_uniform(weight, kVariance(shape), rng);
}

template <double (*kVariance)(const Shape&)>
void normal(const Slice& weight, const Shape& shape, base::Rng rng) {
  fill_truncated_normal(weight, kVariance(shape), rng);
}

void zeros(const Slice& weight, const Shape&, base::Rng) {
  fill_with(weight, [] { return 0; });
}
void ones(const Slice& weight, const Shape&, base::Rng) {
  fill_with(weight, [] { return 1; });
}

std::span<const Initializer> all() {
  static const Initializer kAll[] = {
      {"glorot_uniform", uniform<glorot>},
      {"glorot_normal", normal<glorot>},
      {"he_uniform", uniform<he>},
      {"he_normal", normal<he>},
      {"lecun_uniform", uniform<lecun>},
      {"lecun_normal", normal<lecun>},
      {"zeros", zeros},
      {"ones", ones},
  };
  return kAll;
}

}  // namespace

const Initializer& initializer(std::string_view name) {
  for (const Initializer& known : all()) {
    if (known.name == name) return known;
  }
  throw base::InputError("unknown initializer '" + std::string(name) + "'" +
                         base::suggestion(name, initializer_names()));
}

std::vector<std::string> initializer_names() {
  std::vector<std::string> names;
  for (const Initializer& known : all()) names.push_back(known.name);
  return names;
}

}  // namespace tune::model
