#pragma once

#include <filesystem>
#include <string>

#include "tuner/study/record.hpp"

namespace tune::tuner {

/// The file in which finished trials are kept as they end, one JSON object a line: whatever ends
/// the process leaves what was done. The first line says which study they belong to.
class Journal {
 public:
  /// Creates the file. Throws InputError if it exists or cannot be written.
  Journal(const std::filesystem::path& file, const std::string& study, const std::string& data);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Writes the trial with one system call, so that a line is there in full or, if the process is
  /// killed in the middle of it, the last one. Throws std::runtime_error where writing fails.
  void append(const TrialRecord& record);

 private:
  void write_line(const std::string& line);

  std::filesystem::path file_;
  int descriptor_;
};

}  // namespace tune::tuner
