#include "tuner/cli/help.hpp"

#include "tuner/cli/options.hpp"
#include "tuner/cli/table.hpp"

namespace tune::tuner {
namespace {

constexpr std::size_t kWidth = 80;

std::string left_side(const Option& option) {
  std::string text = "--" + option.name;
  if (option.letter != '\0') text = std::string("-") + option.letter + ", " + text;
  return option.argument.empty() ? text : text + ' ' + option.argument;
}

std::string command(const Verb& verb) {
  return verb.name == "run" ? "tune" : "tune " + verb.name;
}

std::string written(const Option& argument) {
  using Occurs = Option::Occurs;
  if (argument.occurs == Occurs::once) return argument.name;
  return argument.occurs == Occurs::several ? argument.name + " ..." : '[' + argument.name + ']';
}

/// "tune predict --model FILE --data FILE [--out FILE]"
std::string synopsis(const Verb& verb) {
  std::string text = command(verb);
  for (const Option& argument : verb.arguments) text += ' ' + written(argument);
  for (const Option& option : verb.options) {
    if (option.required) text += " --" + option.name + ' ' + option.argument;
  }
  if (!verb.options.empty()) text += " [options]";
  if (verb.overrides) text += " [--SECTION.KEY VALUE ...]";
  return verb.rest.empty() ? text : text + "\n      [-- " + verb.rest + " ...]";
}

std::vector<std::vector<std::string>> lines_of(const std::vector<Option>& options) {
  std::vector<std::vector<std::string>> lines;
  for (const Option& option : options) lines.push_back({left_side(option), option.help});
  return lines;
}

constexpr std::string_view kExample = R"(A space file:
  [data]
  csv = houses.csv
  target = price

  [space]
  n_hidden = choice(1, 2, 3)
  n_neurons = int(10, 100)
  learning_rate = reciprocal(1e-3, 1e-1)
)";

/// What a verb does, and its arguments and options.
std::string description(const Verb& verb) {
  std::vector<std::vector<std::string>> lines;
  for (const Option& argument : verb.arguments) lines.push_back({argument.name, argument.help});
  const std::vector<std::vector<std::string>> options = lines_of(verb.options);
  lines.insert(lines.end(), options.begin(), options.end());
  if (verb.overrides) {
    lines.push_back({"--SECTION.KEY VALUE", "wins over the space file: --training.epochs 50"});
  }
  return command(verb) + " - " + verb.help + '\n' + columns(lines, 2, kWidth);
}

constexpr std::string_view kStatus =
    "Exit status: 0 done; 1 every trial failed, one of --smoke did, check has findings, or verify "
    "a difference; 2 wrong input; 130 interrupted.";

}  // namespace

std::string usage() {
  std::string text = "Searches for the best neural network for your data.\n\nUsage:\n";
  for (const Verb& verb : verbs()) text += "  " + synopsis(verb) + '\n';
  for (const Verb& verb : verbs()) text += '\n' + description(verb);
  text += "\nOthers\n" + columns(lines_of(help_options()), 2, kWidth) + '\n';
  text += kExample;
  return text + '\n' + paragraph(kStatus, 0, kWidth);
}

std::string usage(const Verb& verb) {
  return "Usage: " + synopsis(verb) + "\n\n" + description(verb);
}

}  // namespace tune::tuner
