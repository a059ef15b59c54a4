#include "tuner/spec/spec.hpp"

#include "tests/support/catch.hpp"
#include "tests/tuner/spec_support.hpp"
#include "tuner/spec/duration.hpp"

using tune::base::Configuration;
using tune::base::Value;
using tune::tuner::Spec;

namespace {

const std::string kText = R"([study]
trials = 1e1
[data]
generator = moons(100)
[model]
builder = toy
note = 007
rate = 1
[training]
epochs = 20
[space]
layers = choice(0, 1, 2)
units = int(1, 99)
solver = choice(sgd, adam)
decay = real(0, 0.9) when solver = sgd
forbid = layers = 0 and units > 50
)";

std::vector<std::string> names_of(const Spec& spec) {
  std::vector<std::string> names;
  for (const auto& parameter : spec.space().parameters()) names.push_back(parameter.name);
  return names;
}

}  // namespace

TEST_CASE("values have the type of their key") {
  const Spec spec = spec_of(kText);
  CHECK(spec.study().integer("trials") == 10);
  CHECK(spec.study().integer("seed") == 42);
  CHECK(spec.study().text("name") == "homes");
  CHECK(spec.data().text("generator") == "moons(100)");
  Configuration merged;
  CHECK(spec.model({}, merged).text("note") == "007");
  CHECK(merged.at("rate") == Value(1.0));
  const Spec searched = spec_of("[model]\nbuilder = toy\n[space]\nrate = choice(1, 0.5)\n");
  CHECK(std::get<tune::search::Choice>(searched.space().parameters()[0].domain).values ==
        std::vector<Value>{1.0, 0.5});
}

TEST_CASE("a trial's values go to those who know them") {
  const Spec spec = spec_of(kText + "batch = choice(16, 32)\n");
  const Configuration trial = {{"layers", std::int64_t{2}}, {"batch", std::int64_t{16}}};
  Configuration training, options;
  CHECK(spec.training(trial, training).integer("batch") == 16);
  CHECK(spec.training(trial, training).integer("epochs") == 20);
  CHECK_FALSE(training.contains("layers"));
  CHECK(spec.model(trial, options).integer("layers") == 2);
  CHECK(spec.model(trial, options).integer("units") == 30);
  CHECK(spec.builder(trial) == "toy");
}

TEST_CASE("a builder that is searched gets only the keys that it knows") {
  const Spec spec = spec_of(R"([model]
shape = square
[space]
builder = choice(toy, toy2)
rate = reciprocal(0.001, 1)
solver = choice(sgd, adam) when builder = toy
)");
  Configuration merged;
  const Configuration trial = {{"builder", "toy2"}, {"rate", 0.5}};
  CHECK(spec.builder(trial) == "toy2");
  CHECK(spec.model(trial, merged).real("rate") == 0.5);
  CHECK(merged == Configuration{{"rate", 0.5}});
  spec.model({{"builder", "toy"}, {"rate", 0.5}, {"solver", "adam"}}, merged);
  CHECK(merged == Configuration{{"rate", 0.5}, {"shape", "square"}, {"solver", "adam"}});
}

TEST_CASE("the builder is mlp where none is named") {
  CHECK(spec_of("").builder({}) == "mlp");
}

TEST_CASE("without patience no rows are held back for it, and the other way round") {
  Configuration merged;
  const auto is_none = [&](const Spec& spec, const char* key) {
    return spec.training({}, merged).is(key, "none");
  };
  CHECK(spec_of("").training({}, merged).real("validation") == 0.2);
  CHECK(spec_of("").training({}, merged).integer("patience") == 10);
  CHECK(is_none(spec_of("[training]\npatience = none\n"), "validation"));
  CHECK(is_none(spec_of("[training]\nvalidation = none\n"), "patience"));
  CHECK_FALSE(is_none(spec_of("[training]\npatience = none\nvalidation = 0.1\n"), "validation"));
}

TEST_CASE("the command line wins over the file") {
  const Spec spec = spec_of(kText, {{"training.epochs", "5"}, {"study.seed", "7"}});
  Configuration merged;
  CHECK(spec.training({}, merged).integer("epochs") == 5);
  CHECK(spec.study().integer("seed") == 7);
}

