// The book's classifier of Fashion-MNIST ("Hands-On Machine Learning", chapter 10): 784-300-100-10,
// ReLU and softmax, SGD with a rate of 0.01, batches of 32, 30 epochs on the pictures from the
// 5000th on; the first 5000 validate. Prints the accuracies of three seeds.
//
//   benchmark_book_fashion FOLDER    (with Fashion-MNIST's four compressed IDX files)
#include <cstdio>
#include <filesystem>
#include <numeric>

#include "model/losses/makers.hpp"
#include "model/model.hpp"
#include "tuner/data/dataset.hpp"

namespace {

using namespace tune;

constexpr std::uint32_t kValid = 5000, kTrain = 60000, kTest = 10000;

tuner::Dataset load(const std::filesystem::path& folder) {
  const auto file = [&](const char* name) { return (folder / name).string(); };
  const base::Configuration options = {{"idx_images", file("train-images-idx3-ubyte.gz")},
                                       {"idx_labels", file("train-labels-idx1-ubyte.gz")},
                                       {"test_images", file("t10k-images-idx3-ubyte.gz")},
                                       {"test_labels", file("t10k-labels-idx1-ubyte.gz")}};
  return tuner::load_dataset(base::Reader(options, tuner::data_keys()), folder, base::Rng(0));
}

std::vector<std::uint32_t> rows(std::uint32_t first, std::uint32_t count) {
  std::vector<std::uint32_t> rows(count);
  std::iota(rows.begin(), rows.end(), first);
  return rows;
}

model::Model classifier() {
  model::Model classifier(model::sequential(
      {28, 28},
      {model::flatten(), model::dense(300, {.activation = "relu"}),
       model::dense(100, {.activation = "relu"}), model::dense(10, {.activation = "softmax"})}));
  classifier.compile({.optimizer = model::sgd({.learning_rate = 0.01}),
                      .losses = {model::sparse_categorical_crossentropy()},
                      .metrics = {"accuracy"}});
  return classifier;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: benchmark_book_fashion FOLDER\n");
    return 2;
  }
  const tuner::Dataset data = load(std::filesystem::absolute(argv[1]));
  const auto valid_rows = rows(0, kValid), train_rows = rows(kValid, kTrain - kValid),
             test_rows = rows(kTrain, kTest);
  const auto samples = [&](std::span<const std::uint32_t> part) {
    return model::Samples{
        .inputs = {model::Columns(data.x)}, .targets = {model::Columns(data.y)}, .rows = part};
  };
  const model::Samples valid = samples(valid_rows);
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    model::Model model = classifier();
    model.initialize(base::Rng(seed));
    const model::History history =
        model.fit(samples(train_rows), &valid, {.epochs = 30, .rng = base::Rng(seed)});
    std::printf("fashion-mnist, seed %d: accuracy %.4f (validation %.4f, test %.4f)\n",
                static_cast<int>(seed), history.epochs.back().at("accuracy"),
                history.epochs.back().at("val_accuracy"),
                model.evaluate(samples(test_rows)).at("accuracy"));
    std::fflush(stdout);
  }
}
