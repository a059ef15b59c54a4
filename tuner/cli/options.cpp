#include "tuner/cli/options.hpp"

#include <algorithm>
#include <boost/program_options.hpp>

#include "search/base/reader.hpp"
#include "tuner/cli/shared_options.hpp"
#include "tuner/cli/store_verbs.hpp"

namespace tune::tuner {
namespace {

namespace po = boost::program_options;
using base::InputError;

Option checkpoints_option() {
  return {"checkpoints", '\0', "MB",
          "memory for fits that promoted trials go on with (default: 1024); with less, some are "
          "trained again; changes no result",
          [](CommandLine& line, const std::string& value) {
            line.checkpoints = count("checkpoints", value, 0);
          }};
}

Verb run_verb() {
  return {
      "run",
      "run the study of a space file",
      {{"space", '\0', "FILE", "the space file: what to search, on which data",
        [](CommandLine& line, const std::string& value) { line.space = value; }, true},
       {"out", '\0', "DIR", "folder of the results (default: runs/NAME)",
        [](CommandLine& line, const std::string& value) { line.out = value; }},
       jobs_option(),
       checkpoints_option(),
       storage_option(
           "where trials are recorded: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE, "
           "which `tune worker` can join (default: what TUNE_STORAGE names, else study.db in the "
           "folder of the results)"),
       {"new", '\0', "", "start another run beside the one that is there, in DIR-2, DIR-3, ...",
        [](CommandLine& line, const std::string&) { line.fresh = true; }},
       {"shard", '\0', "K/N",
        "only run trials K - 1, K - 1 + N, K - 1 + 2 N, ... into DIR/shard-K-of-N.db, without a "
        "database: for grid, random, sobol and list; `tune merge` makes the results of all shards",
        [](CommandLine& line, const std::string& value) { line.shard = value; }},
       keep_models_option(),
       {"smoke", '\0', "",
        "only train an epoch on a few rows in every branch of the space; writes nothing",
        [](CommandLine& line, const std::string&) { line.smoke = true; }},
       quiet_option(),
       {"verbose", 'v', "",
        "show all trials in the table that ends a run, and why each failed one did",
        [](CommandLine& line, const std::string&) { line.verbose = true; }}},
      true};
}

Verb worker_verb() {
  return {"worker",
          "take part in a study that is in a store",
          {storage_option("the store, as --storage of a run names it (default: TUNE_STORAGE)"),
           {"study", '\0', "NAME", "the study's name in the store",
            [](CommandLine& line, const std::string& value) { line.study = value; }, true},
           jobs_option(),
           checkpoints_option(),
           quiet_option()}};
}

Verb submit_verb() {
  return {
      "submit",
      "start workers for a study as a Slurm job array",
      {{"space", '\0', "FILE", "the space file",
        [](CommandLine& line, const std::string& value) { line.space = value; }, true},
       {"workers", '\0', "N", "tasks of the array",
        [](CommandLine& line, const std::string& value) {
          line.workers = count("workers", value, 1);
        },
        true},
       storage_option("the database that they share, postgresql://USER:PASSWORD@HOST/DATABASE "
                      "(default: TUNE_STORAGE)"),
       jobs_option("CPUs and fits at the same time of each (default: 1)"),
       {"out", '\0', "DIR", "folder of the results (default: runs/NAME)",
        [](CommandLine& line, const std::string& value) { line.out = value; }},
       {"paths-shared", '\0', "",
        "every node sees the same files, also where their file system looks like this machine's "
        "own",
        [](CommandLine& line, const std::string&) { line.paths_shared = true; }}},
      true,
      {},
      "OPTION OF SBATCH"};
}

Option job_argument() {
  return {"DIR", '\0', "", "the folder of the results",
          [](CommandLine& line, const std::string& value) { line.results = value; }};
}

Verb status_verb() {
  return {
      "status", "say how far a study is that tune submit has started", {}, false, {job_argument()}};
}

Verb cancel_verb() {
  return {"cancel", "end the workers that tune submit has started", {}, false, {job_argument()}};
}

Verb predict_verb() {
  return {"predict",
          "use a model that a study has left",
          {{"model", '\0', "FILE", "the .h5 file; preprocessing.json lies beside it",
            [](CommandLine& line, const std::string& value) { line.model = value; }, true},
           {"data", '\0', "FILE", "what to predict for: CSV, or IDX images",
            [](CommandLine& line, const std::string& value) { line.data = value; }, true},
           {"out", '\0', "FILE", "where the predictions go, as CSV (default: the terminal)",
            [](CommandLine& line, const std::string& value) { line.out = value; }}}};
}

Verb lr_find_verb() {
  return {
      "lr-find",
      "find a learning rate by training while it grows",
      {{"space", '\0', "FILE", "the space file; what it searches is taken from its middle",
        [](CommandLine& line, const std::string& value) { line.space = value; }, true},
       {"from", '\0', "RATE", "learning rate of the first step (default: 1e-5)",
        [](CommandLine& line, const std::string& value) { line.low = value; }},
       {"to", '\0', "RATE", "the one reached at last (default: 10)",
        [](CommandLine& line, const std::string& value) { line.high = value; }},
       {"steps", '\0', "N", "batches of the sweep (default: 500)",
        [](CommandLine& line, const std::string& value) { line.steps = count("steps", value, 2); }},
       {"out", '\0', "DIR", "folder of lr_find.csv and lr_find.svg (default: runs/NAME)",
        [](CommandLine& line, const std::string& value) { line.out = value; }},
       quiet_option()},
      true};
}

Verb plan_verb() {
  return {"plan",
          "say what a study would train, and for how long",
          {{"space", '\0', "FILE", "the space file",
            [](CommandLine& line, const std::string& value) { line.space = value; }, true},
           jobs_option("fits at the same time (default: all cores)"),
           checkpoints_option(),
           {"no-timing", '\0', "", "load no data and train nothing: trials and epochs alone",
            [](CommandLine& line, const std::string&) { line.timing = false; }}},
          true};
}

Verb check_verb() {
  return {"check",
          "say what in a space file is probably not meant",
          {{"space", '\0', "FILE", "the space file",
            [](CommandLine& line, const std::string& value) { line.space = value; }, true},
           {"no-data", '\0', "", "load no data: batches and folds are not looked at",
            [](CommandLine& line, const std::string&) { line.load_data = false; }}},
          true};
}

Verb init_verb() {
  return {"init",
          "look at the data and write a space file to begin with",
          {{"target", '\0', "COLUMN",
            "what to predict (default: a column called target, label, class, outcome or y, else "
            "the last one)",
            [](CommandLine& line, const std::string& value) { line.target = value; }},
           {"out", '\0', "FILE", "the space file (default: space.ini; -: the terminal)",
            [](CommandLine& line, const std::string& value) { line.out = value; }}},
          false,
          {{"DATA.csv", '\0', "", "the data",
            [](CommandLine& line, const std::string& value) { line.data = value; }}}};
}

Verb importance_verb() {
  return {"importance",
          "say how much a study's scores depend on each parameter",
          study_options(),
          false,
          {results_argument()}};
}

Verb explain_verb() {
  return {
      "explain",
      "say why a trial was proposed and what became of it",
      study_options(),
      false,
      {results_argument(),
       {"N", '\0', "", "the number of the trial", [](CommandLine& line, const std::string& value) {
          line.trial = static_cast<std::size_t>(integer("N", value, 0, 1e9));
        }}}};
}

}  // namespace

const Verb& find_verb(const std::string& name) {
  std::vector<std::string> names;
  for (const Verb& verb : verbs()) {
    if (verb.name == name) return verb;
    names.push_back(verb.name);
  }
  const bool file = std::filesystem::path(name).extension() == ".ini";
  throw InputError(
      "unknown verb '" + name + "'" +
      (file ? "; did you mean '--space " + name + "'?" : base::suggestion(name, names)));
}

namespace {

/// The names of the options `--SECTION.KEY` among the arguments.
std::vector<std::string> dotted_names(std::span<const std::string> arguments) {
  std::vector<std::string> names;
  for (const std::string& argument : arguments) {
    if (!argument.starts_with("--")) continue;
    const std::string name = argument.substr(2, argument.find('=') - 2);
    const bool is_new = std::ranges::find(names, name) == names.end();
    if (name.find('.') != std::string::npos && is_new) names.push_back(name);
  }
  return names;
}

std::vector<Option> options_of(const Verb& verb) {
  std::vector<Option> options = verb.options;
  options.insert(options.end(), help_options().begin(), help_options().end());
  return options;
}

[[noreturn]] void fail_unknown(const std::string& given, std::span<const Option> options) {
  std::vector<std::string> names;
  for (const Option& option : options) names.push_back("--" + option.name);
  throw InputError(given + ": unknown option" + base::suggestion(given, names));
}

std::vector<po::option> parse(std::span<const std::string> arguments, const Verb& verb,
                              std::span<const Option> options) {
  po::options_description description;
  for (const Option& option : options) {
    const std::string names =
        option.letter == '\0' ? option.name : option.name + ',' + option.letter;
    if (option.argument.empty()) {
      description.add_options()(names.c_str(), "");
    } else {
      description.add_options()(names.c_str(), po::value<std::string>());
    }
  }
  if (verb.overrides) {
    for (const std::string& name : dotted_names(arguments)) {
      description.add_options()(name.c_str(), po::value<std::string>());
    }
  }
  try {
    namespace style = po::command_line_style;
    return po::command_line_parser({arguments.begin(), arguments.end()})
        .options(description)
        .style(style::unix_style & ~style::allow_guessing)
        .run()
        .options;
  } catch (const po::unknown_option& error) {
    fail_unknown(error.get_option_name(), options);
  } catch (const po::invalid_command_line_syntax& error) {
    const bool extra = error.kind() == po::invalid_syntax::extra_parameter;
    throw InputError(error.get_option_name() +
                     (extra ? ": takes no value" : ": a value is missing"));
  } catch (const po::error& error) {
    throw InputError(error.what());
  }
}

void set_override(CommandLine& line, const std::string& name, const std::string& value) {
  const auto dot = name.find('.');
  const base::Place place{"--" + name, 0, {}};
  if (dot + 1 == name.size()) base::fail(place, "the key is missing: --SECTION.KEY VALUE");
  if (value.empty()) base::fail(place, "a value is missing");
  line.overrides.push_back({name.substr(0, dot), name.substr(dot + 1), value, place});
}

/// May the argument be missing?
bool is_optional(const Option& argument, const CommandLine& line) {
  using Occurs = Option::Occurs;
  return argument.occurs == Occurs::at_most_once || (argument.occurs == Occurs::unless_stored &&
                                                     !(line.storage.empty() && line.study.empty()));
}

void set_arguments(CommandLine& line, const Verb& verb, std::span<const std::string> given) {
  for (const Option& argument : verb.arguments) {
    const auto place = static_cast<std::size_t>(&argument - verb.arguments.data());
    const std::size_t after = verb.arguments.size() - place - 1;
    if (is_optional(argument, line) && given.size() <= after) continue;
    if (given.empty()) {
      throw InputError(argument.name + " is missing: " + argument.help + "; see tune --help");
    }
    do {
      argument.set(line, given.front());
      given = given.subspan(1);
    } while (argument.occurs == Option::Occurs::several && given.size() > after);
  }
  if (!given.empty()) throw InputError("unexpected argument '" + given.front() + "'");
}

}  // namespace

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> verbs = [] {
    std::vector<Verb> all = {init_verb(),    run_verb(),     worker_verb(),     submit_verb(),
                             status_verb(),  cancel_verb(),  check_verb(),      plan_verb(),
                             predict_verb(), explain_verb(), importance_verb(), lr_find_verb()};
    for (Verb& verb : store_verbs()) all.push_back(std::move(verb));
    return all;
  }();
  return verbs;
}

