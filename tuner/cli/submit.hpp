#pragma once

#include "tuner/cli/options.hpp"

namespace tune::tuner {

/// `tune submit`: records the study in its store and starts a Slurm job array of workers for it.
/// Throws InputError: the window is too small for so many fits at a time, nodes cannot see a file
/// or reach the store, a job is at work in the folder already, Slurm refuses.
void submit(const CommandLine& line);

/// `tune status DIR`: how far the study of a folder is, and which tasks of its job wait and run.
void status(const CommandLine& line);

/// `tune cancel DIR`: ends the job of a folder. The study stays, and can go on.
void cancel(const CommandLine& line);

}  // namespace tune::tuner
