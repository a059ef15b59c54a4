#include <nlohmann/json.hpp>

#include "model/io/hdf5_writer.hpp"
#include "model/io/keras_h5.hpp"
#include "search/base/error.hpp"
#include "tests/model/io_models.hpp"
#include "tests/support/catch.hpp"

using namespace tune;
using namespace tune::model;
using namespace tune::tests;
using Json = nlohmann::ordered_json;

namespace {

const std::filesystem::path kGolden = std::filesystem::path(TUNE_SOURCE_DIR) / "tests/golden";

/// What load_model says of a file of these bytes, without the file's name; empty if it loads.
std::string complaint(const TemporaryFolder& folder, const std::string& bytes) {
  const std::filesystem::path file = folder / "model.h5";
  write_bytes(file, bytes);
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
  const TemporaryFolder folder;
  REQUIRE(complaint(folder, file_of(config().dump())) == "");
  for (const Wrong& wrong : table) {
    Json changed = config();
    changed[Json::json_pointer(wrong.place)] = wrong.value;
    INFO(changed.dump());
    CHECK_THAT(complaint(folder, file_of(changed.dump())), Catch::Contains(wrong.message));
  }
}

/// Changes a few bytes anywhere, or cuts the end off.
std::string mutate(std::string bytes, base::Rng& rng) {
  const auto below = [&](std::size_t n) { return rng.below(static_cast<std::uint32_t>(n)); };
  if (below(10) == 0) return bytes.substr(0, below(bytes.size()));
  for (std::uint32_t left = 1 + below(4); left > 0; --left) {
    char& byte = bytes[below(bytes.size())];
    switch (below(4)) {
      case 0:
        byte = static_cast<char>(byte ^ (1 << below(8)));
        break;
      case 1:
        byte = '\xff';
        break;
      case 2:
        byte = static_cast<char>(below(256));
        break;
      default: {  // one part of the file over another
        const std::size_t length = 1 + below(16);
        const std::size_t from = below(bytes.size() - length), to = below(bytes.size() - length);
        bytes.replace(to, length, bytes.substr(from, length));
      }
    }
  }
  return bytes;
}

/// Loads mutants of files, and uses what loads. Returns how many were refused.
int try_mutants(int count) {
  const TemporaryFolder folder;
  std::vector<std::string> originals;
  for (const char* name : {"keras_io_chain.h5", "keras_io_graph.h5", "keras_io_foreign.h5"}) {
    originals.push_back(read_bytes(kGolden / name));
  }
  for (const NamedModel& saved : io_models()) {
    save_model(saved.model, folder / "original.h5");
    originals.push_back(read_bytes(folder / "original.h5"));
  }
  int refused = 0;
  const std::filesystem::path file = folder / "mutant.h5";
  for (int i = 0; i < count; ++i) {
    base::Rng rng = base::Rng(11).split(static_cast<std::uint64_t>(i));
    write_bytes(file, mutate(originals[static_cast<std::size_t>(i) % originals.size()], rng));
    try {
      const Model model = load_model(file);
      if (model.network().inputs().size() > 1) continue;
      const Node& input = model.network().nodes()[model.network().inputs()[0]];
      model.predict(Eigen::MatrixXf::Ones(size_of(input.shape), 2).eval());
    } catch (const base::InputError& error) {
      ++refused;
      const std::string message = error.what();
      if (!message.starts_with(file.string() + ": ") || message.find('\n') != std::string::npos) {
        FAIL("mutant " << i << ": " << message);
      }
    }
  }
  return refused;
}

}  // namespace

TEST_CASE("files that are no model are refused with what they are") {
  const TemporaryFolder folder;
  const std::string good = read_bytes(kGolden / "keras_io_chain.h5");
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
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(load_model(folder / "none.h5"), Catch::Contains("No such file"));
  CHECK_THROWS_WITH(load_model(folder / ""), Catch::Contains("is a directory"));
}

TEST_CASE("a model is not written where it cannot be") {
  const TemporaryFolder folder;
  const Model model(sequential({2}, {dense(1)}));
  CHECK_THROWS_AS(save_model(model, folder / "none/model.h5"), base::InputError);
  std::filesystem::create_directories(folder / "taken/full");
  CHECK_THROWS_AS(save_model(model, folder / "taken"), base::InputError);
  CHECK_FALSE(std::filesystem::exists(folder / "taken.part"));
}

TEST_CASE("layers with names that Keras does not take are not saved") {
  const TemporaryFolder folder;
  Graph graph;
  const auto input = graph.input({2}, "in");
  const auto output = graph.add(dense(1), input, "a/b");
  const Model model(std::move(graph).build(std::span(&output, 1)));
  CHECK_THROWS_WITH(save_model(model, folder / "model.h5"), Catch::Contains("'a/b'"));
}

TEST_CASE("wrong layers of a Sequential model are refused") {
  const char* const layers = "/config/layers";
  const std::string long_name(300, 'x');
  check_all(
      small_config,
      {{"/class_name", "Subclass", "'Subclass'; Sequential and Functional"},
       {"/class_name", 3, "not as Keras writes it"},
       {"/config", Json::array(), "not as Keras writes it"},
       {"/config/trainable", false, "frozen"},
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
       {"/config/layers/1/config/use_bias", false, "needs 1 weights, there are 2"},
       {"/config/layers/1/config/kernel_initializer",
        {{"class_name", "Odd"}, {"config", 1}},
        "layer 'dense': "},
       {"/config/layers/1/config/activity_regularizer",
        {{"class_name", "L2"}},
        "'activity_regularizer' is not supported"},
       {"/config/layers/1/config/trainable", false, "frozen"},
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
             {"/config/layers/1/inbound_nodes/0/args", Json::array(), "Dense takes one"},
             {"/config/layers/1/inbound_nodes/0/args/0/config/keras_history",
              {"dense", 0, 0},
              "takes 'dense', which is not among the layers before it"},
             {"/config/layers/1/inbound_nodes/0/args/0/config/keras_history",
              {"in"},
              "not as Keras writes it"}});
}

TEST_CASE("weights that do not fit are refused before any is read") {
  const TemporaryFolder folder;
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
  const TemporaryFolder folder;
  CHECK(complaint(folder, file_of("{")) == "model_config is not a JSON object");
  CHECK(complaint(folder, file_of("[1]")) == "model_config is not a JSON object");
  const std::string deep(200000, '[');
  for (const std::string& text :
       {deep, "{\"config\":" + deep + std::string(deep.size(), ']') + "}"}) {
    CHECK(complaint(folder, file_of(text)) == "holds JSON that is nested too deeply");
  }
}

TEST_CASE("control characters of a file do not get into messages") {
  const TemporaryFolder folder;
  Json config = small_config();
  config["class_name"] = "a\nb\x1b[2J";
  CHECK_THAT(complaint(folder, file_of(config.dump())), Catch::Contains("'a?b?[2J'"));
}

TEST_CASE("mutants of model files are refused, or are models") {
  constexpr int kMutants = 900;
  const int refused = try_mutants(kMutants);
  CHECK(refused > kMutants / 10);
  CHECK(refused < kMutants);
}

TEST_CASE("many more mutants", "[.fuzz]") {
  CHECK(try_mutants(20000) > 0);
}
