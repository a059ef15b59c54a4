#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tune::tuner {

/// What decides whether two processes come to the same bits: the versions of the program, of its
/// compiler and of the libraries that compute, what it was compiled for and with, and a probe of
/// what the libraries choose when they are loaded (tuner/probe.hpp). Libraries that compute nothing
/// (oneTBB, HDF5, Boost.Program_options) do not belong to it.
class ProgramIdentity {
 public:
  struct Part {
    std::string name;   ///< one word
    std::string value;  ///< without a comma

    bool operator==(const Part&) const = default;
  };

  explicit ProgramIdentity(std::vector<Part> parts) : parts_(std::move(parts)) {}
  /// Reads what text() writes, of this version or another one. Throws InputError.
  static ProgramIdentity parse(std::string_view text);

  const std::vector<Part>& parts() const { return parts_; }
  /// One line: "tune 0.1, compiler 12.2.0, ..., bits 0123456789abcdef0123456789abcdef".
  std::string text() const;

  bool operator==(const ProgramIdentity&) const = default;

 private:
  std::vector<Part> parts_;
};

/// Of the process that asks; computed once. Thread-safe.
const ProgramIdentity& this_program();

/// What differs, in words: "compiler 12.2.0, here 13.1.0". Empty if nothing does. The probe is
/// named only where nothing else explains it.
std::vector<std::string> differences(const ProgramIdentity& there, const ProgramIdentity& here);

}  // namespace tune::tuner
