#include <algorithm>
#include <cmath>
#include <numeric>

#include "tests/support/catch.hpp"
#include "tests/tuner/data_support.hpp"
#include "tuner/data/preprocessing.hpp"

using namespace tune;
using tests::load, tests::matrix, tests::message_of, tests::TemporaryFolder;

namespace {

tuner::Preprocessing fit(const tuner::Dataset& data, const std::map<std::string, std::string>& keys,
                         std::vector<std::uint32_t> rows = {}) {
  base::Configuration configuration;
  for (const auto& [key, value] : keys) configuration[key] = base::parse_value(value);
  if (rows.empty()) {
    rows.resize(data.rows());
    std::iota(rows.begin(), rows.end(), 0u);
  }
  return fit_preprocessing(data, base::Reader(configuration, tuner::data_keys()), rows);
}

float applied(const tuner::Affine& affine, std::size_t row, float value) {
  return ((std::isnan(value) ? affine.fill[row] : value) - affine.shift[row]) * affine.factor[row];
}

/// Rows of x are samples, as numpy has them.
tuner::Dataset data_of(const nlohmann::json& x) {
  tuner::Dataset data;
  const auto rows = static_cast<Eigen::Index>(x.size());
  const auto features = static_cast<Eigen::Index>(x[0].size());
  data.x.resize(features, rows);
  data.y.setZero(1, rows);
  for (Eigen::Index i = 0; i < rows; ++i) {
    for (Eigen::Index j = 0; j < features; ++j) {
      const auto& value = x[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
      data.x(j, i) = value.is_null() ? std::nanf("") : value.get<float>();
    }
  }
  for (Eigen::Index j = 0; j < features; ++j) {
    data.features.emplace_back("x").append(std::to_string(j));
    data.columns.push_back({data.features.back(), {}});
  }
  data.targets = {"y"};
  data.shape = {features};
  return data;
}

}  // namespace

TEST_CASE("scaling and filling equal scikit-learn's") {
  for (const auto& row : tests::golden_data("scalings")) {
    CAPTURE(row.at("scale").get<std::string>(), row.at("missing").get<std::string>());
    const tuner::Dataset data = data_of(row.at("x"));
    const tuner::Preprocessing fitted =
        fit(data, {{"scale", row.at("scale")}, {"missing", row.at("missing")}});
    CHECK(fitted.targets.size() == 0);
    REQUIRE(fitted.features.size() == 4);
    for (std::size_t i = 0; i < data.rows(); ++i) {
      for (std::size_t j = 0; j < 4; ++j) {
        const float x = data.x(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(i));
        CHECK(applied(fitted.features, j, x) ==
              Approx(row["out"][i][j].get<double>()).epsilon(1e-5).margin(1e-6));
      }
    }
  }
}

TEST_CASE("scaling is fitted on the given rows alone, in whatever order") {
  tuner::Dataset data = data_of(nlohmann::json{{1.1}, {2.7}, {1000}, {3.3}, {-4.9}, {0.1}});
  const tuner::Preprocessing ascending = fit(data, {}, {0, 1, 3, 4, 5});
  const tuner::Preprocessing shuffled = fit(data, {}, {5, 3, 0, 4, 1});
  CHECK(ascending.features.shift == shuffled.features.shift);
  CHECK(ascending.features.factor == shuffled.features.factor);
  CHECK(ascending.features.shift[0] == Approx((1.1 + 2.7 + 3.3 - 4.9 + 0.1) / 5));
}

TEST_CASE("scaled targets are undone") {
  tuner::Dataset data = data_of(nlohmann::json{{1}, {2}, {3}, {4}});
  data.y = matrix({{10, 20, 30, 60}, {-1, 0, 1, 0}});
  data.targets = {"a", "b"};
  for (const char* scale : {"standard", "minmax"}) {
    const tuner::Preprocessing fitted = fit(data, {{"target_scale", scale}});
    Eigen::MatrixXf predictions = data.y;
    for (Eigen::Index i = 0; i < 2; ++i) {
      for (float& value : predictions.row(i)) {
        value = applied(fitted.targets, static_cast<std::size_t>(i), value);
      }
    }
    CHECK(std::abs(predictions.maxCoeff()) < 2);
    fitted.undo_targets(predictions);
    CHECK((predictions - data.y).cwiseAbs().maxCoeff() < 1e-5);
  }
  Eigen::MatrixXf unscaled = data.y;
  fit(data, {}).undo_targets(unscaled);
  CHECK(unscaled == data.y);
}

TEST_CASE("a feature without a value in the training rows is an error") {
  const TemporaryFolder folder;
  const tuner::Dataset data = data_of(nlohmann::json{{1, nullptr}, {2, nullptr}, {3, 4}});
  CHECK(
      message_of(folder, [&] {
        fit(data, {{"missing", "mean"}}, {0, 1});
      }) == "missing: the feature 'x1' has no value in the training rows; name its column in drop");
}

TEST_CASE("a pipeline survives its file to the last bit") {
  const TemporaryFolder folder;
  folder.write("a.csv", "a,c,y\n0.1,\"x \"\"y\"\"\",ja\n1e-30,z,nein\n33333.3,z,nein\n");
  const tuner::Dataset data = load(folder, {{"csv", "a.csv"}, {"target", "y"}});
  const auto saved = make_pipeline(data, fit(data, {{"missing", "median"}, {"scale", "standard"}}));
  const auto file = folder.path() / "preprocessing.json";
  save_pipeline(saved, file);
  const tuner::Pipeline read = tuner::load_pipeline(file);
  CHECK(read.task == tuner::Task::binary);
  CHECK(read.classes == data.classes);
  CHECK(read.targets == data.targets);
  CHECK(read.shape == data.shape);
  REQUIRE(read.columns.size() == 2);
  CHECK(read.columns[1].name == "c");
  CHECK(read.columns[1].categories == data.columns[1].categories);
  CHECK(read.preprocessing.features.shift == saved.preprocessing.features.shift);
  CHECK(read.preprocessing.features.factor == saved.preprocessing.features.factor);
  CHECK(read.preprocessing.features.fill == saved.preprocessing.features.fill);
  CHECK(read.preprocessing.targets.size() == 0);
  CHECK(read.inputs.empty());
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 2);
}

