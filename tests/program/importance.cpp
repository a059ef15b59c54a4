#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

using namespace tune::tests;

namespace {

const char* const kStudy = R"([study]
trials = 24
seed = 3
[data]
generator = friedman1(120, noise=0.5)
[cv]
folds = 2
[training]
epochs = 4
validation = none
[space]
n_neurons = int(4, 24, log)
learning_rate = reciprocal(1e-4, 3e-2)
activation = choice(relu, elu)
)";

/// From "Importance" to the next empty line.
std::string importance_in(const std::string& output) {
  const auto from = output.find("Importance, by ");
  if (from == std::string::npos) return {};
  return output.substr(from, output.find("\n\n", from) + 1 - from);
}

Result in(const Folder& folder, const std::string& arguments) {
  return run("cd " + (folder / "").string() + " && " + TUNE_PROGRAM + ' ' + arguments);
}

}  // namespace

TEST_CASE("a run of enough trials says how important its parameters are, and so does its folder") {
  const Folder folder;
  folder.write("space.ini", kStudy);
  const Result study = in(folder, "--space space.ini --out a --jobs 2");
  INFO(study.output);
  REQUIRE(study.status == 0);
  const std::string said = importance_in(study.output);
  CHECK(said.starts_with("Importance, by the scores of 24 trials\n  learning_rate "));
  const Result again = in(folder, "importance a");
  CHECK(again.status == 0);
  CHECK(again.output == said);

  const auto json = nlohmann::json::parse(contents(folder / "a/results.json"))["importance"];
  CHECK(json["trials"] == 24);
  double all = json["rest"];
  for (const auto& [name, share] : json["parameters"].items()) all += share.get<double>();
  CHECK(all == Approx(1));
  CHECK(json["parameters"].size() == 3);

  CHECK(in(folder, "--space space.ini --out b --jobs 1 --quiet").status == 0);
  CHECK(nlohmann::json::parse(contents(folder / "b/results.json"))["importance"] == json);
}

TEST_CASE("of few trials importance is said only when asked for, with a warning") {
  const Folder folder;
  folder.write("space.ini", kStudy);
  const Result study = in(folder, "--space space.ini --out a --study.trials 5");
  CHECK(study.status == 0);
  CHECK(importance_in(study.output).empty());
  CHECK(nlohmann::json::parse(contents(folder / "a/results.json"))["importance"].is_null());
  const Result asked = in(folder, "importance a");
  CHECK(asked.status == 0);
  CHECK(asked.output.starts_with("Importance, by the scores of 5 trials\n"));
  CHECK(asked.output.find("\nThese are few trials: ") != std::string::npos);
  CHECK(in(folder, "--space space.ini --out c --study.trials 1 --quiet").status == 0);
  CHECK(in(folder, "importance c").status == 2);
  CHECK(in(folder, "importance nowhere").status == 2);
}
