#include <zlib.h>

#include "tests/support/catch.hpp"
#include "tests/tuner/data_support.hpp"
#include "tuner/data/idx.hpp"

using namespace tune;
using tests::load, tests::matrix, tests::TemporaryFolder;
using namespace std::string_literals;

namespace {

const std::string kImages = "\0\0\x08\3\0\0\0\2\0\0\0\2\0\0\0\3\0\1\2\3\4\5\xFF\xFE\xFD\x33\0\0"s;
const std::string kLabels = "\0\0\x08\1\0\0\0\2\x09\x07"s;

}  // namespace

TEST_CASE("IDX images become columns between 0 and 1, their labels classes") {
  const TemporaryFolder folder;
  folder.write("i", kImages);
  folder.write("l", kLabels);
  const tuner::Dataset data = load(folder, {{"idx_images", "i"}, {"idx_labels", "l"}});
  REQUIRE(data.x.rows() == 6);
  CHECK(data.x.col(0) == matrix({{0}, {1}, {2}, {3}, {4}, {5}}) / 255.0f);
  CHECK(data.x(0, 1) == 1.0f);
  CHECK(data.x(3, 1) == 0.2f);
  CHECK(data.shape == std::vector<std::int64_t>{2, 3});
  CHECK(data.classes == std::vector<std::string>{"7", "9"});
  CHECK(data.y == matrix({{1, 0}}));
  CHECK(data.task == tuner::Task::binary);
  CHECK(data.features.size() == 6);
}

TEST_CASE("gzip and plain IDX files are one, and a test pair comes last") {
  const TemporaryFolder folder;
  for (const auto& [name, content] : {std::pair("i.gz", kImages), std::pair("l.gz", kLabels)}) {
    gzFile file = gzopen((folder.path() / name).c_str(), "wb");
    gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
    gzclose(file);
  }
  folder.write("i", kImages);
  folder.write("l", kLabels);
  const tuner::Dataset data = load(folder, {{"idx_images", "i.gz"},
                                            {"idx_labels", "l.gz"},
                                            {"test_images", "i"},
                                            {"test_labels", "l"},
                                            {"task", "multiclass"}});
  using tuner::Part;
  CHECK(data.x.leftCols(2) == data.x.rightCols(2));
  CHECK(data.y == matrix({{1, 0, 1, 0}}));
  CHECK(data.parts == std::vector<Part>{Part::any, Part::any, Part::test, Part::test});
  CHECK(data.outputs() == 2);
}

TEST_CASE("all element types of IDX are read, big-endian") {
  struct Row {
    std::string content;
    std::vector<float> values;
  };
  const Row rows[] = {{"\0\0\x09\2\0\0\0\1\0\0\0\2\x80\x7F"s, {-128, 127}},
                      {"\0\0\x0B\2\0\0\0\1\0\0\0\2\xFF\xFE\1\0"s, {-2, 256}},
                      {"\0\0\x0C\2\0\0\0\1\0\0\0\1\xFF\xFF\xFF\xFD"s, {-3}},
                      {"\0\0\x0D\2\0\0\0\1\0\0\0\1\xBF\xC0\0\0"s, {-1.5f}},
                      {"\0\0\x0E\2\0\0\0\1\0\0\0\1\x3F\xF8\0\0\0\0\0\0"s, {1.5f}}};
  const TemporaryFolder folder;
  for (const Row& row : rows) {
    const auto file = folder.write("i", row.content);
    const Eigen::MatrixXf x = tuner::read_idx_items(file, row.values.size());
    CHECK(std::vector<float>(x.data(), x.data() + x.size()) == row.values);
  }
}

TEST_CASE("IDX labels of floats are the values of a regression") {
  const TemporaryFolder folder;
  folder.write("i", kImages);
  folder.write("l", "\0\0\x0D\1\0\0\0\2\xBF\xC0\0\0\x3F\x80\0\0"s);
  const tuner::Dataset data = load(folder, {{"idx_images", "i"}, {"idx_labels", "l"}});
  CHECK(data.task == tuner::Task::regression);
  CHECK(data.y == matrix({{-1.5f, 1}}));
}
