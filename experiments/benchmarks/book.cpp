// The book's networks for California housing beside real Keras: the test mean squared errors of
// five seeds.
//
//   benchmark_book california_split.csv keras_book.json
//
// The first file is what benchmark_book_split writes; the second one is made by keras_book.py,
// which says what is trained.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/losses/makers.hpp"
#include "model/model.hpp"
#include "tuner/data/dataset.hpp"
#include "tuner/data/preprocessing.hpp"

namespace {

using namespace tune;
using Handle = model::Graph::Handle;

struct Data {
  explicit Data(const std::string& file)
      : table(load(file)),
        train(rows(tuner::Part::train)),
        test(rows(tuner::Part::test)),
        scaling(tuner::fit_preprocessing(table, base::Reader(kScale, tuner::data_keys()), train)) {}

  /// The features from `first` on, `count` of them, as an input of a model.
  model::Columns features(Eigen::Index first, Eigen::Index count) const {
    model::Columns columns(table.x.middleRows(first, count));
    const auto from = static_cast<std::size_t>(first), size = static_cast<std::size_t>(count);
    columns.shift = std::span(scaling.features.shift).subspan(from, size);
    columns.factor = std::span(scaling.features.factor).subspan(from, size);
    return columns;
  }

  tuner::Dataset table;
  std::vector<std::uint32_t> train, test;
  tuner::Preprocessing scaling;

 private:
  inline static const base::Configuration kScale = {{"scale", std::string("standard")}};

  static tuner::Dataset load(const std::string& file) {
    const auto path = std::filesystem::absolute(file);
    const base::Configuration options = {{"csv", path.string()},
                                         {"target", std::string("MedHouseVal")},
                                         {"split", std::string("part")}};
    return tuner::load_dataset(base::Reader(options, tuner::data_keys()), path.parent_path(),
                               base::Rng(0));
  }

  std::vector<std::uint32_t> rows(tuner::Part part) const {
    std::vector<std::uint32_t> rows;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      if (table.parts[row] == part) rows.push_back(static_cast<std::uint32_t>(row));
    }
    return rows;
  }
};

Handle deep(model::Graph& graph, Handle x) {
  const Handle first = graph.add(model::dense(30, {.activation = "relu"}), x);
  return graph.add(model::dense(30, {.activation = "relu"}), first);
}

model::NetworkPtr mlp() {
  return model::sequential({8}, {model::dense(30, {.activation = "relu"}), model::dense(1)});
}

model::NetworkPtr wide_deep() {
  model::Graph graph;
  const Handle x = graph.input({8});
  const Handle parts[] = {x, deep(graph, x)};
  const Handle out[] = {graph.add(model::dense(1), graph.add(model::concatenate(), parts))};
  return std::move(graph).build(out);
}

model::NetworkPtr two_inputs() {
  model::Graph graph;
  const Handle a = graph.input({5}), b = graph.input({6});
  const Handle parts[] = {a, deep(graph, b)};
  const Handle out[] = {graph.add(model::dense(1), graph.add(model::concatenate(), parts))};
  return std::move(graph).build(out);
}

model::NetworkPtr two_outputs() {
  model::Graph graph;
  const Handle a = graph.input({5}), b = graph.input({6});
  const Handle hidden = deep(graph, b);
  const Handle parts[] = {a, hidden};
  const Handle main = graph.add(model::dense(1), graph.add(model::concatenate(), parts));
  const Handle out[] = {main, graph.add(model::dense(1), hidden)};
  return std::move(graph).build(out);
}

double test_error(const model::NetworkPtr& network, const Data& data, std::uint64_t seed) {
  model::Model model(network);
  const std::size_t outputs = network->outputs().size();
  model::Compile options{.optimizer = model::sgd({.learning_rate = 1e-3})};
  options.losses.assign(outputs, model::mean_squared_error());
  if (outputs == 2) options.loss_weights = {0.9f, 0.1f};
  model.compile(options);
  model.initialize(base::Rng(seed));
  model::Samples samples;
  samples.inputs = network->inputs().size() == 1
                       ? std::vector{data.features(0, 8)}
                       : std::vector{data.features(0, 5), data.features(2, 6)};
  samples.targets.assign(outputs, model::Columns(data.table.y));
  samples.rows = data.train;
  model.fit(samples, nullptr, {.epochs = 20, .batch_size = 32, .rng = base::Rng(seed)});

  samples.rows = data.test;
  const Eigen::MatrixXf predicted = model.predict(samples);
  double sum = 0;
  for (std::size_t i = 0; i < data.test.size(); ++i) {
    const double error = static_cast<double>(predicted(0, static_cast<Eigen::Index>(i))) -
                         data.table.y(0, data.test[i]);
    sum += error * error;
  }
  return sum / static_cast<double>(data.test.size());
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: benchmark_book california_split.csv keras_book.json\n");
    return 2;
  }
  const Data data(argv[1]);
  std::ifstream file(argv[2]);
  const nlohmann::json keras = nlohmann::json::parse(file);
  const std::pair<const char*, model::NetworkPtr> networks[] = {{"mlp", mlp()},
                                                                {"wide_deep", wide_deep()},
                                                                {"two_inputs", two_inputs()},
                                                                {"two_outputs", two_outputs()}};
  std::printf("median test mse of five seeds (their range)\n");
  for (const auto& [name, network] : networks) {
    std::vector<double> ours;
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
      ours.push_back(test_error(network, data, seed));
    }
    const auto theirs = keras.at(name).get<std::vector<double>>();
    std::printf("%-12s tune %.4f (%.4f-%.4f)  Keras %.4f (%.4f-%.4f)  ratio %.3f\n", name,
                median(ours), *std::ranges::min_element(ours), *std::ranges::max_element(ours),
                median(theirs), *std::ranges::min_element(theirs),
                *std::ranges::max_element(theirs), median(ours) / median(theirs));
  }
}
