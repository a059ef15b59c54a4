#include <cmath>

#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

using namespace tune::tests;

namespace {

const std::string kFind = std::string(TUNE_PROGRAM) + " lr-find";

const char* const kSpace = R"([study]
name = friedman
[data]
generator = friedman1(400, noise=0.5)
[training]
batch = 16
[space]
n_hidden = int(1, 3)
learning_rate = reciprocal(1e-4, 1e-1)
)";

Result find(const std::filesystem::path& space, const std::filesystem::path& out,
            const std::string& options = {}) {
  return run(kFind + " --space " + space.string() + " --out " + out.string() + ' ' + options);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::stringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("lr-find writes the curve and a picture, and suggests a rate") {
  const Folder folder;
  const auto space = folder.write("space.ini", kSpace);
  const Result result = find(space, folder / "out", "--steps 120");
  INFO(result.output);
  REQUIRE(result.status == 0);
  CHECK(result.output.find("n_hidden = 2: 120 steps, learning rate 1e-05 to 10") == 0);
  CHECK(result.output.find("\nsuggested: learning_rate = 0.0") != std::string::npos);

  const std::string table = contents(folder / "out" / "lr_find.csv");
  const std::vector<std::string> lines = lines_of(table);
  REQUIRE(lines.size() > 60);
  CHECK(lines.size() <= 121);
  CHECK(lines[0] == "step,learning_rate,loss,smoothed_loss");
  CHECK(lines[1].starts_with("1,1e-05,"));

  const std::string picture = contents(folder / "out" / "lr_find.svg");
  CHECK(picture.starts_with("<?xml"));
  CHECK(picture.find("learning rate") != std::string::npos);
  CHECK(picture.find("suggested: 0.0") != std::string::npos);

  REQUIRE(find(space, folder / "again", "--steps 120 --quiet").status == 0);
  CHECK(contents(folder / "again" / "lr_find.csv") == table);
  REQUIRE(find(space, folder / "other", "--steps 120 --quiet --study.seed 4").status == 0);
  CHECK(contents(folder / "other" / "lr_find.csv") != table);
}

TEST_CASE("lr-find takes values from the command line") {
  const Folder folder;
  const auto space = folder.write("space.ini", kSpace);
  const Result result =
      find(space, folder / "out", "--from 1e-3 --to 1 --steps 30 --model.n_hidden 1");
  INFO(result.output);
  REQUIRE(result.status == 0);
  CHECK(result.output.find("the space file's model: 30 steps, learning rate 0.001 to 1") == 0);
  CHECK(lines_of(contents(folder / "out" / "lr_find.csv"))[1].starts_with("1,0.001,"));
}

TEST_CASE("lr-find says what is wrong in one line and writes nothing") {
  const Folder folder;
  const auto space = folder.write("space.ini", kSpace);
  const auto wrong = [&](const std::string& options) {
    const Result result = find(space, folder / "out", options);
    CHECK(result.status == 2);
    CHECK(lines_of(result.output).size() == 1);
    CHECK_FALSE(std::filesystem::exists(folder / "out"));
    return result.output;
  };
  CHECK(wrong("--from 2 --to 1") == "tune: --to: 1 is not above --from, 2\n");
  CHECK(wrong("--from 0").find("tune: --from: ") == 0);
  CHECK(wrong("--to ten").find("tune: --to: ") == 0);
  CHECK(wrong("--steps 1").find("tune: --steps: ") == 0);
  CHECK(wrong("--quiet --from 1e5 --to 1e6").find("begin with a smaller rate") !=
        std::string::npos);
}
