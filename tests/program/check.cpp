#include <algorithm>
#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

using namespace tune::tests;

namespace {

const std::string kHead = "[data]\ngenerator = xor(60)\n";

/// What it says, with the space file's folder taken away.
Result check(const Folder& folder, const std::string& text, const std::string& options = {}) {
  const auto file = folder.write("space.ini", text);
  Result result =
      run(std::string(TUNE_PROGRAM) + " check --space " + file.string() + ' ' + options);
  const std::string path = (folder / "").string();
  for (auto at = result.output.find(path); at != std::string::npos; at = result.output.find(path)) {
    result.output.erase(at, path.size());
  }
  return result;
}

std::string findings(const std::string& text, const std::string& options = {}) {
  const Folder folder;
  const Result result = check(folder, text, options);
  CHECK(result.status == 1);
  return result.output;
}

}  // namespace

TEST_CASE("check says nothing of a sound space file") {
  const Folder folder;
  const Result result = check(folder, kHead + R"([space]
n_hidden = int(0, 3)
n_neurons = int(1, 1000) when n_hidden >= 1
optimizer = choice(sgd, adam)
momentum = real(0, 1) when optimizer = sgd
learning_rate = reciprocal(1e-6, 1)
batch = choice(8, 16)
forbid = optimizer = sgd and n_hidden = 0
)");
  CHECK(result.status == 0);
  CHECK(result.output == "space.ini: no findings\n");
}

TEST_CASE("check finds wide ranges, dead conditions and fixed rates, by their lines") {
  CHECK(
      findings(kHead + R"([model]
learning_rate = 0.02
[space]
n_hidden = int(1, 3)
n_neurons = int(1, 5000) when n_hidden > 3
weight_decay = real(1e-5, 0.1)
optimizer = choice(adam, adamw)
batch = choice(8, 16)
dropout = real(0, 0.5) when n_hidden = 2
forbid = n_hidden >= 2 and dropout >= 0
forbid = n_hidden = 1 and dropout > 0.1
)",
               "--no-data") ==
      R"(space.ini:7: n_neurons: int(1, 5000) goes over more than three decades without log, so that nine of ten draws lie in the uppermost; write int(1, 5000, log)
space.ini:7: n_neurons: is never there: no trial has n_hidden > 3; correct the condition, or take the line out
space.ini:8: weight_decay: real(1e-05, 0.1) goes over more than three decades without log, so that nine of ten draws lie in the uppermost; write reciprocal(1e-05, 0.1)
space.ini:8: weight_decay: has no effect where optimizer = adam, so that trials that differ in nothing else are the same; write 'when optimizer = adamw' behind it
space.ini:9: optimizer: is searched while learning_rate stays 0.02, but each optimizer has a best rate of its own; search that too: learning_rate = reciprocal(1e-4, 1e-1)
space.ini:10: batch: is searched while learning_rate stays 0.02, but larger batches bear larger rates; search that too: learning_rate = reciprocal(1e-4, 1e-1)
space.ini:11: dropout: is never there: every trial that had it is ruled out by forbid = n_hidden >= 2 and dropout >= 0.0; correct that, or take the line out
space.ini:13: forbid: rules nothing out: no trial has n_hidden = 1 and dropout > 0.1; correct it, or take the line out
)");
}

TEST_CASE("check finds more trials than configurations") {
  const std::string space = kHead + "[space]\nn_hidden = int(1, 3)\nn_neurons = choice(4, 8)\n";
  CHECK(findings("[study]\ntrials = 9\n" + space) ==
        "space.ini:2: trials: 9 trials are asked for, but the space has 6 distinct "
        "configurations; widen the space, or ask for no more\n");
  CHECK(findings("[study]\nstrategy = hyperband\n" + space, "--no-data") ==
        "space.ini:2: strategy: the space has 6 distinct configurations, which are started all, "
        "so that the last bracket may be cut; widen the space, or try them all with strategy = "
        "grid\n");
  const Folder folder;
  CHECK(check(folder, space).status == 0);
  folder.write("list.json", R"([{"n_hidden": 1}, {"n_hidden": 2}, {"n_hidden": 1}])");
  const Result list = check(folder, "[study]\nstrategy = list\nlist = list.json\n" + kHead);
  CHECK(list.status == 1);
  CHECK(list.output ==
        "space.ini:3: list: configuration 2 is the same as configuration 0; take one of them "
        "out\n");
}

TEST_CASE("check finds batches larger than a fold and rungs of too little") {
  const std::string space = kHead + "[space]\nn_neurons = int(1, 99)\n";
  // 60 rows, 40 of them in each of 3 folds, 8 of these for early stopping.
  CHECK(findings(space, "--training.batch 33") ==
        "--training.batch: 33 is more than the 32 rows that a fold is trained on; half of them is "
        "plenty\n");
  CHECK(findings(space + "batch = choice(16, 64)\nlearning_rate = real(0.1, 1)\n") ==
        "space.ini:5: batch: 64 is more than the 32 rows that a fold is trained on; half of them "
        "is plenty\n");
  const Folder folder;
  CHECK(check(folder, space, "--training.batch 32").status == 0);
  CHECK(check(folder, space, "--training.batch 33 --no-data").status == 0);
  const std::string brackets = "[study]\nstrategy = halving\n" + space;
  CHECK(findings(brackets, "--training.batch 16") ==
        "space.ini:2: strategy: the first rung compares trials after 1 epoch of 2 steps with batch "
        "= 16; min_epochs = 5 gives them 10\n");
  CHECK(check(folder, brackets, "--training.batch 16 --study.min_epochs 5").status == 0);
  CHECK(findings(brackets, "--training.epochs 5 --study.min_epochs 2 --training.batch 2") ==
        "--training.epochs: 5 epochs are too few for a second rung of at least min_epochs = 2 "
        "times eta = 3, so that nothing is halved; give more, or make min_epochs or eta smaller\n");
}

