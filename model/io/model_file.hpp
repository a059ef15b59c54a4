#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace tune::model {

class Hdf5Reader;

/// Writes a whole file, or leaves what was there. Throws InputError that names the file.
void write_model_file(const std::filesystem::path& file, const std::string& content);

/// Calls `read` with the content of a file. Throws InputError that names the file where it cannot
/// be opened, and for what `read` throws of InputErrors and nlohmann::json::exceptions: one line,
/// in which control characters of the file are question marks.
void read_model_file(const std::filesystem::path& file,
                     const std::function<void(std::string content)>& read);

/// A text attribute of an object as JSON; none if it is not there. Throws InputError if it is no
/// object, or nested deeper than a model is.
std::optional<nlohmann::ordered_json> read_json(Hdf5Reader& reader, std::uint64_t object,
                                                const char* attribute);

}  // namespace tune::model
