#include "model/activation.hpp"

#include <Eigen/Core>
#include <span>

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

void sigmoid(const Block& values, Index samples) {
  flat(values, samples) = flat(values, samples).logistic();
}

void sigmoid_backward(const Block& outputs, const Block& gradient, Index samples) {
  const auto a = flat(outputs, samples);
  flat(gradient, samples) *= a * (1.0f - a);
}

void tanh(const Block& values, Index samples) {
  flat(values, samples) = flat(values, samples).tanh();
}

void tanh_backward(const Block& outputs, const Block& gradient, Index samples) {
  const auto a = flat(outputs, samples);
  flat(gradient, samples) *= 1.0f - a * a;
}

void softmax(const Block& values, Index samples) {
  for (Index s = 0; s < samples; ++s) {
    Eigen::Map<Eigen::ArrayXf, Eigen::Aligned32> a(values.sample(s), values.rows);
    a = (a - a.maxCoeff()).exp();
    a /= a.sum();
  }
}

void softmax_backward(const Block& outputs, const Block& gradient, Index samples) {
  for (Index s = 0; s < samples; ++s) {
    const Eigen::Map<const Eigen::ArrayXf, Eigen::Aligned32> a(outputs.sample(s), outputs.rows);
    Eigen::Map<Eigen::ArrayXf, Eigen::Aligned32> g(gradient.sample(s), outputs.rows);
    g = a * (g - (a * g).sum());
  }
}

void heaviside(const Block& values, Index samples) {
  flat(values, samples) = (flat(values, samples) >= 0.0f).cast<float>();
}

void sign(const Block& values, Index samples) {
  flat(values, samples) = flat(values, samples).sign();
}

void step_backward(const Block&, const Block& gradient, Index samples) {
  flat(gradient, samples).setZero();
}

std::span<const Activation> all() {
  static const Activation kAll[] = {
      {"linear", linear, linear_backward},    {"relu", relu, relu_backward},
      {"sigmoid", sigmoid, sigmoid_backward}, {"tanh", tanh, tanh_backward},
      {"softmax", softmax, softmax_backward}, {"heaviside", heaviside, step_backward},
      {"sign", sign, step_backward},
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
