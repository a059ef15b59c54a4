#include <cmath>
#include <cstdlib>

#include "tests/support/catch.hpp"
#include "tests/tuner/data_support.hpp"
#include "tuner/data/csv_records.hpp"

using namespace tune;
using tests::load, tests::matrix, tests::TemporaryFolder;
using Names = std::vector<std::string>;

TEST_CASE("a CSV with a header becomes features and a target, a sample a column") {
  const TemporaryFolder folder;
  folder.write("a.csv", "a,b,y\n1,2,3\n4,5.5,6\n");
  const tuner::Dataset data = load(folder, {{"csv", "a.csv"}, {"target", "y"}});
  CHECK(data.x == matrix({{1, 4}, {2, 5.5f}}));
  CHECK(data.y == matrix({{3, 6}}));
  CHECK(data.features == Names{"a", "b"});
  CHECK(data.targets == Names{"y"});
  CHECK(data.task == tuner::Task::regression);
  CHECK(data.shape == std::vector<std::int64_t>{2});
  CHECK(data.outputs() == 1);
  CHECK((data.weights.empty() && data.groups.empty() && data.folds.empty() && data.parts.empty()));
}

TEST_CASE("the ways of writing one table give one data set") {
  const TemporaryFolder folder;
  const char* const ways[] = {"a,b,y\n1,x,3\n4,z,6\n",
                              "a,b,y\r\n1,x,3\r\n4,z,6",
                              "\xEF\xBB\xBF"
                              "a,b,y\n1,x,3\n4,z,6\n",
                              "a;b;y\n1;x;3\n4;z;6\n",
                              "a\tb\ty\n1\tx\t3\n4\tz\t6\n",
                              "a|b|y\n1|x|3\n4|z|6\n",
                              "\"a\",\"b\",\"y\"\n\"1\",\"x\",\"3\"\n\"4\",\"z\",\"6\"\n",
                              "a, b, y\n\n1, x , 3\n\n\n+4.0e0, \"z\" , 6\n\n"};
  folder.write("a.csv", ways[0]);
  const std::string first = fingerprint(load(folder, {{"csv", "a.csv"}, {"target", "y"}}));
  CHECK(first.size() == 32);
  for (const char* way : ways) {
    CAPTURE(way);
    folder.write("b.csv", way);
    CHECK(fingerprint(load(folder, {{"csv", "b.csv"}, {"target", "y"}})) == first);
  }
}

TEST_CASE("a file without header gets column1, column2 and so on") {
  const TemporaryFolder folder;
  folder.write("a.csv", "5.1,3.5,setosa\n7.0,3.2,versicolor\n");
  folder.write("b.csv", "a,b\nc,d\n");
  const tuner::Dataset data = load(folder, {{"csv", "a.csv"}, {"target", "column3"}});
  CHECK(data.features == Names{"column1", "column2"});
  CHECK(data.classes == Names{"setosa", "versicolor"});
  CHECK(load(folder, {{"csv", "b.csv"}, {"target", "column2"}, {"header", "no"}}).rows() == 2);
  folder.write("c.csv", "1,2\n3,4\n");
  CHECK(load(folder, {{"csv", "c.csv"}, {"target", "2"}, {"header", "yes"}}).rows() == 1);
}

TEST_CASE("text columns are coded one-hot, with their categories in order") {
  const TemporaryFolder folder;
  folder.write(
      "a.csv",
      "colour,size,zip,y\nred,1,10,0\n\"green, \"\"dark\"\"\nor so\",2,9,1\nred,3,10.0,2\n");
  const tuner::Dataset data =
      load(folder, {{"csv", "a.csv"}, {"target", "y"}, {"categorical", "zip"}});
  CHECK(data.features ==
        Names{"colour=green, \"dark\"\nor so", "colour=red", "size", "zip=9", "zip=10"});
  CHECK(data.x == matrix({{0, 1, 0}, {1, 0, 1}, {1, 2, 3}, {0, 1, 0}, {1, 0, 1}}));
  REQUIRE(data.columns.size() == 3);
  CHECK(data.columns[1].categories.empty());
  CHECK(data.columns[2].categories == Names{"9", "10"});
}

TEST_CASE("missing cells are NaN, also in all features of a category, where they are allowed") {
  const TemporaryFolder folder;
  folder.write("a.csv", "a,c,y\n1,u,1\nNA,v,2\n3,?,3\n,u,4\n");
  const tuner::Dataset data =
      load(folder, {{"csv", "a.csv"}, {"target", "y"}, {"missing", "mean"}});
  CHECK(data.features == Names{"a", "c=u", "c=v"});
  CHECK(data.x.array().isNaN().cast<int>().matrix() ==
        matrix({{0, 1, 0, 1}, {0, 0, 1, 0}, {0, 0, 1, 0}}).cast<int>());
}

