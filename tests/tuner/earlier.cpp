// Start points, and trials of earlier studies.

#include "tuner/spec/earlier.hpp"

#include "tests/support/catch.hpp"
#include "tests/tuner/spec_support.hpp"

using namespace tune;
using namespace tune::tuner;
using base::Configuration;
using base::InputError;

namespace {

const std::string kSpace =
    "[model]\nbuilder = toy\n[space]\nunits = int(1, 99)\nrate = reciprocal(1e-3, 1)\n"
    "solver = choice(sgd, adam)\ndecay = real(0, 0.9) when solver = sgd\n";

const char* const kCsv =
    "trial,state,n_resources,rank_test_score,mean_test_score,split0_test_score,param_units,"
    "param_rate,param_solver,param_decay,failure\n"
    "0,complete,9,2,0.5,0.5,10,0.1,adam,,\n"
    "1,complete,9,1,0.25,0.25,20,1,sgd,0.5,\n"
    "2,pruned,3,4,0.75,0.75,30,0.01,adam,,\n"
    "3,failed,9,5,,,40,0.01,adam,,\"no memory, alas\"\n"
    "4,complete,9,3,0.6,0.6,100,0.01,adam,,\n"
    "5,complete,9,1,0.25,0.25,20,1,sgd,0.5,\n";

const char* const kJson = R"({"study": "x", "metrics": [{"name": "mse", "goal": "minimize"}],
 "trials": [
  {"trial": 0, "state": "complete", "rank": 1, "configuration": {"units": 7, "rate": 1, "solver":
   "adam"}, "scores": {"mse": {"mean_test": 0.5}}},
  {"trial": 1, "state": "failed", "rank": 2, "configuration": {"units": 8, "rate": 0.5, "solver":
   "adam"}, "scores": {"mse": {"mean_test": null}}}]})";

Configuration config(std::int64_t units, double rate, std::optional<double> decay = {}) {
  Configuration configuration = {{"units", units}, {"rate", rate}};
  configuration["solver"] = decay ? "sgd" : "adam";
  if (decay) configuration["decay"] = *decay;
  return configuration;
}

