#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

namespace {

namespace fs = std::filesystem;

const fs::path kRoot = TUNE_SOURCE_DIR;

/// What the files of a room may include of the project; the longest room that fits a path counts.
const std::map<std::string, std::vector<std::string>> kMayInclude = {
    {"search/base", {"search/base"}},
    {"search", {"search/base", "search"}},
    {"model", {"search/base", "model"}},
    {"tuner", {"search/base", "search", "model", "tuner"}},
};

/// "search/base" of "search/base/rng.hpp"; empty for a header that is not the project's.
std::string room_of(const std::string& path) {
  std::string best;
  for (const auto& [room, allowed] : kMayInclude) {
    if (path.starts_with(room + '/') && room.size() > best.size()) best = room;
  }
  return best;
}

bool upward(const std::string& file, const std::string& header) {
  const std::string room = room_of(file), other = room_of(header);
  if (room.empty() || (other.empty() && !header.starts_with("tests/"))) return false;
  const std::vector<std::string>& allowed = kMayInclude.at(room);
  return std::ranges::find(allowed, other) == allowed.end();
}

struct Line {
  std::string file;  ///< from the root
  int number;
  std::string text;  ///< without a comment at its end
};

/// All source lines below the rooms.
std::vector<Line> source_lines(const std::vector<std::string>& rooms) {
  std::vector<Line> lines;
  for (const std::string& room : rooms) {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(kRoot / room)) {
      const fs::path& path = entry.path();
      if (path.extension() != ".cpp" && path.extension() != ".hpp") continue;
      std::ifstream in(path);
      int number = 0;
      for (std::string text; std::getline(in, text);) {
        lines.push_back({fs::relative(path, kRoot).generic_string(), ++number,
                         text.substr(0, text.find("//"))});
      }
    }
  }
  return lines;
}

/// The header that a line includes, or nothing.
std::string included(const std::string& line) {
  static const std::regex include(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  std::smatch match;
  return std::regex_search(line, match, include) ? match[1].str() : std::string();
}

/// Draws and clocks that would make a result depend on more than the spec and the seed: those of
/// the system, and std's distributions, which differ between standard libraries.
bool nondeterministic(const std::string& line) {
  static const std::regex source(
      R"(\b(random_device|default_random_engine|system_clock|steady_clock|high_resolution_clock)\b|)"
      R"(\b(rand|srand|time|clock|getpid)\s*\(|)"
      R"(\bstd::(shuffle|sample|mt19937|\w+_distribution)\b)");
  return std::regex_search(line, source);
}

template <class Predicate>
std::vector<std::string> offenders(const std::vector<Line>& lines, Predicate is_wrong) {
  std::vector<std::string> found;
  for (const Line& line : lines) {
    if (!is_wrong(line)) continue;
    found.push_back(line.file + ':' + std::to_string(line.number) + ": " + line.text);
  }
  return found;
}

}  // namespace

TEST_CASE("what the structure test looks for, it finds") {
  CHECK(included("#include \"search/space.hpp\"") == "search/space.hpp");
  CHECK(included("  # include <tbb/task_arena.h>") == "tbb/task_arena.h");
  CHECK(included("const char* text = \"include\";").empty());

  CHECK_FALSE(upward("model/fit.cpp", "search/base/rng.hpp"));
  CHECK_FALSE(upward("tuner/study.cpp", "model/fit.hpp"));
  CHECK_FALSE(upward("search/random.cpp", "Eigen/Core"));
  CHECK(upward("model/fit.cpp", "search/space.hpp"));
  CHECK(upward("search/base/rng.cpp", "search/space.hpp"));
  CHECK(upward("search/random.cpp", "model/fit.hpp"));
  CHECK(upward("model/fit.cpp", "tuner/study.hpp"));
  CHECK(upward("tuner/study.cpp", "tests/support/catch.hpp"));

  CHECK(nondeterministic("std::random_device device;"));
  CHECK(nondeterministic("x = rand();"));
  CHECK(nondeterministic("auto t = std::time(nullptr);"));
  CHECK(nondeterministic("std::chrono::steady_clock::now()"));
  CHECK(nondeterministic("std::normal_distribution<float> draw;"));
  CHECK_FALSE(nondeterministic("double operand(int time_limit, double time);"));
}

TEST_CASE("rooms include only rooms below them") {
  const std::vector<Line> lines = source_lines({"search", "model", "tuner"});
  REQUIRE(lines.size() > 1000);
  CHECK(offenders(lines, [](const Line& line) { return upward(line.file, included(line.text)); }) ==
        std::vector<std::string>());
}

TEST_CASE("one file includes oneTBB") {
  CHECK(offenders(source_lines({"search", "model", "tuner"}), [](const Line& line) {
          const std::string header = included(line.text);
          return (header.starts_with("tbb/") || header.starts_with("oneapi/")) &&
                 line.file != "tuner/executor_tbb.cpp";
        }) == std::vector<std::string>());
}

TEST_CASE("strategies and models draw and time nothing of their own") {
  // What a progress bar shows is for eyes alone.
  CHECK(offenders(source_lines({"search", "model"}), [](const Line& line) {
          return line.file != "model/callbacks/progress_bar.cpp" && nondeterministic(line.text);
        }) == std::vector<std::string>());
}
