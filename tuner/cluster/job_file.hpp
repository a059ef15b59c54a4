#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tune::tuner {

/// What DIR/slurm.json says of the job array that works in a folder of results.
struct SubmittedJob {
  std::string job;  ///< Slurm's number
  std::string study;
  std::size_t workers = 1, jobs = 1;
  std::vector<std::string> options;  ///< of the user, for sbatch

  bool operator==(const SubmittedJob&) const = default;
};

void write_job(const std::filesystem::path& folder, const SubmittedJob& job);
/// Nothing if the folder has none. Throws InputError if the file is not one of these.
std::optional<SubmittedJob> read_job(const std::filesystem::path& folder);

/// DIR/slurm, for what only its owner may read: the URL of the store, the logs.
std::filesystem::path private_folder(const std::filesystem::path& folder);
/// Makes it, or takes the rights of others away. Returns the file that then holds the URL.
std::filesystem::path keep_secret(const std::filesystem::path& folder, const std::string& url);
/// What keep_secret has kept. Throws InputError if it cannot be read.
std::string read_secret(const std::filesystem::path& folder);

}  // namespace tune::tuner
