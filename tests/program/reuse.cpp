#include "model/io/keras_h5.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

using namespace tune;
using namespace tune::tests;

namespace {

const std::string kTune = TUNE_PROGRAM;

std::string space(const std::string& model, const std::string& searched = "learning_rate = 0.01") {
  return "[study]\ntrials = 2\n[data]\ngenerator = friedman1(120, noise=0.5)\n[cv]\nfolds = 2\n"
         "[training]\nepochs = 3\n[model]\nn_neurons = 6\n" +
         model + "\n[space]\n" + searched + "\n";
}

Result train(const std::filesystem::path& space, const std::filesystem::path& out) {
  return run(kTune + " --quiet --space " + space.string() + " --out " + out.string());
}

std::vector<std::vector<float>> weights_of(const std::filesystem::path& file) {
  return model::load_model(file).get_weights();
}

}  // namespace

TEST_CASE("a space file reuses layers of a trained model, frozen or not") {
  const Folder folder;
  REQUIRE(train(folder.write("first.ini", space("n_hidden = 2")), folder / "first").status == 0);
  const auto trained = weights_of(folder / "first" / "model.h5");

  const std::string reuse = "n_hidden = 3\nreuse = first/model.h5\n";
  const Result frozen = train(folder.write("frozen.ini", space(reuse)), folder / "frozen");
  INFO(frozen.output);
  REQUIRE(frozen.status == 0);
  const auto kept = weights_of(folder / "frozen" / "model.h5");
  REQUIRE(kept.size() == 8);
  for (std::size_t w = 0; w < 4; ++w) CHECK(kept[w] == trained[w]);
  CHECK(contents(folder / "frozen" / "best.ini").find("reuse = ") != std::string::npos);
  CHECK(train(folder / "frozen" / "best.ini", folder / "pinned").status == 0);

  const auto file = folder.write("tuned.ini", space(reuse + "reuse_frozen = no"));
  REQUIRE(train(file, folder / "tuned").status == 0);
  CHECK(weights_of(folder / "tuned" / "model.h5")[0] != trained[0]);

  const auto one = folder.write("one.ini", space(reuse + "reuse_layers = dense_1"));
  REQUIRE(train(one, folder / "one").status == 0);
  CHECK(weights_of(folder / "one" / "model.h5")[0] != trained[0]);
  CHECK(weights_of(folder / "one" / "model.h5")[2] == trained[2]);

  // Whether to reuse can itself be searched.
  const auto searched = folder.write("searched.ini", space("n_hidden = 3",
                                                           "reuse = choice(none, first/model.h5)\n"
                                                           "reuse_frozen = choice(yes, no)"));
  const Result both = train(searched, folder / "searched");
  INFO(both.output);
  CHECK(both.status == 0);
}

TEST_CASE("what cannot be reused is said before anything is written") {
  const Folder folder;
  REQUIRE(train(folder.write("first.ini", space("n_hidden = 1")), folder / "first").status == 0);
  const auto refusal = [&](const std::string& model) {
    const auto file = folder.write("space.ini", space(model));
    const Result result = train(file, folder / "out");
    CHECK(result.status == 2);
    CHECK(std::ranges::count(result.output, '\n') == 1);
    CHECK_FALSE(std::filesystem::exists(folder / "out"));
    return result.output.substr(result.output.find("space.ini") + 9);
  };
  CHECK(refusal("reuse = missing.h5").find(":11: reuse: ") == 0);
  CHECK(refusal("reuse = first.ini").find(":11: reuse: ") == 0);
  CHECK(refusal("reuse = first/model.h5\nn_hidden = 0") ==
        ":11: reuse: layer 'dense' of the trained model is one with a kernel of shape (10, 6), but "
        "'dense' in its place is one of (10, 1)\n");
  CHECK(refusal("reuse = first/model.h5\nreuse_layers = dens").find("did you mean 'dense'?") !=
        std::string::npos);
}
