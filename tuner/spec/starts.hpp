#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "search/base/reader.hpp"
#include "tuner/spec/space_section.hpp"

namespace tune::tuner {

/// A file that [study] names: beside the space file, or else from the working directory. A URL of a
/// store stays as it is.
std::string study_file(const std::filesystem::path& folder, const std::string& name);

/// The configurations of the `enqueue` lines of [space], with values in the types of the space.
/// Throws InputError that names the line: an unknown parameter, a value that it does not have, a
/// comparison other than `=`.
std::vector<base::Configuration> enqueued_lines(const search::Space& space,
                                                const SpaceSection& section);
/// Those of a file: all of a list, or the `best` trials of an earlier study that are of the space.
/// Throws InputError, as above, or if there is none.
std::vector<base::Configuration> enqueued_file(const search::Space& space, const std::string& file,
                                               std::size_t best);

}  // namespace tune::tuner
