#include <nlohmann/json.hpp>

#include "model/io/keras_weights.hpp"
#include "model/io/model_file.hpp"
#include "model/io/training_file.hpp"
#include "model/losses/makers.hpp"
#include "search/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

namespace tune::model {
namespace {

using tests::Folder;
using Json = nlohmann::ordered_json;

Model small_model() {
  Model model(sequential({2}, {dense(1)}));
  model.compile({.optimizer = sgd({.momentum = 0.5}), .losses = {mean_squared_error()}});
  return model;
}

/// What our own part says of a training with one callback.
Json own_part() {
  return {{"epoch", 3},
          {"stopped", false},
          {"rate", {{"real", "0.1"}}},
          {"callbacks",
           {{{"values", {{"wait", 2}, {"best", {{"real", "0.5"}}}}}, {"arrays", {"best"}}}}}};
}

/// A variable of the optimizer; none: an integer.
struct Variable {
  Shape shape;
  std::optional<std::vector<float>> values;
  std::int64_t integer = 0;
};

std::vector<Variable> sound_variables() {
  return {{{}, {}, 7}, {{}, {{0.1f}}}, {{2, 1}, {{1, 2}}}, {{1}, {{3}}}};
}

/// What load_training says of such a file; empty if it loads.
std::string complaint(const std::string& own, const std::vector<Variable>& variables,
                      const std::string& array = "/tune/callbacks/0/0") {
  const Folder folder;
  const Model model = small_model();
  Hdf5Writer writer;
  write_layers(writer, stored_layers(model));
  writer.group("/optimizer/vars");
  for (std::size_t i = 0; i < variables.size(); ++i) {
    const std::string path = "/optimizer/vars/" + std::to_string(i);
    const auto& [shape, values, integer] = variables[i];
    values ? writer.floats(path, shape, *values) : writer.integer(path, integer);
  }
  writer.group("/tune");
  writer.attribute("/tune", "training", own);
  writer.floats(array, {2}, {{5, 6}});
  const std::filesystem::path file = folder / "a.weights.h5";
  write_model_file(file, writer.finish());
  try {
    load_training(model, file);
  } catch (const base::InputError& error) {
    const std::string message = error.what(), name = file.string() + ": ";
    CHECK(message.starts_with(name));
    CHECK(message.find('\n') == std::string::npos);
    return message.substr(name.size());
  }
  return {};
}

/// A change to our own part and what must be said of it.
struct Wrong {
  const char* place;  ///< JSON pointer
  Json value;
  const char* message;
};

}  // namespace

TEST_CASE("a training whose own part is wrong is refused") {
  REQUIRE(complaint(own_part().dump(), sound_variables()) == "");
  const std::vector<Wrong> table = {
      {"/epoch", -1, "epoch is no epoch"},
      {"/epoch", 1e300, "not as Keras writes it"},
      {"/epoch", std::uint64_t{1} << 63, "an integer that is too large"},
      {"/epoch", std::int64_t{1} << 40, "epoch is no epoch"},
      {"/epoch", {{"real", "1.5"}}, "epoch is no epoch"},
      {"/stopped", 1, "not as Keras writes it"},
      {"/rate", {{"real", "nan"}}, "a learning rate that is no rate"},
      {"/rate", {{"real", "-0.5"}}, "a learning rate that is no rate"},
      {"/rate", "quick", "a learning rate that is no rate"},
      {"/callbacks", 3, "not as Keras writes it"},
      {"/callbacks/0/values/best", {{"real", "much"}}, "a number that is none"},
      {"/callbacks/0/values/best", nullptr, "not as Keras writes it"},
      {"/callbacks/0/values", Json::array({1}), "not as Keras writes it"},
      {"/callbacks/0/arrays", {"best", "more"}, "has no 'callbacks/0/1'"},
      {"/callbacks/0/arrays", {7}, "not as Keras writes it"},
  };
  for (const Wrong& wrong : table) {
    Json changed = own_part();
    changed[Json::json_pointer(wrong.place)] = wrong.value;
    INFO(changed.dump());
    CHECK_THAT(complaint(changed.dump(), sound_variables()), Catch::Contains(wrong.message));
  }
  CHECK(complaint("{", sound_variables()) == "training is not a JSON object");
  CHECK(complaint(own_part().dump(), sound_variables(), "/tune/callbacks/0/0/0") ==
        "has a group where a data set should be");
}

TEST_CASE("a training whose optimizer is wrong is refused") {
  const auto check = [](std::size_t place, Variable variable, const char* message) {
    std::vector<Variable> variables = sound_variables();
    variables[place] = std::move(variable);
    CHECK_THAT(complaint(own_part().dump(), variables), Catch::Contains(message));
  };
  check(0, {{}, {{7.0f}}}, "no number of steps");
  check(0, {{}, {}, -1}, "an optimizer after -1 steps");
  check(0, {{}, {}, std::int64_t{1} << 60}, "an optimizer after");
  check(1, {{}, {{-0.5f}}}, "a learning rate that is no rate");
  check(1, {{1}, {{0.5f}}}, "'optimizer/learning_rate' has the shape (1)");
  check(2, {{1, 2}, {{1, 2}}}, "'optimizer/dense/kernel' has the shape (1, 2), the layer needs");
  check(3, {{}, {}, 3}, "'optimizer/dense/bias' has the shape ()");
  std::vector<Variable> variables = sound_variables();
  variables.push_back({{1}, {{3}}});
  CHECK(complaint(own_part().dump(), variables) ==
        "has 5 variables of an optimizer; sgd of this model has 4");
}

}  // namespace tune::model
