// Bad CSV and IDX files and [data] keys, each with its message.
#include <zlib.h>

#include <map>

#include "tests/support/catch.hpp"
#include "tests/tuner/data_support.hpp"

using namespace tune;
using tests::load, tests::message_of, tests::TemporaryFolder;
using Keys = std::map<std::string, std::string>;

namespace {

struct Row {
  std::string content;  ///< of a.csv
  Keys keys;            ///< beside csv = a.csv and target = y
  std::string message;
};

std::string error_of(const TemporaryFolder& folder, Keys keys) {
  return message_of(folder, [&] { load(folder, keys); });
}

std::string gzip(const TemporaryFolder& folder, const std::string& name, std::string_view content) {
  const std::string path = (folder.path() / name).string();
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
  gzclose(file);
  return path;
}

/// An IDX header, then the bytes.
std::string idx(int type, std::initializer_list<unsigned char> dimensions, std::string bytes) {
  std::string text{'\0', '\0', static_cast<char>(type), static_cast<char>(dimensions.size())};
  for (const unsigned char dimension : dimensions) {
    text += std::string{'\0', '\0', '\0', static_cast<char>(dimension)};
  }
  return text + bytes;
}

}  // namespace

TEST_CASE("every bad CSV is refused with one line that names the place") {
  const Row rows[] = {
      {"", {}, "a.csv: is empty"},
      {"\n\n\n", {}, "a.csv: is empty"},
      {"a,y\n", {}, "a.csv: has no rows"},
      {"a,y\n1\n", {}, "a.csv:2: the row has 1 cell, 2 are expected"},
      {"a,y\n1,2\n\n1,2,3\n", {}, "a.csv:4: the row has 3 cells, 2 are expected"},
      {"a,a,y\n1,2,3\n", {}, "a.csv:1: a: two columns have this name"},
      {"a,y\n1,2\nx,3\n2,4\n",
       {},
       "a.csv:3: a: 'x' is not a number; if the column is text, name it in [data] categorical"},
      {"a,y\n1,2\n1e39,3\n", {}, "a.csv:3: a: '1e39' is too large for a float32"},
      {"a,y\n1,2\n-inf,3\n", {}, "a.csv:3: a: '-inf' is not finite"},
      {"a,y\n1,Infinity\n", {}, "a.csv:2: y: 'Infinity' is not finite"},
      {"a,y\n1,2\n,3\n",
       {},
       "a.csv:3: a: the value is missing; [data] missing = mean, median or drop says what to do"},
      {"a,y\n1,2\n3,NA\n",
       {{"missing", "mean"}},
       "a.csv:3: y: the target is missing; [data] missing = drop leaves such rows out"},
      {"a,y\n1,2\n3,4\n3,x\n",
       {},
       "a.csv:4: y: 'x' is not a number; labels need [data] task = binary or multiclass, and one "
       "target"},
      {"a,y\n?,2\n3,\n", {{"missing", "drop"}}, "a.csv: has no rows"},
      {"a,y\n1,\"2\n3,4\n5,6\n", {}, "a.csv:2: a quote is opened in this row and never closed"},
      {"a,y\n\"1\n\",2\nx,2,3\n", {}, "a.csv:4: the row has 3 cells, 2 are expected"},
      {std::string("\xFF\xFE") + "a", {}, "a.csv: is UTF-16; save it as UTF-8"},
      {"\x1F\x8B\x08", {}, "a.csv: is compressed; unpack it first"},
      {"a,y\n1,u\n2,u\n", {}, "a.csv: y: there is one class only, 'u'"},
      {"a,y\n1,1\n2,1.0\n", {{"task", "binary"}}, "a.csv: y: there is one class only, '1'"},
      {"a,y\n1,u\n2,v\n3,w\n",
       {{"task", "binary"}},
       "a.csv: y: task = binary needs 2 classes, there are 3 ('u', 'v', 'w'); multiclass takes "
       "them"},
      {"a,y\n1,0\n2,1\n3,2\n",
       {{"task", "multilabel"}},
       "a.csv: y: task = multilabel needs targets of 0 and 1"},
      {"a,y\n1,1\n2,1\n", {{"task", "multilabel"}}, "a.csv: y: there is one class only, '1'"},
      {"a,w,y\n1,1,2\n1,-2,3\n", {{"weight", "w"}}, "a.csv:3: w: the weight -2 is negative"},
      {"a,w,y\n1,0,2\n", {{"weight", "w"}}, "a.csv: w: all weights are 0"},
      {"a,w,y\n1,x,2\n", {{"weight", "w"}}, "a.csv:2: w: 'x' is not a number"},
      {"a,s,y\n1,train,2\n1,dev,3\n",
       {{"split", "s"}},
       "a.csv:3: s: 'dev' is not one of: train | valid | test"},
      {"a,k,y\n1,0,2\n1,1.5,3\n",
       {{"fold", "k"}},
       "a.csv:3: k: '1.5' is not a fold: integer from 0, or -1 for rows that are always in the "
       "training part"},
      {"a,g,y\n1,,2\n",
       {{"group", "g"}},
       "a.csv:2: g: the value is missing; [data] missing = drop leaves such rows out"},
      {"a,c,y\n1,,2\n2,NA,3\n",
       {{"categorical", "c"}},
       "a.csv: c: the column has no value; name it in [data] drop"}};
  const TemporaryFolder folder;
  for (const Row& row : rows) {
    CAPTURE(row.content);
    folder.write("a.csv", row.content);
    Keys keys{{"csv", "a.csv"}, {"target", "y"}};
    keys.insert(row.keys.begin(), row.keys.end());
    CHECK(error_of(folder, keys) == row.message);
  }
}

