#include "tests/support/catch.hpp"
#include "tests/tuner/spec_support.hpp"
#include "tuner/cli/options.hpp"

using tune::base::InputError;

namespace {

template <class Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

struct BadSpace {
  std::string name, text, message;
  Options options = {};
};

const std::string kToy = "[model]\nbuilder = toy\n[space]\n";

const std::vector<BadSpace> kBadSpaces = {
    // The lines of the file.
    {"no key", "[study]\n= 3\n", "space.ini:2: there is no key before '='"},
    {"no value", "[study]\nname =  ; x\n", "space.ini:2: name: has no value"},
    {"no equals sign", "[study]\ntrials 10\n",
     "space.ini:2: 'trials 10' is neither a [section], nor key = value, nor a comment"},
    {"before a section", "trials = 10\n", "space.ini:1: trials: stands before the first [section]"},
    {"open heading", "[study\n", "space.ini:1: ']' is missing after the section"},
    {"open quote", "[study]\nname = \"x ; y\n", "space.ini:2: a quote is opened but not closed"},
    {"binary", std::string("[study]\nname = a\0b\n", 19), "space.ini:2: is not a text file"},
    {"section twice", "[cv]\nfolds = 3\n[cv]\nfolds = 4\n",
     "space.ini:3: [cv]: is given twice, first in line 1"},
    {"key twice", "[cv]\nfolds = 3\nfolds = 4\n",
     "space.ini:3: folds: is given twice, first in line 2"},
    {"parameter twice", kToy + "units = 3\nunits = 4\n",
     "space.ini:5: units: is given twice, first in line 4"},

    // Names.
    {"section", "[modle]\n", "space.ini:1: [modle]: unknown section; did you mean 'model'?"},
    {"far section", "[x]\n",
     "space.ini:1: [x]: unknown section; known: study, data, cv, model, training, space"},
    {"key", "[training]\nepoch = 3\n",
     "space.ini:2: epoch: unknown key in [training]; did you mean 'epochs'?"},
    {"key of another section", "[study]\nepochs = 3\n",
     "space.ini:2: epochs: unknown key in [study]; it belongs to [training]"},
    {"key of the builder", "[model]\nbuilder = toy\nunit = 3\n",
     "space.ini:3: unit: unknown key in [model]; did you mean 'units'?"},
    {"key of another builder", "[model]\nbuilder = toy2\nshape = round\n",
     "space.ini:3: shape: unknown key in [model]; known: builder, reuse, "
     "reuse_layers, reuse_frozen, rate, solver"},
    {"builder", "[model]\nbuilder = tyo\n",
     "space.ini:2: builder: unknown builder 'tyo'; did you mean 'toy'?"},
    {"searched builder", "[space]\nbuilder = choice(toy, toi)\n",
     "space.ini:2: builder: unknown builder 'toi'; did you mean 'toy'?"},
    {"pruner", "[study]\npruner = medan\n",
     "space.ini:2: pruner: unknown pruner 'medan'; did you mean 'median'?"},
    {"key of another pruner", "[study]\npruner = racing\npruner_n_min_trials = 3\n",
     "space.ini:3: pruner_n_min_trials: unknown key in [study]; known: name, strategy, list, "
     "trials, seed, metric, metrics, window, pruner, time_limit, target_value, enqueue, "
     "enqueue_best, warm_start, epoch_limit, stall_limit, improvement_limit, attempts, refit, "
     "repeats, pruner_alpha"},
    {"pruner that cannot be wrapped", "[study]\npruner = patient\npruner_wrapped = racing\n",
     "space.ini:3: pruner_wrapped: 'racing' is not one of: median | percentile | threshold | "
     "none"},
    {"pruner without a bound", "[study]\npruner = threshold\n",
     "space.ini:2: pruner: 'threshold' needs pruner_lower, pruner_upper or both"},
    {"pruner's bounds", "[study]\npruner = threshold\npruner_upper = 1\npruner_lower = 2\n",
     "space.ini:4: pruner_lower: 2.0 is above pruner_upper, 1.0"},
    {"pruner without rows", "[study]\npruner = median\n[training]\nvalidation = none\n",
     "space.ini:4: validation: the pruner of [study] needs rows to watch, but validation is none"},
    {"strategy", "[study]\nstrategy = randm\n",
     "space.ini:2: strategy: unknown strategy 'randm'; did you mean 'random'?"},
    {"parameter", kToy + "unites = int(1, 9)\n",
     "space.ini:4: unites: is no key of [training] or the builder; did you mean 'units'?"},
    {"fixed and searched", "[training]\nbatch = 8\n[space]\nbatch = choice(8, 16)\n",
     "space.ini:4: batch: is set in [training] as well (space.ini:2)"},

    // Values.
    {"text for a number", "[training]\nepochs = many\n",
     "space.ini:2: epochs: 'many' is not allowed: integer from 1 to 1000000"},
    {"fraction for an integer", "[training]\nbatch = 2.5\n",
     "space.ini:2: batch: 2.5 is not an integer: integer from 1 to 1000000"},
    {"too small", "[study]\ntrials = 0\n", "space.ini:2: trials: 0 is too small: integer from 1"},
    {"too large", "[training]\nvalidation = 1\n",
     "space.ini:2: validation: 1.0 is too large: real above 0 up to 0.9, or holdout | fold | none"},
    {"not finite", "[training]\nmin_delta = nan\n",
     "space.ini:2: min_delta: nan is not finite: real from 0"},
    {"neither yes nor no", "[study]\nrefit = maybe\n",
     "space.ini:2: refit: 'maybe' is neither yes nor no"},
    {"word", "[model]\nbuilder = toy\nsolver = adm\n",
     "space.ini:3: solver: 'adm' is not one of: sgd | adam; did you mean 'adam'?"},
    {"duration", "[study]\ntime_limit = 10x\n",
     "space.ini:2: time_limit: '10x' is no duration: seconds above 0, or 90s, 10m, 2h, 1h30m, or "
     "none"},
    {"name", "[study]\nname = a/b\n", "space.ini:2: name: 'a/b' cannot be the name of a folder"},
    {"stopping without rows", "[training]\npatience = 3\nvalidation = none\n",
     "space.ini:2: patience: early stopping needs rows to watch, but validation is none"},
    {"stopping without rows, searched",
     "[training]\nvalidation = none\n[space]\npatience = choice(3, 5)\n",
     "space.ini:4: patience: early stopping needs rows to watch, but validation is none"},

    // Domains.
    {"empty range", kToy + "units = int(99, 1)\n",
     "space.ini:4: units: int(99, 1): low is above high"},
    {"log from zero", kToy + "rate = reciprocal(0, 1)\n",
     "space.ini:4: rate: reciprocal(0, 1): low of a log range must be above 0"},
    {"unknown domain", kToy + "units = intt(1, 9)\n",
     "space.ini:4: units: unknown domain 'intt'; did you mean 'int'? (a fixed text with brackets "
     "stands in quotes)"},
    {"below the key's range", kToy + "units = int(0, 9)\n",
     "space.ini:4: units: 0 is too small: integer from 1 to 500"},
    {"above the key's range", kToy + "units = int(1, 501)\n",
     "space.ini:4: units: 501 is too large: integer from 1 to 500"},
    {"reals for an integer", kToy + "units = real(1, 9)\n",
     "space.ini:4: units: 1.0 is not an integer: integer from 1 to 500"},
    {"a choice that is none", kToy + "solver = choice(sgd, adm)\n",
     "space.ini:4: solver: 'adm' is not one of: sgd | adam; did you mean 'adam'?"},
    {"a fixed value that is none", kToy + "rate = fast\n",
     "space.ini:4: rate: 'fast' is not allowed: real above 0 up to 100"},
    {"value of one builder only",
     "[space]\nbuilder = choice(toy, toy2)\nsolver = choice(sgd, adam)\n",
     "space.ini:3: solver: 'sgd' is not one of: rule"},
    {"the same twice", kToy + "bias = choice(yes, true)\n",
     "space.ini:4: bias: choice(yes, yes): yes stands there twice"},

    // Conditions.
    {"no domain", kToy + "units = when solver = sgd\n",
     "space.ini:4: units: there is no domain before 'when'"},
    {"condition", kToy + "units = int(1, 9) when solver\n",
     "space.ini:4: units: expected one of = != < <= > >= in after 'solver'"},
    {"condition on nothing",
     kToy + "units = int(1, 9) when solvr = sgd\nsolver = choice(sgd, adam)\n",
     "space.ini:4: units: condition on 'solvr': no such parameter; did you mean 'solver'?"},
    {"condition on a fixed value",
     "[model]\nbuilder = toy\nsolver = sgd\n[space]\nunits = int(1, 9) when solver = sgd\n",
     "space.ini:5: units: condition on 'solver': no such parameter; known: units"},
    {"circle", kToy + "layers = int(1, 9) when units > 3\nunits = int(1, 9) when layers > 3\n",
     "space.ini:4: layers: conditions form a circle: layers -> units -> layers"},
    {"forbid", kToy + "units = int(1, 9)\nforbid = unit > 3\n",
     "space.ini:5: forbid: condition on 'unit': no such parameter; did you mean 'units'?"},

    // The command line.
    {"option's section",
     "",
     "--trainin.epochs: unknown section 'trainin'; did you mean 'training'?",
     {{"trainin.epochs", "3"}}},
    {"option's key",
     "",
     "--training.epoch: unknown key in [training]; did you mean 'epochs'?",
     {{"training.epoch", "3"}}},
    {"option's value",
     "",
     "--training.epochs: 0 is too small: integer from 1 to 1000000",
     {{"training.epochs", "0"}}},
    {"option twice",
     "",
     "--training.epochs: is given twice",
     {{"training.epochs", "1"}, {"training.epochs", "2"}}},
    {"two options",
     "",
     "--space.epochs: contradicts --training.epochs",
     {{"training.epochs", "1"}, {"space.epochs", "choice(1, 2)"}}},
    {"option's domain",
     kToy,
     "--space.units: int(9, 1): low is above high",
     {{"space.units", "int(9, 1)"}}},
    {"option that leaves nothing",
     kToy + "units = int(1, 9)\nforbid = units > 3\n",
     "space.ini:5: forbid: rules out every trial, with the values on the command line",
     {{"model.units", "5"}}},
};

struct BadList {
  std::string name, file, content, message, rest = "";
};

const std::vector<BadList> kBadLists = {
    {"syntax", "c.json", "[{\n\"units\": 3,\n}]", "c.json:3: is not valid JSON"},
    {"no array", "c.json", "{\"units\": 3}",
     "c.json: is neither an array of objects nor an object with 'configs'"},
    {"no object", "c.json", "[{\"units\": 3}, 4]", "c.json: configuration 1: is not an object"},
    {"no number", "c.json", "[{\"units\": [3]}]",
     "c.json: configuration 0: units: is neither a number nor a text"},
    {"empty", "c.json", "[]", "c.json: has no configurations"},
    {"key", "c.json", "[{\"unit\": 3}]",
     "c.json: configuration 0: unit: is no key of [training] or the builder; did you mean "
     "'units'?"},
    {"value", "c.json", "[{\"units\": 3}, {\"units\": 0}]",
     "c.json: configuration 1: units: 0 is too small: integer from 1 to 500"},
    {"outside of the space", "c.json", "[{\"units\": 30}]",
     "c.json: configuration 0: units: 30 is not one of its values: int(1, 9)",
     "[space]\nunits = int(1, 9)\n"},
    {"fixed as well", "c.json", "[{\"batch\": 30}]",
     "c.json: configuration 0: batch: is set in [training] as well (space.ini:7)",
     "[training]\nbatch = 3\n"},
    {"cells", "c.csv", "units,rate\n3,1\n4\n", "c.csv:3: has 1 cells, the header has 2"},
    {"column twice", "c.csv", "units,units\n3,1\n", "c.csv:2: the column 'units' is there twice"},
};

struct BadLine {
  std::vector<std::string> arguments;
  std::string message;
};

const std::vector<BadLine> kBadLines = {
    {{}, "--space FILE is missing: the space file: what to search, on which data; see tune --help"},
    {{"--space"}, "--space: a value is missing"},
    {{"--space", "--jobs", "2"}, "--space: a value is missing"},
    {{"--space", "a", "--training.epochs", "--quiet"}, "--training.epochs: a value is missing"},
    {{"--space", "a", "--training.epochs="}, "--training.epochs: a value is missing"},
    {{"--space", "a", "--training.", "3"}, "--training.: the key is missing: --SECTION.KEY VALUE"},
    {{"--space", "a", "--jbos", "2"}, "--jbos: unknown option; did you mean '--jobs'?"},
    {{"--space", "a", "--jobs", "0"}, "--jobs: 0 is too small: integer from 1 to 65536"},
    {{"--space", "a", "--jobs", "all"}, "--jobs: 'all' is not allowed: integer from 1 to 65536"},
    {{"--space", "a", "--keep-models", "-1"},
     "--keep-models: -1 is too small: integer from 0 to 65536"},
    {{"--space", "a", "--space", "b"}, "--space: is given twice"},
    {{"--space", "a", "--quiet=1"}, "--quiet: takes no value"},
    {{"--space", "a", "b"}, "unexpected argument 'b'"},
    {{"a.ini"}, "unknown verb 'a.ini'; did you mean '--space a.ini'?"},
    {{"predct"}, "unknown verb 'predct'; did you mean 'predict'?"},
    {{"predict", "--model", "m.h5"},
     "--data FILE is missing: what to predict for: CSV, or IDX images; see tune --help"},
    {{"predict", "--modle", "m.h5"}, "--modle: unknown option; did you mean '--model'?"},
};

}  // namespace

