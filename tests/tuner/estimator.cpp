#include "tuner/study/estimator.hpp"

#include <set>

#include "model/losses/makers.hpp"
#include "tests/support/catch.hpp"
#include "tests/tuner/spec_support.hpp"
#include "tuner/data/dataset.hpp"

using namespace tune;
using tuner::Estimator, tuner::FoldResult, tuner::Fitted, tuner::Spec;

namespace {

/// A space file over made-up data; `more` begins in [model].
std::string space(const std::string& more, const std::string& data = {}) {
  return "[data]\ngenerator = friedman1(90, noise=0.3)\ntest = 0.2\n" + data +
         "[cv]\nfolds = 2\n[model]\n" + more;
}

Estimator estimator_of(const Spec& spec) {
  return {spec, tuner::load_dataset(spec.data(), spec.folder(), base::Rng(5))};
}

FoldResult evaluate(const Estimator& estimator, int epochs,
                    const base::Configuration& configuration = {}) {
  return estimator.evaluate({.proposal = {configuration, epochs, std::nullopt}}, 0,
                            [] { return false; });
}

Fitted refit(const Estimator& estimator, int epochs) {
  return estimator.refit({}, epochs, [] { return false; });
}

std::vector<std::vector<float>> refit_weights(const std::string& text, int epochs) {
  const Spec spec = spec_of(text);
  return refit(estimator_of(spec), epochs).recipe.model.get_weights();
}

std::string refusal(const std::string& text) {
  try {
    const Spec spec = spec_of(text);
    estimator_of(spec);
  } catch (const base::InputError& error) {
    return error.what();
  }
  return {};
}

/// A model with an output for all targets, or not, and one for the last target alone.
model::Recipe build_two_heads(const base::Reader& options, const model::Problem& problem) {
  model::Graph graph;
  const auto input = graph.input(problem.input_shape);
  const bool whole = options.flag("whole");
  const model::Graph::Handle outputs[] = {
      graph.add(model::dense(whole ? problem.outputs : 1), input),
      graph.add(model::dense(1), input)};
  model::Recipe recipe{model::Model(std::move(graph).build(outputs))};
  recipe.model.compile({.optimizer = model::sgd({.learning_rate = 0.3}),
                        .losses = {model::mean_squared_error(), model::mean_squared_error()}});
  const auto last = static_cast<std::uint32_t>(problem.outputs - 1);
  recipe.outputs = {whole ? model::Selection{} : model::Selection{0}, {last}};
  return recipe;
}

/// Before the first space file is read, which looks at what there is.
const bool kAdded = [] {
  model::builders().add({"two_heads",
                         "a builder for tests",
                         {base::flag_key("whole", true, "the first output is for all targets")},
                         build_two_heads});
  return true;
}();

}  // namespace

TEST_CASE("a model that normalises itself learns what scaled features teach") {
  const Spec scaled = spec_of(space("n_neurons = 8\n"));
  const Spec inside = spec_of(space("n_neurons = 8\nnormalize = yes\n", "scale = none\n"));
  const double expected = evaluate(estimator_of(scaled), 5).scores.at(0);
  const double found = evaluate(estimator_of(inside), 5).scores.at(0);
  CHECK(found == Approx(expected).epsilon(0.3));
  // The layer was adapted: its mean of x0, uniform from 0 to 1.
  const Fitted fitted = refit(estimator_of(inside), 1);
  CHECK(fitted.recipe.model.get_weights().at(0).at(0) == Approx(0.5).margin(0.1));
}

TEST_CASE("a plateau watches the validation loss, and in the refit the training loss") {
  const std::string plateau =
      "schedule = plateau\nplateau_patience = 0\nplateau_min_delta = 1e9\nplateau_factor = 0.5\n";
  const Spec spec = spec_of(space(plateau));
  const Estimator estimator = estimator_of(spec);
  const FoldResult result = evaluate(estimator, 4);
  REQUIRE(result.history.size() == 4);
  CHECK(result.history[3].at("learning_rate") == Approx(0.0025));
  CHECK(evaluate(estimator, 4).scores == result.scores);
  CHECK(refit(estimator, 4).test_scores.size() == 1);
}

TEST_CASE("the refit follows the schedule as far as the trial went") {
  const auto weights = [](const std::string& schedule, const std::string& epochs) {
    return refit_weights(
        space("schedule = " + schedule + "\n[training]\nepochs = " + epochs + "\n"), 2);
  };
  CHECK(weights("cosine", "2") != weights("cosine", "4"));
  CHECK(weights("constant", "2") == weights("constant", "4"));
  // The first half of four epochs, whatever the refit's length: no step near a rate of zero.
  CHECK(refit_weights(space("schedule = cosine\n[training]\nepochs = 4\n"), 4) !=
        weights("cosine", "4"));
}

