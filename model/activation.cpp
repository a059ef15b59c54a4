#include "model/activation.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <span>

#include "model/kernels/elementwise.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

using Flat = Eigen::Map<Eigen::ArrayXf, Eigen::Aligned64>;

/// A block with its padding as one array: elementwise functions run over whole registers.
Flat flat(const Block& block, Index samples) {
  return {block.data, block.stride * samples};
}

void linear(const Block&, Index) {}
void linear_backward(const Block&, const Block&, Index) {}

void relu(const Block& values, Index samples) {
  flat(values, samples) = flat(values, samples).cwiseMax(0.0f);
}

void relu_backward(const Block& outputs, const Block& gradient, Index samples) {
  const Index size = outputs.stride * samples;
  const float* a = outputs.data;
  float* g = gradient.data;
  for (Index i = 0; i < size; ++i) g[i] = a[i] > 0 ? g[i] : 0.0f;
}

void sigmoid_backward(const Block& outputs, const Block& gradient, Index samples) {
  const auto a = flat(outputs, samples);
  flat(gradient, samples) *= a * (1.0f - a);
}

void tanh_backward(const Block& outputs, const Block& gradient, Index samples) {
  const auto a = flat(outputs, samples);
  flat(gradient, samples) *= 1.0f - a * a;
}

void softmax(const Block& values, Index samples) {
  for (Index s = 0; s < samples; ++s) {
    float* a = values.sample(s);
    float largest = a[0], sum = 0;
    for (Index i = 1; i < values.rows; ++i) {
      largest = a[i] > largest || std::isnan(a[i]) ? a[i] : largest;
    }
    // The exponentials of the padding too, so that the loop runs over whole registers.
    const Index rows = padded(values.rows);
    for (Index i = 0; i < rows; ++i) a[i] = kernel::exp(a[i] - largest);
    std::fill(a + values.rows, a + rows, 0.0f);
    for (Index i = 0; i < values.rows; ++i) sum += a[i];
    for (Index i = 0; i < rows; ++i) a[i] /= sum;
  }
}

void softmax_backward(const Block& outputs, const Block& gradient, Index samples) {
  for (Index s = 0; s < samples; ++s) {
    const Eigen::Map<const Eigen::ArrayXf, Eigen::Aligned32> a(outputs.sample(s), outputs.rows);
    Eigen::Map<Eigen::ArrayXf, Eigen::Aligned32> g(gradient.sample(s), outputs.rows);
    g = a * (g - (a * g).sum());
  }
}

void step_backward(const Block&, const Block& gradient, Index samples) {
  flat(gradient, samples).setZero();
}

/// The first float and the length of each run of a block that has no gaps: one as a whole where
/// columns follow each other at once. What lies between the padding and the next column is
/// nobody's; an exponential applied there over and over would run to infinity.
template <class Visit>
void visit_runs(const Block& block, Index samples, Visit visit) {
  const Index rows = padded(block.rows);
  if (rows == block.stride) return visit(Index{0}, rows * samples);
  for (Index s = 0; s < samples; ++s) visit(s * block.stride, rows);
}

template <float (*kFunction)(float)>
void apply(const Block& values, Index samples) {
  visit_runs(values, samples, [&](Index first, Index size) {
    float* x = values.data + first;
    for (Index i = 0; i < size; ++i) x[i] = kFunction(x[i]);
  });
}

template <float (*kDerivative)(float)>
void backward(const Block& values, const Block& gradient, Index samples) {
  visit_runs(values, samples, [&](Index first, Index size) {
    const float* x = values.data + first;
    float* g = gradient.data + first;
    for (Index i = 0; i < size; ++i) g[i] *= kDerivative(x[i]);
  });
}

using kernel::select;

constexpr float kLeak = 0.2f;  // keras.activations.leaky_relu's default; its layer has 0.3

float leaky_relu(float z) {
  return select(z >= 0, z, kLeak * z);
}
float leaky_relu_slope(float a) {
  return select(a >= 0, 1.0f, kLeak);
}

float elu(float z) {
  return select(z > 0, z, kernel::expm1_below_zero(z));
}
float elu_slope(float a) {
  return select(a > 0, 1.0f, a + 1.0f);
}

