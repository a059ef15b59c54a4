#include <set>

#include "model/activation.hpp"
#include "model/losses/loss.hpp"
#include "tests/support/blocks.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"

// Values of real Keras, written by keras_losses.py, which says what they are.

namespace tune::model {
namespace {

using tests::Json;
using tests::matrix;

/// Of the largest gradient, or of the loss: both sides are float32.
constexpr double kTolerance = 1e-5;

LossPtr loss_of(const Json& run) {
  return tests::make(losses(), run["name"], tests::configuration(run["options"]));
}

/// The largest difference of two gradients, as a share of what is expected of each row at most.
double difference(const Eigen::MatrixXf& found, const Eigen::MatrixXf& expected) {
  double largest = 0;
  for (Index k = 0; k < found.size(); ++k) {
    const double size = std::max(0.1f, std::abs(expected(k)));
    largest = std::max(largest, std::abs(static_cast<double>(found(k)) - expected(k)) / size);
  }
  return largest;
}

/// Computes the loss of a case and its gradient, before the activation or through it.
void compare(const Json& run, const Json& expected, const float* weights, bool fused) {
  const LossPtr loss = loss_of(run);
  const Activation& last = activation(run["activation"].get<std::string>());
  const tests::Blocked prediction(matrix(run["z"])), target(matrix(run["target"]));
  const tests::Blocked gradient(prediction.matrix()), input(prediction.matrix());
  const Index samples = prediction.samples();
  last.apply(prediction.block(), samples);
  const double sum = loss->compute({.prediction = prediction.block(),
                                    .input = {},
                                    .target = target.block(),
                                    .weights = weights,
                                    .samples = samples,
                                    .scale = 1.0f / static_cast<float>(samples),
                                    .gradient = gradient.block(),
                                    .before_activation = fused});
  if (!fused) {
    last.backward(last.from_input ? input.block() : prediction.block(), gradient.block(), samples);
  }
  CHECK(sum / static_cast<double>(samples) ==
        Approx(expected["value"].get<double>()).epsilon(kTolerance).margin(1e-7));
  CHECK(difference(gradient.matrix(), matrix(expected["gradient"])) < kTolerance);
}

}  // namespace

TEST_CASE("every loss and its gradient equal Keras's, whatever the options") {
  const Json golden = tests::golden_file("keras_losses");
  std::set<std::string> seen;
  for (const Json& run : golden["cases"]) {
    const std::string name = run["name"], label = run["label"], last = run["activation"];
    CAPTURE(name, label, last, run["options"].dump(), run["z"].dump());
    seen.insert(name);
    const std::vector<float> weights = run["weights"];
    for (const bool fused : {false, true}) {
      if (fused && !loss_of(run)->fuses(activation(last))) continue;
      CAPTURE(fused);
      compare(run, run["plain"], nullptr, fused);
      compare(run, run["weighted"], weights.data(), fused);
    }
  }
  // tests/golden/perceptron_sklearn.cpp has the perceptron's rule, which is not one of Keras's.
  seen.insert("perceptron");
  for (const std::string& name : losses().names()) {
    CAPTURE(name);
    CHECK(seen.contains(name));
  }
}

}  // namespace tune::model
