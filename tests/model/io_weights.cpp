#include "model/callbacks/model_checkpoint.hpp"
#include "model/io/keras_h5.hpp"
#include "model/io/keras_weights.hpp"
#include "search/base/error.hpp"
#include "tests/model/regression.hpp"
#include "tests/support/architectures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

// Weights alone in files of our own.

namespace tune::model {
namespace {

using tests::Folder;

/// What load_weights says of a file, without the file's name.
std::string complaint(Model& model, const std::filesystem::path& file) {
  const auto before = model.get_weights();
  try {
    load_weights(model, file);
  } catch (const base::InputError& error) {
    CHECK(model.get_weights() == before);
    const std::string message = error.what(), name = file.string() + ": ";
    CHECK(message.starts_with(name));
    return message.substr(name.size());
  }
  return {};
}

}  // namespace

TEST_CASE("saved weights come back bit for bit, from weights files and from whole models") {
  const Folder folder;
  for (const auto& [name, saved] : tests::all_architectures()) {
    INFO(name);
    save_weights(saved, folder / "model.weights.h5");
    save_model(saved, folder / "model.h5");
    for (const char* file : {"model.weights.h5", "model.h5"}) {
      Model other(saved.network_ptr());
      load_weights(other, folder / file);
      CHECK(other.get_weights() == saved.get_weights());
    }
  }
}

TEST_CASE("weights of a subclassed model go by its layers' names") {
  const Folder folder;
  Model saved = tests::architectures::subclassed_wide_deep(), loaded = saved;
  tests::draw_weights(saved, base::Rng(1));
  save_weights(saved, folder / "a.weights.h5");
  load_weights(loaded, folder / "a.weights.h5");
  CHECK(loaded.get_weights() == saved.get_weights());
}

TEST_CASE("a subclassed model whose layers have names of other groups is not saved") {
  class Odd : public Subclassed {
   public:
    explicit Odd(const std::string& name) : only_(layer(dense(1), name)) {}
    Tensors call(const Inputs& inputs, bool) const override { return {only_(inputs[0])}; }

   private:
    Sublayer only_;
  };
  const Folder folder;
  for (const char* name : {"optimizer", "layers", "tune", "vars", "a/b", ".."}) {
    const Model model(subclassed(Odd(name), {{2}}));
    CHECK_THROWS_WITH(save_weights(model, folder / "a.weights.h5"),
                      Catch::Contains("'" + std::string(name) + "' cannot be"));
  }
}

TEST_CASE("weights go by kinds and order, whatever the layers are called") {
  const Folder folder;
  const auto make = [](const char* first, const char* second) {
    Graph graph;
    const auto hidden = graph.add(dense(3), graph.input({2}), first);
    const Graph::Handle output = graph.add(dense(1), hidden, second);
    return Model(std::move(graph).build({&output, 1}));
  };
  Model saved = make("a", "b"), loaded = make("y", "x");
  saved.initialize(base::Rng(1));
  save_weights(saved, folder / "a.weights.h5");
  load_weights(loaded, folder / "a.weights.h5");
  CHECK(loaded.get_weights() == saved.get_weights());
  save_model(saved, folder / "a.h5");
  loaded.initialize(base::Rng(2));
  load_weights(loaded, folder / "a.h5");
  CHECK(loaded.get_weights() == saved.get_weights());
}

TEST_CASE("weights of a model with many layers are loaded") {
  const Folder folder;
  const Model saved(sequential({1}, std::vector<LayerPtr>(3000, dense(1))));
  save_weights(saved, folder / "a.weights.h5");
  Model loaded(saved.network_ptr());
  load_weights(loaded, folder / "a.weights.h5");
}

TEST_CASE("weights of another model are refused, and the model stays as it was") {
  const Folder folder;
  const Model saved(sequential({4}, {dense(3), dense(2)}));
  save_weights(saved, folder / "a.weights.h5");
  save_model(saved, folder / "a.h5");
  Model wider(sequential({4}, {dense(3), dense(5)}));
  CHECK(complaint(wider, folder / "a.weights.h5") ==
        "weight 'dense_1/kernel' has the shape (3, 2), the layer needs (3, 5)");
  CHECK(complaint(wider, folder / "a.h5") ==
        "weight 'dense_1/kernel' has the shape (3, 2), the layer needs (3, 5)");
  Model deeper(sequential({4}, {dense(3), dense(2), dense(2)}));
  CHECK(complaint(deeper, folder / "a.weights.h5") ==
        "has no 'layers/dense_2' for the layer 'dense_2'");
  CHECK(complaint(deeper, folder / "a.h5") == "layer 'dense_2' needs 2 weights, there are 0");
  Model shallower(sequential({4}, {dense(3)}));
  CHECK(complaint(shallower, folder / "a.weights.h5") ==
        "has weights of a layer 'layers/dense_1', which the model does not have");
  CHECK(complaint(shallower, folder / "a.h5") == "has weights of more layers than the model");
  Model biasless(sequential({4}, {dense(3), dense(2, {.use_bias = false})}));
  CHECK(complaint(biasless, folder / "a.weights.h5") ==
        "layer 'dense_1' needs 1 weights, there are 2");
  CHECK(complaint(biasless, folder / "a.h5") == "layer 'dense_1' needs 1 weights, there are 2");
}

TEST_CASE("a checkpoint of the weights alone is a weights file") {
  const Folder folder;
  const tests::Table train = tests::regression(20);
  ModelCheckpoint checkpoint(
      {.filepath = (folder / "{epoch}.weights.h5").string(), .save_weights_only = true});
  Callback* const callbacks[] = {&checkpoint};
  Model model = tests::regression_model();
  model.fit(train.samples(), nullptr, {.epochs = 2, .batch_size = 4, .callbacks = callbacks});
  Model first = tests::regression_model(), second = tests::regression_model();
  load_weights(first, folder / "1.weights.h5");
  load_weights(second, folder / "2.weights.h5");
  CHECK(second.get_weights() == model.get_weights());
  CHECK(first.get_weights() != model.get_weights());
}

}  // namespace tune::model
