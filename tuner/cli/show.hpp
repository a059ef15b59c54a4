#pragma once

#include "tuner/cli/options.hpp"

namespace tune::tuner {

// What is recorded of a study, for people and for programs. All throw InputError.

/// `tune show`: its trials.
void show(const CommandLine& line);
/// `tune best`: the best of them. Returns the exit status: 1 if no trial has a score.
int show_best(const CommandLine& line);
/// `tune export`: all of it, as files.
void export_study(const CommandLine& line);

}  // namespace tune::tuner
