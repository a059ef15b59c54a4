#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/results.hpp"
#include "tests/support/study.hpp"

using namespace tune::tests;
using nlohmann::json;

namespace {

const char* const kStudy = R"([study]
name = homes
trials = 6
seed = 3
[data]
generator = friedman1(120, noise=0.5)
[cv]
folds = 2
[training]
epochs = 4
batch = 16
[space]
n_hidden = int(1, 3)
n_neurons = ordinal(4, 8, 16)
learning_rate = choice(1e-2, 1e-3)
enqueue = n_hidden = 1 and n_neurons = 8
)";

json trials_of(const std::filesystem::path& out) {
  return json::parse(contents(out / "results.json"))["trials"];
}

}  // namespace

TEST_CASE("a study begins with start points, and with what an earlier one knows") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  const Result first = study(space, folder / "first");
  INFO(first.output);
  REQUIRE(first.status == 0);
  const json before = trials_of(folder / "first");
  REQUIRE(before.size() == 6);
  CHECK(before[0]["configuration"]["n_hidden"] == 1);
  CHECK(before[0]["configuration"]["n_neurons"] == 8);

  std::string table;
  for (const std::string jobs : {"1", "4"}) {
    const auto out = folder / ("second" + jobs);
    const Result second = study(
        space, out,
        "--jobs " + jobs + " --study.trials 50 --study.warm_start " + (folder / "first").string());
    INFO(second.output);
    REQUIRE(second.status == 0);
    CHECK(second.output.find("\nthe strategy knows 6 trials of ") != std::string::npos);
    const json after = trials_of(out);
    // Of 18 configurations.
    CHECK(after.size() == 12);
    for (std::size_t i = 0; i < after.size(); ++i) {
      CHECK(after[i]["trial"] == i);
      for (const json& old : before) CHECK(after[i]["configuration"] != old["configuration"]);
    }
    const std::string now = without_times(contents(out / "results.csv"));
    if (table.empty()) table = now;
    CHECK(now == table);
  }

  const Result best = study(space, folder / "third",
                            "--study.enqueue_best 1 --study.trials 2 --study.enqueue " +
                                (folder / "first").string() + "/results.csv");
  REQUIRE(best.status == 0);
  const json third = trials_of(folder / "third");
  for (const json& old : before) {
    if (old["rank"] != 1) continue;
    const json& best_one = old["configuration"];
    CHECK((third[0]["configuration"] == best_one || third[1]["configuration"] == best_one));
  }
}

TEST_CASE("what cannot begin with earlier trials says so") {
  const Folder folder;
  const auto space = folder.write("space.ini", kStudy);
  REQUIRE(study(space, folder / "first", "--study.trials 1").status == 0);
  const std::string warm = " --study.warm_start " + (folder / "first").string();
  CHECK(study(space, folder / "grid", "--study.strategy grid").output ==
        "tune: " + space.string() + ":16: enqueue: this strategy has all its trials beforehand\n");
  CHECK(study(space, folder / "halving", "--study.strategy halving --study.trials 20" + warm)
            .output == "tune: --study.warm_start: this strategy makes no use of earlier trials\n");
  CHECK(study(space, folder / "mae", "--study.metric mae" + warm).output ==
        "tune: --study.warm_start: " + (folder / "first").string() +
            ": its metric is 'mse', that of this study 'mae'\n");
}
