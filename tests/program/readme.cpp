#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

using namespace tune::tests;

TEST_CASE("the README shows what tune --help-space prints") {
  const std::string readme = contents(std::string(TUNE_SOURCE_DIR) + "/README.md");
  const std::string help = run(std::string(TUNE_PROGRAM) + " --help-space").output;
  const auto builders = help.find("\nBuilders: ");
  REQUIRE(builders != std::string::npos);
  CHECK(readme.find("```\n" + help.substr(0, builders) + "```\n") != std::string::npos);
  CHECK(readme.find("```\n" + help.substr(builders + 1) + "```\n") != std::string::npos);
}
