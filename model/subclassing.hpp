#pragma once

#include <Eigen/Core>
#include <array>
#include <boost/container/small_vector.hpp>
#include <concepts>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/network.hpp"

// Keras's third way to a model: a class whose `call` runs for each batch.
//
//   class WideAndDeep : public Subclassed {
//    public:
//     explicit WideAndDeep(int units)
//         : hidden1_(layer(dense(units, {.activation = "relu"}))),
//           hidden2_(layer(dense(units, {.activation = "relu"}))) {}
//
//     Tensors call(const Inputs& inputs, bool /*training*/) const override {
//       const auto [input_a, input_b] = inputs.unpack<2>();
//       const Tensor hidden = hidden2_(hidden1_(input_b));
//       return {main_output_(concatenate({input_a, hidden})), aux_output_(hidden)};
//     }
//
//    private:
//     Sublayer hidden1_, hidden2_;
//     Sublayer main_output_ = layer(dense(1)), aux_output_ = layer(dense(1));
//   };
//
//   Model model(subclassed(WideAndDeep(30), {{5}, {6}}));

namespace tune::model {

class Recorder;

/// What a layer has made of the batch at hand; it may be looked at until `call` ends.
class Tensor {
 public:
  using Values = Eigen::Map<const Eigen::MatrixXf, 0, Eigen::OuterStride<>>;

  /// Of one sample.
  Shape shape() const;
  Index samples() const;
  /// Numbers x samples. While the model is built there is one sample, of zeros.
  Values values() const;

 private:
  friend class Recorder;
  Tensor(Recorder& recorder, std::size_t step) : recorder_(&recorder), step_(step) {}

  Recorder* recorder_;
  std::size_t step_;
};

using Tensors = boost::container::small_vector<Tensor, 4>;

/// The batch that came into a model.
class Inputs {
 public:
  explicit Inputs(std::span<const Tensor> tensors) : tensors_(tensors) {}

  std::size_t size() const { return tensors_.size(); }
  /// Throws InputError if the model was built with fewer.
  const Tensor& operator[](std::size_t i) const;
  /// Python's `a, b = inputs`: const auto [a, b] = inputs.unpack<2>(). Throws InputError if the
  /// model was built with another number.
  template <std::size_t count>
  std::array<Tensor, count> unpack() const {
    check_count(count);
    return [&]<std::size_t... i>(std::index_sequence<i...>) {
      return std::array<Tensor, count>{tensors_[i]...};
    }
    (std::make_index_sequence<count>());
  }

 private:
  void check_count(std::size_t count) const;

  std::span<const Tensor> tensors_;
};

/// A layer of a subclassed model, to be applied to tensors: as often as wanted, or not at all.
/// Throws InputError if the layer cannot take the inputs, or has its weights for others.
class Sublayer {
 public:
  Tensor operator()(const Tensor& input) const { return (*this)(std::span(&input, 1)); }
  Tensor operator()(std::initializer_list<Tensor> inputs) const {
    return (*this)(std::span(inputs.begin(), inputs.size()));
  }
  Tensor operator()(std::span<const Tensor> inputs) const;

 private:
  friend class Subclassed;
  Sublayer(LayerPtr layer, std::size_t number) : layer_(std::move(layer)), number_(number) {}

  LayerPtr layer_;
  std::size_t number_;  ///< among those of its model
};

/// Keras's concatenate and add, of tensors.
Tensor concatenate(std::initializer_list<Tensor> inputs);
Tensor concatenate(std::span<const Tensor> inputs);
Tensor operator+(const Tensor& a, const Tensor& b);

/// Keras's Model, to be derived from. An object is immutable once it is made: models and threads
/// share it.
class Subclassed {
 public:
  /// A layer as the constructor has made it.
  struct Member {
    LayerPtr layer;
    std::string name;           ///< empty: as in Keras by the type
    std::vector<Shape> inputs;  ///< empty: known once it is applied
  };

  virtual ~Subclassed() = default;

  /// Applies layers to a batch, and returns as many outputs, of the same shapes, each time. It is
  /// run for each batch, and may go other ways: what it does is recorded anew. The number of
  /// samples varies.
  virtual Tensors call(const Inputs& inputs, bool training) const = 0;

  const std::vector<Member>& members() const { return members_; }

 protected:
  /// A layer of this model; weights come in the order of these. One whose first use depends on
  /// values needs the shapes of its inputs here.
  Sublayer layer(LayerPtr layer, std::string name = {}, std::vector<Shape> inputs = {});

 private:
  std::vector<Member> members_;
};

/// The network of a subclassed model for inputs of such shapes. `call` runs twice, in training and
/// not, on one sample of zeros, to see which weights there are; layers compute nothing then.
/// Outputs are named output_1, output_2, ... Throws InputError if the model cannot take the inputs.
NetworkPtr subclassed(std::shared_ptr<const Subclassed> program, const std::vector<Shape>& inputs);

template <std::derived_from<Subclassed> Program>
NetworkPtr subclassed(Program program, const std::vector<Shape>& inputs) {
  return subclassed(std::make_shared<const Program>(std::move(program)), inputs);
}

}  // namespace tune::model