TEST_CASE("which features an input sees is kept in the file") {
  const TemporaryFolder folder;
  const tuner::Dataset data = data_of(nlohmann::json{{1, 2, 3}, {2, 5, 4}});
  const std::vector<model::Selection> inputs = {{0, 1}, {}, {2, 1}};
  save_pipeline(make_pipeline(data, fit(data, {}), inputs), folder.path() / "p");
  CHECK(tuner::load_pipeline(folder.path() / "p").inputs == inputs);
}

TEST_CASE("a fill that is not there stays so in the file") {
  const TemporaryFolder folder;
  const tuner::Dataset data = data_of(nlohmann::json{{1}, {2}});
  save_pipeline(make_pipeline(data, fit(data, {{"target_scale", "minmax"}})), folder.path() / "p");
  const tuner::Pipeline read = tuner::load_pipeline(folder.path() / "p");
  CHECK(std::isnan(read.preprocessing.features.fill.at(0)));
  CHECK(read.preprocessing.targets.size() == 1);
}

TEST_CASE("what is no preprocessing file is refused") {
  const TemporaryFolder folder;
  const auto message = [&](const std::string& content) {
    folder.write("p", content);
    return message_of(folder, [&] { tuner::load_pipeline(folder.path() / "p"); });
  };
  const std::string front = "p: is not a preprocessing file of tune: ";
  CHECK(message("x").starts_with(front));
  CHECK(
      message("{}").starts_with(front + "[json.exception.out_of_range.403] key 'task' not found"));
  CHECK(message(R"({"task": "regresion"})") == front + "'task' is 'regresion', which is unknown");
  const std::string head = R"({"task":"regression","targets":["y"],"classes":[],"columns":[)"
                           R"({"name":"a"}],"shape":)";
  CHECK(message(head + "[2]}") == front + "'shape' does not have the 1 elements of 'columns'");
  CHECK(message(head + R"([1],"features":{"shift":[1,2],"factor":[1],"fill":[1]}})") ==
        front + "'features' does not have 1 numbers each");
  const std::string one = R"({"shift":[0],"factor":[1],"fill":[1]})";
  const std::string none = R"({"shift":[],"factor":[],"fill":[]})";
  const std::string whole =
      head + "[1],\"features\":" + one + ",\"target_scale\":" + none + ",\"inputs\":";
  for (const char* inputs :
       {"[[1]]}", "[[0],[0,-1]]}", "[[0.5]]}", R"([["a"]]})", "[[4294967296]]}"}) {
    CHECK(message(whole + inputs) == front + "'inputs' does not name features from 0 to 0");
  }
  CHECK(message(whole + "[[0],[]]}") == "no error");
  CHECK(message_of(folder, [&] { tuner::load_pipeline(folder.path() / "q"); }) ==
        "q: cannot be opened: No such file or directory");
}

TEST_CASE("inputs to predict for are read by the names of their columns") {
  const TemporaryFolder folder;
  folder.write("a.csv", "a,c,y\n1,u,5\n2,v,6\n,v,7\n");
  const tuner::Dataset data =
      load(folder, {{"csv", "a.csv"}, {"target", "y"}, {"missing", "mean"}});
  const tuner::Pipeline filling = make_pipeline(data, fit(data, {{"missing", "mean"}}));
  const tuner::Pipeline strict = make_pipeline(data, fit(data, {{"scale", "none"}}));
  const auto file = folder.write("n.csv", "c;extra;a\nv;1;7\nu;x;8\n");
  CHECK(read_inputs(filling, file) == matrix({{7, 8}, {0, 1}, {1, 0}}));
  folder.write("n.csv", "a,c\n?,u\n");
  CHECK(std::isnan(read_inputs(filling, file)(0, 0)));
  const auto message = [&](const tuner::Pipeline& pipeline, const char* content) {
    folder.write("n.csv", content);
    return message_of(folder, [&] { read_inputs(pipeline, file); });
  };
  CHECK(message(strict, "a,c\n?,u\n") ==
        "n.csv:2: a: the value is missing; [data] missing = mean, median or drop says what to do");
  CHECK(message(strict, "a,c\n1,uu\n") ==
        "n.csv:2: c: 'uu' is not one of the categories; did you mean 'u'?");
  CHECK(message(strict, "a,b\n1,u\n") == "n.csv:1: there is no column 'c'; did you mean 'a'?");
}

TEST_CASE("images to predict for are read from IDX") {
  using namespace std::string_literals;
  const TemporaryFolder folder;
  const auto file = folder.write("i", "\0\0\x08\2\0\0\0\2\0\0\0\1\x33\xFF"s);
  const tuner::Dataset data = data_of(nlohmann::json{{1}, {2}});
  const tuner::Pipeline pipeline = make_pipeline(data, fit(data, {}));
  CHECK(read_inputs(pipeline, file) == matrix({{0.2f, 1}}));
  folder.write("i", "\0\0\x08\2\0\0\0\1\0\0\0\2\x33\xFF"s);
  CHECK(message_of(folder, [&] { read_inputs(pipeline, file); }) ==
        "i: its items have 2 elements, the model takes 1");
}
