#include <nlohmann/json.hpp>

#include "model/io/hdf5_writer.hpp"
#include "model/io/keras_h5.hpp"
#include "search/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

using namespace tune;
using namespace tune::model;
using namespace tune::tests;
using Json = nlohmann::ordered_json;

namespace {

const std::filesystem::path kGolden = std::filesystem::path(TUNE_SOURCE_DIR) / "tests/golden";

/// What load_model says of a file of these bytes, without the file's name; empty if it loads.
std::string complaint(const Folder& folder, const std::string& bytes) {
  const std::filesystem::path file = folder.write("model.h5", bytes);
  try {
    load_model(file);
  } catch (const base::InputError& error) {
    const std::string message = error.what(), name = file.string() + ": ";
    CHECK(message.starts_with(name));
    CHECK(message.find('\n') == std::string::npos);
    return message.substr(name.size());
  }
  return {};
}

Json dense_layer() {
  return {{"class_name", "Dense"},
          {"config", {{"name", "dense"}, {"units", 2}, {"activation", "relu"}}}};
}

/// A Sequential model of three inputs and one Dense layer of two units.
Json small_config() {
  const Json input{{"class_name", "InputLayer"},
                   {"config", {{"batch_shape", {nullptr, 3}}, {"name", "in"}}}};
  return {{"class_name", "Sequential"},
          {"config", {{"name", "s"}, {"layers", {input, dense_layer()}}}}};
}

Json functional_config() {
  const auto from = [](const char* name) {
    const Json tensor{{"config", {{"keras_history", {name, 0, 0}}}}};
    return Json::array({{{"args", Json::array({tensor})}, {"kwargs", Json::object()}}});
  };
  Json config = small_config();
  config["class_name"] = "Functional";
  config["config"]["layers"][0]["inbound_nodes"] = Json::array();
  config["config"]["layers"][1]["inbound_nodes"] = from("in");
  config["config"]["input_layers"] = {"in", 0, 0};
  config["config"]["output_layers"] = {"dense", 0, 0};
  return config;
}

std::string file_of(const std::string& config, const Shape& kernel = {3, 2},
                    const std::vector<std::string>& names = {"dense/kernel", "dense/bias"}) {
  Hdf5Writer writer;
  writer.attribute("/", "model_config", config);
  writer.group("/model_weights/dense");
  writer.attribute("/model_weights/dense", "weight_names", names);
  const std::vector<float> values(static_cast<std::size_t>(size_of(kernel)), 0.5f);
  writer.floats("/model_weights/dense/dense/kernel", kernel, values);
  writer.floats("/model_weights/dense/dense/bias", {2}, std::vector<float>(2));
  return writer.finish();
}

/// A change to a config and what must be said of it.
struct Wrong {
  const char* place;  ///< JSON pointer
  Json value;
  const char* message;
};

void check_all(Json (*config)(), const std::vector<Wrong>& table) {
  const Folder folder;
  REQUIRE(complaint(folder, file_of(config().dump())) == "");
  for (const Wrong& wrong : table) {
    Json changed = config();
    changed[Json::json_pointer(wrong.place)] = wrong.value;
    INFO(changed.dump());
    CHECK_THAT(complaint(folder, file_of(changed.dump())), Catch::Contains(wrong.message));
  }
}

}  // namespace

TEST_CASE("files that are no model are refused with what they are") {
  const Folder folder;
  const std::string good = contents(kGolden / "keras_io_mnist.h5");
  REQUIRE(complaint(folder, good) == "");
  CHECK(complaint(folder, "") == "is empty");
  CHECK(complaint(folder, "Hello") == "is not an HDF5 file");
  CHECK_THAT(complaint(folder, "PK\x03\x04..."), Catch::Contains(".keras format"));
  CHECK(complaint(folder, good.substr(0, 10000)) ==
        "is cut short: 10000 of " + std::to_string(good.size()) + " bytes are there");
  CHECK(complaint(folder, good.substr(0, 20)) == "is damaged or cut short");
  std::string newer = good;
  newer[8] = 2;
  CHECK_THAT(complaint(folder, newer), Catch::Contains("newer kind of HDF5"));
  CHECK_THAT(complaint(folder, Hdf5Writer().finish()), Catch::Contains("no model_config"));
}

