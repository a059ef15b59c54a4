#include "tuner/cli/program.hpp"

#include <iostream>
#include <string>
#include <vector>

#include "search/base/error.hpp"
#include "tuner/cli/help.hpp"
#include "tuner/cli/options.hpp"
#include "tuner/cli/predict.hpp"
#include "tuner/cli/run.hpp"

namespace tune::tuner {
namespace {

constexpr const char* kVersion = "tune 0.1";

int dispatch(const CommandLine& line) {
  using Help = CommandLine::Help;
  if (line.help == Help::usage) {
    std::cout << usage();
  } else if (line.help == Help::space) {
    std::cout << space_help();
  } else if (line.help == Help::version) {
    std::cout << kVersion << '\n';
  } else if (line.verb == "predict") {
    predict(line);
  } else {
    return run(line);
  }
  return 0;
}

}  // namespace

int run_program(int argc, const char* const* argv) {
  try {
    return dispatch(parse_command_line(std::vector<std::string>(argv + 1, argv + argc)));
  } catch (const base::InputError& error) {
    std::cerr << "tune: " << error.what() << std::endl;
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "tune: " << error.what() << std::endl;
    return 1;
  }
}

}  // namespace tune::tuner
