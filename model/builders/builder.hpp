#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "search/base/registry.hpp"

namespace tune::model {

struct Recipe;

/// What a builder is told about the data that its model is for.
struct Problem {
  enum class Task { regression, binary, multiclass, multilabel };

  /// A column of the data, which has become one feature or, coded one-hot, several.
  struct Column {
    std::string name;
    std::int64_t features = 1;
  };

  Task task = Task::regression;
  std::vector<std::int64_t> input_shape;  ///< of one sample: {8}, {28, 28}
  std::int64_t outputs = 1;               ///< units of the output layer
  /// What the features come from, in their order; empty: each is a column without a name.
  std::vector<Column> columns = {};
};

/// The model-builder factory: from the options of one trial to a model and how to train it.
/// A builder must be pure and thread-safe; it throws InputError on options that do not go together.
using Builders = base::Registry<Recipe(const base::Reader&, const Problem&)>;

/// All builders by their name in [model] builder. A program with a builder of its own adds a row
/// before it calls tune::tuner::run_program.
Builders& builders();

}  // namespace tune::model
