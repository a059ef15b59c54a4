#include "model/fit_data.hpp"

#include <algorithm>
#include <cmath>

#include "search/base/error.hpp"

namespace tune::model {
namespace {

using base::InputError;

void split(const Fit& options, FitData& data) {
  const std::span<const std::uint32_t> rows = data.train.rows;
  // Keras's order of operations, so that rounding gives the same row.
  const auto first = static_cast<std::size_t>(
      std::floor(static_cast<double>(rows.size()) * (1 - options.validation_split)));
  if (first == 0 || first == rows.size()) {
    throw InputError("fit: validation_split leaves no rows to " +
                     std::string(first == 0 ? "train" : "validate") + " on, out of " +
                     std::to_string(rows.size()));
  }
  data.validation = data.train;
  data.validation->rows = rows.subspan(first);
  data.train.rows = rows.first(first);
}

/// The class that a target names: its index, or the largest of one-hot rows.
int class_of(const std::vector<float>& target) {
  if (target.size() == 1) return static_cast<int>(std::lround(target[0]));
  return static_cast<int>(std::ranges::max_element(target) - target.begin());
}

void weigh_classes(const Fit& options, FitData& data) {
  Samples& train = data.train;
  if (std::ranges::any_of(train.weights, [](const float* array) { return array != nullptr; })) {
    throw InputError("fit: class_weight and weights of the samples cannot be given together");
  }
  if (train.targets.size() != 1) {
    throw InputError("fit: class_weight is for models with one output");
  }
  if (train.rows.empty()) return;
  data.class_weights.assign(std::size_t{*std::ranges::max_element(train.rows)} + 1, 0.0f);
  std::vector<float> target(static_cast<std::size_t>(train.targets[0].rows));
  const auto size = static_cast<Index>(target.size());
  for (const std::uint32_t& row : train.rows) {
    gather(train.targets[0], std::span(&row, 1), {target.data(), size, size});
    const auto found = options.class_weight.find(class_of(target));
    data.class_weights[row] = found == options.class_weight.end() ? 1.0f : found->second;
  }
  train.weights = {data.class_weights.data()};
}

void check(const Samples* validation, const Fit& options) {
  const auto refuse = [](const std::string& what) { throw InputError("fit: " + what); };
  if (options.batch_size < 1) refuse("the batch size must be at least 1");
  if (options.validation_batch_size < 1) refuse("validation_batch_size must be at least 1");
  if (options.validation_steps < 0) refuse("validation_steps must not be below 0");
  if (options.validation_freq < 1) refuse("validation_freq must be at least 1");
  if (options.steps_per_epoch < 0) refuse("steps_per_epoch must not be below 0");
  if (options.initial_epoch < 0) refuse("initial_epoch must not be below 0");
  if (!(options.validation_split >= 0 && options.validation_split < 1)) {
    refuse("validation_split must be from 0 to below 1");
  }
  if (options.validation_split > 0 && validation != nullptr) {
    refuse("validation_split is given, and samples to validate on too");
  }
  if (options.schedule_epochs != 0 && options.schedule_epochs < options.epochs) {
    refuse("schedule_epochs is below epochs");
  }
}

}  // namespace

FitData fit_data(const Samples& samples, const Samples* validation, const Fit& options) {
  check(validation, options);
  FitData data{.train = samples};
  if (validation != nullptr) data.validation = *validation;
  if (options.validation_split > 0) split(options, data);
  if (!options.class_weight.empty()) weigh_classes(options, data);
  return data;
}

}  // namespace tune::model
