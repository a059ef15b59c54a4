#include <optional>
#include <set>

#include "model/learners/learner.hpp"
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
  Eigen::MatrixXf lines(2, kSamples);
  lines << line, 0.5f * x.row(2);
  std::vector<Easy> problems;
  const auto add = [&](Task task, std::int64_t outputs, const Eigen::MatrixXf& y) {
    problems.push_back({{task, {x.rows()}, outputs}, tests::Table(x, y)});
  };
  add(Task::regression, 1, line);
  add(Task::regression, 2, lines);
  add(Task::binary, 1, on);
  add(Task::multiclass, kClasses, largest);
  add(Task::multilabel, 2, two);
  return problems;
}

using Row = Builders::Row;

Learner started(const Row& row, const Easy& easy, const base::Configuration& options = {}) {
  Learner learner(
      [&](const base::Configuration& params, const Problem& problem) {
        return row.make(base::Reader(params, row.keys), problem);
      },
      options);
  learner.start(easy.problem, easy.table.samples(), base::Rng(2));
  return learner;
}

/// What the builder makes, or nothing where it says that it does not do such a problem.
std::optional<Learner> build(const Row& row, const Easy& easy,
                             const base::Configuration& options = {}) {
  try {
    return started(row, easy, options);
  } catch (const base::InputError&) {
    return std::nullopt;
  }
}

double loss(const Learner& learner, const tests::Table& table) {
  return learner.model().evaluate(learner.shared(table.samples())).at("loss");
}

const History& train(Learner& learner, const tests::Table& table, int epochs) {
  return learner.train(table.samples(), nullptr,
                       {.epochs = epochs, .batch_size = 8, .rng = base::Rng(3)});
}

using Text = std::string;

/// Values of the text keys that the builders declare, and of those whose default is no number.
const std::map<std::string, base::Value> kValues = {
    {"hidden", Text("3, 2")},
    {"kernel_initializer", Text("random_normal(0, 0.2)")},
    {"output", Text("tanh(-3, 3)")},
    {"wide", Text("0, 2-3")},
    {"deep", Text("1-2")},
    {"n_last", std::int64_t{7}},
    {"max_norm", 0.5},
    {"learning_rate", 0.05},
    {"clipnorm", 0.01},
    {"clipvalue", 0.01},
    {"global_clipnorm", 0.01},
    {"schedule_boundaries", Text("5")},
    {"schedule_values", Text("0.5")},
    {"schedule_decay_steps", std::int64_t{20}},
    {"schedule_decay_rate", 0.3},
    {"schedule_warmup_target", 0.05},
    {"schedule_first_decay_steps", std::int64_t{8}},
    {"schedule_iterations", std::int64_t{20}},
    {"schedule_start_rate", 0.005},
    {"schedule_last_iterations", std::int64_t{5}},
    {"schedule_last_rate", 0.004},
    {"plateau_patience", std::int64_t{1}},
    {"plateau_cooldown", std::int64_t{3}},
};

base::Configuration beside(const Text& key, const Text& value) {
  return {{key, value}};
}

/// Beside which options a key matters, of those that do not matter by themselves.
std::map<std::string, base::Configuration> companions() {
  const auto with = [](base::Configuration options, const Text& key, base::Value value) {
    options[key] = std::move(value);
    return options;
  };
  const auto funnel = beside("shape", "funnel"), plateau = beside("schedule", "plateau"),
             cosine = beside("schedule", "cosine"), onecycle = beside("schedule", "onecycle"),
             polynomial = beside("schedule", "polynomial"),
             exponential = beside("schedule", "exponential"),
             restarts = with(beside("schedule", "cosine_restarts"), "schedule_first_decay_steps",
                             std::int64_t{8}),
             stalled =
                 with(with(plateau, "plateau_patience", std::int64_t{0}), "plateau_min_delta", 1e6);
  return {
      {"shape", {{"n_hidden", std::int64_t{3}}}},
      {"n_last", with(funnel, "n_hidden", std::int64_t{2})},
      {"dropout_kind", {{"dropout", 0.3}}},
      {"batch_norm_momentum", beside("batch_norm", "before")},
      {"batch_norm_epsilon", beside("batch_norm", "before")},
      {"huber_delta", beside("loss", "huber")},
      {"nesterov", {{"momentum", 0.5}}},
      {"initial_accumulator_value", beside("optimizer", "adagrad")},
      {"rho", beside("optimizer", "rmsprop")},
      {"centered", beside("optimizer", "rmsprop")},
      {"epsilon", beside("optimizer", "adam")},
      {"beta_1", beside("optimizer", "adam")},
      {"beta_2", beside("optimizer", "adam")},
      {"amsgrad", with(beside("optimizer", "adam"), "beta_2", 0.5)},
      {"weight_decay", beside("optimizer", "adamw")},
      {"schedule_decay_steps", exponential},
      {"schedule_decay_rate", exponential},
      {"schedule_staircase", exponential},
      {"schedule_end_learning_rate", polynomial},
      {"schedule_power", polynomial},
      {"schedule_cycle", with(polynomial, "schedule_decay_steps", std::int64_t{20})},
      {"schedule_alpha", cosine},
      {"schedule_warmup_target", with(cosine, "schedule_warmup_steps", std::int64_t{10})},
      {"schedule_warmup_steps", with(cosine, "schedule_warmup_target", 0.05)},
      {"schedule_first_decay_steps", beside("schedule", "cosine_restarts")},
      {"schedule_t_mul", restarts},
      {"schedule_m_mul", restarts},
      {"schedule_boundaries", beside("schedule", "piecewise")},
      {"schedule_values", beside("schedule", "piecewise")},
      {"schedule_iterations", onecycle},
      {"schedule_start_rate", onecycle},
      {"schedule_last_iterations", onecycle},
      {"schedule_last_rate", onecycle},
      {"plateau_factor", stalled},
      {"plateau_cooldown", stalled},
      {"plateau_min_lr", stalled},
      {"plateau_patience", with(plateau, "plateau_min_delta", 1e6)},
      {"plateau_min_delta", with(plateau, "plateau_patience", std::int64_t{0})},
  };
}

}  // namespace