// Klambauer et al., "Self-normalizing neural networks" (2017).
constexpr float kSeluAlpha = 1.6732632423543772f, kSeluScale = 1.0507009873554805f;

float selu(float z) {
  return kSeluScale * select(z > 0, z, kSeluAlpha * kernel::expm1_below_zero(z));
}
float selu_slope(float a) {
  return select(a > 0, kSeluScale, a + kSeluScale * kSeluAlpha);
}

float gelu(float z) {
  const float tail = kernel::normal_tail(std::abs(z)).probability;
  return select(z > 0, z - z * tail, z * tail);
}
float gelu_slope(float z) {
  const auto [density, tail] = kernel::normal_tail(std::abs(z));
  return select(z > 0, 1.0f - tail, tail) + z * density;
}

float swish(float z) {
  return z / (1.0f + kernel::exp(-z));
}
float swish_slope(float z) {
  const float s = kernel::sigmoid(z);
  return s * (1.0f + z * (1.0f - s));
}

float softplus(float z) {
  return select(z > 0, z, 0.0f) + kernel::log1p_to_one(kernel::exp(-std::abs(z)));
}
/// The sigmoid of z, 1 - 1 / (1 + e^z).
float softplus_slope(float a) {
  return -kernel::expm1_below_zero(-a);
}

float softsign(float z) {
  return z / (1.0f + std::abs(z));
}
float softsign_slope(float a) {
  const float rest = 1.0f - std::abs(a);
  return rest * rest;
}

float exponential(float z) {
  return kernel::exp(z);
}
float exponential_slope(float a) {
  return a;
}

float hard_sigmoid(float z) {
  const float above = select(z < -3.0f, 0.0f, z + 3.0f);
  return select(above > 6.0f, 6.0f, above) * (1.0f / 6);
}
float hard_sigmoid_slope(float a) {
  return select(std::abs(a - 0.5f) < 0.5f, 1.0f / 6, 0.0f);
}

/// (1 - e^-2|z|) / (1 + e^-2|z|), with the sign of z.
float tanh(float z) {
  const float below = kernel::expm1_below_zero(-2.0f * std::abs(z));
  return std::copysign(below / (2.0f + below), z);
}

float heaviside(float z) {
  return select(z >= 0, 1.0f, 0.0f);
}
float sign(float z) {
  return select(z > 0, 1.0f, 0.0f) - select(z < 0, 1.0f, 0.0f);
}

std::span<const Activation> all() {
  static const Activation kAll[] = {
      {"linear", linear, linear_backward},
      {"relu", relu, relu_backward},
      {"leaky_relu", apply<leaky_relu>, backward<leaky_relu_slope>},
      {"elu", apply<elu>, backward<elu_slope>},
      {"selu", apply<selu>, backward<selu_slope>},
      {"gelu", apply<gelu>, backward<gelu_slope>, true},
      {"swish", apply<swish>, backward<swish_slope>, true},
      {"silu", apply<swish>, backward<swish_slope>, true},
      {"softplus", apply<softplus>, backward<softplus_slope>},
      {"softsign", apply<softsign>, backward<softsign_slope>},
      {"exponential", apply<exponential>, backward<exponential_slope>},
      {"hard_sigmoid", apply<hard_sigmoid>, backward<hard_sigmoid_slope>},
      {"sigmoid", apply<kernel::sigmoid>, sigmoid_backward},
      {"tanh", apply<tanh>, tanh_backward},
      {"softmax", softmax, softmax_backward},
      {"heaviside", apply<heaviside>, step_backward},
      {"sign", apply<sign>, step_backward},
  };
  return kAll;
}

}  // namespace

const Activation& activation(std::string_view name) {
  for (const Activation& known : all()) {
    if (known.name == name) return known;
  }
  throw base::InputError("unknown activation '" + std::string(name) + "'" +
                         base::suggestion(name, activation_names()));
}

std::vector<std::string> activation_names() {
  std::vector<std::string> names;
  for (const Activation& known : all()) names.push_back(known.name);
  return names;
}

}  // namespace tune::model
