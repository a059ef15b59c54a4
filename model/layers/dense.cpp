#include "model/activation.hpp"
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
        kernel_initializer_(initializer(options.kernel_initializer)),
        bias_initializer_(initializer(options.bias_initializer)) {
    if (units < 1) throw base::InputError("Dense: " + std::to_string(units) + " units; at least 1");
  }

  std::string_view type() const override { return "Dense"; }
  const Activation* activation() const override { return &activation_; }

  base::Configuration config() const override {
    return {{"units", units_},
            {"activation", activation_.name},
            {"use_bias", std::string(use_bias_ ? "yes" : "no")},
            {"kernel_initializer", kernel_initializer_.name},
            {"bias_initializer", bias_initializer_.name}};
  }

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
    std::vector<WeightSpec> specs = {{"kernel", {inputs[0][0], units_}, &kernel_initializer_}};
    if (use_bias_) specs.push_back({"bias", {units_}, &bias_initializer_});
    return specs;
  }

  /// Room for the transposed kernel.
  Index scratch(std::span<const Shape> inputs, Index) const override {
    return column_stride(inputs[0][0]) * padded(units_);
  }

  void forward(const Forward& pass) const override {
    const Slice& kernel = pass.weights[0];
    const Block& in = pass.inputs[0];
    kernel::multiply(kernel.rows, kernel.cols, pass.samples, kernel.data, kernel.stride, in.data, 1,
                     in.stride, pass.output.data, pass.output.stride,
                     use_bias_ ? kernel::Start::column : kernel::Start::zero,
                     use_bias_ ? pass.weights[1].data : nullptr);
    activation_.apply(pass.output, pass.samples);
  }

  void backward(const Backward& pass) const override {
    const Slice& kernel = pass.weights[0];
    const Block& in = pass.inputs[0];
    const Block& delta = pass.output_gradient;
    if (!pass.before_activation) activation_.backward(pass.output, delta, pass.samples);
    const Slice& gradient = pass.gradients[0];
    kernel::multiply(kernel.rows, pass.samples, kernel.cols, delta.data, delta.stride, in.data,
                     in.stride, 1, gradient.data, gradient.stride, kernel::Start::zero);
    if (use_bias_) {
      kernel::sum_columns(kernel.rows, pass.samples, delta.data, delta.stride,
                          pass.gradients[1].data);
    }
    const Block& back = pass.input_gradients[0];
    if (back.data == nullptr) return;
    kernel::transpose(kernel.rows, kernel.cols, kernel.data, kernel.stride, pass.scratch,
                      back.stride);
    kernel::multiply(kernel.cols, kernel.rows, pass.samples, pass.scratch, back.stride, delta.data,
                     1, delta.stride, back.data, back.stride, kernel::Start::zero);
  }

 private:
  std::int64_t units_;
  bool use_bias_;
  const Activation& activation_;
  const Initializer& kernel_initializer_;
  const Initializer& bias_initializer_;
};

}  // namespace

LayerPtr dense(std::int64_t units, const DenseOptions& options) {
  return std::make_shared<Dense>(units, options);
}

}  // namespace tune::model
