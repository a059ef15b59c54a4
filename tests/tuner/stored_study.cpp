#include "tuner/report/stored_study.hpp"

#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"
#include "tests/tuner/report_study.hpp"
#include "tuner/report/importance.hpp"
#include "tuner/report/results_json.hpp"

using namespace tune;
using tests::Folder;
using tuner::StoredStudy;

namespace {

std::string json_of(const tuner::StudySummary& study) {
  std::ostringstream out;
  tuner::write_results_json(out, study);
  return out.str();
}

StoredStudy load(const Folder& folder, const std::string& json) {
  folder.write("results.json", json);
  return tuner::load_study({folder / ""});
}

std::string refusal(const std::string& json) {
  const Folder folder;
  try {
    load(folder, json);
  } catch (const base::InputError& error) {
    CHECK(std::string(error.what()).starts_with((folder / "results.json").string() + ": "));
    return error.what();
  }
  return {};
}

/// The text with one part replaced by another.
std::string with(std::string text, const std::string& part, const std::string& other) {
  const auto at = text.find(part);
  REQUIRE(at != text.npos);
  return text.replace(at, part.size(), other);
}

/// Trials of which `budget` have come to each budget.
tests::HalvingStudy halving(std::vector<std::pair<int, std::size_t>> budgets) {
  tests::HalvingStudy study;
  study.records.clear();
  for (const auto& [budget, trials] : budgets) {
    for (std::size_t i = 0; i < trials; ++i) {
      const auto neurons = static_cast<std::int64_t>(1 + study.records.size() % 99);
      study.records.push_back(
          study.at(0, 0, budget, {},
                   tests::complete(study.records.size(), study.config(neurons),
                                   {tests::fold_of(static_cast<double>(neurons), 0, 0, budget)})));
    }
  }
  return study;
}

}  // namespace

TEST_CASE("a study read from its results.json writes the same again") {
  const Folder folder;
  tests::Study toy;
  toy.records[3].configuration["learning_rate"] = 1.0;
  const tests::HalvingStudy brackets;
  tests::Study pruned = toy;
  for (auto& record : pruned.records) record.budget = 10;
  pruned.records[3].state = tuner::TrialRecord::State::pruned;
  pruned.records[3].folds.back().pruned = pruned.records[3].budget = 4;
  for (const auto& study : {toy.summary(), brackets.summary(), pruned.summary()}) {
    const std::string text = json_of(study);
    CHECK(json_of(load(folder, text).summary()) == text);
  }
  const StoredStudy read = load(folder, json_of(brackets.summary()));
  CHECK(read.records[3].from == 1);
  CHECK(read.records[2].failure == "diverged");
}

TEST_CASE("what is no results.json is refused") {
  const Folder folder;
  CHECK_THROWS_WITH(
      tuner::load_study({folder / "there"}),
      (folder / "there").string() + ": holds no run: neither study.db nor results.json is there");
  const std::string good = json_of(tests::HalvingStudy().summary());
  CHECK(refusal(good).empty());
  for (const auto& [bad, message] : {
           std::pair(std::string("{"), "is not what a run writes: "),
           {std::string("[]"), "is not what a run writes: "},
           {with(good, "\"seed\": 42", "\"seed\": \"x\""), "is not what a run writes: "},
           {with(good, "int(1, 99)", "int(99, 1)"), "low is above high"},
           {with(good, "{\"n_neurons\":8}", "{\"n_neurons\":800}"), "trial 0: n_neurons: 800 is"},
           {with(good, "\"parent\":1", "\"parent\":7"), "trial 3: its parent comes after it"},
           {with(good, "\"trial\":1,", "\"trial\":5,"), "trial 1: a trial is missing before it"},
           {with(good, "\"pruned\"", "\"lost\""), "trial 0: unknown state 'lost'"},
           {with(good, "\"trial\":1,", R"("trial":1,"pruned":{"fold":1,"epochs":2},)"),
            "trial 1: it was not pruned in its last fold"},
           {with(good, "\"epochs\":[1]", "\"epochs\":[1,2,3]"), "is not what a run writes: "},
           {with(good, "\"epochs\":[1]", "\"epochs\":[]"), "trial 0: it has no folds"},
       }) {
    INFO(bad);
    CHECK(refusal(bad).find(message) != std::string::npos);
  }
}

TEST_CASE("a shard that cannot be one is refused") {
  const std::string good = json_of(tests::HalvingStudy().summary());
  const auto shard = [&](const std::string& text) {
    return tuner::parse_head(with(good, "\"seed\"", "\"shard\": " + text + ", \"seed\"")).shard;
  };
  CHECK(shard("[2, 16]")->text() == "3/16");
  for (const char* bad : {"[0, 0]", "[3, 3]", "[-1, 3]", "[0, 1000001]", "[0, -1]"}) {
    INFO(bad);
    CHECK_THROWS_AS(shard(bad), base::InputError);
  }
  CHECK_THROWS_AS(shard("[0]"), base::InputError);
}

TEST_CASE("importance is that of the largest budget with enough trials") {
  const auto budget = [](const tests::HalvingStudy& study) {
    const auto importance = tuner::importance_of(study.summary());
    return std::pair(importance->budget, importance->trials);
  };
  CHECK(budget(halving({{1, 90}, {3, 30}, {9, 10}})) == std::pair(3, std::size_t{30}));
  CHECK(budget(halving({{1, 9}, {3, 3}, {9, 2}})) == std::pair(1, std::size_t{9}));
  CHECK(!tuner::importance_of(halving({{1, 1}, {3, 1}}).summary()));
  tests::HalvingStudy none;
  none.records.clear();
  CHECK(!tuner::importance_of(none.summary()));
}

TEST_CASE("importance has a line a parameter") {
  CHECK(tuner::importance_text({90, 3, {{"learning_rate", 0.704}, {"n_hidden", 0.1}}, 0.196}) ==
        "Importance, by the scores of 90 trials with 3 epochs\n"
        "  learning_rate   70%  █████████████████████\n"
        "  n_hidden        10%  ███\n"
        "  the rest        20%  ██████\n");
  CHECK(tuner::importance_text({20, 0, {{"x", 1.0}}, 0.0})
            .starts_with("Importance, by the scores of 20 trials\n"));
}
