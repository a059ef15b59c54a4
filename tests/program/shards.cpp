#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/results.hpp"
#include "tests/support/study.hpp"
#include "tuner/storage/database.hpp"

using namespace tune::tests;
using nlohmann::ordered_json;

namespace {

const char* const kStudy = R"([study]
name = homes
trials = 7
seed = 3
[data]
generator = friedman1(120, noise=0.5)
[cv]
folds = 2
[training]
epochs = 3
[space]
n_neurons = choice(2, 4, 8)
learning_rate = choice(1e-4, 1e-3, 1e-2)
)";

struct In {
  const Folder& folder;
  std::string before = {};  ///< variables
  Result operator()(const std::string& arguments) const {
    return run("cd " + (folder / "").string() + " && " + before + TUNE_PROGRAM + ' ' + arguments);
  }
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void erase_times(ordered_json& json) {
  if (json.is_object()) {
    for (const char* key : {"fit_time", "score_time"}) json.erase(key);
  }
  for (auto& item : json) {
    if (item.is_structured()) erase_times(item);
  }
}

/// A results.json less what depends on the clock.
std::string results_of(const std::filesystem::path& out) {
  ordered_json json = ordered_json::parse(contents(out / "results.json"));
  erase_times(json);
  return json.dump(1);
}

}  // namespace

TEST_CASE("the shards of a study, merged, are the single run") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  for (const std::string strategy : {"random", "grid", "sobol"}) {
    const std::string space = "--space space.ini --study.strategy " + strategy;
    REQUIRE(in(space + " --quiet --out one").status == 0);
    for (const char* shard : {"2/3", "1/3", "3/3"}) {
      const Result result = in(space + " --out parts --shard " + shard);
      INFO(result.output);
      REQUIRE(result.status == 0);
      CHECK(has(result.output, std::string("shard ") + shard + ": "));
    }
    const Result merged = in("merge parts --out whole --jobs 1");
    INFO(merged.output);
    REQUIRE(merged.status == 0);
    CHECK(results_of(folder / "whole") == results_of(folder / "one"));
    CHECK(without_times(contents(folder / "whole/results.csv")) ==
          without_times(contents(folder / "one/results.csv")));
    for (const char* file : {"history.csv", "best.ini", "model.h5", "preprocessing.json"}) {
      INFO(file);
      CHECK((contents(folder / "whole" / file) == contents(folder / "one" / file)));
    }
    // A shard that is whole has nothing to do, nor has the merge.
    CHECK(has(in(space + " --out parts --shard 3/3").output, "shard 3/3: 2 of 2 trials in "));
    CHECK(in("merge parts --out whole --quiet").status == 0);
    for (const char* name : {"one", "parts", "whole"}) {
      std::filesystem::remove_all(folder / name);
    }
  }
}

TEST_CASE("a rule that ends the table holds when shards are merged") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  const std::string space = "--space space.ini --study.epoch_limit 24";
  REQUIRE(in(space + " --quiet --out one").status == 0);
  REQUIRE(in(space + " --quiet --out parts --shard 1/2").status == 0);
  REQUIRE(in(space + " --quiet --out parts --shard 2/2").status == 0);
  REQUIRE(in("merge parts/shard-2-of-2.db parts/shard-1-of-2.db --out whole --quiet").status == 0);
  CHECK(results_of(folder / "whole") == results_of(folder / "one"));
  CHECK(ordered_json::parse(contents(folder / "one/results.json"))["trials"].size() == 4);
}

TEST_CASE("shards run all of their trials, whatever ends the table") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  const std::string space =
      "--space space.ini --study.strategy random --study.trials 60 --study.improvement_limit 1e9 "
      "--training.epochs 1 --space.learning_rate 'reciprocal(1e-4, 1e-2)'";
  CHECK(has(in(space + " --out parts --shard 1/2").output, "shard 1/2: 30 of 30 trials in "));
}

TEST_CASE("merge trains nothing again, whatever store a variable names") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  const std::string variable = "TUNE_STORAGE=sqlite:///other.db ";
  const In told{folder, variable};
  for (const char* shard : {"1/2", "2/2"}) {
    REQUIRE(told(std::string("--space space.ini --quiet --out parts --shard ") + shard).status ==
            0);
  }
  // In the folder of the shards.
  const Result whole = run("cd " + (folder / "parts").string() + " && " + variable + TUNE_PROGRAM +
                           " merge shard-1-of-2.db shard-2-of-2.db");
  INFO(whole.output);
  CHECK(whole.status == 0);
  CHECK(has(whole.output, "going on: 7 trials recorded in "));
  CHECK(std::filesystem::exists(folder / "parts/results.csv"));
  CHECK(!std::filesystem::exists(folder / "parts/other.db"));
  CHECK(!std::filesystem::exists(folder / "other.db"));
}

