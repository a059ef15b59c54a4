#pragma once

#include <span>
#include <string>

namespace tune::tuner {

/// How a program has ended.
struct Finished {
  int status = 0;              ///< of its exit; 128 and the signal's number if one has ended it
  std::string output, errors;  ///< what it wrote
};

/// Runs a program, which is looked for in PATH, to its end, without a shell: each argument comes to
/// it as it is. Its standard input is empty; the variables `hidden` of the environment are kept
/// from it. Throws InputError if there is no such program, std::system_error if it cannot be run.
Finished run_child(std::span<const std::string> command, std::span<const std::string> hidden = {});

}  // namespace tune::tuner
