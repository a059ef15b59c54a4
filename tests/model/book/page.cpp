#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"

// What the page model/README.md shows in C++ is compiled and run:
// it stands in the files beside this one. Its space files are
// those of the experiments.

namespace {

namespace fs = std::filesystem;

const fs::path kRoot = TUNE_SOURCE_DIR;

struct Block {
  std::string language;
  std::vector<std::string> code;
};

/// The lines up to one, or to the end, without indentation and
/// empty ones.
std::vector<std::string> lines_until(std::istream& in,
                                     const std::string& end) {
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line) && line != end;) {
    line.erase(0, line.find_first_not_of(' '));
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

std::vector<Block> blocks_of(const fs::path& page) {
  std::vector<Block> blocks;
  std::ifstream in(page);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("```")) continue;
    const std::string language = line.substr(3);
    blocks.push_back({language, lines_until(in, "```")});
  }
  return blocks;
}

/// The lines of each file with such an extension below a folder.
std::vector<std::vector<std::string>> files_below(
    const fs::path& folder, const std::string& extension) {
  std::vector<std::vector<std::string>> files;
  for (const fs::directory_entry& entry :
       fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != extension) continue;
    std::ifstream in(entry.path());
    files.push_back(lines_until(in, "\f"));
  }
  return files;
}

bool found_in(const std::vector<std::vector<std::string>>& files,
              const Block& block) {
  return std::ranges::any_of(
      files, [&](const std::vector<std::string>& lines) {
        return !std::ranges::search(lines, block.code).empty();
      });
}

}  // namespace

TEST_CASE(
    "what the page of the book's snippets shows is run by these "
    "tests") {
  const std::vector<Block> blocks =
      blocks_of(kRoot / "model/README.md");
  const auto sources =
      files_below(kRoot / "tests/model/book", ".cpp");
  const auto spaces = files_below(kRoot / "experiments", ".ini");
  int compared = 0;
  for (const Block& block : blocks) {
    REQUIRE_FALSE(block.code.empty());
    CAPTURE(block.language, block.code.front());
    if (block.language == "cpp") CHECK(found_in(sources, block));
    if (block.language == "ini") CHECK(found_in(spaces, block));
    compared +=
        block.language == "cpp" || block.language == "ini";
  }
  CHECK(compared >= 25);
}

TEST_CASE("a snippet that is not run is noticed") {
  const std::vector<std::vector<std::string>> files = {
      {"int a = 1;", "int b = 2;"}};
  CHECK(found_in(files, {"cpp", {"int b = 2;"}}));
  CHECK_FALSE(found_in(files, {"cpp", {"int b = 3;"}}));
  CHECK_FALSE(
      found_in(files, {"cpp", {"int a = 1;", "int b = 3;"}}));
}
