#include <array>
#include <utility>

#include "model/losses/makers.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kLongNames = {{
    {"mean_squared_error", "mse"},
    {"mean_absolute_error", "mae"},
}};

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
       {"huber",
        "squared for small errors, absolute for large ones",
        {base::positive_key("delta", 1.0, 1e9, "where the loss turns from squared to absolute")},
        [](const Reader& options) { return huber(options.real("delta")); }},
       {"binary_crossentropy",
        "of yes or no, one sigmoid an output",
        {},
        [](const Reader&) { return binary_crossentropy(); }},
       {"categorical_crossentropy",
        "of one class of several, one-hot targets",
        {},
        [](const Reader&) { return categorical_crossentropy(); }},
       {"sparse_categorical_crossentropy",
        "of one class of several, its index as target",
        {},
        [](const Reader&) { return sparse_categorical_crossentropy(); }},
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
