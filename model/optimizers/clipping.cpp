#include "model/optimizers/clipping.hpp"

#include <algorithm>
#include <cmath>

#include "model/network.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

struct Option {
  const char* name;
  std::optional<double> Clipping::*member;
  const char* help;
};

constexpr Option kOptions[] = {
    {"clipnorm", &Clipping::clipnorm, "longest gradient of a weight"},
    {"clipvalue", &Clipping::clipvalue, "largest absolute value of a gradient"},
    {"global_clipnorm", &Clipping::global_clipnorm, "longest gradient of all weights together"},
};

/// In double, so that neither the length nor the size of the values matters.
double squares(const float* values, Index count) {
  constexpr Index kSums = 8;  // Several sums, so that they need not wait for each other.
  double sums[kSums] = {};
  Index i = 0;
  for (; i + kSums <= count; i += kSums) {
    for (Index k = 0; k < kSums; ++k) {
      sums[k] += static_cast<double>(values[i + k]) * static_cast<double>(values[i + k]);
    }
  }
  double sum = 0;
  for (; i < count; ++i) sum += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  for (const double part : sums) sum += part;
  return sum;
}

void shrink(float* values, Index count, double norm, double limit) {
  if (norm <= limit) return;
  const auto factor = static_cast<float>(limit / norm);
  for (Index i = 0; i < count; ++i) values[i] *= factor;
}

std::vector<Clipper::Extent> extents(const Network& network) {
  std::vector<Clipper::Extent> extents;
  for (const Node& node : network.nodes()) {
    for (const WeightPlace& place : node.weights) {
      if (place.spec.trainable) extents.push_back({place.offset, place.cols * place.stride});
    }
  }
  return extents;
}

}  // namespace

std::vector<base::Key> clipping_keys() {
  std::vector<base::Key> keys;
  for (const Option& option : kOptions) {
    keys.push_back(base::positive_key(option.name, "none", 1e9, option.help, {"none"}));
  }
  return keys;
}

Clipping read_clipping(const base::Reader& options) {
  Clipping clipping;
  for (const Option& option : kOptions) {
    if (!options.is(option.name, "none")) clipping.*option.member = options.real(option.name);
  }
  return clipping;
}

void describe(const Clipping& clipping, base::Configuration& config) {
  for (const Option& option : kOptions) {
    if (clipping.*option.member) config[option.name] = *(clipping.*option.member);
  }
}

void check_clipping(const Clipping& clipping) {
  const Option* given = nullptr;
  for (const Option& option : kOptions) {
    const std::optional<double>& limit = clipping.*option.member;
    if (!limit) continue;
    if (!(*limit > 0)) throw base::InputError(std::string(option.name) + ": must be above 0");
    if (given != nullptr) {
      throw base::InputError(std::string(option.name) + ": " + given->name +
                             " is given too; only one of clipnorm, clipvalue and global_clipnorm "
                             "can be");
    }
    given = &option;
  }
}

Clipper::Clipper(const Clipping& clipping, const Network& network)
    : Clipper(clipping, extents(network)) {}

void Clipper::apply(std::span<float> gradients) const {
  if (clipping_.clipvalue) {
    const auto limit = static_cast<float>(*clipping_.clipvalue);
    for (float& g : gradients) g = std::clamp(g, -limit, limit);
  } else if (clipping_.clipnorm) {
    for (const auto [offset, length] : weights_) {
      float* values = gradients.data() + offset;
      shrink(values, length, std::sqrt(squares(values, length)), *clipping_.clipnorm);
    }
  } else if (clipping_.global_clipnorm) {
    const auto count = static_cast<Index>(gradients.size());
    shrink(gradients.data(), count, std::sqrt(squares(gradients.data(), count)),
           *clipping_.global_clipnorm);
  }
}

}  // namespace tune::model