TEST_CASE("missing = drop leaves rows out, and categories that only they have") {
  const TemporaryFolder folder;
  folder.write("a.csv",
               "a,c,w,y\n1,u,1,1\nNA,z,1,2\n3,v,2,3\n4,u,,4\n5,u,1,\n6,v,3,6\nnan,u,1,7\n");
  const tuner::Dataset data =
      load(folder, {{"csv", "a.csv"}, {"target", "y"}, {"weight", "w"}, {"missing", "drop"}});
  CHECK(data.features == Names{"a", "c=u", "c=v"});
  CHECK(data.x == matrix({{1, 3, 6}, {1, 0, 0}, {0, 1, 1}}));
  CHECK(data.y == matrix({{1, 3, 6}}));
  CHECK(data.weights == std::vector<float>{1, 2, 3});
}

TEST_CASE("columns have the uses that [data] names") {
  const TemporaryFolder folder;
  folder.write("a.csv",
               "id,a,g,s,k,w,y,z\n"
               "1,10,b,train,0,1,1,2\n"
               "2,11,a,valid,1,0.5,3,4\n"
               "3,12,b,test,-1,0,5,6\n");
  const tuner::Dataset data = load(folder, {{"csv", "a.csv"},
                                            {"target", "y, z"},
                                            {"drop", "id"},
                                            {"group", "g"},
                                            {"split", "s"},
                                            {"fold", "k"},
                                            {"weight", "w"}});
  using tuner::Part;
  CHECK(data.features == Names{"a"});
  CHECK(data.y == matrix({{1, 3, 5}, {2, 4, 6}}));
  CHECK(data.outputs() == 2);
  CHECK(data.groups == std::vector<std::uint32_t>{1, 0, 1});
  CHECK(data.parts == std::vector<Part>{Part::train, Part::valid, Part::test});
  CHECK(data.folds == std::vector<std::int32_t>{0, 1, -1});
  CHECK(data.weights == std::vector<float>{1, 0.5f, 0});
}

TEST_CASE("the task follows from the target unless it is given") {
  using tuner::Task;
  struct Row {
    const char* labels;
    const char* task;
    Task expected;
    Names classes;
    std::vector<float> y;
  };
  const Row rows[] = {
      {"1 0 1", "auto", Task::regression, {}, {1, 0, 1}},
      {"1 0 1", "binary", Task::binary, {"0", "1"}, {1, 0, 1}},
      {"yes no yes", "auto", Task::binary, {"no", "yes"}, {1, 0, 1}},
      {"b c a b", "auto", Task::multiclass, {"a", "b", "c"}, {1, 2, 0, 1}},
      {"b a b", "multiclass", Task::multiclass, {"a", "b"}, {1, 0, 1}},
      {"10 9 10 -1", "multiclass", Task::multiclass, {"-1", "9", "10"}, {2, 1, 2, 0}},
      {"16777216 16777217 5",
       "multiclass",
       Task::multiclass,
       {"5", "16777216", "16777217"},
       {1, 2, 0}},
      {"1 0 1", "multilabel", Task::multilabel, {}, {1, 0, 1}}};
  const TemporaryFolder folder;
  for (const Row& row : rows) {
    CAPTURE(row.labels, row.task);
    std::string text = "a,y\n";
    std::istringstream words(row.labels);
    for (std::string word; words >> word;) text.append("1,").append(word).append("\n");
    folder.write("a.csv", text);
    const tuner::Dataset data =
        load(folder, {{"csv", "a.csv"}, {"target", "y"}, {"task", row.task}});
    CHECK(data.task == row.expected);
    CHECK(data.classes == row.classes);
    CHECK(std::vector<float>(data.y.data(), data.y.data() + data.y.size()) == row.y);
    CHECK(data.outputs() ==
          (row.expected == Task::multiclass ? static_cast<std::int64_t>(row.classes.size()) : 1));
  }
}

TEST_CASE("rows of a test file come last, found by the names of their columns") {
  const TemporaryFolder folder;
  folder.write("a.csv", "a,c,y\n1,u,no\n2,v,yes\n");
  folder.write("t.csv", "y,extra,c,a\nyes,9,u,3\n");
  const tuner::Dataset data =
      load(folder, {{"csv", "a.csv"}, {"test_csv", "t.csv"}, {"target", "y"}});
  using tuner::Part;
  CHECK(data.x == matrix({{1, 2, 3}, {1, 0, 1}, {0, 1, 0}}));
  CHECK(data.y == matrix({{0, 1, 1}}));
  CHECK(data.parts == std::vector<Part>{Part::any, Part::any, Part::test});
}

