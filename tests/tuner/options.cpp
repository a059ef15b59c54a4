#include "tuner/cli/options.hpp"

#include <sstream>

#include "tests/support/catch.hpp"
#include "tuner/cli/help.hpp"
#include "tuner/cli/table.hpp"

using namespace tune::tuner;

namespace {

CommandLine parse(const std::vector<std::string>& arguments) {
  return parse_command_line(arguments);
}

std::size_t longest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t longest = 0;
  for (std::string line; std::getline(lines, line);) longest = std::max(longest, line.size());
  return longest;
}

}  // namespace

TEST_CASE("a run is the verb where none is named") {
  const CommandLine line = parse(
      {"--space", "a.ini", "--out=runs/x.y", "--jobs", "3", "-v", "--keep-models", "2", "--quiet"});
  CHECK(line.verb == "run");
  CHECK(line.space == "a.ini");
  CHECK(line.out == "runs/x.y");
  CHECK(line.jobs == 3);
  CHECK(line.keep_models == 2);
  CHECK(line.verbose);
  CHECK(line.quiet);
  CHECK(line.overrides.empty());
  CHECK(parse({"run", "--space", "a.ini"}).jobs == 0);
}

TEST_CASE("options with a dot are overrides, in their order") {
  const CommandLine line = parse({"--training.epochs", "50", "--space", "a.ini",
                                  "--study.target_value", "-0.5", "--space.n=int(1, 9)"});
  REQUIRE(line.overrides.size() == 3);
  CHECK(line.overrides[0].section == "training");
  CHECK(line.overrides[0].key == "epochs");
  CHECK(line.overrides[0].value == "50");
  CHECK(line.overrides[0].place.prefix() == "--training.epochs: ");
  CHECK(line.overrides[1].value == "-0.5");
  CHECK(line.overrides[2].section == "space");
  CHECK(line.overrides[2].value == "int(1, 9)");
}

TEST_CASE("an override may come several times; whether it may is for Spec to say") {
  const auto line = parse({"--space", "a", "--space.forbid", "x = 1", "--space.forbid", "x = 2"});
  CHECK(line.overrides.size() == 2);
}

TEST_CASE("predict is a verb") {
  const CommandLine line = parse({"predict", "--model", "m.h5", "--data", "d.csv"});
  CHECK(line.verb == "predict");
  CHECK(line.model == "m.h5");
  CHECK(line.data == "d.csv");
  CHECK(line.out.empty());
}

TEST_CASE("submit passes what stands behind two dashes on") {
  const CommandLine line =
      parse({"submit", "--space", "a.ini", "--workers", "8", "--training.epochs", "9", "--",
             "--partition", "long", "--", "-t", "1:00"});
  CHECK(line.workers == 8);
  CHECK(line.jobs == 0);
  CHECK(line.overrides.size() == 1);
  CHECK(line.rest == std::vector<std::string>{"--partition", "long", "--", "-t", "1:00"});
  CHECK(parse({"submit", "--space", "a.ini", "--workers", "8"}).rest.empty());
  CHECK(parse({"status", "runs/a"}).results == "runs/a");
  CHECK_THROWS_WITH(parse({"submit", "--space", "a.ini"}),
                    "--workers N is missing: tasks of the array; see tune --help");
  CHECK_THROWS_WITH(parse({"--space", "a.ini", "--", "-t"}), "unexpected argument '-t'");
}

TEST_CASE("arguments without dashes stand anywhere, all are needed") {
  const CommandLine line = parse({"init", "--target", "y", "d.csv"});
  CHECK(line.verb == "init");
  CHECK(line.data == "d.csv");
  CHECK(line.target == "y");
  CHECK(line.out.empty());
  CHECK(parse({"init", "d.csv", "--out", "-"}).out == "-");
  CHECK_THROWS_WITH(parse({"init"}), "DATA.csv is missing: the data; see tune --help");
  CHECK_THROWS_WITH(parse({"init", "a.csv", "b.csv"}), "unexpected argument 'b.csv'");
}

TEST_CASE("help needs nothing else") {
  CHECK(parse({"--help"}).help == CommandLine::Help::usage);
  CHECK(parse({"predict", "-h"}).help == CommandLine::Help::verb);
  CHECK(parse({"--help-space"}).help == CommandLine::Help::space);
  CHECK(parse({"--version"}).help == CommandLine::Help::version);
}

TEST_CASE("the help names every option and fits on a terminal") {
  const std::string text = usage();
  for (const Verb& verb : verbs()) {
    for (const Option& option : verb.options) CHECK(text.find("--" + option.name) != text.npos);
    for (const Option& argument : verb.arguments) CHECK(text.find(argument.name) != text.npos);
  }
  CHECK(longest_line(text) <= 80);
}

TEST_CASE("the help of a verb has its own options alone") {
  const std::string text = usage(find_verb("show"));
  CHECK(text.starts_with("Usage: tune show [DIR] [options]\n\ntune show - show the trials"));
  CHECK(text.find("--where CONDITION") != text.npos);
  CHECK(text.find("--model") == text.npos);
  CHECK(longest_line(text) <= 80);
}

TEST_CASE("a study is named by its folder, or in a store") {
  CHECK(parse({"show", "runs/a"}).results == "runs/a");
  CHECK(parse({"explain", "runs/a", "7"}).trial == 7);
  const CommandLine line = parse({"explain", "--storage", "sqlite:///a.db", "7"});
  CHECK(line.results.empty());
  CHECK(line.trial == 7);
  CHECK(parse({"ls"}).results.empty());
  CHECK(parse({"ls", "old"}).results == "old");
  CHECK(parse({"merge", "a", "b", "--quiet", "c"}).folders ==
        std::vector<std::string>{"a", "b", "c"});
  CHECK_THROWS_WITH(parse({"explain", "7"}),
                    "N is missing: the number of the trial; see tune --help");
  CHECK_THROWS_WITH(parse({"show"}),
                    "DIR is missing: the folder of a run's results, or URL#NAME of a study in a "
                    "store; see tune --help");
}

TEST_CASE("the help on space files names every section and domain, and fits on a terminal") {
  const std::string text = space_help();
  for (const char* word :
       {"[study]", "[data]", "[cv]", "[model]", "[training]", "[space]", "time_limit", "folds",
        "restore_best", "reciprocal(", "forbid =", "grid - ", "mlp - ", "perceptron - "}) {
    CHECK(text.find(word) != text.npos);
  }
  CHECK(longest_line(text) <= 96);
}

TEST_CASE("columns are aligned and the last one is broken between words") {
  CHECK(columns({{"a", "bb", "one two three"}, {"long", "b", "x"}}, 1, 18) ==
        " a     bb  one two\n           three\n long  b   x\n");
  CHECK(paragraph("one two", 2, 6) == "  one\n  two\n");
}
