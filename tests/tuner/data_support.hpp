#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "search/base/error.hpp"
#include "tuner/data/dataset.hpp"

namespace tune::tests {

/// A folder of its own for a test's files; it goes with the object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    static std::atomic<int> count{0};
    path_ = std::filesystem::temp_directory_path() /
            ("tune-test-" + std::to_string(getpid()) + "-" + std::to_string(count++));
    std::filesystem::create_directories(path_);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, std::string_view content) const {
    std::ofstream(path_ / name, std::ios::binary) << content;
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

/// The data set that these [data] keys describe; values as in a space file.
inline tuner::Dataset load(const TemporaryFolder& folder,
                           const std::map<std::string, std::string>& keys) {
  base::Configuration configuration;
  for (const auto& [key, value] : keys) configuration[key] = base::parse_value(value);
  const base::Reader options(configuration, tuner::data_keys());
  options.check();
  return tuner::load_dataset(options, folder.path(), base::Rng(7));
}

/// The message of the InputError that the call throws, with the folder's path cut out; "no error"
/// if there is none.
template <class Call>
std::string message_of(const TemporaryFolder& folder, Call call) {
  std::string message = "no error";
  try {
    call();
  } catch (const base::InputError& error) {
    message = error.what();
  }
  const std::string prefix = folder.path().string() + '/';
  for (std::size_t at; (at = message.find(prefix)) != std::string::npos;) {
    message.erase(at, prefix.size());
  }
  return message;
}

/// A section of the values from scikit-learn.
inline nlohmann::json golden_data(const char* section) {
  std::ifstream file(TUNE_SOURCE_DIR "/tests/golden/data_values.json");
  return nlohmann::json::parse(file).at(section);
}

inline Eigen::MatrixXf matrix(std::initializer_list<std::initializer_list<float>> rows) {
  Eigen::MatrixXf result(static_cast<Eigen::Index>(rows.size()),
                         static_cast<Eigen::Index>(rows.begin()->size()));
  Eigen::Index i = 0;
  for (const auto& row : rows) {
    Eigen::Index j = 0;
    for (const float value : row) result(i, j++) = value;
    ++i;
  }
  return result;
}

}  // namespace tune::tests
