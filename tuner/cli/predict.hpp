#pragma once

#include <filesystem>
#include <ostream>

#include "tuner/cli/options.hpp"

namespace tune::tuner {

/// `tune predict --model FILE.h5 --data FILE [--out FILE]`: writes to the file, or to the terminal.
void predict(const CommandLine& line);

/// Predictions for the rows of `data` (CSV, or IDX images) as CSV, a line a row, with a header. The
/// preprocessing.json beside the model says how the data become inputs and what the outputs mean
/// (the first one of several; the others are auxiliary):
/// - regression: one column a target, in the scale of the data;
/// - binary: the label, and the probability of the second class as `probability_CLASS`;
/// - multiclass: the label, and one such column a class;
/// - multilabel: one column of 0 and 1 a target, and one `probability_TARGET` each.
/// A model file NAME.weights.h5 has weights alone, for the network that the space file NAME.ini
/// beside it makes. Where the model gives no probabilities (a perceptron) there are labels alone.
/// Numbers are written so that they read back exactly. Throws InputError before anything is
/// written.
void predict(const std::filesystem::path& model, const std::filesystem::path& data,
             std::ostream& out);

}  // namespace tune::tuner