template <class Action>
std::string refusal(Action action) {
  try {
    action();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

std::string refusal(const std::string& text, const std::filesystem::path& folder = "homes") {
  return refusal([&] { spec_of(text, {}, folder); });
}

}  // namespace

TEST_CASE("enqueue lines of [space] are start points, with some values or all") {
  const Spec spec = spec_of(kSpace + "enqueue = units = 3 and rate = 1\nenqueue = solver = sgd\n");
  REQUIRE(spec.enqueued().size() == 2);
  CHECK(spec.enqueued()[0] == Configuration{{"units", std::int64_t{3}}, {"rate", 1.0}});
  CHECK(spec.enqueued()[1] == Configuration{{"solver", "sgd"}});
  CHECK(spec.canonical().find("enqueue = rate=1.0 units=3\n") != std::string::npos);
  CHECK(spec_of(spec.pinned_to(config(3, 0.1))).enqueued().empty());

  // What the command line fixes is taken out of them.
  const Spec fixed = spec_of(kSpace + "enqueue = units = 3 and rate = 1\nenqueue = units = 4\n",
                             {{"model.units", "3"}});
  REQUIRE(fixed.enqueued().size() == 1);
  CHECK(fixed.enqueued()[0] == Configuration{{"rate", 1.0}});
  const Spec added = spec_of(kSpace + "enqueue = units = 3\n", {{"space.enqueue", "units = 5"}});
  CHECK(added.enqueued().size() == 2);
}

TEST_CASE("start points come from a list or from the best of an earlier study") {
  const TemporaryFolder folder;
  folder.write("list.json", R"([{"units": 5}, {"units": 6, "rate": 0.5, "solver": "adam"}])");
  folder.write("results.csv", kCsv);
  folder.write("results.json", kJson);
  const auto spec = [&](const std::string& study) {
    return spec_of("[study]\n" + study + kSpace + "enqueue = units = 1\n", {}, folder.path());
  };
  const Spec list = spec("enqueue = list.json\n");
  REQUIRE(list.enqueued().size() == 3);
  CHECK(list.enqueued()[1] == Configuration{{"units", std::int64_t{5}}});
  const Spec best = spec("enqueue = results.csv\nenqueue_best = 2\n");
  REQUIRE(best.enqueued().size() == 3);
  CHECK(best.enqueued()[1] == config(20, 1.0, 0.5));
  CHECK(best.enqueued()[2] == config(10, 0.1));
  CHECK(spec("enqueue = results.csv\n").enqueued().size() == 4);
  const Spec run = spec("enqueue = .\n");
  REQUIRE(run.enqueued().size() == 2);
  CHECK(run.enqueued()[1] == config(7, 1.0));
}

TEST_CASE("a warm start has the earlier trials that are of the space") {
  const TemporaryFolder folder;
  folder.write("results.csv", kCsv);
  folder.write("results.json", kJson);
  const auto earlier = [&](const std::string& place) {
    return *spec_of("[study]\nwarm_start = " + place + "\n" + kSpace, {}, folder.path())
                .warm_start();
  };
  const Earlier csv = earlier("results.csv");
  CHECK(csv.metric.empty());
  REQUIRE(csv.trials.size() == 5);
  CHECK(csv.trials[1].configuration == config(20, 1.0, 0.5));
  CHECK(csv.trials[1].score == 0.25);
  CHECK(csv.trials[2].state == "pruned");
  CHECK(csv.trials[2].budget == 3);
  CHECK(csv.trials[3].state == "failed");
  CHECK(!csv.trials[3].score);
  const Earlier json = earlier(".");
  CHECK(json.metric == "mse");
  REQUIRE(json.trials.size() == 2);
  CHECK(json.trials[0].configuration == config(7, 1.0));
  CHECK(!json.trials[1].score);
}

TEST_CASE("start points and earlier studies that cannot be are refused") {
  const TemporaryFolder folder;
  folder.write("results.csv", kCsv);
  folder.write("results.json", "{\"metrics\": [], \"trials\": []}");
  folder.write("broken.json", "{\"trials\": [");
  folder.write("other.csv",
               "trial,state,rank_test_score,mean_test_score,param_x\n0,complete,1,2,3\n");
  const auto in_folder = [&](const std::string& study) {
    return refusal("[study]\n" + study + kSpace, folder.path());
  };
  CHECK(refusal(kSpace + "enqueue = unit = 3\n") ==
        "space.ini:8: enqueue: unit is not a parameter of [space]; did you mean 'units'?");
  CHECK(refusal(kSpace + "enqueue = units = 100\n") ==
        "space.ini:8: enqueue: units: 100 is not in int(1, 99)");
  CHECK(refusal(kSpace + "enqueue = units > 3\n") ==
        "space.ini:8: enqueue: 'units > 3' is no value; start points are written NAME = VALUE and "
        "NAME = VALUE");
  CHECK(refusal(kSpace + "enqueue = units = 3 and units = 4\n") ==
        "space.ini:8: enqueue: units is there twice");
  const std::string path = folder.path().string();
  CHECK(in_folder("warm_start = other.csv\n") ==
        "space.ini:2: warm_start: " + path + "/other.csv: none of its 1 trials is of this space");
  CHECK(in_folder("enqueue = other.csv\n") ==
        "space.ini:2: enqueue: " + path + "/other.csv: has no trial of this space with a score");
  CHECK(in_folder("warm_start = .\n") ==
        "space.ini:2: warm_start: " + path + "/./results.json: is not the results.json of a study");
  CHECK(in_folder("warm_start = broken.json\n").find("broken.json:1: is not valid JSON") !=
        std::string::npos);
  CHECK(in_folder("warm_start = none.csv\n").find("none.csv") != std::string::npos);
}
