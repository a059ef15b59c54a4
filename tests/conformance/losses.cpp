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

/// A loss with some of its options.
struct Variant {
  LossPtr loss;
  base::Configuration options;

  std::string name() const { return std::string(loss->name()); }
  bool from_logits() const {
    const auto found = options.find("from_logits");
    return found != options.end() && base::to_text(found->second) == "yes";
  }
  /// The perceptron's rule is not the derivative of anything; tests/model/perceptron.cpp works it
  /// by hand.
  bool is_rule() const { return name() == "perceptron"; }
  bool of_classes() const { return name().ends_with("categorical_crossentropy"); }
  bool of_probabilities() const { return name().ends_with("crossentropy") && !from_logits(); }
  /// Is it of quantities above zero?
  bool positive() const { return name() == "poisson" || name() == "msle"; }
};

std::ostream& operator<<(std::ostream& out, const Variant& variant) {
  out << variant.name();
  for (const auto& [name, value] : variant.options)
    out << ' ' << name << ' ' << base::to_text(value);
  return out;
}

/// Every loss of losses() with every combination of options.
std::vector<Variant> variants() {
  std::vector<Variant> all;
  for (const auto& row : losses().rows()) {
    std::vector<base::Configuration> combinations = {{}};
    for (const base::Key& key : row.keys) {
      const std::size_t count = combinations.size();
      for (const base::Value& value : tests::other_values(key, {})) {
        for (std::size_t i = 0; i < count; ++i) {
          combinations.push_back(combinations[i]);
          combinations.back()[key.name] = value;
        }
      }
    }
    for (const base::Configuration& options : combinations) {
      all.push_back({row.make(base::Reader(options, row.keys)), options});
    }
  }
  return all;
}

/// Predictions that lie well within the loss's range.
Eigen::MatrixXf predictions(const Variant& loss) {
  const Eigen::MatrixXf values = tests::random_matrix(kUnits, kSamples, base::Rng(1), 3);
  if (loss.positive()) return (3.5f + values.array()).matrix();
  if (!loss.of_probabilities()) return values;
  return (0.5f + values.array() / 10).matrix();  // from 0.2 to 0.8
}

/// Each kind of targets that the loss takes.
std::vector<Eigen::MatrixXf> targets(const Variant& loss) {
  const Eigen::MatrixXf values = tests::random_matrix(kUnits, kSamples, base::Rng(2));
  const Eigen::MatrixXf yes = (values.array() > 0).cast<float>().matrix();
  const Eigen::MatrixXf soft = (0.5f + values.array() / 2).matrix();
  if (loss.is_rule()) return {yes};
  if (loss.positive()) return {soft};
  if (loss.name() == "hinge") return {yes, (2 * yes.array() - 1).matrix()};
  if (!loss.name().ends_with("crossentropy")) return {values};
  if (!loss.of_classes()) return {yes, soft};
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
  const bool rule = loss.name() == "perceptron";
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
bool suits(const std::string& last, const Variant& loss) {
  if (last == "heaviside" || last == "sign") return false;
  const bool probability = last == "sigmoid" || last == "softmax";
  if (loss.positive()) return probability || last == "softplus" || last == "exponential";
  return !loss.of_probabilities() || probability;
}

}  // namespace