TEST_CASE("a file that is not there, and a folder, are refused") {
  const Folder folder;
  CHECK_THROWS_WITH(load_model(folder / "none.h5"), Catch::Contains("No such file"));
  CHECK_THROWS_WITH(load_model(folder / ""), Catch::Contains("is a directory"));
}

TEST_CASE("wrong layers of a Sequential model are refused") {
  const char* const layers = "/config/layers";
  const std::string long_name(300, 'x');
  check_all(
      small_config,
      {{"/class_name", "Subclass", "'Subclass'; Sequential and Functional"},
       {"/class_name", 3, "not as Keras writes it"},
       {"/config", Json::array(), "not as Keras writes it"},
       {layers, Json::array(), "is no layer"},
       {layers, Json::array({dense_layer()}), "has no input"},
       {"/config/layers/0/config/batch_shape", {nullptr, nullptr}, "shape must be given"},
       {"/config/layers/0/config/batch_shape", {nullptr, 0}, "shape must be given"},
       {"/config/layers/0/config/batch_shape", {nullptr, -3}, "shape must be given"},
       {"/config/layers/0/config/batch_shape", {nullptr, 1e9}, "shape must be given"},
       {"/config/layers/0/config/batch_shape", {nullptr, 1 << 20, 1 << 20}, "at most"},
       {"/config/layers/0/config/batch_shape", {nullptr}, "has no shape"},
       {"/config/layers/0/config/batch_shape", {nullptr, 3, 1}, "put a Flatten before it"},
       {"/config/layers/0/config/batch_shape", {nullptr, 16777216}, "than the file holds"},
       {"/config/layers/0/config/dtype", "int64", "float32"},
       {"/config/layers/0/config/sparse", true, "'sparse' is not supported"},
       {"/config/layers/1/class_name", "Dens", "did you mean 'Dense'?"},
       {"/config/layers/1/class_name", long_name, "at most 255"},
       {"/config/layers/1/config/name", "in", "two layers have the name 'in'"},
       {"/config/layers/1/config/name", "", "cannot be the name"},
       {"/config/layers/1/config/name", "a/b", "cannot be the name"},
       {"/config/layers/1/config/name", "other", "layer 'other' needs 2 weights"},
       {"/config/layers/1/config/units", nullptr, "units"},
       {"/config/layers/1/config/units", 0, "units: 0 is too small"},
       {"/config/layers/1/config/units", -1, "units: -1 is too small"},
       {"/config/layers/1/config/units", 2.5, "not an integer"},
       {"/config/layers/1/config/units", "many", "not allowed"},
       {"/config/layers/1/config/units", 2147483647, "than the file holds"},
       {"/config/layers/1/config/units", 1ull << 63, "units"},
       {"/config/layers/1/config/units", 3, "has the shape (3, 2), the layer needs (3, 3)"},
       {"/config/layers/1/config/activation", "rely", "'rely'"},
       {"/config/layers/1",
        {{"class_name", "LeakyReLU"}, {"config", {{"name", "a"}, {"negative_slope", 0.3}}}},
        "a LeakyReLU is supported with negative_slope = 0.2 alone"},
       {"/config/layers/1",
        {{"class_name", "ReLU"},
         {"config", {{"name", "a"}, {"negative_slope", 0}, {"max_value", 6}}}},
        "'max_value' is not supported"},
       {"/config/layers/1/config/use_bias", false, "needs 1 weights, there are 2"},
       {"/config/layers/1/config/kernel_initializer",
        {{"class_name", "Odd"}, {"config", 1}},
        "layer 'dense': "},
       {"/config/layers/1/config/activity_regularizer",
        {{"class_name", "L2"}},
        "'activity_regularizer' is not supported"},
       {"/config/layers/1/config/axis", 0, "its axis is not the last one"},
       {"/config/layers/1/config/kernel_initializer",
        {{"class_name", "Constant"}, {"config", {{"value", {1, 2}}}}},
        "'constant': its value is not a number"},
       {"/config/layers/1/config/kernel_initializer",
        {{"class_name", "RandomUniform"}, {"config", {{"minval", 1}, {"maxval", 0}}}},
        "its minval is above its maxval"},
       {"/config/layers/1/config/kernel_initializer",
        {{"class_name", "VarianceScaling"}, {"config", {{"scale", 2}, {"mode", "fan_out"}}}},
        "VarianceScaling with the mode 'fan_out'"},
       {"/config/layers/1/config/kernel_regularizer",
        {{"class_name", "L2"}, {"config", {{"l2", -1}}}},
        "its l2 must lie between 0"},
       {"/config/layers/1/config/kernel_regularizer",
        {{"class_name", "OrthogonalRegularizer"}, {"config", Json::object()}},
        "the regularizer 'orthogonal_regularizer' is not supported"},
       {"/config/layers/1/config/kernel_constraint",
        {{"class_name", "MaxNorm"}, {"config", {{"max_value", 2}, {"axis", 1}}}},
        "over axis 0 alone"},
       {"/config/layers/1/config/kernel_constraint",
        {{"class_name", "NonNeg"}, {"config", Json::object()}},
        "the constraint 'non_neg' is not supported"},
       {"/config/layers/1/config/dtype", {{"config", {{"name", "mixed_float16"}}}}, "float32"}});
}

