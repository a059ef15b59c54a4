#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/results.hpp"
#include "tests/support/study.hpp"
#include "tuner/storage/database.hpp"

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
[space]
n_neurons = int(1, 8)
learning_rate = reciprocal(1e-3, 1e-1)
)";

/// Runs the program in a folder.
struct In {
  const Folder& folder;
  Result operator()(const std::string& arguments) const {
    return run("cd " + (folder / "").string() + " && " + TUNE_PROGRAM + ' ' + arguments);
  }
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("what a run recorded is shown as the run has left it") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  REQUIRE(in("--space space.ini --quiet").status == 0);
  const std::string csv = contents(folder / "runs/homes/results.csv");
  CHECK(in("show runs/homes --format csv").output == csv);
  CHECK(in("show --storage sqlite:///runs/homes/study.db --study homes --format csv").output ==
        csv);
  CHECK(in("show sqlite:///runs/homes/study.db#homes --format csv").output == csv);

  const json whole = json::parse(contents(folder / "runs/homes/results.json"));
  json shown = json::parse(in("show runs/homes --format json").output);
  for (const char* key : {"trials", "parameters", "metrics", "strategy", "seed", "best_trial"}) {
    CHECK(shown[key] == whole[key]);
  }
  const Result table = in("show runs/homes");
  CHECK(table.status == 0);
  CHECK(has(table.output, "6 trials by mse (lower is better)"));

  shown = json::parse(in("show runs/homes --where 'n_neurons >= 3' --sort 'learning_rate desc' "
                         "--top 2 --format json")
                          .output);
  REQUIRE(shown["trials"].size() <= 2);
  for (const json& trial : shown["trials"]) CHECK(trial["configuration"]["n_neurons"] >= 3);

  const json best = json::parse(in("best runs/homes --format json").output);
  REQUIRE(best["trials"].size() == 1);
  CHECK(best["trials"][0]["trial"] == whole["best_trial"]);
  CHECK(has(in("best runs/homes").output, "trial " + whole["best_trial"].dump()));
  CHECK(in("best runs/homes --format md").output.starts_with("| rank | trial |"));

  // Without results.json, as after a kill -9.
  std::filesystem::remove(folder / "runs/homes/results.json");
  CHECK(in("show runs/homes --format csv").output == csv);
  CHECK(in("importance runs/homes").status == 0);
  CHECK(has(in("explain --storage sqlite:///runs/homes/study.db 0").output, "validation loss"));
}

TEST_CASE("studies are listed, of a folder's runs and of a store") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  for (const char* name : {"b", "a"}) {
    REQUIRE(in("--space space.ini --quiet --study.trials 3 --study.name " + std::string(name) +
               " --out runs/" + name)
                .status == 0);
  }
  const std::vector<std::string> lines = split(in("ls --format csv").output, '\n');
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] ==
        "study,strategy,complete,pruned,failed,pending,others,best,last,folder,problem");
  CHECK(lines[1].starts_with("a,random,3,0,0,0,0,"));
  CHECK(lines[1].ends_with(",runs/a,"));
  CHECK(lines[2].starts_with("b,random,3,"));
  const json list = json::parse(in("ls --storage sqlite:///runs/a/study.db --format json").output);
  REQUIRE(list.size() == 1);
  CHECK(list[0]["study"] == "a");
  CHECK(list[0]["folder"].is_null());
  const json best = json::parse(in("best runs/a --format json").output);
  CHECK(list[0]["best"] == best["trials"][0]["scores"]["mse"]["mean_test"]);
  CHECK(has(in("ls").output, "runs/a"));
  CHECK(in("ls nowhere").output == "tune: nowhere: there is no such folder\n");
}

TEST_CASE("the variable TUNE_STORAGE names the store of verbs that are told of no place") {
  const Folder folder;
  const In in{folder};
  const auto told = [&](const std::string& arguments) {
    return run("cd " + (folder / "").string() + " && TUNE_STORAGE=sqlite:///old.db " +
               TUNE_PROGRAM + ' ' + arguments);
  };
  folder.write("old.csv", "x,score\n1,2\n");
  CHECK(told("import old.csv").output == "1 trial in study 'old' of old.db\n");
  // Beside the runs, or without them.
  CHECK(split(told("ls --format csv").output, '\n').size() == 2);
  folder.write("space.ini", kStudy);
  REQUIRE(in("--space space.ini --quiet --study.trials 2 --study.refit no").status == 0);
  const std::vector<std::string> lines = split(told("ls --format csv").output, '\n');
  REQUIRE(lines.size() == 3);
  CHECK(lines[1].starts_with("homes,"));
  CHECK(lines[2].starts_with("old,"));
  CHECK(split(told("ls runs --format csv").output, '\n').size() == 2);
  CHECK(split(told("ls --storage sqlite:///old.db --format csv").output, '\n').size() == 2);
  CHECK(has(told("show runs/homes").output, "2 trials by mse"));
  CHECK(has(told("show --study old").output, "1 trial by value"));
  CHECK(has(told("show").output, "DIR is missing"));
  // What cannot be opened is none of what the runs are.
  std::filesystem::remove(folder / "old.db");
  const Result broken = told("ls");
  CHECK(broken.status == 0);
  CHECK(has(broken.output, "runs/homes"));
  CHECK(has(broken.output, "\n(TUNE_STORAGE)\n"));
  CHECK(broken.output.ends_with("\nold.db: there is no such store\n"));
}

