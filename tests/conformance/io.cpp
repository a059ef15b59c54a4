#include <filesystem>

#include "model/activation.hpp"
#include "model/io/keras_h5.hpp"
#include "model/layers/catalogue.hpp"
#include "model/metrics/metric.hpp"
#include "tests/support/architectures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/options.hpp"
#include "tests/support/process.hpp"
#include "tests/support/same.hpp"

// Everything that a model can be told comes back from its file: each row of each registry, with
// another value than the default for each of its keys.

namespace tune::model {
namespace {

/// The values of text keys.
const std::map<std::string, base::Value> kTexts = {
    {"kernel_initializer", "random_uniform(-0.1, 0.3)"},
    {"bias_initializer", "constant(0.25)"},
    {"beta_initializer", "constant(-1.5)"},
    {"gamma_initializer", "truncated_normal(1, 0.2)"},
    {"moving_mean_initializer", "random_normal(0.5)"},
    {"moving_variance_initializer", "he_uniform"},
    {"kernel_regularizer", "l1_l2(0.125, 0.5)"},
    {"bias_regularizer", "l1(0.1)"},
    {"kernel_constraint", "max_norm(0.7)"},
    {"boundaries", "10, 200"},
    {"values", "0.5, 0.25, 0.1"},
    {"learning_rate", 0.3},
    {"clipnorm", 0.4},
    {"clipvalue", 0.6},
    {"global_clipnorm", 0.8},
    {"decay_steps", std::int64_t{17}},
    {"first_decay_steps", std::int64_t{19}},
    {"iterations", std::int64_t{23}},
    {"last_iterations", std::int64_t{3}},
    {"start_rate", 0.05},
    {"last_rate", 0.001},
    {"warmup_target", 0.9},
};

Model saved_and_loaded(const Model& model) {
  const tests::Folder folder;
  save_model(model, folder / "model.h5");
  return load_model(folder / "model.h5");
}

/// What must be given for the row to make anything.
base::Configuration needed(std::span<const base::Key> keys) {
  base::Configuration options;
  for (const base::Key& key : keys) {
    if (!key.fallback) options[key.name] = tests::other_values(key, kTexts).at(0);
  }
  return options;
}

/// Configurations of a row: the least that it needs, and with each other value of each key.
std::vector<base::Configuration> configurations(std::span<const base::Key> keys) {
  std::vector<base::Configuration> all = {needed(keys)};
  for (const base::Key& key : keys) {
    for (const base::Value& value : tests::other_values(key, kTexts)) {
      base::Configuration options = needed(keys);
      options[key.name] = value;
      // Two keys that must fit each other.
      if (key.name == "boundaries" || key.name == "values") {
        for (const char* name : {"boundaries", "values"}) options[name] = kTexts.at(name);
      }
      all.push_back(std::move(options));
    }
  }
  return all;
}

/// Calls check(row, what it makes) for each configuration of each row.
template <class Rows, class Check>
void for_each_configuration(const Rows& rows, Check check) {
  for (const auto& row : rows) {
    for (const base::Key& key : row.keys) {
      INFO(row.name << ": " << key.name);
      CHECK((key.words.size() == 1 || !tests::other_values(key, kTexts).empty()));
    }
    for (const base::Configuration& options : configurations(row.keys)) {
      INFO(row.name << ": " << base::to_text(options));
      check(row.make(base::Reader(options, row.keys)));
    }
  }
}

/// The layer in a model, with as many inputs as it takes.
Model model_of(const LayerPtr& layer) {
  Graph graph;
  const Graph::Handle one[] = {graph.input({4})};
  try {
    const Graph::Handle output = graph.add(layer, one);
    return Model(std::move(graph).build({&output, 1}));
  } catch (const base::InputError&) {
    const Graph::Handle two[] = {one[0], graph.input({4})};
    const Graph::Handle output = graph.add(layer, two);
    return Model(std::move(graph).build({&output, 1}));
  }
}

Model small_model(const char* activation = "linear") {
  return Model(sequential({4}, {dense(3, {.activation = activation})}));
}

void check_compiled(const Model& model) {
  tests::check_same_compile(model.compiled(), saved_and_loaded(model).compiled());
}

}  // namespace

TEST_CASE("every layer with every option comes back from a file") {
  for_each_configuration(layers().rows(), [](const LayerPtr& layer) {
    const Model model = model_of(layer);
    tests::check_same_network(model.network(), saved_and_loaded(model).network());
  });
}

TEST_CASE("every activation comes back from a file") {
  for (const std::string& name : activation_names()) {
    const Model model = small_model(name.c_str());
    tests::check_same_network(model.network(), saved_and_loaded(model).network());
  }
}

TEST_CASE("every initializer comes back from a file") {
  for (const std::string& name : initializer_names()) {
    std::string numbers;
    for (const Setting& setting : initializer(name).settings()) {
      numbers += (numbers.empty() ? "" : ", ") + std::to_string(setting.fallback + 0.5);
    }
    for (const std::string& text : {name, name + "(" + numbers + ")"}) {
      INFO(text);
      const Model model(sequential({4}, {dense(3, {.kernel_initializer = text})}));
      tests::check_same_network(model.network(), saved_and_loaded(model).network());
    }
  }
}

TEST_CASE("every loss with every option comes back from a file") {
  for_each_configuration(losses().rows(), [](const LossPtr& loss) {
    Model model = small_model();
    model.compile({.losses = {loss}});
    check_compiled(model);
  });
}

TEST_CASE("every optimizer with every option comes back from a file") {
  for_each_configuration(optimizers().rows(), [](const OptimizerPtr& optimizer) {
    Model model = small_model();
    model.compile({.optimizer = optimizer, .losses = {mean_squared_error()}});
    check_compiled(model);
  });
}

TEST_CASE("every schedule with every option comes back from a file") {
  for_each_configuration(schedules().rows(), [](const SchedulePtr& schedule) {
    Model model = small_model();
    model.compile({.optimizer = sgd({.learning_rate = 0.75}),
                   .schedule = schedule,
                   .losses = {mean_squared_error()}});
    check_compiled(model);
  });
}

TEST_CASE("every metric comes back from a file, of one unit and of several") {
  for (const std::string& name : metric_names()) {
    INFO(name);
    for (const std::int64_t units : {1, 3}) {
      Model model(sequential({4}, {dense(units)}));
      model.compile({.losses = {mean_squared_error()}, .metrics = {name, "mse"}});
      check_compiled(model);
    }
    if (name.find("top_k") == name.npos) continue;
    Model model = small_model();
    model.compile({.losses = {categorical_crossentropy()}, .metrics = {name + "(2)"}});
    check_compiled(model);
  }
}

TEST_CASE("each layer comes back from a file frozen or not") {
  for (std::size_t flags = 0; flags < 8; ++flags) {
    Model model(sequential({4}, {dense(3), batch_normalization(), dense(2)}));
    for (std::size_t i = 0; i < 3; ++i) {
      const std::string& name = model.network().nodes()[i + 1].name;
      if ((flags >> i & 1) != 0) model.set_trainable(name, false);
    }
    const Model loaded = saved_and_loaded(model);
    for (std::size_t i = 1; i < 4 && flags > 0; ++i)
      CHECK(loaded.frozen().at(i) == model.frozen()[i]);
    CHECK(loaded.frozen().empty() == (flags == 0));
  }
}

}  // namespace tune::model
