#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

using namespace tune::tests;
using nlohmann::json;

namespace {

const std::string kTune = TUNE_PROGRAM;

/// y = 3 a - b + c's effect; `late` changes nothing.
std::string table(int rows) {
  std::ostringstream csv;
  csv << "a,c,b,late,y\n";
  for (int i = 0; i < rows; ++i) {
    const int a = i * 7 % 11, b = i * 5 % 13, c = i % 3;
    csv << a << ',' << "xyz"[c] << ',' << b << ',' << i * 3 % 17 << ',' << 3 * a - b + 4 * c
        << '\n';
  }
  return csv.str();
}

const char* const kSpace = R"([study]
trials = 3
[data]
csv = table.csv
target = y
test = 0.2
[cv]
folds = 2
[model]
builder = wide_deep
wide = a, c
deep = 1-2
n_hidden = 1
auxiliary = 0.1
schedule = plateau
plateau_patience = 1
[training]
epochs = 8
batch = 8
[space]
n_neurons = int(4, 16)
learning_rate = reciprocal(1e-3, 1e-2)
)";

}  // namespace

TEST_CASE("a wide & deep network with split inputs is tuned, saved, and predicts") {
  const Folder folder;
  folder.write("table.csv", table(120));
  const auto space = folder.write("space.ini", kSpace);
  const auto out = folder / "out";
  const Result result = run(kTune + " --space " + space.string() + " --out " + out.string());
  INFO(result.output);
  REQUIRE(result.status == 0);
  const std::string history = contents(out / "history.csv");
  CHECK(
      history.starts_with("trial,fold,epoch,aux_output_loss,learning_rate,loss,main_output_loss,"
                          "val_aux_output_loss,val_loss,val_main_output_loss\n"));
  // a, and x, y, z of c; then c's and b.
  const json pipeline = json::parse(contents(out / "preprocessing.json"));
  CHECK(pipeline.at("inputs") == json::parse("[[0, 1, 2, 3], [1, 2, 3, 4]]"));

  folder.write("new.csv", "b,c,a\n3,x,5\n3,x,6\n4,x,5\n");
  const Result predicted = run(kTune + " predict --model " + (out / "model.h5").string() +
                               " --data " + (folder / "new.csv").string());
  CHECK(predicted.status == 2);
  CHECK(predicted.output.find("there is no column 'late'") != std::string::npos);
  folder.write("new.csv", "late,b,c,a\n0,3,x,5\n0,3,x,6\n0,4,x,5\n99,3,x,5\n");
  const Result lines = run(kTune + " predict --model " + (out / "model.h5").string() + " --data " +
                           (folder / "new.csv").string());
  INFO(lines.output);
  REQUIRE(lines.status == 0);
  std::istringstream in(lines.output);
  std::string header;
  double first, more_a, more_b, more_late;
  REQUIRE((in >> header >> first >> more_a >> more_b >> more_late));
  CHECK(header == "y");
  CHECK(more_a > first);
  CHECK(more_b < first);
  CHECK(more_late == first);
}

TEST_CASE("a wide & deep study is the same for any number of jobs") {
  const Folder folder;
  folder.write("table.csv", table(80));
  const auto space = folder.write("space.ini", kSpace);
  std::string model;
  for (const std::string jobs : {"1", "3"}) {
    const auto out = folder / ("out" + jobs);
    REQUIRE(run(kTune + " --quiet --space " + space.string() + " --jobs " + jobs + " --out " +
                out.string())
                .status == 0);
    if (model.empty()) model = contents(out / "model.h5");
    CHECK(contents(out / "model.h5") == model);
  }
}