TEST_CASE("check finds parameters without effect, where that may be") {
  const std::string space = kHead + R"([space]
n_hidden = int(0, 2)
n_neurons = choice(1, 9)
activation = choice(relu, tanh) when n_hidden >= 1
optimizer = choice(sgd, adam, rmsprop)
momentum = real(0, 1)
nesterov = choice(yes, no) when momentum > 0.1 and optimizer = sgd
schedule = choice(constant, plateau)
plateau_patience = int(1, 9) when n_hidden = 1
learning_rate = reciprocal(1e-3, 1)
)";
  const std::string same = ", so that trials that differ in nothing else are the same; ";
  CHECK(findings(space, "--no-data") ==
        "space.ini:5: n_neurons: has no effect where n_hidden = 0" + same +
            "write 'when n_hidden >= 1' behind it\n"
            "space.ini:8: momentum: has no effect where optimizer = adam" +
            same +
            "write 'when optimizer in (sgd, rmsprop)' behind it\n"
            "space.ini:11: plateau_patience: has no effect where schedule = constant" +
            same + "add 'and schedule = plateau' behind it\n");
  // What a forbid rules out is not there, and a fixed optimizer cannot be another one.
  CHECK(findings(space + "forbid = n_hidden = 0\nforbid = optimizer = adam\n",
                 "--model.schedule exponential --no-data") ==
        "space.ini:11: plateau_patience: has no effect with schedule = exponential; take the line "
        "out, or search that too\n");
}

TEST_CASE(
    "check finds trials that the strategy does not have, and a count of best ones of nothing") {
  const std::string space = kHead + "[space]\nlearning_rate = reciprocal(1e-3, 1)\n";
  const std::string study = "[study]\nstrategy = evolution\ngenerations = 1\npopulation_size = 5\n";
  CHECK(findings(study + "trials = 30\nenqueue_best = 3\n" + space) ==
        "space.ini:5: trials: 30 trials are asked for, but evolution proposes no more than 10; ask "
        "for no more, or change what ends it\n"
        "space.ini:6: enqueue_best: has no effect without enqueue, the earlier study whose best "
        "trials it counts; name that, or take the line out\n");
  const Folder folder;
  CHECK(check(folder, study + "trials = 10\n" + space).status == 0);
}

TEST_CASE("check, plan and smoke refuse what a run refuses") {
  const Folder folder;
  const std::string head = "[study]\nname = a\ntrials = 1\n",
                    space = kHead +
                            "[training]\nepochs = 1\n[space]\nlearning_rate = choice(0.1, 0.2)\n";
  const auto file = folder.write("space.ini", head + space);
  const std::string in = "cd " + (folder / "").string() + " && " + TUNE_PROGRAM + ' ';
  REQUIRE(run(in + "--space space.ini --quiet").status == 0);
  for (const auto& [options, message, needs_data] :
       {std::tuple("--study.pruner racing --cv.folds 2", "--study.pruner: 'racing' compares ",
                   true),
        {"--study.warm_start runs/a --study.strategy grid --study.trials 2",
         "--study.warm_start: this strategy makes no use of earlier trials", false},
        {"--study.warm_start runs/a --study.metric f1",
         "--study.warm_start: ./runs/a: its metric is 'accuracy', that of this study ", false}}) {
    for (const std::string verb :
         {"--space space.ini --out b ", "check --space space.ini ", "plan --space space.ini ",
          "--space space.ini --smoke ", "check --no-data --space space.ini ",
          "plan --no-timing --space space.ini "}) {
      if (needs_data && verb.find("--no-") != std::string::npos) continue;
      const Result result = run(in + verb + options);
      INFO(verb << options << ": " << result.output);
      CHECK(result.status == 2);
      CHECK(result.output.find(message) != std::string::npos);
    }
  }
}

TEST_CASE("check of a file that cannot be run says what is wrong, with status 2") {
  const Folder folder;
  const Result result = check(folder, kHead + "[space]\nn_hidden = int(9, 1)\n");
  CHECK(result.status == 2);
  CHECK(std::ranges::count(result.output, '\n') == 1);
}

TEST_CASE("the experiments have no findings, but for the book's space") {
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(TUNE_SOURCE_DIR) + "/experiments")) {
    const auto file = entry.path() / "space.ini";
    if (!exists(file)) continue;
    const Result result =
        run(std::string(TUNE_PROGRAM) + " check --no-data --space " + file.string());
    INFO(result.output);
    // The book draws n_neurons also where there are no hidden layers.
    const bool book = entry.path().filename() == "california_housing";
    CHECK(result.status == (book ? 1 : 0));
    CHECK(std::ranges::count(result.output, '\n') == 1);
    CHECK((!book || result.output.find(": n_neurons: has no effect where n_hidden = 0") !=
                        std::string::npos));
  }
}