TEST_CASE("what is scored of a model with an auxiliary output is the main one") {
  const Spec spec =
      spec_of(space("builder = wide_deep\nwide = 0-4\ndeep = x2-x9\nauxiliary = 0.3\n"
                    "n_neurons = 6\n"));
  CHECK_THROWS_WITH(estimator_of(spec), Catch::Contains("deep: there is no column 'x2-x9'"));
  const Spec good =
      spec_of(space("builder = wide_deep\nwide = 0-4\ndeep = 2-8, x9\n"
                    "auxiliary = 0.3\nn_neurons = 6\n"));
  const Estimator estimator = estimator_of(good);
  const FoldResult result = evaluate(estimator, 3);
  CHECK(result.history[0].contains("val_aux_output_loss"));
  const Fitted fitted = refit(estimator, 3);
  const auto& rows = estimator.partition().test;
  const tuner::Dataset& data = estimator.data();
  const auto& network = fitted.recipe.model.network();
  const model::Samples samples{
      .inputs = model::share_out(transformed(data.x, fitted.preprocessing.features),
                                 fitted.recipe.inputs, network.inputs().size()),
      .rows = rows};
  for (const std::size_t output : {0u, 1u}) {
    const Eigen::MatrixXf predicted = fitted.recipe.model.predict(samples, output);
    double sum = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double error = predicted(0, static_cast<Eigen::Index>(i)) - data.y(0, rows[i]);
      sum += error * error;
    }
    const double mse = sum / static_cast<double>(rows.size());
    CHECK((fitted.test_scores.at(0) == Approx(mse).epsilon(1e-5)) == (output == 0));
  }
}

TEST_CASE("outputs of an own builder learn the targets that it names") {
  REQUIRE(kAdded);
  const TemporaryFolder folder;
  std::string csv = "a,b,y,z\n";
  for (int i = 0; i < 40; ++i) {
    const int a = i % 7, b = i % 5;
    csv += std::to_string(a) + ',' + std::to_string(b) + ',' + std::to_string(a + b) + ',' +
           std::to_string(a - 2 * b) + '\n';
  }
  folder.write("d.csv", csv);
  const std::string text =
      "[data]\ncsv = d.csv\ntarget = y, z\n[cv]\nfolds = 2\n[model]\nbuilder = two_heads\n";
  const Spec spec = spec_of(text, {}, folder.path());
  const Fitted fitted = refit(estimator_of(spec), 60);
  const auto weights =
      fitted.recipe.model.get_weights();  // kernel (2, 2), bias, kernel (2, 1), bias
  REQUIRE(weights.size() == 4);
  CHECK(weights[0][1] == Approx(weights[2][0]).margin(1e-3));
  CHECK(weights[0][3] == Approx(weights[2][1]).margin(1e-3));
  CHECK(weights[2][1] < -2);
  const Spec half = spec_of(text + "whole = no\n", {}, folder.path());
  CHECK_THROWS_WITH(estimator_of(half),
                    "space.ini:7: builder: the first output of 'two_heads' is not for all targets");
}

TEST_CASE("what a builder refuses has the place of the key") {
  CHECK(refusal(space("builder = wide_deep\nwide = 0-4, 12\n")) ==
        "space.ini:8: wide: '12' does not fit the 10 columns, which count from 0");
  CHECK(refusal(space("schedule = piecewise\nschedule_boundaries = 5\n")) ==
        "[model]: schedule_values: there are 1 for 1 boundaries; one more is needed");
  CHECK(refusal(space("output = tanh(5, 1)\n")) ==
        "space.ini:7: output: 'tanh(5, 1)' needs two bounds, the lower one first: tanh(0, 5)");
  CHECK(refusal(space("kernel_initializer = he_norml\n")) ==
        "space.ini:7: kernel_initializer: unknown initializer 'he_norml'; did you mean "
        "'he_normal'?");
  CHECK(refusal(space("[space]\nkernel_initializer = choice(he_normal, \"constant(x)\")\n")) ==
        "space.ini:8: kernel_initializer: 'constant(x)': 'x' is not a number");
  CHECK(refusal(space("[space]\nhidden = choice(\"30, 20\", \"30, 0\")\n")) ==
        "space.ini:8: hidden: '0' is not a number of neurons from 1 to 65536");
}

TEST_CASE("keys of one optimizer or schedule are searched where it is chosen") {
  const Spec spec = spec_of(space(
      "n_neurons = 4\n[space]\noptimizer = choice(sgd, adam)\nmomentum = real(0, 0.9) when "
      "optimizer = sgd\nbeta_1 = real(0.5, 0.99) when optimizer = adam\nschedule = "
      "choice(constant, exponential, plateau)\nschedule_decay_rate = reciprocal(0.01, 1) when "
      "schedule = exponential\nplateau_factor = real(0.1, 0.9) when schedule = plateau\n"));
  const Estimator estimator = estimator_of(spec);
  std::set<std::string> seen;
  for (const double unit : {0.1, 0.4, 0.6, 0.9}) {
    const auto configuration =
        spec.space().decode(std::vector<double>(spec.space().dimensions(), unit));
    CHECK(evaluate(estimator, 1, configuration).failure.empty());
    for (const auto& [name, value] : configuration) seen.insert(name);
  }
  CHECK(seen == std::set<std::string>{"beta_1", "momentum", "optimizer", "plateau_factor",
                                      "schedule", "schedule_decay_rate"});
}
