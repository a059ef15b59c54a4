#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/tensor.hpp"
#include "model/term.hpp"
#include "search/base/rng.hpp"

namespace tune::model {

/// How a weight gets its first values: one of keras.initializers with its settings. A small value;
/// made by initializer().
class Initializer {
 public:
  /// One of the functions that there are.
  struct Kind {
    std::string name;  ///< Keras's: "glorot_uniform"
    std::vector<Setting> settings;
    void (*fill)(const Slice& weight, const Shape& shape, std::span<const double> values,
                 base::Rng rng);
    bool matrices_only = false;
  };

  const std::string& name() const { return kind_->name; }
  std::span<const Setting> settings() const { return kind_->settings; }
  /// One a setting.
  std::span<const double> values() const { return values_; }
  /// "he_normal", "random_normal(0, 0.1)": what initializer() reads back.
  std::string text() const;

  /// Throws InputError if it cannot fill a weight of this shape.
  void check(const Shape& shape) const;
  /// `shape` is Keras's; its last two axes give fan-in and fan-out as in keras.initializers.
  /// Padding between the columns is left alone.
  void fill(const Slice& weight, const Shape& shape, base::Rng rng) const;

 private:
  friend Initializer initializer(std::string_view text);
  Initializer(const Kind& kind, std::vector<double> values)
      : kind_(&kind), values_(std::move(values)) {}

  const Kind* kind_;
  std::vector<double> values_;
};

/// {glorot,he,lecun}_{uniform,normal}, zeros, ones, constant(value), random_normal(mean, stddev),
/// random_uniform(minval, maxval), truncated_normal(mean, stddev), orthogonal(gain); numbers that
/// are left out are Keras's defaults. Throws InputError, for an unknown name with the nearest one.
Initializer initializer(std::string_view text);
std::vector<std::string> initializer_names();

}  // namespace tune::model