TEST_CASE("a store that cannot be read hides no other, and can be removed") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  REQUIRE(in("--space space.ini --quiet --study.trials 2 --study.refit no").status == 0);
  std::filesystem::create_directories(folder / "runs/empty");
  std::filesystem::create_directories(folder / "runs/text");
  folder.write("runs/empty/study.db", "");
  folder.write("runs/text/results.json", "{");
  const Result result = in("ls");
  INFO(result.output);
  CHECK(result.status == 0);
  CHECK(has(result.output, "runs/homes"));
  CHECK(has(result.output, "\nruns/empty/study.db: has no studies of tune or Optuna\n"));
  CHECK(has(result.output, "\nruns/text/results.json: is not what a run writes: "));
  const json list = json::parse(in("ls --format json").output);
  REQUIRE(list.size() == 3);
  CHECK(list[0]["study"] == "empty");
  CHECK(list[0]["problem"] == "runs/empty/study.db: has no studies of tune or Optuna");
  CHECK(list[1]["problem"].is_null());
  CHECK(in("rm runs/empty").output.empty());
  CHECK(!std::filesystem::exists(folder / "runs/empty"));
}

TEST_CASE("all of a study is exported, curves too") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  REQUIRE(in("--space space.ini --quiet --out a").status == 0);
  REQUIRE(in("export a --out copy").status == 0);
  CHECK(contents(folder / "copy/results.csv") == contents(folder / "a/results.csv"));
  CHECK(contents(folder / "copy/history.csv") == contents(folder / "a/history.csv"));
  REQUIRE(in("export a --out all.json --format json").status == 0);
  const json all = json::parse(contents(folder / "all.json"));
  REQUIRE(all["trials"].size() == 6);
  CHECK(all["trials"][0]["history"].size() == 2);
  CHECK(all["trials"][0]["history"][0][0].contains("loss"));
  CHECK(in("export a --out x --format md").status == 2);
  CHECK(has(in("export a").output, "--out PATH is missing"));
}

TEST_CASE("a run whose store is elsewhere is known by its folder, and goes on there") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  const std::string run = "--space space.ini --quiet ";
  REQUIRE(in(run + "--storage sqlite:///all.db --study.trials 4").status == 0);
  const json note = json::parse(contents(folder / "runs/homes/store.json"));
  CHECK(note["study"] == "homes");
  CHECK(note["storage"] == "sqlite:///" + (folder / "all.db").string());
  // The store is what is read, not what the run has left.
  folder.write("runs/homes/results.json", "{}");
  CHECK(json::parse(in("show runs/homes --format json").output)["trials"].size() == 4);
  REQUIRE(in(run).status == 0);
  CHECK(!std::filesystem::exists(folder / "runs/homes/study.db"));
  CHECK(json::parse(in("show sqlite:///all.db#homes --format json").output)["trials"].size() == 6);
  CHECK(in("verify runs/homes").status == 0);
  CHECK(in(run + "--storage sqlite:///other.db").output ==
        "tune: runs/homes: its study is in " + (folder / "all.db").string() +
            "; give another folder with --out DIR, or --new\n");
  CHECK(!std::filesystem::exists(folder / "other.db"));

  // Another run is another study, of a name that neither has.
  REQUIRE(in(run + "--storage sqlite:///all.db --new --study.seed 4").status == 0);
  CHECK(json::parse(contents(folder / "runs/homes-2/store.json"))["study"] == "homes-2");
  std::filesystem::rename(folder / "runs/homes-2", folder / "runs/moved");
  REQUIRE(in(run + "--storage sqlite:///all.db --new --study.seed 5").status == 0);
  CHECK(json::parse(contents(folder / "runs/homes-3/store.json"))["study"] == "homes-3");
  const std::string csv = contents(folder / "runs/moved/results.csv");
  REQUIRE(in(run + "--out runs/moved --study.seed 4").status == 0);
  CHECK(contents(folder / "runs/moved/results.csv") == csv);

  // What is left where the store has gone; and a folder is removed without the study.
  std::filesystem::rename(folder / "all.db", folder / "away.db");
  CHECK(in("show runs/moved --format csv").output == csv);
  std::filesystem::rename(folder / "away.db", folder / "all.db");
  CHECK(in("rm runs/moved").output.empty());
  CHECK(!std::filesystem::exists(folder / "runs/moved"));
  CHECK(in("show sqlite:///all.db#homes-2").status == 0);
  folder.write("runs/homes-3/store.json", "[]");
  CHECK(in("show runs/homes-3").output ==
        "tune: runs/homes-3/store.json: expected the \"storage\" of a study and its \"study\"\n");
}