TEST_CASE("a bad space file is refused with one line that says what to do") {
  for (const BadSpace& bad : kBadSpaces) {
    INFO(bad.name);
    CHECK(message_of([&] { spec_of(bad.text, bad.options); }) == bad.message);
  }
}

TEST_CASE("a bad list of configurations is refused") {
  const TemporaryFolder folder;
  for (const BadList& bad : kBadLists) {
    INFO(bad.name);
    folder.write(bad.file, bad.content);
    const std::string text =
        "[study]\nstrategy = list\nlist = " + bad.file + "\n[model]\nbuilder = toy\n" + bad.rest;
    CHECK(message_of([&] { spec_of(text, {}, folder.path()); }) ==
          (folder.path() / bad.message).string());
  }
}

TEST_CASE("a list and its strategy need one another") {
  CHECK(message_of([] { spec_of("[study]\nlist = a.json\n"); }) ==
        "space.ini:2: list: is only for strategy = list");
  CHECK(message_of([] { spec_of("[study]\nstrategy = list\n"); }) ==
        "space.ini:2: strategy: 'list' needs a file of configurations: list = FILE");
  CHECK(message_of([] { spec_of("[study]\nstrategy = list\nlist = no.json\n"); }) ==
        "space.ini:3: list: homes/no.json: cannot be read: No such file or directory");
}

TEST_CASE("a space file that cannot be read is named") {
  const TemporaryFolder folder;
  CHECK(message_of([&] { tune::tuner::Spec::read(folder.path(), {}); }) ==
        folder.path().string() + ": is a folder");
  CHECK(message_of([&] { tune::tuner::Spec::read("no/such.ini", {}); }) ==
        "no/such.ini: cannot be read: No such file or directory");
}

TEST_CASE("a bad command line is refused with one line that names the option") {
  for (const BadLine& bad : kBadLines) {
    INFO(bad.message);
    CHECK(message_of([&] { tune::tuner::parse_command_line(bad.arguments); }) == bad.message);
  }
}
