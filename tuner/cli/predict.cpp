#include "tuner/cli/predict.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iostream>
#include <numeric>

#include "model/activation.hpp"
#include "model/io/keras_h5.hpp"
#include "search/base/error.hpp"
#include "tuner/data/preprocessing.hpp"
#include "tuner/report/atomic_file.hpp"
#include "tuner/report/csv_row.hpp"
#include "tuner/study/building.hpp"

namespace tune::tuner {
namespace {

using base::InputError;
using Eigen::Index;
using Eigen::MatrixXf;

/// The shortest digits that read back as the same float.
std::string exact(float number) {
  std::array<char, 32> digits;
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr};
}

/// Units that the task needs.
std::size_t units_of(const Pipeline& pipeline) {
  return pipeline.task == Task::multiclass ? pipeline.classes.size() : pipeline.targets.size();
}

/// All of a model; or, of weights alone, those in the network that the space file beside them
/// makes.
model::Model load(const std::filesystem::path& file, const Pipeline& pipeline) {
  constexpr std::string_view kWeights = ".weights.h5";
  const std::string name = file.filename().string();
  if (!name.ends_with(kWeights)) return model::load_model(file);
  const std::string stem = name.substr(0, name.size() - kWeights.size());
  const Spec spec = Spec::read(file.parent_path() / (stem + ".ini"), {});
  const model::Problem problem = problem_of(pipeline.task, pipeline.columns, pipeline.shape,
                                            static_cast<std::int64_t>(units_of(pipeline)));
  model::Recipe recipe = spec.located([&] { return build_recipe(spec, {}, problem); });
  recipe.model.load_weights(file);
  return std::move(recipe.model);
}

/// What the first output gives, which is the main one.
MatrixXf outputs_for(const model::Model& model, const Pipeline& pipeline, const MatrixXf& x) {
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(x.cols()));
  std::iota(rows.begin(), rows.end(), 0u);
  return model.predict(
      model::Samples{.inputs = model::share_out(transformed(x, pipeline.preprocessing.features),
                                                pipeline.inputs, model.network().inputs().size()),
                     .targets = {},
                     .rows = rows});
}

void check(const Pipeline& pipeline, const model::Network& network,
           const std::filesystem::path& file) {
  const base::Place place{.file = file.string(), .line = 0, .key = {}};
  const std::size_t inputs = network.inputs().size(), known = pipeline.inputs.size();
  if (inputs != std::max<std::size_t>(1, known)) {
    base::fail(place, "the model has " + std::to_string(inputs) +
                          " inputs, preprocessing.json beside it is for " +
                          std::to_string(std::max<std::size_t>(1, known)));
  }
  for (std::size_t i = 0; i < inputs; ++i) {
    const model::Node& node = network.nodes()[network.inputs()[i]];
    const auto takes = static_cast<std::size_t>(model::size_of(node.shape));
    const bool all = known == 0 || pipeline.inputs[i].empty();
    const std::size_t gets =
        all ? pipeline.preprocessing.features.size() : pipeline.inputs[i].size();
    if (takes == gets) continue;
    base::fail(place, (inputs == 1 ? "the model" : "the model's input '" + node.name + "'") +
                          " takes " + std::to_string(takes) +
                          " features, preprocessing.json beside it is for " + std::to_string(gets));
  }
  const auto units = static_cast<std::size_t>(model::size_of(network.output(0).shape));
  if (units != units_of(pipeline)) {
    base::fail(place, "the model has " + std::to_string(units) +
                          " outputs, preprocessing.json beside it is for " +
                          std::to_string(units_of(pipeline)));
  }
  if (pipeline.task == Task::binary && pipeline.classes.size() != 2) {
    base::fail(place, "preprocessing.json beside it does not name two classes");
  }
}

/// Turns the outputs for one row into cells, and says what the columns are.
class Writer {
 public:
  Writer(const Pipeline& pipeline, const model::Network& network) : pipeline_(pipeline) {
    const model::Activation* last = network.output(0).layer->activation();
    const std::string name = last == nullptr ? std::string() : last->name;
    const bool classes = pipeline.task == Task::multiclass;
    probabilities_ = name == (classes ? "softmax" : "sigmoid");
  }

  std::vector<std::string> header() const {
    std::vector<std::string> cells = pipeline_.targets;
    if (!probabilities_ || pipeline_.task == Task::regression) return cells;
    if (pipeline_.task == Task::binary) {
      cells.push_back("probability_" + pipeline_.classes[1]);
      return cells;
    }
    const bool classes = pipeline_.task == Task::multiclass;
    for (const std::string& name : classes ? pipeline_.classes : pipeline_.targets) {
      cells.push_back("probability_" + name);
    }
    return cells;
  }

  std::vector<std::string> row(const Eigen::Ref<const Eigen::VectorXf>& outputs) const {
    std::vector<std::string> cells;
    if (pipeline_.task == Task::multiclass) {
      Index best;  // the first of several: a perceptron's units are only on or off
      outputs.maxCoeff(&best);
      cells.push_back(pipeline_.classes[static_cast<std::size_t>(best)]);
    } else {
      for (const float output : outputs) cells.push_back(cell(output));
    }
    if (!probabilities_ || pipeline_.task == Task::regression) return cells;
    for (const float output : outputs) cells.push_back(exact(output));
    return cells;
  }

 private:
  std::string cell(float output) const {
    if (pipeline_.task == Task::regression) return exact(output);
    // Threshold units give 0 or -1 for no, and a model without an activation gives log-odds.
    const bool yes = output > (probabilities_ ? 0.5f : 0.0f);
    return pipeline_.task == Task::binary ? pipeline_.classes[yes] : std::string(yes ? "1" : "0");
  }

  const Pipeline& pipeline_;
  bool probabilities_;
};

}  // namespace

void predict(const std::filesystem::path& model_file, const std::filesystem::path& data,
             std::ostream& out) {
  const Pipeline pipeline = load_pipeline(model_file.parent_path() / "preprocessing.json");
  const model::Model model = load(model_file, pipeline);
  check(pipeline, model.network(), model_file);
  const MatrixXf x = read_inputs(pipeline, data);
  MatrixXf outputs = outputs_for(model, pipeline, x);
  if (pipeline.task == Task::regression) pipeline.preprocessing.undo_targets(outputs);
  const Writer writer(pipeline, model.network());
  write_csv_row(out, writer.header());
  for (const auto& column : outputs.colwise()) write_csv_row(out, writer.row(column));
}

void predict(const CommandLine& line) {
  if (line.out.empty()) {
    predict(line.model, line.data, std::cout);
    std::cout.flush();
    if (!std::cout) throw InputError("the predictions cannot be written to the terminal");
  } else {
    write_file(line.out, [&](std::ostream& out) { predict(line.model, line.data, out); });
  }
}

}  // namespace tune::tuner
