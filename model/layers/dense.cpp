#include <algorithm>

#include "model/activation.hpp"
#include "model/kernels/narrow.hpp"
#include "model/kernels/product.hpp"
#include "model/layers/layers.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

class Dense : public Layer {
 public:
  Dense(std::int64_t units, const DenseOptions& options)
      : units_(units),
        use_bias_(options.use_bias),
        activation_(model::activation(options.activation)),
        relu_(activation_.name == "relu"),
        kernel_initializer_(initializer(options.kernel_initializer)),
        bias_initializer_(initializer(options.bias_initializer)),
        kernel_regularizer_(regularizer(options.kernel_regularizer)),
        bias_regularizer_(regularizer(options.bias_regularizer)),
        max_norm_(model::max_norm(options.kernel_constraint)) {
    if (units < 1) throw base::InputError("Dense: " + std::to_string(units) + " units; at least 1");
  }

  std::string_view type() const override { return "Dense"; }
  const Activation* activation() const override { return &activation_; }

  base::Configuration config() const override {
    return {{"units", units_},
            {"activation", activation_.name},
            {"use_bias", std::string(use_bias_ ? "yes" : "no")},
            {"kernel_initializer", kernel_initializer_.text()},
            {"bias_initializer", bias_initializer_.text()},
            {"kernel_regularizer", to_text(kernel_regularizer_)},
            {"bias_regularizer", to_text(bias_regularizer_)},
            {"kernel_constraint", max_norm_text(max_norm_)}};
  }

  bool steps_itself() const override { return true; }

  Shape output_shape(std::span<const Shape> inputs) const override {
    if (inputs.size() != 1 || inputs[0].size() != 1) {
      throw base::InputError("Dense takes one flat input, not " +
                             (inputs.size() == 1 ? "the shape " + to_text(inputs[0])
                                                 : std::to_string(inputs.size()) + " inputs") +
                             "; put a Flatten before it");
    }
    return {units_};
  }

  std::vector<WeightSpec> weights(std::span<const Shape> inputs) const override {
    std::vector<WeightSpec> specs = {{.name = "kernel",
                                      .shape = {inputs[0][0], units_},
                                      .initializer = kernel_initializer_,
                                      .regularizer = kernel_regularizer_,
                                      .max_norm = max_norm_}};
    if (use_bias_) {
      specs.push_back({.name = "bias",
                       .shape = {units_},
                       .initializer = bias_initializer_,
                       .regularizer = bias_regularizer_});
    }
    return specs;
  }

  /// Room for the transposed kernel, for its gradient in that order, and for z.
  Index scratch(std::span<const Shape> inputs, Index max_samples) const override {
    const Index kept = activation_.from_input ? column_stride(units_) * max_samples : 0;
    return transposed(inputs[0][0]) * (narrow() ? 2 : 1) + kept;
  }

  void forward(const Forward& pass) const override {
    const Slice& kernel = pass.weights[0];
    const Block &in = pass.inputs[0], &out = pass.output;
    const float* bias = use_bias_ ? pass.weights[1].data : nullptr;
    if (narrow()) {
      const Index stride = transpose(kernel, pass.scratch);
      kernel::narrow_forward(units_, kernel.cols, pass.samples, pass.scratch, stride, in.data,
                             in.stride, bias, out.data, out.stride);
    } else {
      kernel::multiply(kernel.rows, kernel.cols, pass.samples, kernel.data, kernel.stride, in.data,
                       1, in.stride, out.data, out.stride,
                       use_bias_ ? kernel::Start::column : kernel::Start::zero, bias,
                       relu_ ? kernel::Finish::relu : kernel::Finish::none);
      if (relu_) return;
    }
    if (activation_.from_input) std::copy_n(out.data, out.stride * pass.samples, kept(pass).data);
    activation_.apply(out, pass.samples);
  }

