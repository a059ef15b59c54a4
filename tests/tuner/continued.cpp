// Trials that continue others through the estimator: the same bits as in one go.

#include "model/builders/builder.hpp"
#include "model/builders/recipe.hpp"
#include "model/schedules/makers.hpp"
#include "tests/support/catch.hpp"
#include "tests/tuner/spec_support.hpp"
#include "tuner/study/checkpoints.hpp"
#include "tuner/study/estimator.hpp"

using namespace tune;
using namespace tune::tuner;

namespace {

/// Adds a network with all that is easily lost between two rungs: noise, statistics, momentum, a
/// schedule over the whole. Before the first space file is read.
const bool added = [] {
  model::builders().add(
      {"forgetful",
       "for these tests",
       {base::integer_key("units", std::int64_t{8}, 1, 100, "of the hidden layer")},
       [](const base::Reader& options, const model::Problem& problem) {
         model::Recipe recipe{model::Model(model::sequential(
             problem.input_shape,
             {model::dense(options.integer("units"), {.activation = "relu"}),
              model::batch_normalization(), model::dropout(0.2), model::dense(problem.outputs)}))};
         recipe.model.compile({.optimizer = model::sgd({.learning_rate = 0.02, .momentum = 0.9}),
                               .schedule = model::cosine_decay({.initial_learning_rate = 0.02}),
                               .losses = {model::make_loss("mse")}});
         return recipe;
       }});
  return true;
}();

Spec spec(const std::string& training = {}) {
  CHECK(added);
  return spec_of(
      "[study]\nstrategy = halving\nrepeats = 2\n[data]\ngenerator = friedman1(120, "
      "noise=1)\n[cv]\n"
      "folds = 2\n[model]\nbuilder = forgetful\n[training]\nepochs = 27\nbatch = 16\n" +
      training + "[space]\nunits = int(4, 12)\n");
}

Dataset data_of(const Spec& from) {
  return load_dataset(from.data(), from.folder(), base::Rng(1));
}

bool never() {
  return false;
}

/// One fold of a trial that goes through these budgets, each as a trial of its own.
std::vector<FoldResult> in_parts(const Estimator& estimator, std::size_t fold,
                                 const std::vector<int>& budgets) {
  std::vector<FoldResult> parts;
  Trial trial{.number = 0, .proposal = {{{"units", std::int64_t{7}}}, 0, {}}, .from = 0};
  for (const int budget : budgets) {
    trial.proposal.epochs = budget;
    parts.push_back(estimator.evaluate(trial, fold, never));
    trial.from = budget;
    trial.proposal.parent = trial.number++;
  }
  return parts;
}

std::vector<model::Logs> joined(const std::vector<FoldResult>& parts) {
  std::vector<model::Logs> all;
  for (const FoldResult& part : parts) {
    all.insert(all.end(), part.history.begin(), part.history.end());
  }
  return all;
}

constexpr std::size_t kMuch = std::size_t{1} << 30;

}  // namespace

TEST_CASE("9 epochs and 18 more are 27, bit for bit, kept in memory or trained again") {
  for (const std::string training :
       {"patience = none\n", "patience = 20\nrestore_best = yes\n",
        "patience = 20\nrestore_best = no\n", "validation = none\npatience = none\n"}) {
    INFO(training);
    const Spec from = spec(training);
    const Dataset data = data_of(from);
    for (const std::size_t bytes : {kMuch, std::size_t{0}}) {
      const Estimator estimator(from, data, bytes);
      for (std::size_t fold = 0; fold < estimator.folds(); ++fold) {
        const FoldResult whole = in_parts(estimator, fold, {27}).front();
        CHECK(whole.failure.empty());
        for (const std::vector<int>& budgets : {std::vector{9, 27}, std::vector{1, 3, 9, 27}}) {
          const std::uint64_t before = estimator.epochs_done();
          const std::vector<FoldResult> parts = in_parts(estimator, fold, budgets);
          CHECK(parts.back().scores == whole.scores);
          CHECK(parts.back().train_scores == whole.train_scores);
          CHECK(parts.back().best_epoch == whole.best_epoch);
          CHECK(joined(parts) == whole.history);
          CHECK(parts.back().epochs == static_cast<int>(parts.back().history.size()));
          const auto trained = static_cast<std::size_t>(estimator.epochs_done() - before);
          if (bytes == kMuch) CHECK(trained == whole.history.size());
          if (bytes == 0) CHECK(trained > whole.history.size());
        }
      }
      CHECK(estimator.checkpoint_bytes() == 0);
    }
  }
}

TEST_CASE("a trial that stopped early is promoted at no cost, with the same score") {
  const Spec from = spec("patience = 1\nmin_delta = 0.5\n");
  const Dataset data = data_of(from);
  for (const std::size_t bytes : {kMuch, std::size_t{0}}) {
    const Estimator estimator(from, data, bytes);
    const FoldResult whole = in_parts(estimator, 0, {27}).front();
    REQUIRE(whole.epochs < 9);
    const std::vector<FoldResult> parts = in_parts(estimator, 0, {9, 27});
    CHECK(parts[0].history == whole.history);
    CHECK(parts[0].scores == whole.scores);
    CHECK(parts[1].epochs == 0);
    CHECK(parts[1].history.empty());
    CHECK(parts[1].scores == whole.scores);
    CHECK(parts[1].best_epoch == whole.best_epoch);
  }
}

TEST_CASE("what is kept of a trial is taken once, or forgotten") {
  const Spec from = spec("patience = none\n");
  const Estimator estimator(from, data_of(from), kMuch);
  in_parts(estimator, 0, {9});
  in_parts(estimator, 1, {9});
  const std::size_t two = estimator.checkpoint_bytes();
  CHECK(two > 0);
  in_parts(estimator, 0, {9, 27});
  CHECK(estimator.checkpoint_bytes() == two / 2);
  estimator.forget(0);
  CHECK(estimator.checkpoint_bytes() == 0);
}

TEST_CASE("checkpoints that do not fit go, those of the oldest trials first") {
  model::TrainingState state;
  state.weights.parameters.assign(1000, 1.0f);
  Checkpoints one(1);
  one.put(0, 0, state);
  CHECK(one.bytes() == 0);
  CHECK(!one.take(0, 0));

  Checkpoints three(16'000);  // 4000 bytes each, and a little more
  for (std::size_t trial = 0; trial < 5; ++trial) three.put(trial, 1, state);
  CHECK(!three.take(0, 1));
  CHECK(!three.take(1, 1));
  CHECK(!three.take(2, 0));
  REQUIRE(three.take(2, 1));
  CHECK(!three.take(2, 1));
  three.forget(3);
  CHECK(!three.take(3, 1));
  CHECK(three.take(4, 1)->weights.parameters == state.weights.parameters);
  CHECK(three.bytes() == 0);
}
