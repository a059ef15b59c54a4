#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "tuner/spec/ini.hpp"

namespace tune::tuner {

/// What the user asked for.
struct CommandLine {
  enum class Help { none, usage, verb, space, version };

  std::string verb;             ///< "run" where none is named
  Help help = Help::none;       ///< print this and do nothing else
  std::filesystem::path space;  ///< run: the space file
  std::filesystem::path out;    ///< empty: where the verb's default is
  int jobs = 0;                 ///< 0: all cores
  std::string storage;          ///< URL of the store; empty: study.db in the folder of a run
  bool by_variable = false;     ///< it is the one that TUNE_STORAGE names
  std::string study;            ///< its name in the store
  bool fresh = false;           ///< run: not the one that is in the folder already
  int checkpoints = 1024;       ///< megabytes of fits that later trials may continue
  int keep_models = 0;          ///< models kept beside the winner's refitted one
  bool quiet = false;
  bool verbose = false;
  std::vector<Entry> overrides;      ///< `--SECTION.KEY VALUE`, for Spec
  std::filesystem::path model;       ///< predict: the .h5 file
  std::filesystem::path data;        ///< predict: what to predict for; init: what to look at
  std::string target;                ///< init: the column to predict; empty: the likely one
  std::string results;               ///< of verbs that read a study: see StudyPlace::parse
  std::size_t trial = 0;             ///< explain
  std::string low, high;             ///< lr-find: first and last rate; empty: the usual ones
  int steps = 0;                     ///< lr-find: 0: as many as usual
  std::string format;                ///< ls, show, best, export: empty: the verb's default
  std::string states, where, sort;   ///< show: see Selection
  std::size_t top = 0;               ///< show: 0: as many as usual
  std::string source;                ///< import: what to read
  std::string score, parameters;     ///< import: columns of a CSV
  bool maximize = false;             ///< import: is more of the score better?
  bool force = false;                ///< rm: whatever works on the study
  std::string shard;                 ///< run: K/N; empty: all trials
  std::vector<std::string> folders;  ///< merge
  std::size_t sample = 0;            ///< verify: how many trials to run again
  bool timing = true;                ///< plan: train something to estimate time and memory
  bool load_data = true;             ///< check: look at the rows too
  bool smoke = false;                ///< run: train an epoch in every branch, and nothing else
  int workers = 0;                   ///< submit: processes
  bool paths_shared = false;         ///< submit: nodes see all files, whatever it looks like
  std::vector<std::string> rest;     ///< submit: what stands behind `--`
};

/// One option of a verb.
struct Option {
  std::string name;      ///< without the dashes
  char letter = '\0';    ///< short form; none: '\0'
  std::string argument;  ///< what stands for the value in the help; empty: takes none
  std::string help;
  void (*set)(CommandLine& line, const std::string& value);
  bool required = false;
  /// Of an argument: when it may be left out, or be given several times.
  enum class Occurs { once, unless_stored, at_most_once, several } occurs = Occurs::once;
};

/// One thing that the program does. A new one is a row in options.cpp.
struct Verb {
  std::string name;
  std::string help;
  std::vector<Option> options;
  bool overrides = false;  ///< does it take --SECTION.KEY?
  /// Without dashes, in their order.
  std::vector<Option> arguments = {};
  std::string rest = {};  ///< what stands behind `--`, for the help; empty: nothing may
};

const std::vector<Verb>& verbs();
/// Throws InputError with the nearest one.
const Verb& find_verb(const std::string& name);
/// The options that every verb takes, and that end the program.
const std::vector<Option>& help_options();

/// Reads the arguments (without the program's name): a verb, or none for "run", and its options.
/// Throws InputError that names the option: unknown verbs and options (with the nearest one),
/// values that are missing, given twice or out of range.
CommandLine parse_command_line(std::span<const std::string> arguments);

}  // namespace tune::tuner
