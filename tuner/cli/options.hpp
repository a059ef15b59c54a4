#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "tuner/spec/ini.hpp"

namespace tune::tuner {

/// What the user asked for.
struct CommandLine {
  enum class Help { none, usage, space, version };

  std::string verb;             ///< "run" where none is named
  Help help = Help::none;       ///< print this and do nothing else
  std::filesystem::path space;  ///< run: the space file
  std::filesystem::path out;    ///< empty: where the verb's default is
  int jobs = 0;                 ///< 0: all cores
  /// run, worker, submit: URL of the store; empty: what TUNE_STORAGE says, else study.db in the
  /// folder of a run
  std::string storage;
  std::string study;       ///< worker: its name in the store
  bool fresh = false;      ///< run: not the one that is in the folder already
  int checkpoints = 1024;  ///< megabytes of fits that later trials may continue
  int keep_models = 0;     ///< models kept beside the winner's refitted one
  bool quiet = false;
  bool verbose = false;
  std::vector<Entry> overrides;   ///< `--SECTION.KEY VALUE`, for Spec
  std::filesystem::path model;    ///< predict: the .h5 file
  std::filesystem::path data;     ///< predict: what to predict for; init: what to look at
  std::string target;             ///< init: the column to predict; empty: the likely one
  std::filesystem::path results;  ///< importance, explain: the folder of a run
  std::size_t trial = 0;          ///< explain
  std::string low, high;          ///< lr-find: first and last rate; empty: the usual ones
  int steps = 0;                  ///< lr-find: 0: as many as usual
  bool timing = true;             ///< plan: train something to estimate time and memory
  bool load_data = true;          ///< check: look at the rows too
  bool smoke = false;             ///< run: train an epoch in every branch, and nothing else
  int workers = 0;                ///< submit: processes
  bool paths_shared = false;      ///< submit: nodes see all files, whatever it looks like
  std::vector<std::string> rest;  ///< submit: what stands behind `--`
};

/// One option of a verb.
struct Option {
  std::string name;      ///< without the dashes
  char letter = '\0';    ///< short form; none: '\0'
  std::string argument;  ///< what stands for the value in the help; empty: takes none
  std::string help;
  void (*set)(CommandLine& line, const std::string& value);
  bool required = false;
};

/// One thing that the program does. A new one is a row in options.cpp.
struct Verb {
  std::string name;
  std::string help;
  std::vector<Option> options;
  bool overrides = false;  ///< does it take --SECTION.KEY?
  /// Without dashes, in their order; all are needed.
  std::vector<Option> arguments = {};
  std::string rest = {};  ///< what stands behind `--`, for the help; empty: nothing may
};

const std::vector<Verb>& verbs();
/// The options that every verb takes, and that end the program.
const std::vector<Option>& help_options();

/// Reads the arguments (without the program's name): a verb, or none for "run", and its options.
/// Throws InputError that names the option: unknown verbs and options (with the nearest one),
/// values that are missing, given twice or out of range.
CommandLine parse_command_line(std::span<const std::string> arguments);

}  // namespace tune::tuner