TEST_CASE("every bad [data] key of a CSV is refused with one line that names it") {
  const TemporaryFolder folder;
  folder.write("a.csv", "age,sex,job,y\n1,m,x,2\n2,f,x,3\n");
  folder.write("t.csv", "age,y\n1,2\n");
  folder.write("u.csv", "age,sex,job,y\n1,o,x,2\n");
  const std::pair<Keys, std::string> rows[] = {
      {{{"csv", "a.csv"}}, "target: is missing; the columns of a.csv are age, sex, job, y"},
      {{{"csv", "a.csv"}, {"target", "agee"}},
       "target: there is no column 'agee' in a.csv; did you mean 'age'?"},
      {{{"csv", "a.csv"}, {"target", "y"}, {"drop", "jobs"}},
       "drop: there is no column 'jobs' in a.csv; did you mean 'job'?"},
      {{{"csv", "a.csv"}, {"target", "y"}, {"drop", "age, y"}},
       "drop: the column 'y' is already named by target"},
      {{{"csv", "a.csv"}, {"target", "y"}, {"drop", "age, sex, job"}},
       "drop: no column is left as a feature"},
      {{{"csv", "a.csv"}, {"target", "y"}, {"group", "age, sex"}}, "group: one column is expected"},
      {{{"csv", "a.csv"}, {"target", "y, sex"}},
       "target: the column 'sex' is text; several targets must be numbers"},
      {{{"csv", "a.csv"}, {"target", "y, age"}, {"task", "binary"}},
       "task: binary takes one target, there are 2; multilabel takes several of 0 and 1"},
      {{{"csv", "a.csv"}, {"target", "sex"}, {"target_scale", "standard"}},
       "target_scale: only a regression can scale its targets, the task is binary"},
      {{{"csv", "a.csv"}, {"target", "y"}, {"test_csv", "t.csv"}},
       "t.csv:1: there is no column 'sex'; known: age, y"},
      {{{"csv", "a.csv"}, {"target", "y"}, {"test_csv", "u.csv"}},
       "u.csv:2: sex: 'o' is not one of the categories; did you mean 'f'?"},
      {{{"csv", "a.csv"}, {"target", "y"}, {"test_images", "u.csv"}},
       "test_images: has no meaning with csv"},
      {{{"csv", "a.csv"}, {"generator", "moons(9)"}},
       "csv: is not the only source; give one of: csv | idx_images | generator"},
      {{}, "csv: is missing; give one of: csv | idx_images | generator"},
      {{{"generator", "moons(9)"}, {"target", "y"}}, "target: has no meaning with generator"},
      {{{"csv", "."}, {"target", "y"}}, ".: is a folder, not a file"}};
  for (const auto& [keys, message] : rows) CHECK(error_of(folder, keys) == message);
}

TEST_CASE("a column of nearly as many texts as rows is not coded by accident") {
  const TemporaryFolder folder;
  std::string text = "name,y\n";
  for (int i = 0; i < 60; ++i) text.append("n").append(std::to_string(i)).append(",1\n");
  folder.write("a.csv", text);
  CHECK(error_of(folder, {{"csv", "a.csv"}, {"target", "y"}}) ==
        "a.csv: name: 60 different texts in 60 rows; name the column in [data] drop, or in "
        "categorical to have it one-hot");
  CHECK(error_of(folder, {{"csv", "a.csv"}, {"target", "name"}}) ==
        "a.csv: name: 60 different labels in 60 rows; if they are labels, say task = multiclass");
  CHECK(load(folder, {{"csv", "a.csv"}, {"target", "y"}, {"categorical", "name"}}).x.rows() == 60);
}

