#include "model/initializer.hpp"

#include <Eigen/QR>
#include <algorithm>
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

using Values = std::span<const double>;

void fill_uniform(const Slice& weight, double low, double high, base::Rng rng) {
  fill_with(weight, [&] { return low + (high - low) * rng.uniform(); });
}

/// A normal distribution cut at two standard deviations.
void fill_truncated_normal(const Slice& weight, double mean, double deviation, base::Rng rng) {
  boost::random::normal_distribution<double> normal;
  fill_with(weight, [&] {
    double draw = normal(rng);
    while (std::abs(draw) > 2) draw = normal(rng);
    return mean + deviation * draw;
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
void scaled_uniform(const Slice& weight, const Shape& shape, Values, base::Rng rng) {
  const double limit = std::sqrt(3 * kVariance(shape));
  fill_uniform(weight, -limit, limit, rng);
}

/// Widened so that what remains of the cut distribution has the variance asked for; 0.8796... is
/// the standard deviation of a standard normal that is cut.
template <double (*kVariance)(const Shape&)>
void scaled_normal(const Slice& weight, const Shape& shape, Values, base::Rng rng) {
  fill_truncated_normal(weight, 0, std::sqrt(kVariance(shape)) / .87962566103423978, rng);
}

void zeros(const Slice& weight, const Shape&, Values, base::Rng) {
  fill_with(weight, [] { return 0; });
}
void ones(const Slice& weight, const Shape&, Values, base::Rng) {
  fill_with(weight, [] { return 1; });
}
void constant(const Slice& weight, const Shape&, Values values, base::Rng) {
  fill_with(weight, [&] { return values[0]; });
}

void random_normal(const Slice& weight, const Shape&, Values values, base::Rng rng) {
  boost::random::normal_distribution<double> normal(values[0], values[1]);
  fill_with(weight, [&] { return normal(rng); });
}

void random_uniform(const Slice& weight, const Shape&, Values values, base::Rng rng) {
  fill_uniform(weight, values[0], values[1], rng);
}

void truncated_normal(const Slice& weight, const Shape&, Values values, base::Rng rng) {
  fill_truncated_normal(weight, values[0], values[1], rng);
}

/// The Q of a random normal matrix, with the signs that make every orthogonal matrix equally likely
/// (Mezzadri 2007): those of R's diagonal. Its columns are orthonormal, or its rows if there are
/// fewer of them.
void orthogonal(const Slice& weight, const Shape&, Values values, base::Rng rng) {
  boost::random::normal_distribution<double> normal;
  const Index most = std::max(weight.rows, weight.cols), least = std::min(weight.rows, weight.cols);
  const Eigen::MatrixXd draws =
      Eigen::MatrixXd::NullaryExpr(most, least, [&] { return normal(rng); });
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(draws);
  Eigen::MatrixXd q = qr.householderQ() * Eigen::MatrixXd::Identity(most, least);
  q *= qr.matrixQR().diagonal().cwiseSign().asDiagonal();
  for (Index col = 0; col < weight.cols; ++col) {
    for (Index row = 0; row < weight.rows; ++row) {
      const double value = weight.rows == most ? q(row, col) : q(col, row);
      weight.data[col * weight.stride + row] = static_cast<float>(values[0] * value);
    }
  }
}

std::span<const Initializer::Kind> all() {
  const Setting mean{"mean", 0}, deviation{"stddev", 0.05, 0};
  static const Initializer::Kind kAll[] = {
      {"glorot_uniform", {}, scaled_uniform<glorot>},
      {"glorot_normal", {}, scaled_normal<glorot>},
      {"he_uniform", {}, scaled_uniform<he>},
      {"he_normal", {}, scaled_normal<he>},
      {"lecun_uniform", {}, scaled_uniform<lecun>},
      {"lecun_normal", {}, scaled_normal<lecun>},
      {"zeros", {}, zeros},
      {"ones", {}, ones},
      {"constant", {{"value", 0}}, constant},
      {"random_normal", {mean, deviation}, random_normal},
      {"random_uniform", {{"minval", -0.05}, {"maxval", 0.05}}, random_uniform},
      {"truncated_normal", {mean, deviation}, truncated_normal},
      {"orthogonal", {{"gain", 1}}, orthogonal, true},
  };
  return kAll;
}

}  // namespace

std::string Initializer::text() const {
  return term_text(name(), values_, settings());
}

void Initializer::check(const Shape& shape) const {
  if (!kind_->matrices_only || shape.size() > 1) return;
  throw base::InputError("the initializer '" + name() + "' needs a matrix, not the shape " +
                         to_text(shape));
}

void Initializer::fill(const Slice& weight, const Shape& shape, base::Rng rng) const {
  check(shape);
  kind_->fill(weight, shape, values_, rng);
}

Initializer initializer(std::string_view text) {
  const Term term = parse_term(text);
  const auto kinds = all();
  const auto found = std::ranges::find(kinds, term.name, &Initializer::Kind::name);
  if (found == kinds.end()) {
    throw base::InputError("unknown initializer '" + term.name + "'" +
                           base::suggestion(term.name, initializer_names()));
  }
  std::vector<double> values = values_of(term, found->settings);
  if (found->name == "random_uniform" && values[0] > values[1]) {
    throw base::InputError("'random_uniform': its minval is above its maxval");
  }
  return {*found, std::move(values)};
}

std::vector<std::string> initializer_names() {
  std::vector<std::string> names;
  for (const Initializer::Kind& known : all()) names.push_back(known.name);
  return names;
}

}  // namespace tune::model
