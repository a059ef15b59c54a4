#include <algorithm>
#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

using namespace tune::tests;

namespace {

const std::string kTune = TUNE_PROGRAM;

Result in(const Folder& folder, const std::string& arguments) {
  return run("cd " + (folder / "").string() + " && " + kTune + ' ' + arguments);
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The space file that init writes, which must run as it is and have no findings.
std::string drafted(const Folder& folder, const std::string& csv, const std::string& options = {}) {
  folder.write("data.csv", csv);
  std::filesystem::remove(folder / "space.ini");
  const Result result = in(folder, "init data.csv " + options);
  INFO(result.output);
  REQUIRE(result.status == 0);
  CHECK(has(result.output, "\n  tune --space space.ini\n"));
  const Result check = in(folder, "check --space space.ini");
  INFO(check.output);
  CHECK(check.status == 0);
  const Result smoke = in(folder, "--smoke --space space.ini");
  INFO(smoke.output);
  CHECK(smoke.status == 0);
  return contents(folder / "space.ini");
}

/// 300 rows: a number for each row, made by `cell(row)`.
template <class Cell>
std::string table(const std::string& header, Cell cell, int rows = 300) {
  std::string text = header + '\n';
  for (int row = 0; row < rows; ++row) text += cell(row) + '\n';
  return text;
}

std::string number(int row, int prime, int below) {
  return std::to_string(row * prime % below) + ".5";
}

}  // namespace

TEST_CASE("init drafts a regression") {
  const Folder folder;
  const std::string text = drafted(folder, table("area,rooms,price", [](int row) {
                                     return number(row, 7919, 101) + ',' + std::to_string(row % 5) +
                                            ',' + number(row, 104729, 299);
                                   }));
  CHECK(text == R"(; Drafted by tune init from data.csv: 300 rows, 3 columns, named by the first row
; tune --help-space says what else can be written here

[study]
name = data
; hyperband spends few epochs on bad networks: for large spaces
strategy = random
trials = 20
seed = 42
metric = mse

[data]
csv = data.csv
; 299 different numbers: amounts
target = price
task = regression
; Targets far from 0 are learned badly; scores are of the targets as they are
target_scale = standard
; A fifth of the rows is scored once, at the end
test = 0.2

[cv]
folds = 3

[model]
builder = mlp
; huber, if some targets lie far out
loss = mse
output = linear
activation = relu

[training]
; At the most: a fit ends when the loss on a fifth of its rows has not become better for so many
; epochs
epochs = 100
patience = 10
validation = 0.2

[space]
n_hidden = int(1, 5)
n_neurons = int(10, 100)
; sgd alone, if you want to see the effect of the rate and the batches plainly
optimizer = choice(sgd, adam)
; Over decades; tune lr-find narrows it down
learning_rate = reciprocal(1e-4, 1e-1)
; Small batches often generalise better, large ones train faster
batch = ordinal(2, 4, 8, 16, 32)
)");
  const Result result =
      in(folder, "--space space.ini --study.trials 1 --training.epochs 1 --quiet");
  INFO(result.output);
  CHECK(result.status == 0);
  CHECK(std::filesystem::exists(folder / "runs/data/results.csv"));
}

TEST_CASE("init tells classes from amounts") {
  const Folder folder;
  const auto with_target = [&](const std::string& target, auto cell) {
    return drafted(folder, table("x,z," + target, [&](int row) {
                     return number(row, 7919, 101) + ',' + number(row, 31, 57) + ',' + cell(row);
                   }));
  };
  const std::string texts = with_target("kind", [](int row) {
    return std::string(row % 3 == 0 ? "a" : row % 3 == 1 ? "b" : "c");
  });
  CHECK(has(texts, "; 3 different texts: classes\ntarget = kind\ntask = multiclass\n"));
  CHECK(has(texts, "loss = sparse_categorical_crossentropy\noutput = softmax\n"));
  CHECK(has(texts, "metric = accuracy\n"));
  const std::string two = with_target("y", [](int row) { return std::to_string(row % 2); });
  CHECK(has(two, "; 2 different numbers: two classes\ntarget = y\ntask = binary\n"));
  CHECK(has(two, "loss = binary_crossentropy\noutput = sigmoid\n"));
  const std::string digits = with_target("digit", [](int row) { return std::to_string(row % 10); });
  CHECK(has(digits,
            "; 10 different numbers: classes, if they are no amounts; else regression, "
            "mse, linear\n"));
  const std::string halves = with_target("halves", [](int row) { return number(row, 1, 10); });
  CHECK(has(halves, "; 10 different numbers: amounts\n"));
  CHECK(has(halves,
            "; softplus, if no target is below 0; sigmoid(0, 5), if all lie between 0 and "
            "5\noutput = linear\n"));
  const std::string rare =
      with_target("kind", [](int row) { return std::string(row < 2 ? "rare" : "usual"); });
  CHECK(has(rare, "; The rarest class has 2 rows, too few to share out evenly\nkind = kfold\n"));
}

TEST_CASE("init leaves out columns that are of no use and fills gaps") {
  const Folder folder;
  const std::string text =
      drafted(folder, table("id,name,colour,empty,same,size,mixed,sparse,price", [](int row) {
                return std::to_string(row) + ",n" + std::to_string(row) + ',' +
                       (row % 4 == 0   ? ""
                        : row % 2 == 0 ? "red"
                                       : "blue") +
                       ",,7," + (row % 50 == 3 ? "?" : number(row, 7919, 101)) + ',' +
                       (row == 200 ? "n/a" : std::to_string(row % 9)) + ',' +
                       (row % 3 == 0 ? "1" : "") + ',' + number(row, 104729, 299);
              }));
  CHECK(has(text, "; Columns of text, coded one-hot: colour (2 categories)\n"));
  CHECK(has(text,
            "; Left out: id (counts the rows), name (300 different texts), empty (no value), same "
            "(always the\n; same), mixed ('n/a' in line 202 is no number), sparse (most cells are "
            "missing)\ndrop = id, name, empty, same, mixed, sparse\n"));
  CHECK(has(text,
            "; Missing cells: colour (75), size (6); mean, or drop for the rows\n"
            "missing = median\n"));
  const std::string target = drafted(folder, table("x;price", [](int row) {
                                       return number(row, 7919, 101) + ';' +
                                              (row % 10 == 0 ? "NA" : number(row, 104729, 299));
                                     }));
  CHECK(has(target, "; In 30 rows the target is missing\nmissing = drop\n"));
}

TEST_CASE("init of data without a header, with another target, elsewhere") {
  const Folder folder;
  folder.write("data.csv", table("0.5,1.5", [](int row) {
                 return number(row, 7919, 101) + ',' + number(row, 104729, 299);
               }));
  std::filesystem::create_directory(folder / "there");
  const Result result = in(folder, "init data.csv --target column1 --out there/a.ini");
  INFO(result.output);
  CHECK(result.status == 0);
  const std::string text = contents(folder / "there/a.ini");
  CHECK(has(text, "301 rows, 2 columns, without a header\n"));
  CHECK(has(text, "\ntarget = column1\n"));
  CHECK(has(text, "\ncsv = /"));
  CHECK(in(folder, "check --space there/a.ini").status == 0);
  const Result shown = in(folder, "init data.csv --target column1 --out -");
  CHECK(shown.status == 0);
  CHECK(has(shown.output, "\ncsv = data.csv\n"));
  CHECK(!std::filesystem::exists(folder / "space.ini"));
}

TEST_CASE("init of the iris experiment's table") {
  const Folder folder;
  const Result result = in(folder, "init " + std::string(TUNE_SOURCE_DIR) +
                                       "/experiments/iris/iris.csv --target species");
  INFO(result.output);
  CHECK(result.status == 0);
  const std::string text = contents(folder / "space.ini");
  CHECK(has(text, "; 3 different texts: classes\ntarget = species\ntask = multiclass\n"));
  CHECK(has(text, "; Columns of text, coded one-hot: setosa (2 categories)\n"));
  CHECK(in(folder, "--smoke --space space.ini").status == 0);
}

TEST_CASE("init overwrites nothing and says in one line what is wrong") {
  const Folder folder;
  folder.write("data.csv", "x,y\n1,2\n3,4\n5,6\n7,8.5\n9,1\n11,2.5\n13,0\n15,1\n17,0.3\n");
  folder.write("same.csv", "x,y\n1,a\n3,a\n5,a\n7,a\n");
  folder.write("names.csv", table("x,y", [](int row) {
                 return std::to_string(row % 7) + ",n" + std::to_string(row);
               }));
  folder.write("short.csv", "x,y\n1,2\n3,4\n5\n7,8\n9,1\n11,2\n13,0\n15,1\n17,0.3\n");
  folder.write("space.ini", "mine");
  for (const auto& [arguments, message] :
       {std::pair("init data.csv", "space.ini: exists already; give another file with --out"),
        {"init", "DATA.csv is missing: the data"},
        {"init data.csv more", "unexpected argument 'more'"},
        {"init nothing.csv --out a.ini", "nothing.csv: "},
        {"init data.csv --target z --out a.ini", "--target: there is no column 'z' in data.csv"},
        {"init same.csv --out a.ini", "same.csv: y: has only one value; name another column"},
        {"init names.csv --out a.ini", "names.csv: y: 300 different texts in 300 rows are no"},
        {"init short.csv --out a.ini", "short.csv:4: the row has 1 cell, 2 are expected"}}) {
    const Result result = in(folder, arguments);
    INFO(result.output);
    CHECK(result.status == 2);
    CHECK(has(result.output, message));
    CHECK(std::ranges::count(result.output, '\n') == 1);
  }
  CHECK(contents(folder / "space.ini") == "mine");
  CHECK(!std::filesystem::exists(folder / "a.ini"));
}