TEST_CASE("the gradient of every loss equals the finite difference") {
  for (const Variant& variant : variants()) {
    if (variant.is_rule()) continue;
    const Eigen::MatrixXf prediction = predictions(variant);
    for (const Eigen::MatrixXf& target : targets(variant)) {
      CAPTURE(variant, target.rows());
      const Eigen::MatrixXf gradient = compute(*variant.loss, prediction, target).gradient;
      double error = 0;
      for (Index k = 0; k < prediction.size(); ++k) {
        const auto mean = [&](double distance) {
          Eigen::MatrixXf moved = prediction;
          moved(k) = static_cast<float>(moved(k) + distance);
          return compute(*variant.loss, moved, target).loss / kSamples;
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
  for (const Variant& variant : variants()) {
    if (variant.is_rule()) continue;
    for (const std::string& last : activation_names()) {
      if (!suits(last, variant)) continue;
      for (const Eigen::MatrixXf& target : targets(variant)) {
        CAPTURE(variant, last, target.rows());
        const tests::GradientCheck check =
            tests::check_gradients(network(last, variant.loss), data(target).samples());
        CHECK(check.error < tests::kGradientTolerance * check.largest);
        CHECK(check.largest > 1e-3);
        CHECK_FALSE(check.padding);
      }
    }
  }
}

TEST_CASE("a gradient before the activation equals that through it") {
  int fused = 0;
  for (const Variant& variant : variants()) {
    for (const std::string& last : activation_names()) {
      if (variant.is_rule() || !variant.loss->fuses(activation(last))) continue;
      for (const Eigen::MatrixXf& target : targets(variant)) {
        CAPTURE(variant, last, target.rows());
        ++fused;
        const tests::Table table = data(target);
        const auto short_way = tests::gradients_of(network(last, variant.loss), table.samples());
        const auto long_way = tests::gradients_of(
            network(last, std::make_shared<Unfused>(variant.loss)), table.samples());
        double difference = 0;
        for (std::size_t i = 0; i < short_way.size(); ++i) {
          difference = std::max(difference, std::abs(static_cast<double>(short_way[i]) -
                                                     static_cast<double>(long_way[i])));
        }
        CHECK(difference < 1e-6);
      }
    }
  }
  // The binary one of two kinds of targets, the others of three; label smoothing or none.
  CHECK(fused == 2 * 2 + 2 * 3 + 3);
}

TEST_CASE("logits are fused with no activation") {
  for (const Variant& variant : variants()) {
    if (!variant.from_logits()) continue;
    CAPTURE(variant);
    for (const std::string& last : activation_names()) {
      CHECK_FALSE(variant.loss->fuses(activation(last)));
    }
  }
}

TEST_CASE("every loss is a sum over samples, each times its weight") {
  const std::vector<float> weights = {1, 2, 0.5f, 1, 0, 3};
  for (const Variant& variant : variants()) {
    const Loss& loss = *variant.loss;
    const Eigen::MatrixXf prediction = predictions(variant);
    for (const Eigen::MatrixXf& target : targets(variant)) {
      CAPTURE(variant, target.rows());
      const Computed plain = compute(loss, prediction, target);
      const Computed weighted = compute(loss, prediction, target, weights);
      double sum = 0, weighted_sum = 0;
      for (Index s = 0; s < kSamples; ++s) {
        const double one = compute(loss, prediction.col(s), target.col(s)).loss;
        const float weight = weights[static_cast<std::size_t>(s)];
        CHECK(one >= 0);
        sum += one;
        weighted_sum += weight * one;
        CHECK((weighted.gradient.col(s) - weight * plain.gradient.col(s)).norm() < 1e-6);
      }
      CHECK(plain.loss == Approx(sum));
      CHECK(weighted.loss == Approx(weighted_sum));
      CHECK(compute(loss, prediction, target, weights, false).loss == weighted.loss);
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
  CHECK(make_loss("mean_squared_logarithmic_error")->name() == "msle");
  CHECK(make_loss("logcosh")->name() == "log_cosh");
  CHECK_THROWS_WITH(make_loss("hubber"), "unknown loss 'hubber'; did you mean 'huber'?");
}

TEST_CASE("every loss gives back its options") {
  for (const Variant& variant : variants()) {
    CAPTURE(variant);
    const auto& row = losses().at(variant.name());
    const base::Configuration config = variant.loss->config();
    CHECK(config.size() == row.keys.size());
    CHECK_NOTHROW(base::Reader(config, row.keys).check());
    for (const auto& [name, value] : variant.options) {
      CAPTURE(name);
      CHECK(base::same(config.at(name), value));
    }
  }
}

TEST_CASE("every loss reads every key that it declares") {
  for (const auto& row : losses().rows()) {
    CAPTURE(row.name);
    const auto outcome = [&](const base::Configuration& options) -> tests::Numbers {
      const Variant plain{make_loss(row.name), {}};
      const LossPtr loss = row.make(base::Reader(options, row.keys));
      const Computed computed = compute(*loss, predictions(plain), targets(plain).front());
      return {computed.loss, computed.gradient.sum()};
    };
    CHECK(tests::keys_without_effect(row.keys, {outcome}) == std::vector<std::string>{});
  }
}

TEST_CASE("a class that does not exist is refused") {
  for (const Variant& variant : variants()) {
    if (!variant.of_classes()) continue;
    for (const float label : {-1.0f, 3.0f, NAN}) {
      CAPTURE(variant, label);
      CHECK_THROWS_AS(compute(*variant.loss, predictions(variant),
                              Eigen::MatrixXf::Constant(1, kSamples, label)),
                      base::InputError);
    }
  }
}

TEST_CASE("losses of probabilities stay finite at 0 and 1, those of logits far from zero") {
  for (const Variant& variant : variants()) {
    if (!variant.name().ends_with("crossentropy")) continue;
    CAPTURE(variant);
    Eigen::MatrixXf sure =
        Eigen::MatrixXf::Constant(kUnits, kSamples, variant.from_logits() ? -1e6f : 0.0f);
    sure.row(1).setConstant(variant.from_logits() ? 1e6f : 1.0f);
    for (const Eigen::MatrixXf& target : targets(variant)) {
      const Computed computed = compute(*variant.loss, sure, target);
      CHECK(std::isfinite(computed.loss));
      CHECK(computed.gradient.allFinite());
    }
  }
}

TEST_CASE("a prediction that is not a number makes every loss one too") {
  for (const Variant& variant : variants()) {
    for (const Eigen::MatrixXf& target : targets(variant)) {
      for (Index k = 0; k < kUnits * kSamples; ++k) {
        CAPTURE(variant, target.rows(), k);
        Eigen::MatrixXf prediction = predictions(variant);
        prediction(k) = NAN;
        CHECK(std::isnan(compute(*variant.loss, prediction, target).loss));
        CHECK(std::isnan(compute(*variant.loss, prediction, target, {}, false).loss));
      }
    }
  }
}

}  // namespace tune::model
