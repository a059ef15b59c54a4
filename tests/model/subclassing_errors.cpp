#include <filesystem>
#include <optional>

#include "model/adapt.hpp"
#include "model/io/keras_h5.hpp"
#include "model/losses/makers.hpp"
#include "model/model.hpp"
#include "model/subclassing.hpp"
#include "search/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/programs.hpp"
#include "tests/support/tables.hpp"

namespace tune::model {
namespace {

using tests::Program;
using Layers = Program::Layers;

/// What is said when a model of two dense layers and such a `call` is built for one flat input.
std::string refused(const Program::Call& call) {
  try {
    subclassed(Program({dense(3), dense(4)}, call), {{3}});
  } catch (const base::InputError& error) {
    return error.what();
  }
  return {};
}

/// What is said when a model does in a batch of ones what it has not done when it was built.
std::string refused_later(const Program::Call& call) {
  const Program program({dense(3), dense(4), flatten()},
                        [=](const Layers& layer, const Inputs& inputs, bool training) -> Tensors {
                          if (inputs[0].values()(0, 0) == 1) return call(layer, inputs, training);
                          return {layer[0](inputs[0])};
                        });
  const NetworkPtr network = subclassed(program, {{3}});
  const Model model(network);
  const Eigen::MatrixXf ones = Eigen::MatrixXf::Ones(3, 2), zeros = Eigen::MatrixXf::Zero(3, 2);
  std::string message;
  try {
    model.predict(ones);
  } catch (const base::InputError& error) {
    message = error.what();
  }
  CHECK(model.predict(zeros) == zeros);
  return message;
}

}  // namespace

TEST_CASE("a subclassed model that cannot work is refused as it is built") {
  CHECK(refused([](const Layers& layer, const Inputs& inputs, bool) -> Tensors {
          return {layer[0](layer[1](inputs[0])), layer[0](inputs[0])};
        }) ==
        "layer 'dense': it was built with a kernel of the shape (4, 3), such inputs need one of "
        "(3, 3)");
  CHECK(refused([](const Layers& layer, const Inputs& inputs, bool) -> Tensors {
          return {layer[0]({inputs[0], inputs[0]})};
        }) == "layer 'dense': Dense takes one flat input, not 2 inputs; put a Flatten before it");
  CHECK(refused([](const Layers& layer, const Inputs& inputs, bool) -> Tensors {
          return {layer[0](inputs[0]) + layer[1](inputs[0])};
        }) == "Add takes inputs of one shape, not (3) and (4)");
  CHECK(refused([](const Layers&, const Inputs& inputs, bool) -> Tensors { return {inputs[0]}; }) ==
        "call has returned an input; an output needs a layer");
  CHECK(refused([](const Layers&, const Inputs&, bool) -> Tensors { return {}; }) ==
        "call has returned no outputs");
  CHECK(refused([](const Layers& layer, const Inputs& inputs, bool) -> Tensors {
          return {layer[0](inputs[1])};
        }) == "call asks for input 1, the model was built with 1");
  CHECK(refused([](const Layers& layer, const Inputs& inputs, bool) -> Tensors {
          const auto [a, b] = inputs.unpack<2>();
          return {layer[0](a)};
        }) == "call takes 2 inputs, the model was built with 1");
  CHECK(refused([](const Layers& layer, const Inputs&, bool) -> Tensors {
          return {layer[0](std::span<const Tensor>())};
        }) == "a layer of type Dense is applied to no tensors");
  CHECK(refused([](const Layers& layer, const Inputs& inputs, bool training) -> Tensors {
          return {layer[training ? 0 : 1](inputs[0])};
        }) == "call returns other outputs in training than outside of it");
  CHECK(refused([](const Layers& layer, const Inputs& inputs, bool) -> Tensors {
          Tensor x = layer[0](inputs[0]);
          while (x.values().mean() < 1) x = layer[0](x);
          return {x};
        }) ==
        "call has applied 100000 layers while the model is built; all values are zero then: does "
        "a loop wait for another one?");
  CHECK_THROWS_WITH(subclassed(tests::WideAndDeep(3), {{5}, {2, 3}}),
                    "layer 'dense': Dense takes one flat input, not the shape (2, 3); put a "
                    "Flatten before it");
}

TEST_CASE("layers and tensors of other models and calls are refused") {
  Layers other;
  const Program borrowed({dense(3)}, [&](const Layers& layer, const Inputs& inputs, bool) {
    other = layer;
    return Tensors{layer[0](inputs[0])};
  });
  subclassed(borrowed, {{3}});
  CHECK(refused([&](const Layers&, const Inputs& inputs, bool) -> Tensors {
          return {other[0](inputs[0])};
        }) == "call applies a layer of another model, of type Dense");
  std::optional<Tensor> kept;
  CHECK(refused([&](const Layers& layer, const Inputs& inputs, bool training) -> Tensors {
          const Tensor x = layer[0](inputs[0]);
          if (training) kept = layer[1](inputs[0]);
          return {training ? x : *kept};
        }) == "call uses a tensor that another call has made");
}

TEST_CASE("what a batch cannot do otherwise than the model was built is refused") {
  CHECK(refused_later([](const Layers& layer, const Inputs& inputs, bool) -> Tensors {
          return {layer[1](inputs[0])};
        }) ==
        "layer 'dense_1': it has no weights, since call did not apply it when the model was "
        "built; give the shapes of its inputs where it is made");
  CHECK(refused_later([](const Layers& layer, const Inputs& inputs, bool) -> Tensors {
          return {layer[0](concatenate({inputs[0], inputs[0]}))};
        }) ==
        "layer 'dense': it was built with a kernel of the shape (3, 3), such inputs need one of "
        "(6, 3)");
  CHECK(refused_later([](const Layers& layer, const Inputs& inputs, bool) -> Tensors {
          return {layer[0](inputs[0]), layer[0](inputs[0])};
        }) == "call has returned 2 outputs, the model was built with 1");
  CHECK(refused_later([](const Layers&, const Inputs& inputs, bool) -> Tensors {
          return {concatenate({inputs[0], inputs[0]})};
        }) == "call has returned an output_1 of the shape (6), the model was built with (3)");
  CHECK(refused_later([](const Layers&, const Inputs& inputs, bool) -> Tensors {
          return {inputs[0]};
        }) == "call has returned an input; an output needs a layer");
}

TEST_CASE("a subclassed model saves weights only, and does not know what comes into its layers") {
  const Program program({normalization(), dense(3)},
                        [](const Layers& layer, const Inputs& inputs, bool) -> Tensors {
                          return {layer[1](layer[0](inputs[0]))};
                        });
  Model model(subclassed(program, {{3}}));
  const auto file = std::filesystem::temp_directory_path() / "tune_subclassed.h5";
  CHECK_THROWS_WITH(save_model(model, file),
                    "a subclassed model cannot be saved as a whole, since its connections are C++ "
                    "code; its weights can");
  CHECK_FALSE(std::filesystem::exists(file));
  const Eigen::MatrixXf x = tests::random_matrix(3, 4, base::Rng(1));
  const auto rows = tests::first_rows(4);
  CHECK_THROWS_WITH(
      adapt(model.network(), model.weights(), {.inputs = {Columns(x)}, .rows = rows}),
      "layer 'normalization' cannot be adapted without its name: what a subclassed model gives it "
      "is not known");
  CHECK_THROWS_WITH(adapt(model.network(), model.weights(), "dense", Columns(x), rows),
                    "layer 'dense' cannot be adapted: it is no Normalization that the model has "
                    "applied");
  const Eigen::MatrixXf wide = tests::random_matrix(4, 4, base::Rng(1));
  CHECK_THROWS_WITH(
      adapt(model.network(), model.weights(), "normalization", Columns(wide), rows),
      "layer 'normalization' has inputs of the shape (3), the samples have 4 features");
}

}  // namespace tune::model
