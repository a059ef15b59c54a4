#include <optional>

#include "model/builders/builder.hpp"
#include "model/builders/recipe.hpp"
#include "search/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/options.hpp"
#include "tests/support/tables.hpp"

// What every builder of builders() must do.

namespace tune::model {
namespace {

using Task = Problem::Task;

constexpr Index kSamples = 120;
constexpr std::int64_t kClasses = 3;

struct Easy {
  Problem problem;
  tests::Table table;
};

/// A problem of each task that a line, or a few, can solve.
std::vector<Easy> easy_problems() {
  const Eigen::MatrixXf x = tests::random_matrix(4, kSamples, base::Rng(1));
  const Eigen::MatrixXf line = (x.row(0) - 2 * x.row(1)).array() + 0.25f;
  const Eigen::MatrixXf on = (line.array() > 0).cast<float>();
  Eigen::MatrixXf two(2, kSamples), largest(1, kSamples);
  two << on, (x.row(2).array() > x.row(3).array()).cast<float>();
  for (Index s = 0; s < kSamples; ++s) {
    Index index;
    x.col(s).head(kClasses).maxCoeff(&index);
    largest(0, s) = static_cast<float>(index);
  }
  std::vector<Easy> problems;
  const auto add = [&](Task task, std::int64_t outputs, const Eigen::MatrixXf& y) {
    problems.push_back({{task, {x.rows()}, outputs}, tests::Table(x, y)});
  };
  add(Task::regression, 1, line);
  add(Task::binary, 1, on);
  add(Task::multiclass, kClasses, largest);
  add(Task::multilabel, 2, two);
  return problems;
}

using Row = Builders::Row;

/// The model, or none where the builder says that it does not do such a problem.
std::optional<Model> build(const Row& row, const Problem& problem,
                           const base::Configuration& options = {}) {
  try {
    Model model = row.make(base::Reader(options, row.keys), problem).model;
    model.initialize(base::Rng(2));
    return model;
  } catch (const base::InputError&) {
    return std::nullopt;
  }
}

History train(Model& model, const tests::Table& table, int epochs) {
  return model.fit(table.samples(), nullptr,
                   {.epochs = epochs, .batch_size = 8, .rng = base::Rng(3)});
}

/// Values of the text keys that the builders declare.
const std::map<std::string, base::Value> kTexts = {{"hidden", std::string("3, 2")}};

}  // namespace

TEST_CASE("every builder builds for some task, and one epoch lowers the loss") {
  for (const Row& row : builders().rows()) {
    int built = 0;
    for (const Easy& easy : easy_problems()) {
      std::optional<Model> model = build(row, easy.problem);
      if (!model) continue;
      ++built;
      CAPTURE(row.name, static_cast<int>(easy.problem.task));
      CHECK(model->network().output(0).shape == Shape{easy.problem.outputs});
      const double before = model->evaluate(easy.table.samples()).at("loss");
      train(*model, easy.table, 1);
      CHECK(model->evaluate(easy.table.samples()).at("loss") < before);
    }
    CAPTURE(row.name);
    CHECK(built > 0);
  }
}

TEST_CASE("mlp builds for every task, a perceptron for all but regression") {
  for (const Easy& easy : easy_problems()) {
    CHECK(build(builders().at("mlp"), easy.problem));
    CHECK(build(builders().at("perceptron"), easy.problem).has_value() ==
          (easy.problem.task != Task::regression));
  }
}

TEST_CASE("every builder takes samples of several axes") {
  for (const Row& row : builders().rows()) {
    for (const Easy& easy : easy_problems()) {
      Problem image = easy.problem;
      image.input_shape = {2, 2};
      std::optional<Model> flat = build(row, easy.problem), folded = build(row, image);
      CAPTURE(row.name, static_cast<int>(easy.problem.task));
      REQUIRE(flat.has_value() == folded.has_value());
      if (folded) CHECK(folded->predict(easy.table.x).rows() == easy.problem.outputs);
    }
  }
}

TEST_CASE("every builder is pure: the same options and streams give the same weights") {
  for (const Row& row : builders().rows()) {
    for (const Easy& easy : easy_problems()) {
      std::optional<Model> a = build(row, easy.problem), b = build(row, easy.problem);
      if (!a) continue;
      CAPTURE(row.name, static_cast<int>(easy.problem.task));
      CHECK(a->get_weights() == b->get_weights());
      const History first = train(*a, easy.table, 2), second = train(*b, easy.table, 2);
      CHECK(a->get_weights() == b->get_weights());
      CHECK(first.epochs == second.epochs);
    }
  }
}

TEST_CASE("every builder reads every key that it declares") {
  for (const Row& row : builders().rows()) {
    std::vector<tests::OutcomeOf> outcomes;
    for (const Easy& easy : easy_problems()) {
      outcomes.push_back([&row, easy](const base::Configuration& options) -> tests::Numbers {
        Model model = row.make(base::Reader(options, row.keys), easy.problem).model;
        model.initialize(base::Rng(2));
        const History history = train(model, easy.table, 2);
        tests::Numbers numbers;
        for (const Logs& logs : history.epochs) numbers.push_back(logs.at("loss"));
        const Eigen::MatrixXf predictions = model.predict(easy.table.x);
        numbers.insert(numbers.end(), predictions.data(), predictions.data() + predictions.size());
        return numbers;
      });
    }
    CAPTURE(row.name);
    CHECK(tests::keys_without_effect(row.keys, outcomes, kTexts) == std::vector<std::string>{});
  }
}

TEST_CASE("every key of a builder has a help line and a default that it accepts") {
  for (const Row& row : builders().rows()) {
    for (const base::Key& key : row.keys) {
      CAPTURE(row.name, key.name);
      CHECK_FALSE(key.help.empty());
      CHECK_FALSE(key.help.ends_with("."));
      REQUIRE(key.fallback);
      CHECK(key.complaint(*key.fallback) == "");
    }
  }
}

}  // namespace tune::model