TEST_CASE("a CSV is imported into a store, and a study begins with it") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  folder.write("old.csv", "n_neurons,learning_rate,score\n3,0.01,0.5\n8,0.05,0.25\n1,0.02,\n");
  const Result result = in("import old.csv --storage sqlite:///old.db");
  CHECK(result.output == "3 trials in study 'old' of old.db\n");
  CHECK(result.status == 0);
  CHECK(in("import old.csv --storage sqlite:///old.db").output ==
        "tune: old.db: there is a study 'old' already; give another name with --study\n");
  const json shown = json::parse(in("show sqlite:///old.db#old --format json").output);
  CHECK(shown["trials"][1]["configuration"]["n_neurons"] == 8);

  const std::string warm =
      "--space space.ini --study.strategy tpe --study.warm_start sqlite:///old.db ";
  const Result study = in(warm + "--out warm");
  INFO(study.output);
  CHECK(study.status == 0);
  CHECK(has(study.output, "the strategy knows 3 trials of old.db\n"));
  const Result first = in("--space space.ini --study.enqueue sqlite:///old.db#old --out first");
  INFO(first.output);
  CHECK(first.status == 0);
  const json trials = json::parse(contents(folder / "first/results.json"))["trials"];
  CHECK(trials[0]["configuration"] == shown["trials"][1]["configuration"]);
  CHECK(trials[1]["configuration"] == shown["trials"][0]["configuration"]);

  REQUIRE(in("import old.csv --storage sqlite:///old.db --study max --maximize").status == 0);
  CHECK(in(warm + "--out max --study.warm_start sqlite:///old.db#max").output !=
        in(warm + "--out warm").output);
  CHECK(in("--space space.ini --study.strategy tpe --out max --study.warm_start "
           "sqlite:///old.db#max")
            .output ==
        "tune: --study.warm_start: old.db#max: there larger values are better, of 'mse' they are "
        "worse\n");
  CHECK(has(in(warm + "--out none --study.warm_start").output, "a value is missing"));

  // The run of a study is copied with its intermediate values.
  REQUIRE(in("import first --storage sqlite:///old.db --study copy").status == 0);
  CHECK(json::parse(in("show sqlite:///old.db#copy --format json").output)["trials"].size() == 6);
  CHECK(has(in("import first --storage sqlite:///x.db --maximize").output,
            "--maximize: is for a CSV, which first is not"));
}

TEST_CASE("a run is removed, but for files of others, and a study from a store") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  REQUIRE(in("--space space.ini --quiet --study.trials 2 --out a").status == 0);
  REQUIRE(in("--space space.ini --quiet --study.trials 2 --out b").status == 0);
  folder.write("b/notes.txt", "mine");
  CHECK(in("rm a").output.empty());
  CHECK(!std::filesystem::exists(folder / "a"));
  CHECK(in("rm b").status == 0);
  CHECK(contents(folder / "b/notes.txt") == "mine");
  CHECK(std::distance(std::filesystem::directory_iterator(folder / "b"), {}) == 1);
  CHECK(in("rm b").output == "tune: b: holds no run: neither study.db nor results.json is there\n");

  folder.write("old.csv", "x,score\n1,2\n");
  REQUIRE(in("import old.csv --storage sqlite:///old.db").status == 0);
  CHECK(in("rm --storage sqlite:///old.db --study old").status == 0);
  CHECK(in("ls --storage sqlite:///old.db").output == "no studies\n");
  CHECK(has(in("rm --storage sqlite:///old.db --study old").output, "study 'old' is not there"));
}

