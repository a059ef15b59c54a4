#include <cmath>

#include "model/activation.hpp"
#include "model/adapt.hpp"
#include "model/builders/builder.hpp"
#include "model/builders/hidden.hpp"
#include "model/builders/recipe.hpp"
#include "model/losses/makers.hpp"
#include "search/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/tables.hpp"

namespace tune::model {
namespace {

using Task = Problem::Task;
using Text = std::string;
using Options = std::map<Text, Text>;

base::Configuration configuration(const Options& options) {
  base::Configuration values;
  for (const auto& [key, text] : options) values[key] = base::parse_value(text);
  return values;
}

Recipe build(const Text& builder, const Options& options = {},
             const Problem& problem = {Task::regression, {8}, 1}) {
  const auto& row = builders().at(builder);
  const base::Configuration values = configuration(options);
  Recipe recipe = row.make(base::Reader(values, row.keys), problem);
  recipe.model.initialize(base::Rng(1));
  return recipe;
}

Text refusal(const Text& builder, const Options& options,
             const Problem& problem = {Task::regression, {8}, 1}) {
  try {
    build(builder, options, problem);
  } catch (const base::InputError& error) {
    return error.what();
  }
  return {};
}

/// "Dense(tanh) Dropout", and so on.
Text layers_text(const Recipe& recipe) {
  Text text;
  for (const Node& node : recipe.model.network().nodes()) {
    if (node.layer == nullptr) continue;
    text += (text.empty() ? "" : " ") + Text(node.layer->type());
    if (const Activation* last = node.layer->activation()) text += '(' + last->name + ')';
  }
  return text;
}

std::vector<std::int64_t> widths(const Options& options, std::int64_t outputs = 1) {
  const base::Configuration values = configuration(options);
  const auto keys = hidden_keys(1, 0);
  return hidden_widths(base::Reader(values, keys), outputs);
}

using Widths = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("a funnel is that of LCBench") {
  // Auto-PyTorch 0.0.2, get_shaped_neuron_counts("funnel", 1, outputs, n_neurons, n_hidden + 1).
  const auto funnel = [](const char* layers, const char* neurons, std::int64_t outputs) {
    return widths({{"shape", "funnel"}, {"n_hidden", layers}, {"n_neurons", neurons}}, outputs);
  };
  CHECK(funnel("1", "64", 10) == Widths{64});
  CHECK(funnel("2", "64", 10) == Widths{64, 37});
  CHECK(funnel("3", "512", 2) == Widths{512, 342, 172});
  CHECK(funnel("4", "1000", 1) == Widths{1000, 751, 502, 253});
  CHECK(funnel("3", "8", 10) == Widths{8, 8, 8});
}

TEST_CASE("a pyramid falls by the same factor") {
  const auto pyramid = [](const char* layers, const char* neurons, std::int64_t outputs) {
    return widths({{"shape", "pyramid"}, {"n_hidden", layers}, {"n_neurons", neurons}}, outputs);
  };
  CHECK(pyramid("3", "64", 8) == Widths{64, 32, 16});
  CHECK(pyramid("3", "1000", 1) == Widths{1000, 100, 10});
  CHECK(pyramid("4", "81", 1) == Widths{81, 27, 9, 3});
  CHECK(pyramid("2", "5", 9) == Widths{5, 5});
}

TEST_CASE("the last hidden layer of a shape can be given, and all of them") {
  const Options last = {{"n_hidden", "3"}, {"n_neurons", "100"}, {"n_last", "9"}};
  const auto of = [&](const Text& shape, Options options = {}) {
    options.insert(last.begin(), last.end());
    options.insert({"shape", shape});
    return widths(options);
  };
  CHECK(of("constant") == Widths{100, 100, 100});
  CHECK(of("funnel") == Widths{100, 55, 9});
  CHECK(of("pyramid") == Widths{100, 30, 9});
  CHECK(of("funnel", {{"n_last", "300"}}) == Widths{100, 200, 300});
  CHECK(of("pyramid", {{"n_hidden", "1"}}) == Widths{100});
  CHECK(of("funnel", {{"n_hidden", "0"}}).empty());
  CHECK(of("funnel", {{"hidden", "300, 100"}}) == Widths{300, 100});
}

TEST_CASE("a network of defaults is a plain one") {
  CHECK(layers_text(build("mlp")) == "Dense(relu) Dense(linear)");
  CHECK(layers_text(build("linear")) == "Dense(linear)");
  CHECK(build("linear").model.network().count_params() == 9);
  CHECK(build("linear", {}, {Task::multiclass, {28, 28}, 10}).model.network().count_params() ==
        7850);
}

TEST_CASE("hidden layers have normalisation and dropout where they are asked for") {
  CHECK(layers_text(build("mlp", {{"batch_norm", "before"}, {"dropout", "0.2"}})) ==
        "Dense(linear) BatchNormalization Activation(relu) Dropout Dense(linear)");
  CHECK(layers_text(build("mlp", {{"batch_norm", "after"}, {"normalize", "yes"}})) ==
        "Normalization Dense(relu) BatchNormalization Dense(linear)");
  CHECK(layers_text(build("mlp", {{"n_hidden", "0"}, {"input_dropout", "0.1"}})) ==
        "Dropout Dense(linear)");
  const auto dropout = [](const Text& kind, const Text& activation) {
    return layers_text(
        build("mlp", {{"dropout", "0.1"}, {"dropout_kind", kind}, {"activation", activation}}));
  };
  CHECK(dropout("auto", "selu") == "Dense(selu) AlphaDropout Dense(linear)");
  CHECK(dropout("plain", "selu") == "Dense(selu) Dropout Dense(linear)");
  CHECK(dropout("alpha", "elu") == "Dense(elu) AlphaDropout Dense(linear)");
  // The normalisation has a bias of its own: 8 x 30, 4 x 30 and 30 + 1.
  CHECK(build("mlp", {{"batch_norm", "before"}}).model.network().count_params() == 391);
}

TEST_CASE("weights are penalised in every layer, and limited in hidden ones") {
  const Recipe recipe = build("mlp", {{"l1", "0.125"},
                                      {"l2", "1e-5"},
                                      {"max_norm", "1.5"},
                                      {"kernel_initializer", "random_normal(0, 0.5)"}});
  const auto nodes = recipe.model.network().nodes();
  for (const Node& node : nodes.subspan(1)) {
    const base::Configuration config = node.layer->config();
    CHECK(config.at("kernel_regularizer") == base::Value(Text("l1_l2(0.125, 1e-05)")));
    CHECK(config.at("kernel_initializer") == base::Value(Text("random_normal(0, 0.5)")));
  }
  CHECK(nodes[1].layer->config().at("kernel_constraint") == base::Value(Text("max_norm(1.5)")));
  CHECK(nodes[2].layer->config().at("kernel_constraint") == base::Value(Text("none")));
}

TEST_CASE("the output of a regression stays within its bounds, and reaches them") {
  const Eigen::MatrixXf x = tests::random_matrix(8, 50, base::Rng(2), 1e4f);
  const auto range = [&](const Text& output) {
    const Recipe recipe = build("linear", {{"output", output}}, {Task::regression, {8}, 2});
    const Eigen::MatrixXf y = recipe.model.predict(x);
    return std::pair{y.minCoeff(), y.maxCoeff()};
  };
  CHECK(range("sigmoid(0, 5)") == std::pair{0.0f, 5.0f});
  CHECK(range("sigmoid(-3, -1)") == std::pair{-3.0f, -1.0f});
  CHECK(range("hard_sigmoid(1, 2)") == std::pair{1.0f, 2.0f});
  CHECK(range("tanh(-1, 3)") == std::pair{-1.0f, 3.0f});
  CHECK(range("tanh") == std::pair{-1.0f, 1.0f});
  CHECK(range("relu").first == 0);
  CHECK(range("relu").second > 100);
  CHECK(range("auto").first < -100);
}

TEST_CASE("an output that does not fit is refused") {
  const Problem binary = {Task::binary, {8}, 1};
  CHECK(refusal("mlp", {{"output", "relu"}}, binary) ==
        "output: relu does not fit the task; a classifier's is sigmoid");
  CHECK(refusal("linear", {{"output", "sigmoid(0, 2)"}}, binary) ==
        "output: sigmoid(0, 2) does not fit the task; a classifier's is sigmoid");
  CHECK(refusal("linear", {{"output", "sigmoid"}}, binary).empty());
  CHECK(refusal("mlp", {{"output", "softmax"}}, {Task::multiclass, {8}, 3}).empty());
  CHECK(refusal("mlp", {{"output", "relu(0, 5)"}}).starts_with("output: 'relu' takes no numbers"));
  CHECK(refusal("mlp", {{"output", "tanh(3, 1)"}}).starts_with("output: 'tanh(3, 1)' needs two"));
  CHECK(refusal("mlp", {{"output", "sigmoid(1)"}}).starts_with("output: 'sigmoid(1)' needs two"));
  CHECK(refusal("mlp", {{"output", "sigmod"}}) ==
        "output: unknown activation 'sigmod'; did you mean 'sigmoid'?");
  CHECK(refusal("mlp", {{"output", "sign"}}).starts_with("output: unknown activation 'sign'"));
}

TEST_CASE("the loss fits the task, and label smoothing takes one that can") {
  const auto loss = [](Task task, const Options& options) {
    const Problem problem = {task, {8}, task == Task::multiclass ? 3 : 1};
    const LossPtr found = build("mlp", options, problem).model.compiled().losses.at(0);
    return Text(found->name()) + '(' + base::to_text(found->config()) + ')';
  };
  CHECK(loss(Task::regression, {}) == "mse()");
  CHECK(loss(Task::regression, {{"loss", "huber"}, {"huber_delta", "2"}}) == "huber(delta=2.0)");
  CHECK(loss(Task::binary, {{"label_smoothing", "0.1"}}) ==
        "binary_crossentropy(from_logits=no label_smoothing=0.1)");
  CHECK(loss(Task::multiclass, {}) == "sparse_categorical_crossentropy(from_logits=no)");
  CHECK(loss(Task::multiclass, {{"label_smoothing", "0.1"}}) ==
        "categorical_crossentropy(from_logits=no label_smoothing=0.1)");
  CHECK(refusal("mlp", {{"loss", "mse"}}, {Task::multiclass, {8}, 3})
            .starts_with("loss: mse does not fit task = multiclass"));
}

TEST_CASE("an optimizer gets its own options, and Keras's rate unless one is given") {
  const auto optimizer = [](const Options& options) {
    const OptimizerPtr found = build("mlp", options).model.compiled().optimizer;
    return Text(found->name()) + ' ' + base::to_text(found->config());
  };
  CHECK(build("mlp").model.compiled().optimizer->rate() == 0.01f);
  CHECK(build("mlp", {{"optimizer", "adamw"}}).model.compiled().optimizer->rate() == 0.001f);
  CHECK(optimizer({{"optimizer", "rmsprop"},
                   {"learning_rate", "0.5"},
                   {"rho", "0.5"},
                   {"centered", "yes"},
                   {"momentum", "0.25"},
                   {"epsilon", "0.125"},
                   {"beta_1", "0.5"},
                   {"clipnorm", "2"}}) ==
        "rmsprop centered=yes clipnorm=2.0 epsilon=0.125 learning_rate=0.5 momentum=0.25 rho=0.5");
  CHECK(refusal("mlp", {{"clipnorm", "1"}, {"clipvalue", "1"}}).find("clip") != Text::npos);
}

TEST_CASE("schedules go on from learning_rate") {
  const auto rates = [](Options options, std::vector<std::int64_t> steps) {
    options.insert({"learning_rate", "0.5"});
    const SchedulePtr schedule = build("mlp", options).model.compiled().schedule;
    std::vector<float> found;
    for (const std::int64_t step : steps) found.push_back(schedule->rate(step, 100));
    return found;
  };
  using Rates = std::vector<float>;
  CHECK(build("mlp", {{"schedule", "constant"}}).model.compiled().schedule == nullptr);
  CHECK(rates({{"schedule", "exponential"}}, {0, 100}) == Rates{0.5f, 0.05f});
  CHECK(rates({{"schedule", "exponential"}, {"schedule_decay_rate", "0.25"}}, {100}) ==
        Rates{0.125f});
  CHECK(rates({{"schedule", "inverse_time"}}, {0, 100}) == Rates{0.5f, 0.25f});
  CHECK(rates({{"schedule", "polynomial"}, {"schedule_end_learning_rate", "0.1"}}, {0, 100}) ==
        Rates{0.5f, 0.1f});
  CHECK(rates({{"schedule", "cosine"}}, {0, 50, 100}) == Rates{0.5f, 0.25f, 0});
  CHECK(rates({{"schedule", "onecycle"}, {"schedule_last_iterations", "20"}}, {0, 40, 80}) ==
        Rates{0.05f, 0.5f, 0.05f});
  CHECK(rates({{"schedule", "piecewise"},
               {"schedule_boundaries", "10"},
               {"schedule_values", "0.25, 0.125"}},
              {10, 11}) == Rates{0.25f, 0.125f});
  // Without a rate, Keras's of the optimizer.
  CHECK(build("mlp", {{"schedule", "cosine"}, {"optimizer", "adam"}})
            .model.compiled()
            .schedule->rate(0, 9) == 0.001f);
}

TEST_CASE("what a schedule refuses is said of the builder's key") {
  CHECK(refusal("mlp", {{"schedule", "piecewise"}, {"schedule_boundaries", "5"}}) ==
        "schedule_values: there are 1 for 1 boundaries; one more is needed");
  CHECK(refusal("mlp", {{"schedule", "exponential"}, {"schedule_decay_rate", "0"}})
            .starts_with("schedule_decay_rate: 0 is too small"));
  CHECK(refusal("mlp", {{"schedule", "inverse_time"}, {"schedule_decay_rate", "0"}}).empty());
}

TEST_CASE("a plateau reduces the rate by its settings, with or without validation") {
  const Recipe recipe = build("linear", {{"schedule", "plateau"},
                                         {"learning_rate", "0.5"},
                                         {"plateau_factor", "0.5"},
                                         {"plateau_patience", "2"},
                                         {"plateau_min_delta", "1e9"}});
  CHECK(recipe.model.compiled().schedule == nullptr);
  const tests::Table table(tests::random_matrix(8, 20, base::Rng(3), 0.1f),
                           tests::random_matrix(1, 20, base::Rng(4)));
  const Samples samples = table.samples();
  for (const bool validated : {true, false}) {
    Model model = recipe.model;
    const Callbacks callbacks = recipe.callbacks(validated);
    Callback* const list[] = {callbacks.at(0).get()};
    const History history =
        model.fit(samples, validated ? &samples : nullptr, {.epochs = 6, .callbacks = list});
    std::vector<double> rates;
    for (const Logs& logs : history.epochs) rates.push_back(logs.at("learning_rate"));
    CHECK(rates == std::vector<double>{0.5, 0.5, 0.5, 0.25, 0.25, 0.125});
  }
}

TEST_CASE("wide & deep has the book's three networks") {
  const Recipe one = build("wide_deep");
  CHECK(one.inputs.empty());
  CHECK(layers_text(one) == "Dense(relu) Dense(relu) Concatenate Dense(linear)");
  CHECK(one.model.network().count_params() == 1239);

  const Recipe two = build("wide_deep", {{"wide", "0-4"}, {"deep", "2-7"}});
  CHECK(two.inputs == std::vector<Selection>{{0, 1, 2, 3, 4}, {2, 3, 4, 5, 6, 7}});
  CHECK(two.model.network().count_params() == 1176);
  CHECK(two.model.network().nodes()[0].name == "wide_input");
  CHECK(two.model.network().nodes()[1].shape == Shape{6});

  const Recipe three = build("wide_deep", {{"wide", "0-4"}, {"deep", "2-7"}, {"auxiliary", "0.1"}});
  CHECK(three.model.network().count_params() == 1207);
  REQUIRE(three.model.network().outputs().size() == 2);
  CHECK(three.model.network().output(0).name == "main_output");
  CHECK(three.model.network().output(1).name == "aux_output");
  CHECK(three.model.compiled().loss_weights == std::vector<float>{0.9f, 0.1f});
  CHECK(three.model.compiled().losses.size() == 2);

  const Recipe half = build("wide_deep", {{"deep", "2-7"}, {"output", "sigmoid(0, 5)"}});
  CHECK(half.inputs == std::vector<Selection>{{}, {2, 3, 4, 5, 6, 7}});
  CHECK(half.model.network().nodes()[0].shape == Shape{8});
  CHECK(half.model.network().output(0).name == "main_output");
}

TEST_CASE("wide and deep see what they are told to") {
  Recipe recipe = build("wide_deep", {{"wide", "5"}, {"deep", "2, 0"}});
  const Eigen::MatrixXf x = tests::random_matrix(8, 3, base::Rng(5));
  const auto rows = tests::first_rows(3);
  const auto predict = [&](const Eigen::MatrixXf& features) {
    return recipe.model.predict(
        Samples{.inputs = share_out(Columns(features), recipe.inputs, 2), .rows = rows});
  };
  const Eigen::MatrixXf before = predict(x);
  for (Index feature = 0; feature < 8; ++feature) {
    Eigen::MatrixXf changed = x;
    changed.row(feature).array() += 1;
    CAPTURE(feature);
    CHECK((predict(changed) != before) == (feature == 0 || feature == 2 || feature == 5));
  }
}

TEST_CASE("columns are selected by name, number and range") {
  Problem problem = {Task::regression, {6}, 1};
  problem.columns = {{"age", 1}, {"colour", 3}, {"0", 1}, {"a-b", 1}};
  const auto wide = [&](const Text& text) {
    return build("wide_deep", {{"wide", text}}, problem).inputs.at(0);
  };
  CHECK(wide("colour") == Selection{1, 2, 3});
  CHECK(wide("1") == Selection{1, 2, 3});
  CHECK(wide("a-b, age") == Selection{5, 0});
  CHECK(wide("0") == Selection{4});  // a name wins
  CHECK(wide("1-3") == Selection{1, 2, 3, 4, 5});
  const auto refused = [&](const Text& text) {
    return refusal("wide_deep", {{"wide", text}}, problem);
  };
  CHECK(refused("ages") == "wide: there is no column 'ages'; did you mean 'age'?");
  CHECK(refused("2-4") == "wide: '2-4' does not fit the 4 columns, which count from 0");
  CHECK(refused("3-2") == "wide: '3-2' does not fit the 4 columns, which count from 0");
  CHECK(refused("colour, 1") == "wide: '1' lists a column again");
  CHECK(refusal("wide_deep", {{"deep", "x"}}) == "deep: there is no column 'x'");
  CHECK(refusal("wide_deep", {{"deep", "8"}}).starts_with("deep: '8' does not fit the 8 columns"));
}

TEST_CASE("a network that normalises adapts to its rows") {
  for (const Text builder : {"mlp", "linear", "wide_deep"}) {
    CAPTURE(builder);
    Recipe recipe = build(builder, {{"normalize", "yes"}});
    const Eigen::MatrixXf x = (tests::random_matrix(8, 40, base::Rng(6), 3).array() + 100).matrix();
    const auto rows = tests::first_rows(40);
    adapt(recipe.model.network(), recipe.model.weights(), {.inputs = {Columns(x)}, .rows = rows});
    const auto weights = recipe.model.get_weights();
    CHECK(weights[0][3] == Approx(x.row(3).mean()));
  }
}

}  // namespace tune::model
