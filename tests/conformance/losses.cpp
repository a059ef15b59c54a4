#include <cmath>

#include "model/activation.hpp"
#include "model/losses/loss.hpp"
#include "model/model.hpp"
#include "search/base/error.hpp"
#include "tests/support/blocks.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/gradients.hpp"
#include "tests/support/options.hpp"
#include "tests/support/tables.hpp"

// What every loss of losses() must do.

namespace tune::model {
namespace {

constexpr Index kUnits = 3, kSamples = 6;

/// The perceptron's rule is not the derivative of anything; tests/model/perceptron.cpp works it by
/// hand.
bool is_rule(const std::string& name) {
  return name == "perceptron";
}
bool of_classes(std::string_view name) {
  return name.ends_with("categorical_crossentropy");
}
bool of_probabilities(std::string_view name) {
  return name.ends_with("crossentropy");
}

/// Predictions that lie well within the loss's range.
Eigen::MatrixXf predictions(const std::string& loss) {
  const Eigen::MatrixXf values = tests::random_matrix(kUnits, kSamples, base::Rng(1), 3);
  if (!of_probabilities(loss)) return values;
  return (0.5f + values.array() / 10).matrix();  // from 0.2 to 0.8
}

/// Each kind of targets that the loss takes.
std::vector<Eigen::MatrixXf> targets(const std::string& loss) {
  const Eigen::MatrixXf values = tests::random_matrix(kUnits, kSamples, base::Rng(2));
  if (is_rule(loss)) return {(values.array() > 0).cast<float>().matrix()};
  if (!of_probabilities(loss)) return {values};
  const Eigen::MatrixXf soft = (0.5f + values.array() / 2).matrix();
  if (!of_classes(loss)) return {(values.array() > 0).cast<float>().matrix(), soft};
  Eigen::MatrixXf indices(1, kSamples), one_hot = Eigen::MatrixXf::Zero(kUnits, kSamples);
  for (Index s = 0; s < kSamples; ++s) {
    indices(0, s) = static_cast<float>(s % kUnits);
    one_hot(s % kUnits, s) = 1;
  }
  return {indices, one_hot, soft};
}

struct Computed {
  double loss;
  Eigen::MatrixXf gradient;
};

/// The loss of these samples, and the gradient of its mean in the predictions.
Computed compute(const Loss& loss, const Eigen::MatrixXf& prediction, const Eigen::MatrixXf& target,
                 const std::vector<float>& weights = {}, bool gradient = true) {
  const tests::Blocked p(prediction), t(target), g(prediction, -7);
  const bool rule = is_rule(std::string(loss.name()));
  const double sum = loss.compute({.prediction = p.block(),
                                   .input = rule ? p.block() : Block{},
                                   .target = t.block(),
                                   .weights = weights.empty() ? nullptr : weights.data(),
                                   .samples = p.samples(),
                                   .scale = 1.0f / static_cast<float>(p.samples()),
                                   .gradient = gradient ? g.block() : Block{},
                                   .before_activation = rule});
  REQUIRE((g.padding().array() == -7).all());
  return {sum, g.matrix()};
}

/// A loss that never gives the gradient before an activation.
class Unfused : public Loss {
 public:
  explicit Unfused(LossPtr loss) : loss_(std::move(loss)) {}
  std::string_view name() const override { return loss_->name(); }
  void check(Index prediction_rows, Index target_rows) const override {
    loss_->check(prediction_rows, target_rows);
  }
  double compute(const LossPass& pass) const override { return loss_->compute(pass); }

