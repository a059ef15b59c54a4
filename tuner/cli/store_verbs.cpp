#include "tuner/cli/store_verbs.hpp"

#include "tuner/cli/shared_options.hpp"

namespace tune::tuner {
namespace {

Option format_option(std::string formats, std::string help) {
  return {"format", '\0', std::move(formats), std::move(help),
          [](CommandLine& line, const std::string& value) { line.format = value; }};
}

std::vector<Option> with_study(std::vector<Option> options) {
  std::vector<Option> all = study_options();
  all.insert(all.end(), options.begin(), options.end());
  return all;
}

std::size_t number_or_all(const std::string& name, const std::string& text) {
  return text == "all" ? 1'000'000'000 : static_cast<std::size_t>(integer(name, text, 1, 1e9));
}

Verb ls_verb() {
  return {
      "ls",
      "list studies: their trials, best score, and when",
      {storage_option(
           "those of a store in place of a folder; one that TUNE_STORAGE names is listed beside "
           "the folder runs"),
       format_option("FORMAT", "table, csv, json or md (default: table)")},
      false,
      {{"FOLDER", '\0', "", "the folder whose runs to list (default: runs)",
        [](CommandLine& line, const std::string& value) { line.results = value; }, false,
        Option::Occurs::at_most_once}}};
}

Verb show_verb() {
  return {
      "show",
      "show the trials of a study as a table",
      with_study(
          {{"state", '\0', "STATES", "only these of complete, pruned, failed, with commas between",
            [](CommandLine& line, const std::string& value) { line.states = value; }},
           {"where", '\0', "CONDITION",
            "only trials of which it holds: 'n_hidden >= 2 and optimizer in (sgd, adam)'; beside "
            "parameters there are metrics, score, trial, rank, state, budget, epochs, time",
            [](CommandLine& line, const std::string& value) { line.where = value; }},
           {"sort", '\0', "NAME", "by one of these; 'NAME desc': the largest first (default: rank)",
            [](CommandLine& line, const std::string& value) { line.sort = value; }},
           {"top", '\0', "N", "so many, or all (default: 10 of a table, else all)",
            [](CommandLine& line, const std::string& value) {
              line.top = number_or_all("--top", value);
            }},
           format_option("FORMAT",
                         "table, csv (as results.csv), json (as results.json) or md (default: "
                         "table)")}),
      false,
      {results_argument()}};
}

Verb best_verb() {
  return {"best",
          "show the best trial of a study, or its Pareto front",
          with_study({format_option("FORMAT", "table, csv, json or md (default: table)")}),
          false,
          {results_argument()}};
}

Verb export_verb() {
  return {"export",
          "write all that is recorded of a study, curves too",
          with_study({{"out", '\0', "PATH",
                       "csv: the folder of results.csv, history.csv and, if others have added "
                       "trials, others.csv; json: the file",
                       [](CommandLine& line, const std::string& value) { line.out = value; }, true},
                      format_option("FORMAT", "csv or json (default: csv)")}),
          false,
          {results_argument()}};
}

Verb import_verb() {
  return {
      "import",
      "copy a study into a store, to begin others with",
      {storage_option(
           "the store; it is made if it is not there; the variable TUNE_STORAGE may name it"),
       {"study", '\0', "NAME", "its name there (default: that of the study, or of the file)",
        [](CommandLine& line, const std::string& value) { line.study = value; }},
       {"score", '\0', "COLUMN", "of a CSV: the score (default: score, or mean_test_score)",
        [](CommandLine& line, const std::string& value) { line.score = value; }},
       {"parameters", '\0', "COLUMNS",
        "of a CSV: the parameters, with commas between (default: all other columns, or those named "
        "param_*)",
        [](CommandLine& line, const std::string& value) { line.parameters = value; }},
       {"maximize", '\0', "", "of a CSV: more of the score is better",
        [](CommandLine& line, const std::string&) { line.maximize = true; }}},
      false,
      {{"SOURCE", '\0', "",
        "a CSV with a line a trial, the folder of a run, or URL#NAME of a study of Optuna or tune",
        [](CommandLine& line, const std::string& value) { line.source = value; }}}};
}

Verb rm_verb() {
  return {"rm",
          "remove a run with its results, or a study from a store",
          with_study({{"force", '\0', "", "even if a process works on it",
                       [](CommandLine& line, const std::string&) { line.force = true; }}}),
          false,
          {results_argument()}};
}

Verb verify_verb() {
  return {"verify",
          "run recorded trials again: do they come out bit for bit?",
          with_study({{"trials", '\0', "N",
                       "how many, drawn with the study's seed, or all (default: 10); those that "
                       "they continue come in addition",
                       [](CommandLine& line, const std::string& value) {
                         line.sample = number_or_all("--trials", value);
                       }},
                      jobs_option()}),
          false,
          {results_argument()}};
}

Verb merge_verb() {
  return {"merge",
          "make the results of a study of its shards",
          {{"out", '\0', "DIR", "folder of the results (default: that of the first shard)",
            [](CommandLine& line, const std::string& value) { line.out = value; }},
           jobs_option(),
           keep_models_option(),
           quiet_option()},
          false,
          {{"DIR", '\0', "", "folders with shards, or the files themselves",
            [](CommandLine& line, const std::string& value) { line.folders.push_back(value); },
            false, Option::Occurs::several}}};
}

}  // namespace

Option results_argument() {
  return {"DIR",
          '\0',
          "",
          "the folder of a run's results, or URL#NAME of a study in a store",
          [](CommandLine& line, const std::string& value) { line.results = value; },
          false,
          Option::Occurs::unless_stored};
}

std::vector<Option> study_options() {
  return {storage_option(
              "a store in place of DIR; with --study, the variable TUNE_STORAGE may name it"),
          {"study", '\0', "NAME", "the study's name in the store (default: its only one)",
           [](CommandLine& line, const std::string& value) { line.study = value; }}};
}

std::vector<Verb> store_verbs() {
  return {ls_verb(),     show_verb(), best_verb(),   export_verb(),
          import_verb(), rm_verb(),   verify_verb(), merge_verb()};
}

}  // namespace tune::tuner