  void backward(const Backward& pass) const override {
    const Block& delta = pass.output_gradient;
    if (!pass.before_activation) {
      activation_.backward(activation_.from_input ? kept(pass) : pass.output, delta, pass.samples);
    }
    if (use_bias_ && pass.gradients[1].data != nullptr) {
      float* gradient = pass.gradients[1].data;
      kernel::sum_columns(units_, pass.samples, delta.data, delta.stride, gradient);
      float* bias = pass.weights[1].data;
      for (Index i = 0; pass.rate != 0 && i < units_; ++i) bias[i] -= pass.rate * gradient[i];
    }
    narrow() ? backward_narrow(pass) : backward_wide(pass);
  }

 private:
  /// Fewer units than fill a vector register: products run along the inputs.
  bool narrow() const { return units_ <= kernel::kNarrow; }

  /// Floats of the transposed kernel, in whole cache lines.
  Index transposed(Index in) const { return (column_stride(in) * padded(units_) + 15) / 16 * 16; }

  /// The outputs before the activation.
  template <class Pass>
  Block kept(const Pass& pass) const {
    const Index before = transposed(pass.inputs[0].rows) * (narrow() ? 2 : 1);
    return {pass.scratch + before, pass.output.rows, pass.output.stride};
  }

  /// Writes the kernel of a narrow layer by units; returns the distance between them.
  static Index transpose(const Slice& kernel, float* to) {
    const Index stride = column_stride(kernel.cols);
    for (Index unit = 0; unit < kernel.rows; ++unit) {
      const float* from = kernel.data + unit;
      for (Index i = 0; i < kernel.cols; ++i) to[unit * stride + i] = from[i * kernel.stride];
    }
    return stride;
  }

  void backward_narrow(const Backward& pass) const {
    const Slice &kernel = pass.weights[0], &gradient = pass.gradients[0];
    const Block &in = pass.inputs[0], &delta = pass.output_gradient,
                &back = pass.input_gradients[0];
    const Index stride = column_stride(kernel.cols);
    // The transposed kernel is still there from the forward pass.
    if (back.data != nullptr) {
      kernel::narrow_input_gradient(units_, kernel.cols, pass.samples, pass.scratch, stride,
                                    delta.data, delta.stride, back.data, back.stride);
    }
    if (gradient.data == nullptr) return;
    float* by_units = pass.scratch + transposed(kernel.cols);
    kernel::narrow_weight_gradient(units_, kernel.cols, pass.samples, delta.data, delta.stride,
                                   in.data, in.stride, by_units, stride);
    for (Index unit = 0; unit < units_; ++unit) {
      const float* from = by_units + unit * stride;
      float *to = gradient.data + unit, *weight = kernel.data + unit;
      for (Index i = 0; i < kernel.cols; ++i) {
        if (pass.rate != 0) {
          weight[i * kernel.stride] -= pass.rate * from[i];
        } else {
          to[i * gradient.stride] = from[i];
        }
      }
    }
  }

  void backward_wide(const Backward& pass) const {
    const Slice &kernel = pass.weights[0], &gradient = pass.gradients[0];
    const Block &in = pass.inputs[0], &delta = pass.output_gradient,
                &back = pass.input_gradients[0];
    if (back.data != nullptr) {
      kernel::transpose(kernel.rows, kernel.cols, kernel.data, kernel.stride, pass.scratch,
                        back.stride);
      kernel::multiply(kernel.cols, kernel.rows, pass.samples, pass.scratch, back.stride,
                       delta.data, 1, delta.stride, back.data, back.stride, kernel::Start::zero);
    }
    if (gradient.data == nullptr) return;
    if (pass.rate != 0) {
      kernel::multiply_add(-pass.rate, kernel.rows, pass.samples, kernel.cols, delta.data,
                           delta.stride, in.data, in.stride, 1, kernel.data, kernel.stride);
    } else {
      kernel::multiply(kernel.rows, pass.samples, kernel.cols, delta.data, delta.stride, in.data,
                       in.stride, 1, gradient.data, gradient.stride, kernel::Start::zero);
    }
  }

  std::int64_t units_;
  bool use_bias_;
  const Activation& activation_;
  bool relu_;
  Initializer kernel_initializer_, bias_initializer_;
  Regularizer kernel_regularizer_, bias_regularizer_;
  double max_norm_;
};

}  // namespace

LayerPtr dense(std::int64_t units, const DenseOptions& options) {
  return std::make_shared<Dense>(units, options);
}

}  // namespace tune::model