TEST_CASE("wrong connections of a Functional model are refused") {
  const Json self = functional_config()["config"]["layers"][1]["inbound_nodes"][0];
  check_all(functional_config,
            {{"/config/input_layers", {"none", 0, 0}, "the input 'none' is missing"},
             {"/config/input_layers", {"dense", 0, 0}, "the input 'dense' is missing"},
             {"/config/input_layers", Json::array(), "not as Keras writes it"},
             {"/config/output_layers", {"in", 0, 0}, "is no layer"},
             {"/config/output_layers", {"dense", 1, 0}, "more than once"},
             {"/config/output_layers", {{"dense", 0, 0}, {"dense", 0, 0}}, "named twice"},
             {"/config/layers/1/inbound_nodes", Json::array(), "used 0 times"},
             {"/config/layers/1/inbound_nodes", {self, self}, "used 2 times"},
             {"/config/layers/1/inbound_nodes/0/kwargs/training", true, "called with an option"},
             {"/config/layers/1/inbound_nodes/0/args", Json::array(), "it has no input"},
             {"/config/layers/1/inbound_nodes/0/args/0/config/keras_history",
              {"dense", 0, 0},
              "takes 'dense', which is not among the layers before it"},
             {"/config/layers/1/inbound_nodes/0/args/0/config/keras_history",
              {"in"},
              "not as Keras writes it"}});
}

TEST_CASE("weights that do not fit are refused before any is read") {
  const Folder folder;
  const std::string config = small_config().dump();
  CHECK(complaint(folder, file_of(config, {2, 3})) ==
        "weight 'dense/kernel' has the shape (2, 3), the layer needs (3, 2)");
  CHECK(complaint(folder, file_of(config, {3, 2}, {"dense/kernel"})) ==
        "layer 'dense' needs 2 weights, there are 1");
  CHECK(complaint(folder, file_of(config, {3, 2}, {"dense/kernel", "no/bias"})) ==
        "has no 'no/bias'");
  CHECK(complaint(folder, file_of(config, {3, 2}, {"dense/kernel", "dense"})) ==
        "has a group where a data set should be");
}

TEST_CASE("a config that is not JSON, or is nested without end, is refused") {
  const Folder folder;
  CHECK(complaint(folder, file_of("{")) == "model_config is not a JSON object");
  CHECK(complaint(folder, file_of("[1]")) == "model_config is not a JSON object");
  const std::string deep(200000, '[');
  for (const std::string& text :
       {deep, "{\"config\":" + deep + std::string(deep.size(), ']') + "}"}) {
    CHECK(complaint(folder, file_of(text)) == "holds JSON that is nested too deeply");
  }
}

TEST_CASE("control characters of a file do not get into messages") {
  const Folder folder;
  Json config = small_config();
  config["class_name"] = "a\nb\x1b[2J";
  CHECK_THAT(complaint(folder, file_of(config.dump())), Catch::Contains("'a?b?[2J'"));
}