TEST_CASE("rows dropped from the first file leave no gap before the test rows") {
  const TemporaryFolder folder;
  folder.write("a.csv", "a,y\n1,1\n?,2\n3,3\n");
  folder.write("t.csv", "a,y\nNA,4\n5,5\n");
  const tuner::Dataset data =
      load(folder, {{"csv", "a.csv"}, {"test_csv", "t.csv"}, {"target", "y"}, {"missing", "drop"}});
  using tuner::Part;
  CHECK(data.x == matrix({{1, 3, 5}}));
  CHECK(data.parts == std::vector<Part>{Part::any, Part::any, Part::test});
}

TEST_CASE("records are found across the reader's blocks, with and without quotes") {
  const TemporaryFolder folder;
  std::string text, expected;
  // About 9 MB, more than two blocks, in records of changing length.
  for (int i = 0; text.size() < 9'000'000; ++i) {
    std::string record(static_cast<std::size_t>(1 + i * 37 % 400), static_cast<char>('a' + i % 26));
    if (i % 3 == 1) record = "\"" + record + "\n\"\"" + record + "\",x";
    text.append(record).append(i % 2 == 0 ? "\n" : "\r\n");
    expected.append(record).append("|");
  }
  const auto file = folder.write("a.csv", text);
  tuner::CsvRecords records(file, ',');
  std::string found;
  int line = 1;
  for (tuner::CsvRecord record; records.next(record);) {
    REQUIRE(record.line == line);
    line += 1 + static_cast<int>(std::count(record.text.begin(), record.text.end(), '\n'));
    found.append(record.text).append("|");
  }
  CHECK((found == expected));
}

TEST_CASE("data are looked for beside the space file, then in the folder TUNE_DATA") {
  const TemporaryFolder folder, shared;
  const auto find = [&](const std::filesystem::path& path) {
    const base::Configuration values{{"csv", base::Value(path.string())}};
    return tuner::find_data({values, tuner::data_keys()}, "csv", folder.path());
  };
  const auto message = [&] { return message_of(folder, [&] { find("x.csv"); }); };
  unsetenv("TUNE_DATA");
  CHECK(message() ==
        "csv: there is no file x.csv; the variable TUNE_DATA may name another folder to look in");
  setenv("TUNE_DATA", shared.path().c_str(), 1);
  CHECK(message() == "csv: there is no file x.csv and no " + (shared.path() / "x.csv").string() +
                         " (TUNE_DATA)");
  const auto there = shared.write("x.csv", "a\n1\n");
  CHECK(find("x.csv") == there);
  const auto here = folder.write("x.csv", "a\n1\n");
  CHECK(find("x.csv") == here);
  CHECK(find(there) == there);
  unsetenv("TUNE_DATA");
}

TEST_CASE("the fingerprint sees every change of the data") {
  const TemporaryFolder folder;
  folder.write("a.csv", "a,b,y\n1,2,u\n3,4,v\n5,6,v\n");
  const tuner::Dataset data = load(folder, {{"csv", "a.csv"}, {"target", "y"}});
  std::vector<std::string> prints{fingerprint(data)};
  const auto with = [&](auto change) {
    tuner::Dataset other = data;
    change(other);
    prints.push_back(fingerprint(other));
  };
  with([](auto& d) { d.x(0, 0) = std::nextafter(d.x(0, 0), 2.0f); });
  with([](auto& d) { std::swap(d.x(0, 0), d.x(0, 1)); });
  with([](auto& d) { d.y(0, 2) = 0; });
  with([](auto& d) { d.features[0] = "A"; });
  with([](auto& d) { d.features = {"ab", ""}; });
  with([](auto& d) { d.classes = {"u", "w"}; });
  with([](auto& d) { d.weights = {1, 1, 1}; });
  with([](auto& d) { d.groups = {0, 0, 1}; });
  with([](auto& d) { d.folds = {0, 0, 1}; });
  with([](auto& d) { d.parts.assign(3, tuner::Part::train); });
  with([](auto& d) { d.task = tuner::Task::multiclass; });
  CHECK(prints[0] == fingerprint(load(folder, {{"csv", "a.csv"}, {"target", "y"}})));
  std::sort(prints.begin(), prints.end());
  CHECK(std::unique(prints.begin(), prints.end()) == prints.end());
}