TEST_CASE("what a process works on is removed by force alone") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  REQUIRE(in("--space space.ini --quiet --study.trials 2 --out a").status == 0);
  {
    tune::tuner::Database database(tune::tuner::StorageUrl::of_file(folder / "a/study.db"),
                                   tune::tuner::Database::Mode::existing);
    database.sql() << "INSERT INTO tune_workers (study_id, process, lease_until) SELECT study_id, "
                      "'elsewhere boot space 7 1', 1e12 FROM studies";
  }
  const std::string message =
      "tune: a/study.db: process 7 on elsewhere works on study 'homes'; --force removes it all "
      "the same\n";
  CHECK(in("rm a").output == message);
  CHECK(in("rm --storage sqlite:///a/study.db").output == message);
  CHECK(in("rm a").status == 2);
  CHECK(std::filesystem::exists(folder / "a/results.csv"));
  CHECK(in("rm a --force").status == 0);
  CHECK(!std::filesystem::exists(folder / "a"));
}

TEST_CASE("trials that others add to a study are shown apart, and are none of it") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  REQUIRE(in("--space space.ini --quiet --study.trials 3 --out a").status == 0);
  const std::string csv = in("show a --format csv").output;
  {
    tune::tuner::Database database(tune::tuner::StorageUrl::of_file(folder / "a/study.db"),
                                   tune::tuner::Database::Mode::existing);
    soci::session& sql = database.sql();
    sql << "INSERT INTO trials (trial_id, number, study_id, state) SELECT 100, 3, study_id, "
           "'COMPLETE' FROM studies";
    sql << "INSERT INTO trial_values (trial_id, objective, value, value_type) VALUES (100, 0, "
           "0.001, 'FINITE')";
    sql << "INSERT INTO trial_params (trial_id, param_name, param_value, distribution_json) VALUES "
           "(100, 'n_neurons', 7, '{\"name\": \"IntDistribution\", \"attributes\": {\"log\": "
           "false, "
           "\"step\": 1, \"low\": 1, \"high\": 8}}')";
  }
  const std::string table = in("show a").output;
  INFO(table);
  CHECK(has(table, "3 trials by mse"));
  CHECK(has(table, "Not of the study, added by others: 1 trial by mse"));
  CHECK(has(table, "0.001"));
  CHECK(in("show a --format csv").output == csv);
  CHECK(!has(in("best a").output, "trial 3"));
  REQUIRE(in("export a --out copy").status == 0);
  CHECK(has(contents(folder / "copy/others.csv"), "\n3,complete,1,0.001,"));
  CHECK(split(in("ls . --format csv").output, '\n')[1].starts_with("homes,random,4,0,0,0,1,"));
  // The study goes on undisturbed.
  CHECK(in("--space space.ini --quiet --study.trials 4 --out a").status == 0);
  CHECK(in("--space space.ini --quiet --study.trials 4 --out b").status == 0);
  CHECK(without_times(in("show a --format csv").output) ==
        without_times(in("show b --format csv").output));
}

TEST_CASE("bad options of the verbs are one line") {
  const Folder folder;
  const In in{folder};
  folder.write("space.ini", kStudy);
  REQUIRE(in("--space space.ini --quiet --study.trials 2 --out a").status == 0);
  for (const auto& [arguments, message] :
       {std::pair("show a --format xml", "--format: unknown format 'xml'; known: table, csv, json"),
        {"show a --where 'n_neurons >'", "--where: expected a value after 'n_neurons >'"},
        {"show a --where 'x = 1'", "--where: the trials have no 'x'"},
        {"show a --sort 'trial down'", "--sort: expected NAME, 'NAME asc' or 'NAME desc'"},
        {"show a --top 0", "--top: "},
        {"show a --state complet", "--state: unknown state 'complet'; did you mean 'complete'?"},
        {"show", "DIR is missing: "},
        {"show a b", "unexpected argument 'b'"},
        {"show a --storage sqlite:///a/study.db", "--storage: the study is named twice"},
        {"show --study homes", "--study: --storage URL is missing"},
        {"show --storage a.db", "a store is written sqlite:///FILE"},
        {"show nowhere", "nowhere: holds no run: neither study.db nor results.json is there"},
        {"best sqlite:///a/study.db#home", "study 'home' is not there; did you mean 'homes'?"},
        {"import missing.csv --storage sqlite:///b.db", "missing.csv: "},
        {"import a", "--storage URL is missing"}}) {
    const Result result = in(arguments);
    INFO(result.output);
    CHECK(result.status == 2);
    CHECK(std::ranges::count(result.output, '\n') == 1);
    CHECK(has(result.output, message));
  }
}
