#include "tuner/cli/program.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "search/base/error.hpp"
#include "tuner/cli/check.hpp"
#include "tuner/cli/explain.hpp"
#include "tuner/cli/help.hpp"
#include "tuner/cli/import.hpp"
#include "tuner/cli/importance.hpp"
#include "tuner/cli/init.hpp"
#include "tuner/cli/list_studies.hpp"
#include "tuner/cli/lr_find.hpp"
#include "tuner/cli/options.hpp"
#include "tuner/cli/plan.hpp"
#include "tuner/cli/predict.hpp"
#include "tuner/cli/remove.hpp"
#include "tuner/cli/run.hpp"
#include "tuner/cli/shard.hpp"
#include "tuner/cli/show.hpp"
#include "tuner/cli/smoke.hpp"
#include "tuner/cli/submit.hpp"
#include "tuner/cli/verify.hpp"
#include "tuner/cli/worker.hpp"
#include "tuner/identity.hpp"
#include "tuner/probe.hpp"

namespace tune::tuner {
namespace {

int dispatch(const CommandLine& line) {
  using Help = CommandLine::Help;
  if (line.help == Help::usage) {
    std::cout << usage();
  } else if (line.help == Help::verb) {
    std::cout << usage(find_verb(line.verb));
  } else if (line.help == Help::space) {
    std::cout << space_help();
  } else if (line.help == Help::version) {
    std::cout << this_program().text() << '\n';
  } else if (line.verb == "predict") {
    predict(line);
  } else if (line.verb == "init") {
    init(line);
  } else if (line.verb == "check") {
    return check(line);
  } else if (line.verb == "plan") {
    plan(line);
  } else if (line.verb == "explain") {
    explain(line);
  } else if (line.verb == "importance") {
    importance(line);
  } else if (line.verb == "ls") {
    list_studies(line);
  } else if (line.verb == "show") {
    show(line);
  } else if (line.verb == "best") {
    return show_best(line);
  } else if (line.verb == "export") {
    export_study(line);
  } else if (line.verb == "import") {
    import_study(line);
  } else if (line.verb == "rm") {
    remove(line);
  } else if (line.verb == "verify") {
    return verify(line);
  } else if (line.verb == "merge") {
    return merge(line);
  } else if (line.verb == "lr-find") {
    return find_learning_rate(line);
  } else if (line.verb == "worker") {
    return work(line);
  } else if (line.verb == "submit") {
    submit(line);
  } else if (line.verb == "status") {
    status(line);
  } else if (line.verb == "cancel") {
    cancel(line);
  } else if (line.smoke) {
    return smoke(line);
  } else if (!line.shard.empty()) {
    return run_shard(line);
  } else {
    return run(line);
  }
  return 0;
}

/// Takes the store that the variable TUNE_STORAGE names, as a password on the command line can be
/// seen by everybody on the machine: for verbs that could be told of one, and are told of no other
/// place.
void read_variable(CommandLine& line) {
  const char* storage = std::getenv("TUNE_STORAGE");
  const bool told = !line.storage.empty() || !line.results.empty() || !line.shard.empty();
  const auto named = [](const Option& option) { return option.name == "storage"; };
  const bool set = storage != nullptr && *storage != '\0';
  if (!set || told || std::ranges::none_of(find_verb(line.verb).options, named)) {
    return;
  }
  line.storage = storage;
  line.by_variable = true;
}

CommandLine read_arguments(int argc, const char* const* argv) {
  CommandLine line = parse_command_line(std::vector<std::string>(argv + 1, argv + argc));
  if (line.help != CommandLine::Help::none) return line;
  read_variable(line);
  const bool needs_one = line.verb == "worker" || line.verb == "submit" || line.verb == "import";
  if (needs_one && line.storage.empty()) {
    throw base::InputError(
        "--storage URL is missing: the store of the study; the variable TUNE_STORAGE may name it");
  }
  return line;
}

}  // namespace

int run_program(int argc, const char* const* argv) {
  fix_cache_sizes();
  try {
    return dispatch(read_arguments(argc, argv));
  } catch (const base::InputError& error) {
    std::cerr << "tune: " << error.what() << std::endl;
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "tune: " << error.what() << std::endl;
    return 1;
  }
}

}  // namespace tune::tuner
