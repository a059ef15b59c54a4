#include <array>
#include <utility>

#include "model/losses/makers.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kLongNames = {{
    {"mean_squared_error", "mse"},
    {"mean_absolute_error", "mae"},
    {"mean_squared_logarithmic_error", "msle"},
    {"logcosh", "log_cosh"},
}};

base::Key from_logits_key() {
  return base::flag_key("from_logits", false, "the model gives logits, not probabilities");
}
base::Key label_smoothing_key(const std::string& towards) {
  return base::real_key("label_smoothing", 0.0, 0, 1,
                        "share of a target that is drawn towards " + towards);
}
CrossentropyOptions crossentropy_options(const base::Reader& options) {
  return {.from_logits = options.flag("from_logits"),
          .label_smoothing = options.real("label_smoothing")};
}

}  // namespace

void Loss::check(Index prediction_rows, Index target_rows) const {
  if (prediction_rows == target_rows) return;
  throw base::InputError(std::string(name()) + ": the model has " +
                         std::to_string(prediction_rows) + " outputs, the targets have " +
                         std::to_string(target_rows));
}

const Losses& losses() {
  using base::Reader;
  static const Losses kLosses(
      "loss",
      {{"mse", "mean squared error", {}, [](const Reader&) { return mean_squared_error(); }},
       {"mae", "mean absolute error", {}, [](const Reader&) { return mean_absolute_error(); }},
       {"msle",
        "squared error of the logarithms of 1 + x",
        {},
        [](const Reader&) { return mean_squared_logarithmic_error(); }},
       {"huber",
        "squared for small errors, absolute for large ones",
        {base::positive_key("delta", 1.0, 1e9, "where the loss turns from squared to absolute")},
        [](const Reader& options) { return huber(options.real("delta")); }},
       {"log_cosh",
        "squared for small errors, absolute for large ones, without a bend",
        {},
        [](const Reader&) { return log_cosh(); }},
       {"poisson", "of counts", {}, [](const Reader&) { return poisson(); }},
       {"hinge",
        "of yes or no, by the margin, targets -1 or 0 and 1",
        {},
        [](const Reader&) { return hinge(); }},
       {"binary_crossentropy",
        "of yes or no, one sigmoid an output",
        {from_logits_key(), label_smoothing_key("one half")},
        [](const Reader& options) { return binary_crossentropy(crossentropy_options(options)); }},
       {"categorical_crossentropy",
        "of one class of several, one-hot targets",
        {from_logits_key(), label_smoothing_key("1 / classes")},
        [](const Reader& options) {
          return categorical_crossentropy(crossentropy_options(options));
        }},
       {"sparse_categorical_crossentropy",
        "of one class of several, its index as target",
        {from_logits_key()},
        [](const Reader& options) {
          return sparse_categorical_crossentropy(options.flag("from_logits"));
        }},
       {"perceptron",
        "the perceptron's learning rule",
        {base::name_key("rule", "book", {"book", "margin"},
                        "learn from wrong outputs, or where y z <= 0 (scikit-learn's)")},
        [](const Reader& options) {
          return perceptron(options.is("rule", "margin") ? PerceptronRule::margin
                                                         : PerceptronRule::book);
        }}});
  return kLosses;
}

LossPtr make_loss(std::string_view name) {
  for (const auto& [long_name, short_name] : kLongNames) {
    if (name == long_name) name = short_name;
  }
  const auto& row = losses().at(name);
  const base::Configuration none;
  return row.make(base::Reader(none, row.keys));
}

}  // namespace tune::model
