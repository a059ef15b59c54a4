#pragma once

#include "tuner/cli/options.hpp"

namespace tune::tuner {

// A study without a database: each of N processes runs a fixed part of it into a file of its own.

/// `tune --space FILE --shard K/N`: runs those of its trials into DIR/shard-K-of-N.db, or goes on
/// with them. Returns the exit status: 0, or 130 if it was interrupted. Throws InputError if the
/// strategy proposes by outcomes.
int run_shard(const CommandLine& line);

/// The files of shards in a folder, by name.
std::vector<std::filesystem::path> shards_in(const std::filesystem::path& folder);

/// `tune merge DIR ...`: makes of all shards the results of the single run. Returns its exit
/// status. Throws InputError: shards that are missing, there twice, not at their end, or of several
/// studies.
int merge(const CommandLine& line);

}  // namespace tune::tuner
