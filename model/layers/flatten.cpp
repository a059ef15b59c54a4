#include "model/layers/layers.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

class Flatten : public Layer {
 public:
  std::string_view type() const override { return "Flatten"; }
  bool reshapes() const override { return true; }
  Shape output_shape(std::span<const Shape> inputs) const override {
    if (inputs.size() != 1) throw base::InputError("Flatten takes one input");
    return {size_of(inputs[0])};
  }
  void forward(const Forward&) const override {}
  void backward(const Backward&) const override {}
};

}  // namespace

LayerPtr flatten() {
  return std::make_shared<Flatten>();
}

}  // namespace tune::model
