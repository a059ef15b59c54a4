#include <functional>
#include <optional>

#include "model/callbacks/early_stopping.hpp"
#include "model/callbacks/rates.hpp"
#include "model/io/keras_h5.hpp"
#include "model/io/keras_weights.hpp"
#include "model/io/training_file.hpp"
#include "search/base/error.hpp"
#include "tests/support/architectures.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

// Files of every kind with a few wrong bytes: an error of one line, or something that can be used.

namespace tune::model {
namespace {

using tests::Folder;

const std::filesystem::path kGolden = std::filesystem::path(TUNE_SOURCE_DIR) / "tests/golden";

/// A sound file, and what is done with one that is not.
struct Original {
  std::string content;
  std::function<void(const std::filesystem::path&)> use;
};

/// Changes a few bytes anywhere, or cuts the end off.
std::string mutate(std::string bytes, base::Rng& rng) {
  const auto below = [&](std::size_t n) { return rng.below(static_cast<std::uint32_t>(n)); };
  if (below(10) == 0) return bytes.substr(0, below(bytes.size()));
  for (std::uint32_t left = 1 + below(4); left > 0; --left) {
    char& byte = bytes[below(bytes.size())];
    switch (below(4)) {
      case 0:
        byte = static_cast<char>(byte ^ (1 << below(8)));
        break;
      case 1:
        byte = '\xff';
        break;
      case 2:
        byte = static_cast<char>(below(256));
        break;
      default: {  // one part of the file over another
        const std::size_t length = 1 + below(16);
        const std::size_t from = below(bytes.size() - length), to = below(bytes.size() - length);
        bytes.replace(to, length, bytes.substr(from, length));
      }
    }
  }
  return bytes;
}

void predict(const Model& model) {
  tests::predict_outputs(model, tests::draw_inputs(model, 2));
}

/// Two steps, of what callbacks there are in the state.
void train(Model model, TrainingState& state) {
  const auto inputs = tests::draw_inputs(model, 4);
  const std::vector<std::uint32_t> rows = tests::first_rows(4);
  std::vector<Eigen::MatrixXf> targets;
  Samples samples{.rows = rows};
  for (const Eigen::MatrixXf& input : inputs) samples.inputs.emplace_back(input);
  for (std::size_t i = 0; i < model.network().outputs().size(); ++i) {
    targets.push_back(Eigen::MatrixXf::Ones(size_of(model.network().output(i).shape), 4));
  }
  for (const Eigen::MatrixXf& target : targets) samples.targets.emplace_back(target);
  EarlyStopping stopping({.monitor = "loss", .patience = 3, .restore_best_weights = true});
  ReduceLROnPlateau plateau({.monitor = "loss", .patience = 1});
  std::vector<Callback*> callbacks;
  if (!state.callbacks.empty()) callbacks = {&stopping, &plateau};
  model.fit(samples, nullptr,
            {.epochs = state.epoch + 2, .batch_size = 4, .callbacks = callbacks, .state = &state});
}

/// Whole models: of every architecture of ours, and files of Keras's.
void add_models(std::vector<Original>& originals) {
  const Folder folder;
  const auto use = [](const std::filesystem::path& file) { predict(load_model(file)); };
  for (const auto& [name, model] : tests::all_architectures()) {
    save_model(model, folder / "a.h5");
    originals.push_back({tests::contents(folder / "a.h5"), use});
  }
  for (const char* name : {"batch_norm", "branches", "foreign", "frozen", "normalized",
                           "regularized", "wide_deep_outputs"}) {
    const std::string file = "keras_io_" + std::string(name) + ".h5";
    originals.push_back({tests::contents(kGolden / file), use});
  }
}

/// Weights alone, of ours and of Keras's.
void add_weights(std::vector<Original>& originals) {
  const Folder folder;
  const auto add = [&](const Model& model, const std::string& content) {
    originals.push_back({content, [model](const std::filesystem::path& file) {
                           Model loaded = model;
                           load_weights(loaded, file);
                           predict(loaded);
                         }});
  };
  for (const Model& model :
       {tests::architectures::residual(), tests::architectures::batch_norm(),
        tests::architectures::normalized(), tests::architectures::subclassed_wide_deep()}) {
    save_weights(model, folder / "a.h5");
    add(model, tests::contents(folder / "a.h5"));
  }
  for (const char* end : {".h5", ".weights.h5"}) {
    add(load_model(kGolden / "keras_io_training_nadam.h5"),
        tests::contents(kGolden / ("keras_io_training_nadam" + std::string(end))));
  }
}

/// States of trainings, with callbacks and without.
void add_trainings(std::vector<Original>& originals) {
  const Folder folder;
  const auto add = [&](const Model& model, const std::string& content) {
    originals.push_back({content, [model](const std::filesystem::path& file) {
                           TrainingState state = load_training(model, file);
                           train(model, state);
                         }});
  };
  Model residual = tests::architectures::residual();
  residual.compile({.optimizer = adam({.amsgrad = true}), .losses = {mean_squared_error()}});
  for (const Model& model :
       {residual, tests::architectures::california(), tests::architectures::wide_deep_split(2)}) {
    Model trained = model;
    tests::draw_weights(trained, base::Rng(1));
    TrainingState state;
    EarlyStopping stopping({.monitor = "loss", .patience = 3, .restore_best_weights = true});
    ReduceLROnPlateau plateau({.monitor = "loss", .patience = 1});
    state.callbacks = {stopping.save(), plateau.save()};
    train(trained, state);
    save_training(model, state, folder / "a.h5");
    add(model, tests::contents(folder / "a.h5"));
  }
  for (const char* end : {".h5", ".weights.h5"}) {
    add(load_model(kGolden / "keras_io_training_rmsprop.h5"),
        tests::contents(kGolden / ("keras_io_training_rmsprop" + std::string(end))));
  }
}

/// Uses so many mutants of each kind of file in turn; returns how many were refused.
int try_mutants(const std::vector<Original>& originals, int count, std::uint64_t seed) {
  const Folder folder;
  int refused = 0;
  const std::filesystem::path file = folder / "mutant.h5";
  for (int i = 0; i < count; ++i) {
    base::Rng rng = base::Rng(seed).split(static_cast<std::uint64_t>(i));
    const Original& original = originals[static_cast<std::size_t>(i) % originals.size()];
    folder.write("mutant.h5", mutate(original.content, rng));
    try {
      original.use(file);
    } catch (const base::InputError& error) {
      ++refused;
      // The state of callbacks is refused by them, who do not know of files.
      const std::string message = error.what();
      const bool named = message.starts_with(file.string() + ": ") ||
                         message.starts_with("the saved state of ") || message.starts_with("fit: ");
      if (!named || message.find('\n') != std::string::npos) {
        FAIL("mutant " << i << ": " << message);
      }
    }
  }
  return refused;
}

/// Twice as many whole models as files of each other kind; 10,000 in all where sanitizers look on.
constexpr int kMutants = TUNE_TEST_MUTANTS;

void check_mutants(void (*add)(std::vector<Original>&), int count, std::uint64_t seed) {
  std::vector<Original> originals;
  add(originals);
  for (const Original& original : originals) {
    const Folder folder;
    original.use(folder.write("sound.h5", original.content));
  }
  const int refused = try_mutants(originals, count, seed);
  CHECK(refused > count / 10);
  CHECK(refused < count);
}

}  // namespace

TEST_CASE("mutants of models' files are refused, or are models") {
  check_mutants(add_models, kMutants / 2, 11);
}

TEST_CASE("mutants of weights' files are refused, or are weights") {
  check_mutants(add_weights, kMutants / 4, 12);
}

TEST_CASE("mutants of trainings' files are refused, or are trainings") {
  check_mutants(add_trainings, kMutants / 4, 13);
}

}  // namespace tune::model
