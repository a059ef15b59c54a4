#include "tuner/identity.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <boost/version.hpp>

#include "model/kernels/vector.hpp"
#include "search/base/error.hpp"
#include "tuner/probe.hpp"

#if defined(__GLIBC__)
#include <gnu/libc-version.h>
#endif

namespace tune::tuner {
namespace {

constexpr std::string_view kProbe = "bits";

/// The features of the level that change how numbers are computed. -march=native may name more.
std::string instructions() {
#if defined(__AVX512F__) && defined(__AVX512BW__)
  return "x86-64-v4 (AVX-512)";
#elif defined(__AVX2__)
  return "x86-64-v3 (AVX2)";
#elif defined(__x86_64__)
  return "x86-64 (SSE2)";
#elif defined(__aarch64__)
  return "aarch64";
#else
  return "unknown";
#endif
}

std::string c_library() {
#if defined(__GLIBC__)
  return gnu_get_libc_version();
#else
  return "unknown";
#endif
}

std::string joined(std::initializer_list<int> numbers) {
  std::string text;
  for (const int number : numbers) text += (text.empty() ? "" : ".") + std::to_string(number);
  return text;
}

std::vector<ProgramIdentity::Part> parts_of_this_program() {
  return {
      {"tune", TUNE_VERSION},
      {"compiler", __VERSION__},
      {"options", TUNE_BUILD_OPTIONS},
      {"instructions", instructions()},
      {"registers", "of " + std::to_string(model::kLanes) + " floats"},
      {"Eigen", joined({EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION})},
      {"Boost", joined({BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100})},
      {"glibc", c_library()},
      {std::string(kProbe), probe()}};
}

const std::string* find(const ProgramIdentity& identity, std::string_view name) {
  const auto part = std::ranges::find(identity.parts(), name, &ProgramIdentity::Part::name);
  return part == identity.parts().end() ? nullptr : &part->value;
}

std::string difference(const std::string& name, const std::string* there, const std::string* here) {
  const std::string stored = there == nullptr ? name + " unknown" : name + ' ' + *there;
  return stored + ", here " + (here == nullptr ? "unknown" : *here);
}

}  // namespace

ProgramIdentity ProgramIdentity::parse(std::string_view text) {
  std::vector<Part> parts;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view part = rest.substr(0, rest.find(", "));
    const std::size_t space = part.find(' ');
    if (space == 0 || space >= part.size() - 1) {
      throw base::InputError("not the identity of a program: '" + std::string(text) + "'");
    }
    parts.push_back({std::string(part.substr(0, space)), std::string(part.substr(space + 1))});
    rest.remove_prefix(std::min(part.size() + 2, rest.size()));
  }
  return ProgramIdentity(std::move(parts));
}

std::string ProgramIdentity::text() const {
  std::string text;
  for (const Part& part : parts_) {
    text += (text.empty() ? "" : ", ") + part.name + ' ' + part.value;
  }
  return text;
}

const ProgramIdentity& this_program() {
  static const ProgramIdentity identity(parts_of_this_program());
  return identity;
}

std::vector<std::string> differences(const ProgramIdentity& there, const ProgramIdentity& here) {
  std::vector<std::string> found;
  const auto compare = [&](const std::string& name) {
    const std::string *a = find(there, name), *b = find(here, name);
    const bool same = a == nullptr || b == nullptr ? a == b : *a == *b;
    if (!same) found.push_back(difference(name, a, b));
  };
  for (const ProgramIdentity::Part& part : there.parts()) {
    if (part.name != kProbe) compare(part.name);
  }
  for (const ProgramIdentity::Part& part : here.parts()) {
    if (part.name != kProbe && find(there, part.name) == nullptr) compare(part.name);
  }
  if (found.empty()) compare(std::string(kProbe));
  return found;
}

}  // namespace tune::tuner