const std::vector<Option>& help_options() {
  static const std::vector<Option> options = {
      {"help", 'h', "", "print this text",
       [](CommandLine& line, const std::string&) { line.help = CommandLine::Help::usage; }},
      {"help-space", '\0', "", "print all that a space file may say",
       [](CommandLine& line, const std::string&) { line.help = CommandLine::Help::space; }},
      {"version", '\0', "", "print the version",
       [](CommandLine& line, const std::string&) { line.help = CommandLine::Help::version; }}};
  return options;
}

CommandLine parse_command_line(std::span<const std::string> arguments) {
  const bool named = !arguments.empty() && !arguments[0].starts_with('-');
  const Verb& verb = find_verb(named ? arguments[0] : "run");
  const std::vector<Option> options = options_of(verb);
  CommandLine line;
  line.verb = verb.name;
  if (!verb.rest.empty()) {
    const auto dashes = std::ranges::find(arguments, "--");
    if (dashes != arguments.end()) line.rest.assign(dashes + 1, arguments.end());
    arguments = {arguments.begin(), dashes};
  }
  std::vector<std::string> given, arguments_given;
  for (const po::option& found : parse(arguments.subspan(named ? 1 : 0), verb, options)) {
    if (found.string_key.empty()) {
      arguments_given.push_back(found.value.at(0));
      continue;
    }
    const std::string value = found.value.empty() ? "" : found.value[0];
    // Boost takes an option that follows for the value.
    const bool missing = value.empty() || value.starts_with("--");
    const auto option = std::ranges::find(options, found.string_key, &Option::name);
    if (option == options.end()) {
      set_override(line, found.string_key, missing ? "" : value);
      continue;
    }
    if (std::ranges::find(given, option->name) != given.end()) {
      throw InputError("--" + option->name + ": is given twice");
    }
    if (!option->argument.empty() && missing) {
      throw InputError("--" + option->name + ": a value is missing");
    }
    given.push_back(option->name);
    option->set(line, value);
  }
  if (named && line.help == CommandLine::Help::usage) line.help = CommandLine::Help::verb;
  if (line.help != CommandLine::Help::none) return line;
  set_arguments(line, verb, arguments_given);
  for (const Option& option : verb.options) {
    if (option.required && std::ranges::find(given, option.name) == given.end()) {
      throw InputError("--" + option.name + " " + option.argument + " is missing: " + option.help +
                       "; see tune --help");
    }
  }
  return line;
}

}  // namespace tune::tuner