 private:
  LossPtr loss_;
};

/// A network that ends with this activation, and data with targets for its loss.
Model network(const std::string& last, const LossPtr& loss) {
  Model model(
      sequential({4}, {dense(5, {.activation = "tanh"}), dense(kUnits, {.activation = last})}));
  model.initialize(base::Rng(3));
  model.compile({.losses = {loss}});
  return model;
}

tests::Table data(const Eigen::MatrixXf& target) {
  tests::Table table(tests::random_matrix(4, kSamples, base::Rng(4)), target);
  table.weights = {1, 2, 0.5f, 1, 0, 3};
  return table;
}

/// Does the activation's range suit the loss?
bool suits(const std::string& last, const std::string& loss) {
  if (last == "heaviside" || last == "sign") return false;
  return !of_probabilities(loss) || last == "sigmoid" || last == "softmax";
}

}  // namespace

TEST_CASE("the gradient of every loss equals the finite difference") {
  for (const std::string& name : losses().names()) {
    if (is_rule(name)) continue;
    const LossPtr loss = make_loss(name);
    const Eigen::MatrixXf prediction = predictions(name);
    for (const Eigen::MatrixXf& target : targets(name)) {
      CAPTURE(name, target.rows());
      const Eigen::MatrixXf gradient = compute(*loss, prediction, target).gradient;
      double error = 0;
      for (Index k = 0; k < prediction.size(); ++k) {
        const auto mean = [&](double distance) {
          Eigen::MatrixXf moved = prediction;
          moved(k) = static_cast<float>(moved(k) + distance);
          return compute(*loss, moved, target).loss / kSamples;
        };
        const double expected = gradient(k);
        error = std::max(error, std::abs(tests::derivative(mean, expected) - expected));
      }
      const double largest = gradient.cwiseAbs().maxCoeff();
      CHECK(error < tests::kGradientTolerance * largest);
      CHECK(largest > 1e-2);
    }
  }
}

TEST_CASE("networks with every loss have the gradients of finite differences") {
  for (const std::string& name : losses().names()) {
    if (is_rule(name)) continue;
    for (const std::string& last : activation_names()) {
      if (!suits(last, name)) continue;
      for (const Eigen::MatrixXf& target : targets(name)) {
        CAPTURE(name, last, target.rows());
        const tests::GradientCheck check =
            tests::check_gradients(network(last, make_loss(name)), data(target).samples());
        CHECK(check.error < tests::kGradientTolerance * check.largest);
        CHECK(check.largest > 1e-3);
        CHECK_FALSE(check.padding);
      }
    }
  }
}

TEST_CASE("a gradient before the activation equals that through it") {
  int fused = 0;
  for (const std::string& name : losses().names()) {
    const LossPtr loss = make_loss(name);
    for (const std::string& last : activation_names()) {
      if (is_rule(name) || !loss->fuses(activation(last))) continue;
      for (const Eigen::MatrixXf& target : targets(name)) {
        CAPTURE(name, last, target.rows());
        ++fused;
        const tests::Table table = data(target);
        const auto short_way = tests::gradients_of(network(last, loss), table.samples());
        const auto long_way =
            tests::gradients_of(network(last, std::make_shared<Unfused>(loss)), table.samples());
        double difference = 0;
        for (std::size_t i = 0; i < short_way.size(); ++i) {
          difference = std::max(difference, std::abs(static_cast<double>(short_way[i]) -
                                                     static_cast<double>(long_way[i])));
        }
        CHECK(difference < 1e-6);
      }
    }
  }
  CHECK(fused >= 8);
}

TEST_CASE("every loss is a sum over samples, each times its weight") {
  const std::vector<float> weights = {1, 2, 0.5f, 1, 0, 3};
  for (const std::string& name : losses().names()) {
    const LossPtr loss = make_loss(name);
    const Eigen::MatrixXf prediction = predictions(name);
    for (const Eigen::MatrixXf& target : targets(name)) {
      CAPTURE(name, target.rows());
      const Computed plain = compute(*loss, prediction, target);
      const Computed weighted = compute(*loss, prediction, target, weights);
      double sum = 0, weighted_sum = 0;
      for (Index s = 0; s < kSamples; ++s) {
        const double one = compute(*loss, prediction.col(s), target.col(s)).loss;
        const float weight = weights[static_cast<std::size_t>(s)];
        CHECK(one >= 0);
        sum += one;
        weighted_sum += weight * one;
        CHECK((weighted.gradient.col(s) - weight * plain.gradient.col(s)).norm() < 1e-6);
      }
      CHECK(plain.loss == Approx(sum));
      CHECK(weighted.loss == Approx(weighted_sum));
      CHECK(compute(*loss, prediction, target, weights, false).loss == weighted.loss);
    }
  }
}

TEST_CASE("every loss is known by its name and refuses targets that it cannot compare") {
  for (const std::string& name : losses().names()) {
    CAPTURE(name);
    CHECK(make_loss(name)->name() == name);
    CHECK_NOTHROW(make_loss(name)->check(3, 3));
    CHECK_THROWS_AS(make_loss(name)->check(3, 2), base::InputError);
  }
  CHECK(make_loss("mean_squared_error")->name() == "mse");
  CHECK(make_loss("mean_absolute_error")->name() == "mae");
  CHECK_THROWS_WITH(make_loss("hubber"), "unknown loss 'hubber'; did you mean 'huber'?");
}

TEST_CASE("every loss reads every key that it declares") {
  for (const auto& row : losses().rows()) {
    CAPTURE(row.name);
    const auto outcome = [&](const base::Configuration& options) -> tests::Numbers {
      const LossPtr loss = row.make(base::Reader(options, row.keys));
      const Computed computed = compute(*loss, predictions(row.name), targets(row.name).front());
      return {computed.loss, computed.gradient.sum()};
    };
    CHECK(tests::keys_without_effect(row.keys, {outcome}) == std::vector<std::string>{});
  }
}

TEST_CASE("a class that does not exist is refused") {
  const LossPtr loss = make_loss("sparse_categorical_crossentropy");
  for (const float label : {-1.0f, 3.0f, NAN}) {
    CHECK_THROWS_AS(compute(*loss, predictions(std::string(loss->name())),
                            Eigen::MatrixXf::Constant(1, kSamples, label)),
                    base::InputError);
  }
}

TEST_CASE("losses of probabilities stay finite at 0 and 1") {
  for (const std::string& name : losses().names()) {
    if (!of_probabilities(name)) continue;
    CAPTURE(name);
    Eigen::MatrixXf sure = Eigen::MatrixXf::Zero(kUnits, kSamples);
    sure.row(1).setOnes();
    for (const Eigen::MatrixXf& target : targets(name)) {
      const Computed computed = compute(*make_loss(name), sure, target);
      CHECK(std::isfinite(computed.loss));
      CHECK(computed.gradient.allFinite());
    }
  }
}

}  // namespace tune::model