TEST_CASE("every bad IDX file is refused with one line that names it") {
  const std::string labels = idx(8, {3}, std::string("\0\1\2", 3));
  const std::string images = idx(8, {3, 2, 2}, std::string(12, '\7'));
  const std::string infinite = "\x7F\x80" + std::string(2, '\0');
  const std::tuple<std::string, std::string, std::string> rows[] = {
      {"", labels, "i: is cut short: it ends within its magic number"},
      {"a,b\n1,2\n", labels, "i: is no IDX file: it does not start with two zero bytes"},
      {idx(10, {3, 2}, "abc"), labels, "i: unknown IDX element type 10"},
      {std::string("\0\0\x08\0", 4), labels, "i: an IDX file without dimensions"},
      {std::string("\0\0\x08\2\0\0", 6), labels, "i: is cut short: it ends within its dimensions"},
      {idx(8, {0, 2, 2}, ""), labels, "i: dimension 1 is 0"},
      {std::string("\0\0\x08\2\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 12), labels,
       "i: is cut short: its header promises 4294967295x4294967295 elements"},
      {images.substr(0, images.size() - 1), labels,
       "i: is cut short: its header promises 3x2x2 elements"},
      {images + "x", labels, "i: is longer than its header promises, or damaged"},
      {labels, labels, "i: holds single numbers, where images are expected"},
      {images, images, "l: holds images, where labels are expected"},
      {images, idx(8, {2}, std::string("\0\1", 2)), "l: has 2 labels for 3 images"},
      {images, idx(8, {3}, std::string("\4\4\4", 3)), "l: there is one class only, '4'"},
      {idx(13, {3, 1}, std::string(8, '\0') + infinite), labels,
       "i: item 2, element 0: the value is not finite"}};
  const TemporaryFolder folder;
  for (const auto& [image_file, label_file, message] : rows) {
    CAPTURE(message);
    folder.write("i", image_file);
    folder.write("l", label_file);
    CHECK(error_of(folder, {{"idx_images", "i"}, {"idx_labels", "l"}}) == message);
  }
  folder.write("i", images);
  CHECK(error_of(folder, {{"idx_images", "i"}}) ==
        "idx_labels: is missing; IDX file with their labels (text)");
  folder.write("l", labels);
  const Keys both{{"idx_images", "i"}, {"idx_labels", "l"}};
  Keys keys = both;
  keys["test_images"] = "i";
  CHECK(error_of(folder, keys) == "test_labels: test_images and test_labels go together");
  keys["test_labels"] = "l";
  folder.write("t", idx(8, {3, 4}, std::string(12, '\7')));
  keys["test_images"] = "t";
  CHECK(error_of(folder, keys) == "t: its images have another size than those of idx_images");
  keys = both;
  keys["task"] = "multilabel";
  CHECK(error_of(folder, keys) == "task: multilabel is not possible with IDX");
}

TEST_CASE("a cut or damaged gzip file is refused") {
  const TemporaryFolder folder;
  std::string pixels(3 * 1000, '\0');
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<char>(i * i % 251);
  std::string header = idx(8, {3, 0}, "");
  header[10] = '\x03', header[11] = static_cast<char>(1000 - 3 * 256);
  const std::string path = gzip(folder, "i", header + pixels);
  folder.write("l", idx(8, {3}, std::string("\0\1\2", 3)));
  const Keys keys{{"idx_images", "i"}, {"idx_labels", "l"}};
  CHECK(load(folder, keys).x.rows() == 1000);

  std::ifstream in(path, std::ios::binary);
  const std::string packed((std::istreambuf_iterator<char>(in)), {});
  folder.write("i", packed.substr(0, packed.size() / 2));
  CHECK(error_of(folder, keys) == "i: is cut short: it ends within its elements");
  std::string damaged = packed;
  damaged[damaged.size() - 6] ^= 1;  // in the checksum
  folder.write("i", damaged);
  CHECK(error_of(folder, keys) == "i: the gzip data are damaged");
  damaged = packed;
  for (std::size_t i = 30; i < 60; ++i) damaged[i] = '\xFF';
  folder.write("i", damaged);
  CHECK(error_of(folder, keys) == "i: the gzip data are damaged");
}

TEST_CASE("every bad generator is refused with one line") {
  const TemporaryFolder folder;
  const std::pair<Keys, std::string> rows[] = {
      {{{"generator", "moons"}}, "generator: moons: a call is expected, as moons(1000, noise=0.2)"},
      {{{"generator", "moon(5)"}},
       "generator: moon(5): unknown generator 'moon'; did you mean "
       "'moons'?"},
      {{{"generator", "moons(noise=1)"}},
       "generator: moons(noise=1): n: is missing; number of rows (integer from 2 to 100000000)"},
      {{{"generator", "moons(5, nois=1)"}},
       "generator: moons(5, nois=1): nois: unknown key; did you mean 'noise'?"},
      {{{"generator", "moons(5, 6)"}}, "generator: moons(5, 6): 'n' is given twice"},
      {{{"generator", "moons(x)"}},
       "generator: moons(x): n: 'x' is not allowed: integer from 2 to 100000000"},
      {{{"generator", "friedman1(5, features=4)"}},
       "generator: friedman1(5, features=4): features: 4 is too small: integer from 5 to 1000000"},
      {{{"generator", "moons(5)"}, {"task", "regression"}},
       "task: regression does not fit moons(5), which is binary"}};
  for (const auto& [keys, message] : rows) CHECK(error_of(folder, keys) == message);
}
