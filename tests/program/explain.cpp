#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

using namespace tune::tests;

namespace {

const char* const kStudy = R"([study]
name = small
strategy = halving
seed = 3
[data]
generator = friedman1(120, noise=0.5)
[cv]
folds = 2
[training]
epochs = 9
[space]
n_neurons = int(4, 24, log)
learning_rate = reciprocal(1e-4, 3e-2)
)";

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("explain tells the story of each trial of a study in brackets") {
  const Folder folder;
  const std::string in = "cd " + (folder / "").string() + " && " + TUNE_PROGRAM + ' ';
  folder.write("space.ini", kStudy);
  REQUIRE(run(in + "--space space.ini --out a --quiet").status == 0);
  // 9 trials with 1 epoch, 3 with 3, 1 with 9.
  int promoted = 0, left = 0, ended = 0;
  for (int trial = 0; trial < 13; ++trial) {
    const Result result = run(in + "explain a " + std::to_string(trial));
    INFO(result.output);
    REQUIRE(result.status == 0);
    CHECK(result.output.starts_with("Trial " + std::to_string(trial) + " of small: "));
    CHECK(has(result.output, "validation loss "));
    promoted += has(result.output, " promoted, ");
    left += has(result.output, " not promoted");
    ended += has(result.output, "it has all epochs");
  }
  CHECK(promoted == 4);
  CHECK(left == 8);
  CHECK(ended == 1);
  CHECK(has(run(in + "explain a 12").output, "It goes on with trial "));

  for (const auto& [arguments, message] :
       {std::pair("explain a 13", "there is no trial 13: the run has 13 trials, from 0 on"),
        {"explain a x", "N: "},
        {"explain a", "N is missing: the number of the trial"},
        {"explain b 0", "b: holds no run: neither study.db nor results.json is there"}}) {
    const Result result = run(in + arguments);
    INFO(result.output);
    CHECK(result.status == 2);
    CHECK(has(result.output, message));
  }
}

TEST_CASE("explain says what a model had learnt from, and what a pruner compared a trial with") {
  const Folder folder;
  const std::string in = "cd " + (folder / "").string() + " && " + TUNE_PROGRAM + ' ';
  folder.write("space.ini", kStudy);
  REQUIRE(run(in + "--space space.ini --out a --quiet --study.strategy auto --study.trials 30 "
                   "--study.pruner median --study.pruner_n_startup_trials 2 --study.window 2")
              .status == 0);
  int starts = 0, modelled = 0, pruned = 0;
  for (int trial = 0; trial < 30; ++trial) {
    std::string text = run(in + "explain a " + std::to_string(trial)).output;
    for (auto at = text.find("\n  "); at != text.npos; at = text.find("\n  ")) {
      text.replace(at, 3, " ");  // paragraphs are broken into lines
    }
    INFO(text);
    CHECK(has(text, " auto has chosen gp: 30 trials of 2 parameters"));
    starts += has(text, ": drawn at random, since ");
    modelled += has(text, ": most improvement expected by its Gaussian process of ");
    if (!has(text, " The pruner ended it in fold ")) continue;
    ++pruned;
    CHECK(has(text, " By median: its best validation loss so far, "));
  }
  // Of trial 5 two outcomes less than five are known.
  CHECK(starts == 6);
  CHECK(modelled == 24);
  CHECK(pruned > 0);
  // Without the store the table says the same.
  const std::string of_store = run(in + "explain a 29").output;
  std::filesystem::remove(folder / "a/study.db");
  CHECK(run(in + "explain a 29").output == of_store);
}
