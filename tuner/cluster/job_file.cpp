#include "tuner/cluster/job_file.hpp"

#include <fstream>
#include <nlohmann/json.hpp>

#include "search/base/error.hpp"
#include "tuner/report/atomic_file.hpp"

namespace tune::tuner {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kFile = "slurm.json";
constexpr const char* kSecret = "storage";

}  // namespace

void write_job(const fs::path& folder, const SubmittedJob& job) {
  const Json json = {{"job", job.job},
                     {"study", job.study},
                     {"workers", job.workers},
                     {"jobs", job.jobs},
                     {"options", job.options}};
  write_file(folder / kFile, [&](std::ostream& out) { out << json.dump(2) << '\n'; });
}

std::optional<SubmittedJob> read_job(const fs::path& folder) {
  std::ifstream in(folder / kFile);
  if (!in) return std::nullopt;
  try {
    const Json json = Json::parse(in);
    return SubmittedJob{json.at("job"), json.at("study"), json.at("workers"), json.at("jobs"),
                        json.at("options")};
  } catch (const Json::exception&) {
    throw base::InputError((folder / kFile).string() + ": not a file of tune submit");
  }
}

fs::path private_folder(const fs::path& folder) {
  return folder / "slurm";
}

fs::path keep_secret(const fs::path& folder, const std::string& url) {
  const fs::path inside = private_folder(folder);
  fs::create_directories(inside);
  fs::permissions(inside, fs::perms::owner_all);
  const fs::path file = inside / kSecret;
  write_file(file, [&](std::ostream& out) { out << url << '\n'; });
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  return file;
}

std::string read_secret(const fs::path& folder) {
  const fs::path file = private_folder(folder) / kSecret;
  std::ifstream in(file);
  std::string url;
  if (!std::getline(in, url)) throw base::InputError(file.string() + ": cannot be read");
  return url;
}

}  // namespace tune::tuner