TEST_CASE("another strategy on the command line leaves the keys of the file's behind") {
  const std::string text =
      "[study]\nstrategy = tpe\ngamma = 0.2\nn_startup_trials = 7\npruner = patient\n"
      "pruner_patience = 3\npruner_wrapped = percentile\npruner_percentile = 40\n";
  CHECK(spec_of(text).study().real("gamma") == 0.2);
  const Spec grid = spec_of(text, {{"study.strategy", "grid"}, {"study.pruner", "none"}});
  CHECK(grid.canonical().find("gamma") == std::string::npos);
  CHECK(grid.canonical().find("pruner") == std::string::npos);
  // What the other one knows as well stays.
  const Spec gp = spec_of(text, {{"study.strategy", "gp"}, {"study.pruner_wrapped", "median"}});
  CHECK(gp.study().integer("n_startup_trials") == 7);
  CHECK(gp.study().integer("pruner_patience") == 3);
  CHECK(gp.canonical().find("percentile") == std::string::npos);
  CHECK(spec_of("[study]\nstrategy = list\nlist = none.json\n", {{"study.strategy", "random"}})
            .listed()
            .empty());
  // What nobody knows is wrong all the same, and what the command line says is meant.
  CHECK_THROWS_WITH(spec_of("[study]\nstrategy = tpe\ngama = 0.2\n", {{"study.strategy", "grid"}}),
                    Catch::Matchers::StartsWith("space.ini:3: gama: unknown key in [study]"));
  CHECK_THROWS_WITH(spec_of(text, {{"study.strategy", "grid"}, {"study.gamma", "0.3"}}),
                    Catch::Matchers::StartsWith("--study.gamma: unknown key in [study]"));
}

TEST_CASE("a fixed value on the command line takes a parameter out of the space") {
  const Spec adam = spec_of(kText, {{"model.solver", "adam"}});
  CHECK(names_of(adam) == std::vector<std::string>{"layers", "units"});
  Configuration merged;
  CHECK(adam.model({}, merged).text("solver") == "adam");
  const Spec sgd = spec_of(kText, {{"model.solver", "sgd"}});
  CHECK(names_of(sgd) == std::vector<std::string>{"layers", "units", "decay"});
  CHECK(sgd.space().parameters()[2].when.always());
  CHECK(spec_of(kText, {{"model.layers", "1"}}).space().forbidden().empty());
  CHECK(spec_of(kText, {{"model.layers", "0"}}).space().forbidden().size() == 1);
}

TEST_CASE("conditions on what can never be active any more go with it") {
  const std::string chain = kText + "bias = choice(yes, no) when decay > 0.5\n";
  CHECK(names_of(spec_of(chain)).back() == "bias");
  CHECK(names_of(spec_of(chain, {{"model.solver", "adam"}})) ==
        std::vector<std::string>{"layers", "units"});
}

TEST_CASE("a parameter on the command line takes the place of a fixed value") {
  const Spec spec = spec_of(kText, {{"space.rate", "real(0.1, 1)"},
                                    {"space.epochs", "int(1, 9)"},
                                    {"space.units", "int(1, 5)"},
                                    {"space.forbid", "units = 3"}});
  CHECK(names_of(spec) ==
        std::vector<std::string>{"layers", "solver", "decay", "rate", "epochs", "units"});
  CHECK(spec.space().forbidden().size() == 2);
}

TEST_CASE("a pinned study trains just that trial") {
  const Spec spec = spec_of(kText + "batch = choice(16, 32)\n");
  const Configuration trial = {{"layers", std::int64_t{1}},
                               {"units", std::int64_t{7}},
                               {"solver", "sgd"},
                               {"decay", 0.1 + 0.2},
                               {"batch", std::int64_t{16}}};
  const Spec pinned = spec_of(spec.pinned_to(trial));
  CHECK(pinned.space().dimensions() == 0);
  CHECK(pinned.study().integer("trials") == 1);
  CHECK(pinned.study().text("name") == "homes_best");
  CHECK(pinned.builder({}) == "toy");
  Configuration before, after;
  spec.model(trial, before);
  pinned.model({}, after);
  CHECK(before == after);
  spec.training(trial, before);
  pinned.training({}, after);
  CHECK(before == after);
  CHECK(pinned.data().text("generator") == "moons(100)");
}

TEST_CASE("a pinned study finds the files from any folder") {
  const TemporaryFolder folder;
  folder.write("here.csv", "a,b\n");
  const Spec spec =
      spec_of("[data]\ncsv = here.csv\ntest_csv = elsewhere.csv\n", {}, folder.path());
  const Spec pinned = spec_of(spec.pinned_to({}));
  CHECK(pinned.data().text("csv") == (folder.path() / "here.csv").string());
  CHECK(pinned.data().text("test_csv") == "elsewhere.csv");
}

