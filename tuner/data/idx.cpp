#include "tuner/data/idx.hpp"

#include <fstream>
#include <optional>

#include "search/base/error.hpp"
#include "tuner/data/dictionary.hpp"
#include "tuner/data/idx_file.hpp"
#include "tuner/data/labels.hpp"

namespace tune::tuner {
namespace {

/// Fills x from sample `first` on.
void read_items(IdxFile& file, Eigen::MatrixXf& x, std::size_t first) {
  float* next = x.col(static_cast<Eigen::Index>(first)).data();
  const bool bytes = file.type() == IdxFile::Type::u8;
  file.read([&](std::span<const double> block) {
    for (const double value : block) {
      const auto number = static_cast<float>(value);
      *next++ = bytes ? number / 255.0f : number;
    }
  });
}

/// Images with their labels: two files that belong together.
struct Pair {
  IdxFile images, labels;

  Pair(const std::filesystem::path& image_file, const std::filesystem::path& label_file)
      : images(image_file), labels(label_file) {
    if (images.shape().empty()) images.fail("holds single numbers, where images are expected");
    if (!labels.shape().empty()) labels.fail("holds images, where labels are expected");
    if (images.items() != labels.items()) {
      labels.fail("has " + std::to_string(labels.items()) + " labels for " +
                  std::to_string(images.items()) + " images");
    }
  }
};

/// Reads labels of a classification as numbers of texts, others as they are.
void read_labels(IdxFile& file, bool classes, Dictionary& texts, Eigen::MatrixXf& y,
                 std::size_t first) {
  auto next = static_cast<Eigen::Index>(first);
  file.read([&](std::span<const double> block) {
    for (const double value : block) {
      y(0, next++) =
          classes
              ? static_cast<float>(texts.number(std::to_string(static_cast<std::int64_t>(value))))
              : static_cast<float>(value);
    }
  });
}

std::vector<Column> element_columns(std::size_t count) {
  std::vector<Column> columns(count);
  for (std::size_t i = 0; i < count; ++i) columns[i].name.append("x").append(std::to_string(i));
  return columns;
}

}  // namespace

Dataset load_idx(const base::Reader& options, const std::filesystem::path& folder) {
  const auto open = [&](const char* images, const char* labels) {
    return Pair(find_data(options, images, folder), find_data(options, labels, folder));
  };
  Pair main = open("idx_images", "idx_labels");
  std::optional<Pair> test;
  if (options.has("test_images")) test.emplace(open("test_images", "test_labels"));
  if (test && test->images.shape() != main.images.shape()) {
    test->images.fail("its images have another size than those of idx_images");
  }
  const std::string task = options.text("task");
  if (task == "multilabel") throw base::InputError("task: multilabel is not possible with IDX");
  const bool classes = task == "auto" ? main.labels.integers() : task != "regression";
  if (classes && !(main.labels.integers() && (!test || test->labels.integers()))) {
    main.labels.fail("its labels are no integers, as task = " + task + " needs");
  }

  Dataset data;
  const std::size_t rows = main.images.items(), test_rows = test ? test->images.items() : 0;
  data.shape = main.images.shape();
  data.columns = element_columns(main.images.item_size());
  for (const Column& column : data.columns) data.features.push_back(column.name);
  data.targets = {"label"};
  data.x.resize(static_cast<Eigen::Index>(data.columns.size()),
                static_cast<Eigen::Index>(rows + test_rows));
  data.y.resize(1, data.x.cols());
  Dictionary texts;
  read_items(main.images, data.x, 0);
  read_labels(main.labels, classes, texts, data.y, 0);
  if (test) {
    read_items(test->images, data.x, rows);
    read_labels(test->labels, classes, texts, data.y, rows);
    data.parts.assign(rows, Part::any);
    data.parts.resize(rows + test_rows, Part::test);
  }
  if (classes) set_classes(data, texts.texts(), task, options.text("idx_labels"));
  return data;
}

Eigen::MatrixXf read_idx_items(const std::filesystem::path& path, std::size_t features) {
  IdxFile file(path);
  if (file.item_size() != features) {
    file.fail("its items have " + std::to_string(file.item_size()) + " elements, the model takes " +
              std::to_string(features));
  }
  Eigen::MatrixXf x(static_cast<Eigen::Index>(features), static_cast<Eigen::Index>(file.items()));
  read_items(file, x, 0);
  return x;
}

bool looks_like_idx(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const int first = file.get(), second = file.get();
  return (first == 0 && second == 0) || (first == 0x1F && second == 0x8B);
}

}  // namespace tune::tuner
