#include <algorithm>
#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

using namespace tune::tests;

namespace {

const char* const kSpace = R"([study]
name = homes
strategy = hyperband
seed = 1
[data]
generator = friedman1(200, noise=0.5)
[training]
epochs = 81
[space]
n_hidden = int(0, 3)
n_neurons = int(1, 40)
learning_rate = reciprocal(1e-3, 1e-1)
batch = choice(8, 64)
)";

Result plan(const std::filesystem::path& space, const std::string& options = {}) {
  return run(std::string(TUNE_PROGRAM) + " plan --space " + space.string() + ' ' + options);
}

/// What it says without the data.
std::string schedule(const std::filesystem::path& space, const std::string& options = {}) {
  const Result result = plan(space, "--no-timing " + options);
  INFO(result.output);
  CHECK(result.status == 0);
  return result.output;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("plan says what auto has chosen") {
  const Folder folder;
  const auto space = folder.write("space.ini", kSpace);
  const std::string brackets =
      schedule(space, "--study.strategy auto --study.trials 15 --training.epochs 27");
  CHECK(brackets.starts_with(
      "homes: auto (bohb)\n"
      "auto has chosen bohb: the epochs of 15 trials are enough for a pass of Hyperband\n"));
  CHECK(has(brackets, "69 trials, 357 epochs a fold"));
  CHECK(schedule(space, "--study.strategy auto --study.trials 3") ==
        "homes: auto (sobol)\nauto has chosen sobol: 3 trials are too few to learn from\n\n"
        "3 trials of at most 81 epochs: at most 243 epochs a fold\n");
}

TEST_CASE("plan prints the brackets of the paper's algorithm and table") {
  const Folder folder;
  const auto space = folder.write("space.ini", kSpace);
  CHECK(schedule(space) == R"(homes: hyperband, eta = 3, min_epochs = 1, sizing = algorithm

bracket  trials@epochs                 trials  epochs  restarted
───────  ────────────────────────────  ──────  ──────  ─────────
      0  81@1  27@3   9@9  3@27  1@81     121     297        405
      1        34@3  11@9  3@27  1@81      49     276        363
      2              15@9  5@27  1@81      21     279        351
      3                    8@27  2@81      10     324        378
      4                          5@81       5     405        405
    all                                   206   1,581      1,902

143 configurations started, 206 trials, 1,581 epochs a fold (1,902 if promotions started anew)
)");
  const std::string table = schedule(space, "--study.sizing table");
  CHECK(has(table, "81@1  27@3  9@9  3@27  1@81 "));
  CHECK(has(table, " 6@27  2@81 "));
  CHECK(has(table, "128 configurations started, 187 trials, 1,404 epochs a fold"));
  CHECK(has(table, "(1,701 if promotions started anew)"));
}

TEST_CASE("plan is right where a logarithm is rounded, with other steps and with a least budget") {
  const Folder folder;
  const auto space = folder.write("space.ini", kSpace);
  const std::string powers = schedule(space, "--training.epochs 243");
  CHECK(has(powers, "415 configurations started, 611 trials, 6,831 epochs a fold"));
  CHECK(has(powers, "(8,457 if promotions started anew)"));
  const std::string tens = schedule(space, "--training.epochs 1000 --study.eta 10");
  CHECK(has(tens, "1000@1  100@10  10@100  1@1000 "));
  CHECK(has(tens, "4@1000 "));
  CHECK(has(schedule(space, "--training.epochs 100"), "81@1  27@4   9@11  3@33  1@100 "));
  CHECK(has(schedule(space, "--training.epochs 100 --study.eta 4"), " 64@2  16@6 "));
  CHECK(has(schedule(space, "--study.min_epochs 9"), "9@9  3@27  1@81 "));
  CHECK(has(schedule(space, "--study.strategy halving"), "81 configurations started, 121 trials"));
}

TEST_CASE("plan says how many brackets fit in a number of trials") {
  const Folder folder;
  const auto space = folder.write("space.ini", kSpace);
  const std::string two = schedule(space, "--study.trials 330");
  CHECK(has(two, "bracket  times  trials@epochs"));
  CHECK(has(two, "\n      0      2  81@1 "));
  CHECK(has(two, "\n      4      1 "));
  CHECK(has(two, "224 configurations started, 327 trials"));
  const Result few = plan(space, "--no-timing --study.trials 100");
  CHECK(few.status == 2);
  CHECK(has(few.output, "--study.trials: 100 is less than one bracket: 81 at 1 epoch, 27 at 3"));
}

TEST_CASE("plan of other strategies says trials and epochs at the most") {
  const Folder folder;
  const auto space = folder.write("space.ini", kSpace);
  CHECK(schedule(space, "--study.strategy random --study.trials 20") ==
        "homes: random\n\n20 trials of at most 81 epochs: at most 1,620 epochs a fold\n");
  const auto grid = folder.write("grid.ini",
                                 "[study]\nname = g\n[data]\ngenerator = xor(40)\n[space]\n"
                                 "n_neurons = int(1, 40)\nn_hidden = int(0, 1)\n");
  CHECK(has(schedule(grid, "--study.strategy grid --study.trials 7"),
            "\n7 of 80 trials of at most 100 epochs: at most 700 epochs a fold\n"));
  CHECK(has(schedule(grid, "--study.strategy hyperband"),
            "80 configurations started, all that the space has, "));
  const auto lengths =
      folder.write("lengths.ini",
                   "[study]\nname = l\n[data]\ngenerator = xor(40)\n[space]\nepochs = "
                   "int(5, 250)\nlearning_rate = real(0.1, 1)\n");
  CHECK(has(schedule(lengths), "10 trials of at most 250 epochs: at most 2,500 epochs a fold"));
}

TEST_CASE("plan says if the strategy has fewer trials than are asked for") {
  const Folder folder;
  const auto space = folder.write("space.ini", kSpace);
  CHECK(has(schedule(space,
                     "--study.strategy evolution --study.generations 1 "
                     "--study.population_size 5 --study.trials 30"),
            "\n10 trials of at most 81 epochs: at most 810 epochs a fold\n"
            "30 trials are asked for, but the strategy has no more than 10\n"));
}

TEST_CASE("plan reckons with the window and with what the strategy takes itself") {
  const Folder folder;
  const auto space = folder.write("space.ini", kSpace);
  const std::string options = "--training.epochs 1 --cv.folds 3 --jobs 8 ";
  const Result narrow = plan(space, options + "--study.strategy tpe --study.window 1");
  INFO(narrow.output);
  CHECK(has(narrow.output, " on 8 threads, of which window = 1 keeps 3 busy, if no fit stops "));
  CHECK(!has(plan(space, options + "--study.strategy random --study.window 1").output, "window"));
  CHECK(!has(plan(space, options + "--study.strategy tpe --study.window 8").output, "window"));
  const Result slow = plan(space, options + "--study.strategy gp --study.trials 120");
  INFO(slow.output);
  CHECK(has(slow.output, "\ngp takes about "));
  CHECK(has(slow.output, " to propose trials\n"));
  // And so does the run.
  const std::string study = std::string(TUNE_PROGRAM) + " --space " + space.string() +
                            " --training.epochs 1 --cv.folds 2 --study.trials 60 --out ";
  CHECK(has(run(study + (folder / "gp").string() + " --study.strategy gp").output,
            "\ngp has taken "));
  CHECK(!has(run(study + (folder / "random").string() + " --study.strategy random").output,
             " has taken "));
}

TEST_CASE("plan times small and large configurations and forecasts time and memory") {
  const Folder folder;
  const auto space = folder.write("space.ini", kSpace);
  const Result result = plan(space, "--training.epochs 9 --jobs 2");
  INFO(result.output);
  REQUIRE(result.status == 0);
  for (const std::string part : {"smallest", "middle", "largest", "parameters", "About ",
                                 " on 2 threads if no fit stops early", " of memory: "}) {
    CHECK(has(result.output, part));
  }
  CHECK(!std::filesystem::exists("runs"));
  // Where all networks are alike, one is timed.
  const auto rates =
      folder.write("rates.ini",
                   "[study]\nname = r\n[data]\ngenerator = xor(40)\n[training]\nepochs = 3\n"
                   "[space]\nlearning_rate = reciprocal(1e-3, 1e-1)\n");
  const Result one = plan(rates, "--jobs 1");
  INFO(one.output);
  CHECK(one.status == 0);
  CHECK(!has(one.output, "smallest"));
  CHECK(has(one.output, "\nall "));
}

TEST_CASE("plan says in one line what is wrong") {
  const Folder folder;
  const auto space = folder.write("space.ini", kSpace);
  for (const std::string option :
       {"--study.eta 1", "--study.min_epochs 100", "--study.sizing tables", "--keep-models 2"}) {
    const Result result = plan(space, option);
    INFO(option << ": " << result.output);
    CHECK(result.status == 2);
    CHECK(std::ranges::count(result.output, '\n') == 1);
  }
}
