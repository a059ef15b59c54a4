#include <algorithm>
#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

using namespace tune::tests;

namespace {

const char* const kSpace = R"([data]
generator = moons(900, noise=0.2)
[training]
epochs = 1000
[space]
builder = choice(perceptron, mlp)
n_hidden = int(1, 3) when builder = mlp
activation = choice(relu, elu) when n_hidden >= 2
optimizer = choice(sgd, adam) when builder = mlp
learning_rate = reciprocal(1e-2, 1) when builder = mlp
)";

Result smoke(const Folder& folder, const std::string& options) {
  return run("cd " + (folder / "").string() + " && " + TUNE_PROGRAM +
             " --space space.ini --smoke " + options);
}

}  // namespace

TEST_CASE("smoke trains in every branch and writes nothing") {
  const Folder folder;
  folder.write("space.ini", kSpace);
  const Result result = smoke(folder, "");
  // The perceptron, and one, two and three hidden layers.
  CHECK(result.output ==
        "smoke: 4 configurations, every branch of the space; an epoch on 256 rows each\n"
        "all can be trained\n");
  CHECK(result.status == 0);
  const Result quiet = smoke(folder, "--quiet");
  CHECK(quiet.output.empty());
  CHECK(quiet.status == 0);
  const auto files = std::filesystem::directory_iterator(folder / "");
  CHECK(std::distance(begin(files), end(files)) == 1);
}

TEST_CASE("smoke names the configurations that fail") {
  const Folder folder;
  folder.write("space.ini", kSpace);
  const Result diverged =
      smoke(folder,
            "--data.generator 'friedman1(900)' --model.builder mlp --space.optimizer "
            "'choice(adam, sgd)' --model.learning_rate 1e6 --data.target_scale standard");
  INFO(diverged.output);
  CHECK(diverged.status == 1);
  CHECK(diverged.output.find("failed: n_hidden=3 activation=elu optimizer=adam: diverged: the loss "
                             "was not finite in epoch 1\n") != std::string::npos);
  CHECK(diverged.output.find(" of 3 failed\n") != std::string::npos);
  // What does not go together is a failure of its configuration, not the end.
  const Result wrong = smoke(folder,
                             "--space.builder 'choice(wide_deep, mlp)' --space.wide 'choice(0-9, "
                             "all) when builder = wide_deep' --quiet");
  INFO(wrong.output);
  CHECK(wrong.status == 1);
  CHECK(wrong.output.starts_with("failed: builder=wide_deep wide=0-9: wide: "));
}

TEST_CASE("smoke of a list tries what is listed") {
  const Folder folder;
  folder.write("space.ini",
               "[study]\nstrategy = list\nlist = list.json\n[data]\ngenerator = xor(40)\n");
  folder.write("list.json", R"([{"n_hidden": 1, "batch": 8}, {"n_hidden": 2, "batch": 4}])");
  const Result result = smoke(folder, "");
  INFO(result.output);
  CHECK(result.status == 0);
  CHECK(result.output.starts_with("smoke: 2 configurations, "));
}