TEST_CASE("every builder builds for some task, and one epoch lowers the loss") {
  for (const Row& row : builders().rows()) {
    int built = 0;
    for (const Easy& easy : easy_problems()) {
      std::optional<Learner> learner = build(row, easy);
      if (!learner) continue;
      ++built;
      CAPTURE(row.name, static_cast<int>(easy.problem.task), easy.problem.outputs);
      CHECK(learner->model().network().output(0).shape == Shape{easy.problem.outputs});
      const double before = loss(*learner, easy.table);
      train(*learner, easy.table, 1);
      CHECK(loss(*learner, easy.table) < before);
    }
    CAPTURE(row.name);
    CHECK(built > 0);
  }
}

TEST_CASE("every builder builds for every task, but a perceptron for a regression") {
  for (const Row& row : builders().rows()) {
    for (const Easy& easy : easy_problems()) {
      CAPTURE(row.name, static_cast<int>(easy.problem.task), easy.problem.outputs);
      CHECK(build(row, easy).has_value() ==
            (row.name != "perceptron" || easy.problem.task != Task::regression));
    }
  }
}

TEST_CASE("every builder takes samples of several axes") {
  for (const Row& row : builders().rows()) {
    for (const Easy& easy : easy_problems()) {
      Easy image = easy;
      image.problem.input_shape = {2, 2};
      std::optional<Learner> flat = build(row, easy), folded = build(row, image);
      CAPTURE(row.name, static_cast<int>(easy.problem.task));
      REQUIRE(flat.has_value() == folded.has_value());
      if (!folded) continue;
      folded->model().set_weights(flat->model().get_weights());
      const Samples samples = easy.table.samples();
      CHECK(folded->model().predict(folded->shared(samples)) ==
            flat->model().predict(flat->shared(samples)));
    }
  }
}

TEST_CASE("every builder is pure: the same options and streams give the same weights") {
  for (const Row& row : builders().rows()) {
    for (const Easy& easy : easy_problems()) {
      std::optional<Learner> a = build(row, easy), b = build(row, easy);
      if (!a) continue;
      CAPTURE(row.name, static_cast<int>(easy.problem.task));
      CHECK(a->model().get_weights() == b->model().get_weights());
      const History first = train(*a, easy.table, 2), second = train(*b, easy.table, 2);
      CHECK(a->model().get_weights() == b->model().get_weights());
      CHECK(first.epochs == second.epochs);
    }
  }
}

TEST_CASE("every builder reads every key that it declares") {
  for (const Row& row : builders().rows()) {
    std::vector<tests::OutcomeOf> outcomes;
    for (const Easy& easy : easy_problems()) {
      outcomes.push_back([&row, easy](const base::Configuration& options) -> tests::Numbers {
        Learner learner = started(row, easy, options);
        const History& history = train(learner, easy.table, 5);
        tests::Numbers numbers;
        for (const Logs& logs : history.epochs) numbers.push_back(logs.at("loss"));
        const Eigen::MatrixXf predictions = learner.predict(easy.table.samples());
        numbers.insert(numbers.end(), predictions.data(), predictions.data() + predictions.size());
        return numbers;
      });
    }
    CAPTURE(row.name);
    CHECK(tests::keys_without_effect(row.keys, outcomes, kValues, companions()) ==
          std::vector<std::string>{});
  }
}

TEST_CASE("every builder names each key once") {
  for (const Row& row : builders().rows()) {
    std::set<std::string> names;
    CAPTURE(row.name);
    for (const base::Key& key : row.keys) CHECK(names.insert(key.name).second);
  }
}

TEST_CASE("every builder's model has the same callbacks for each training") {
  const base::Configuration plateau = {{"schedule", Text("plateau")}};
  for (const Row& row : builders().rows()) {
    if (base::find_key(row.keys, "schedule") == nullptr) continue;
    CAPTURE(row.name);
    for (const Easy& easy : easy_problems()) {
      const std::optional<Learner> learner = build(row, easy, plateau);
      REQUIRE((learner && learner->recipe().callbacks));
      const auto& make = learner->recipe().callbacks;
      const Callbacks first = make(true), second = make(true);
      REQUIRE((first.size() == 1 && second.size() == 1));
      CHECK(first[0] != second[0]);
      CHECK(first[0]->save() == second[0]->save());
    }
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
