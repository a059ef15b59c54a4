#pragma once

#include <optional>
#include <span>
#include <vector>

#include "model/tensor.hpp"
#include "search/base/reader.hpp"

namespace tune::model {

class Network;

/// Keras's ways to bound gradients; at most one is given.
struct Clipping {
  std::optional<double> clipnorm = {};         ///< largest Euclidean norm of each weight's gradient
  std::optional<double> clipvalue = {};        ///< largest absolute value of a gradient
  std::optional<double> global_clipnorm = {};  ///< largest norm of all gradients together

  bool operator==(const Clipping&) const = default;
};

/// The keys of Clipping; every optimizer has them.
std::vector<base::Key> clipping_keys();
Clipping read_clipping(const base::Reader& options);
/// Adds what is given to an optimizer's configuration.
void describe(const Clipping& clipping, base::Configuration& config);
/// Throws InputError if several are given, or one is not above 0.
void check_clipping(const Clipping& clipping);

/// Clips the flat gradients of a network in place; padding stays zero. Immutable.
class Clipper {
 public:
  /// Where the gradient of one weight lies.
  struct Extent {
    Index offset, length;
  };

  Clipper(const Clipping& clipping, std::vector<Extent> weights)
      : clipping_(clipping), weights_(std::move(weights)) {}
  Clipper(const Clipping& clipping, const Network& network);

  /// A gradient that is not finite makes what is clipped with it not finite either.
  void apply(std::span<float> gradients) const;

 private:
  Clipping clipping_;
  std::vector<Extent> weights_;
};

}  // namespace tune::model
