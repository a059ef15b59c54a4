#include <algorithm>

#include "model/layers/layers.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

void check_several(std::string_view type, std::span<const Shape> inputs) {
  if (inputs.size() > 1) return;
  throw base::InputError(std::string(type) + " takes at least two inputs");
}

/// Copies rows of a column; the padding behind them becomes zero.
void copy_rows(const float* from, float* to, Index rows, Index stride) {
  std::copy_n(from, rows, to);
  std::fill_n(to + rows, stride - rows, 0.0f);
}

class Concatenate : public Layer {
 public:
  std::string_view type() const override { return "Concatenate"; }

  Shape output_shape(std::span<const Shape> inputs) const override {
    check_several(type(), inputs);
    std::int64_t rows = 0;
    for (const Shape& shape : inputs) {
      if (shape.size() != 1) {
        throw base::InputError("Concatenate takes flat inputs, not the shape " + to_text(shape) +
                               "; put a Flatten before it");
      }
      rows += shape[0];
    }
    return {rows};
  }

  void forward(const Forward& pass) const override {
    const Block& out = pass.output;
    for (Index s = 0; s < pass.samples; ++s) {
      float* to = out.sample(s);
      for (const Block& in : pass.inputs) to = std::copy_n(in.sample(s), in.rows, to);
      std::fill(to, out.sample(s) + out.stride, 0.0f);
    }
  }

  void backward(const Backward& pass) const override {
    for (Index s = 0; s < pass.samples; ++s) {
      const float* from = pass.output_gradient.sample(s);
      for (std::size_t k = 0; k < pass.inputs.size(); ++k) {
        const Block& back = pass.input_gradients[k];
        const Index rows = pass.inputs[k].rows;
        if (back.data != nullptr) copy_rows(from, back.sample(s), rows, back.stride);
        from += rows;
      }
    }
  }
};

class Add : public Layer {
 public:
  std::string_view type() const override { return "Add"; }

  Shape output_shape(std::span<const Shape> inputs) const override {
    check_several(type(), inputs);
    for (const Shape& shape : inputs) {
      if (shape == inputs[0]) continue;
      throw base::InputError("Add takes inputs of one shape, not " + to_text(inputs[0]) + " and " +
                             to_text(shape));
    }
    return inputs[0];
  }

  void forward(const Forward& pass) const override {
    const Index size = pass.output.stride * pass.samples;
    const float *first = pass.inputs[0].data, *second = pass.inputs[1].data;
    float* sum = pass.output.data;
    for (Index i = 0; i < size; ++i) sum[i] = first[i] + second[i];
    for (const Block& more : pass.inputs.subspan(2)) {
      for (Index i = 0; i < size; ++i) sum[i] += more.data[i];
    }
  }

  void backward(const Backward& pass) const override {
    const Block& delta = pass.output_gradient;
    for (const Block& back : pass.input_gradients) {
      if (back.data != nullptr) std::copy_n(delta.data, delta.stride * pass.samples, back.data);
    }
  }
};

}  // namespace

LayerPtr concatenate() {
  return std::make_shared<Concatenate>();
}

LayerPtr add() {
  return std::make_shared<Add>();
}

}  // namespace tune::model