TEST_CASE("the canonical text does not depend on how a study is written") {
  const std::string other = R"(; the same study
[training]
epochs = 20 ; as 2e1
batch = 32
[model]
rate = 1.0
note = 007
builder = "toy"
[space]
layers = choice(0,1,2)
units = int( 1, 99 )
solver = choice(sgd, adam)
decay = real(0.0, 0.90) when solver=sgd
forbid = layers = 0 and units > 5e1
[data]
generator = moons(100)
[study]
trials = 10
seed = 42
)";
  CHECK(spec_of(kText).canonical() == spec_of(other).canonical());
  CHECK(spec_of("[study]\nmetric = accuracy max,parameters min\n").canonical() ==
        spec_of("[study]\nmetric = accuracy, parameters\n").canonical());
  CHECK(spec_of("[study]\nmetric = accuracy, parameters\n").canonical() !=
        spec_of("[study]\nmetric = parameters, accuracy\n").canonical());
  CHECK(spec_of(kText).canonical() == R"(data.generator = moons(100)
model.builder = toy
model.note = 007
model.rate = 1.0
study.trials = 10
training.epochs = 20
space.layers = choice(0, 1, 2)
space.units = int(1, 99)
space.solver = choice(sgd, adam)
space.decay = real(0, 0.9) when solver = sgd
space.forbid = layers = 0 and units > 50
)");
  CHECK(spec_of(kText).canonical() != spec_of(kText, {{"study.seed", "43"}}).canonical());
}

TEST_CASE("a list brings its parameters along") {
  const TemporaryFolder folder;
  folder.write("c.json", R"({"configs": [{"units": 3, "rate": 1, "batch": 16},
                                          {"units": 5, "rate": 0.5, "batch": 16.0}]})");
  folder.write("c.csv", "units,rate,batch\r\n3,1,16\r\n\r\n5,\"0.5\",16\r\n");
  folder.write("array.json", R"([{"units": 3, "rate": 1, "batch": 16},
                                 {"batch": 16, "rate": 0.5, "units": 5, "note": null}])");
  std::vector<std::string> texts;
  for (const std::string file : {"c.json", "c.csv", "array.json"}) {
    const Spec spec = spec_of("[study]\nstrategy = list\nlist = " + file +
                                  "\n[model]\nbuilder = toy\n[space]\nunits = int(1, 9)\n",
                              {}, folder.path());
    CHECK(spec.listed() ==
          std::vector<Configuration>{
              {{"batch", std::int64_t{16}}, {"rate", 1.0}, {"units", std::int64_t{3}}},
              {{"batch", std::int64_t{16}}, {"rate", 0.5}, {"units", std::int64_t{5}}}});
    CHECK(names_of(spec) == std::vector<std::string>{"units", "batch", "rate"});
    texts.push_back(spec.canonical());
  }
  CHECK(texts[0] == texts[1]);
  CHECK(texts[0] == texts[2]);
  CHECK(texts[0].ends_with("list = batch=16 rate=1.0 units=3\nlist = batch=16 rate=0.5 units=5\n"));
}

TEST_CASE("a place says where a value was written") {
  const Spec spec = spec_of(kText, {{"study.seed", "7"}});
  CHECK(spec.place("training", "epochs").prefix() == "space.ini:10: epochs: ");
  CHECK(spec.place("space", "units").prefix() == "space.ini:13: units: ");
  CHECK(spec.place("study", "seed").prefix() == "--study.seed: ");
  CHECK(spec.place("data", "csv").prefix() == "[data]: csv: ");
}

TEST_CASE("durations") {
  using tune::tuner::parse_duration;
  CHECK(parse_duration("90") == 90.0);
  CHECK(parse_duration("90s") == 90.0);
  CHECK(parse_duration("1.5m") == 90.0);
  CHECK(parse_duration("2h") == 7200.0);
  CHECK(parse_duration("1h30m") == 5400.0);
  CHECK_FALSE(parse_duration("none"));
  for (const char* wrong : {"", "0", "-5", "1h30", "5x", "h", "1.2.3s", "inf"}) {
    CHECK_THROWS_AS(parse_duration(wrong), tune::base::InputError);
  }
}