TEST_CASE("a shard with a hole is not at its end, however many of its trials have ended") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  const std::string space = "--space space.ini --quiet --out parts --study.trials ";
  REQUIRE(in(space + "6 --shard 1/2").status == 0);
  REQUIRE(in(space + "20 --shard 2/2").status == 0);
  {
    tune::tuner::Database database(
        tune::tuner::StorageUrl::of_file(folder / "parts/shard-2-of-2.db"),
        tune::tuner::Database::Mode::existing);
    database.sql() << "UPDATE tune_trials SET record = NULL WHERE ordinal = 1";
  }
  const Result result = in("merge parts");
  CHECK(result.status == 2);
  CHECK(result.output ==
        "tune: parts/shard-2-of-2.db: has 2 of 3 trials; run shard 2/2 again to go on with it\n");
}

TEST_CASE("a damaged shard is refused by name") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  REQUIRE(in("--space space.ini --quiet --out parts --shard 1/2").status == 0);
  {
    tune::tuner::Database database(
        tune::tuner::StorageUrl::of_file(folder / "parts/shard-1-of-2.db"),
        tune::tuner::Database::Mode::existing);
    database.sql() << "UPDATE tune_studies SET summary = replace(summary, '[0,2]', '[0,0]')";
  }
  CHECK(in("merge parts").output ==
        "tune: parts/shard-1-of-2.db: expected K/N with K from 1 to N, as 3/16, found '1/0'\n");
}

TEST_CASE("a folder of shards is removed") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  for (const char* shard : {"1/2", "2/2"}) {
    REQUIRE(in(std::string("--space space.ini --quiet --out parts --shard ") + shard).status == 0);
  }
  const Result result = in("rm parts");
  CHECK(result.output.empty());
  CHECK(result.status == 0);
  CHECK(!std::filesystem::exists(folder / "parts"));
}

TEST_CASE("what cannot be shared out or merged is said in one line") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  const auto refusal = [&](const std::string& arguments) {
    const Result result = in(arguments);
    INFO(result.output);
    CHECK(result.status == 2);
    CHECK(std::ranges::count(result.output, '\n') == 1);
    return result.output;
  };
  const std::string space = "--space space.ini --quiet --out parts ";
  CHECK(refusal(space + "--shard 4/3") ==
        "tune: --shard: expected K/N with K from 1 to N, as 3/16, found '4/3'\n");
  CHECK(has(refusal(space + "--shard 1/2 --study.strategy tpe"),
            "--study.strategy: 'tpe' cannot be shared out: what it proposes depends on outcomes"));
  CHECK(has(refusal(space + "--shard 1/2 --study.pruner median"),
            "--study.pruner: cannot be shared out: it compares trials"));
  CHECK(has(refusal(space + "--shard 1/2 --new"), "--shard: not together with --new"));
  CHECK(has(refusal(space + "--shard 1/2 --storage sqlite:///a.db"), "--shard: is for a file"));
  CHECK(!std::filesystem::exists(folder / "parts"));

  REQUIRE(in(space + "--shard 1/3").status == 0);
  CHECK(refusal("merge parts") == "tune: shards are missing: 2/3, 3/3\n");
  REQUIRE(in(space + "--shard 3/3").status == 0);
  REQUIRE(in(space + "--shard 2/3 --study.trials 4").status == 0);
  CHECK(refusal("merge parts") ==
        "tune: parts/shard-2-of-3.db: has 1 of 2 trials; run shard 2/3 again to go on with it\n");
  REQUIRE(in(space + "--shard 2/3").status == 0);
  std::filesystem::copy(folder / "parts/shard-2-of-3.db", folder / "again.db");
  CHECK(refusal("merge parts again.db") ==
        "tune: shard 2/3 is there twice: parts/shard-2-of-3.db and again.db\n");

  REQUIRE(in("--space space.ini --quiet --out other --study.seed 4 --shard 2/3").status == 0);
  CHECK(has(refusal("merge parts/shard-1-of-3.db other"),
            "other/shard-2-of-3.db: is of another study than parts/shard-1-of-3.db: study.seed: 3, "
            "now 4"));
  REQUIRE(in("--space space.ini --quiet --out other --shard 2/4").status == 0);
  CHECK(has(refusal("merge parts/shard-1-of-3.db other/shard-2-of-4.db"), "of 3 shards, now of 4"));
  std::filesystem::create_directory(folder / "empty");
  CHECK(refusal("merge empty") == "tune: empty: there are no shards in it\n");
  REQUIRE(in("--space space.ini --quiet --out one").status == 0);
  CHECK(refusal("merge one/study.db") == "tune: one/study.db: is no shard of a study\n");
}
