#include <unistd.h>

#include <cmath>
#include <sstream>

#include "search/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"
#include "tuner/cli/import.hpp"
#include "tuner/report/explanation.hpp"
#include "tuner/report/importance.hpp"
#include "tuner/report/study_history.hpp"
#include "tuner/spec/earlier.hpp"
#include "tuner/storage/optuna_writer.hpp"
#include "tuner/storage/schema.hpp"
#include "tuner/storage/studies.hpp"

using namespace tune;
using tests::Folder;
using tuner::StoredStudy;
using tuner::StudyPlace;
using State = tuner::TrialRecord::State;

namespace {

/// The store that Optuna made (tests/golden/optuna_study.py).
StudyPlace optuna_store(const Folder& folder, const std::string& name) {
  const auto storage = tuner::StorageUrl::of_file(folder / "optuna.db");
  tuner::Database database(storage, tuner::Database::Mode::create);
  std::istringstream lines(
      tests::contents(std::string(TUNE_SOURCE_DIR) + "/tests/golden/optuna_study.sql"));
  std::string statement;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("--") || line == "BEGIN TRANSACTION;" || line == "COMMIT;") continue;
    statement += line + '\n';
    if (!line.ends_with(';')) continue;
    database.sql() << statement;
    statement.clear();
  }
  return {.folder = {}, .storage = storage, .name = name};
}

search::Domain domain_of(const StoredStudy& study, const std::string& name) {
  return study.space.parameters()[study.space.find(name).value()].domain;
}

}  // namespace

TEST_CASE("a study of Optuna is read: states, values, parameters") {
  const Folder folder;
  const StoredStudy study = tuner::load_study(optuna_store(folder, "conditional"));
  CHECK(!study.ours);
  CHECK(study.name == "conditional");
  CHECK(study.metrics[0].name == "value");
  CHECK(study.metrics[0].maximize);
  CHECK(study.running == 1);
  CHECK(study.waiting == 1);
  REQUIRE(study.records.size() == 9);
  CHECK(study.records[3].state == State::failed);
  CHECK(study.records[5].state == State::pruned);
  CHECK(study.records[8].number == 9);  // 8 runs
  CHECK(std::isinf(study.records[8].mean(0)));
  CHECK(study.records[0].mean(0) == 2.01448683388723948084e+00);
  CHECK(study.records[0].configuration ==
        base::Configuration{{"batch", std::int64_t{16}},
                            {"learning_rate", 1.44868338872393507404e-02},
                            {"momentum", 9.31301056888354517049e-02},
                            {"n_hidden", std::int64_t{2}},
                            {"optimizer", "sgd"}});
  CHECK(!study.records[1].configuration.contains("momentum"));
  CHECK(study.records[3].configuration.at("optimizer") == base::Value("none"));
  CHECK(study.epochs == 4);
  CHECK(study.records[5].budget == 2);
  CHECK(search::to_text(domain_of(study, "batch")) == "int(16, 64, step=16)");
  CHECK(search::to_text(domain_of(study, "learning_rate")) == "reciprocal(1e-04, 0.1)");
  // Two distributions, of which one is the wider.
  CHECK(search::to_text(domain_of(study, "momentum")) == "real(0, 0.75)");
}

TEST_CASE("what Optuna recorded can be explained, ranked and begun with") {
  const Folder folder;
  const StudyPlace place = optuna_store(folder, "conditional");
  StoredStudy study = tuner::load_study(place);
  const std::string text = tuner::explanation(study, 5, {}, 100);
  CHECK(text.find("Trial 5 of conditional: pruned") == 0);
  CHECK(text.find("A sampler of Optuna proposed it") != text.npos);
  CHECK_THROWS_WITH(tuner::explanation(study, 8, {}, 100),
                    "there is no trial 8: the run has 9 trials, from 0 on");
  study.records.pop_back();  // of infinite value
  CHECK(tuner::importance_of(study.summary())->trials == 6);

  const tuner::Earlier earlier =
      tuner::read_results("sqlite:///" + (folder / "optuna.db").string() + "#conditional");
  CHECK(earlier.metric.empty());
  CHECK(earlier.maximize == true);
  REQUIRE(earlier.trials.size() == 9);
  CHECK(earlier.trials[0].score == study.records[0].mean(0));
  CHECK(earlier.trials[5].state == "pruned");
  CHECK(earlier.trials[5].budget == 2);
  CHECK(!earlier.trials[8].score);

  tuner::StudyHistory history(place);
  history.read(study.records[5]);
  CHECK(study.records[5].folds[0].history ==
        std::vector<model::Logs>{{{"step", 0}, {"value", 2}}, {{"step", 1}, {"value", 2.1}}});
}

TEST_CASE("several objectives of Optuna have their names and directions") {
  const Folder folder;
  const StoredStudy study = tuner::load_study(optuna_store(folder, "two"));
  REQUIRE(study.objectives == 2);
  CHECK(study.metrics[0].name == "accuracy");
  CHECK(study.metrics[0].maximize);
  CHECK(study.metrics[1].name == "parameters");
  CHECK(!study.metrics[1].maximize);
  REQUIRE(study.records.size() == 6);
  CHECK(study.records[4].mean(0) == 4.2036780208748902865e-01);
  CHECK(study.records[4].mean(1) == 2);
}

TEST_CASE("what users have set on a study of Optuna and its trials is imported with it") {
  const Folder folder;
  const StudyPlace place = optuna_store(folder, "conditional");
  tuner::Database from(*place.storage, tuner::Database::Mode::existing);
  const long long id = tuner::find_study(from, "conditional").value();
  from.sql() << "INSERT INTO study_user_attributes (study_id, \"key\", value_json) VALUES (:id, "
                "'owner', '\"ada\"')",
      soci::use(id);
  // 8 runs, and is not imported: 9 comes to its place.
  from.sql()
      << "INSERT INTO trial_user_attributes (trial_id, \"key\", value_json) SELECT trial_id, "
         "'gpu', number FROM trials WHERE study_id = :id AND number IN (5, 8, 9)",
      soci::use(id);
  tuner::CommandLine line;
  line.source = "sqlite:///" + (folder / "optuna.db").string() + "#conditional";
  line.storage = "sqlite:///" + (folder / "copy.db").string();
  tuner::import_study(line);
  tuner::Database to(tuner::StorageUrl(line.storage), tuner::Database::Mode::existing);
  std::string text;
  for (const auto& [trial, key, json] :
       tuner::read_user_attributes(to, tuner::find_study(to, "conditional").value()))
    text += (trial ? std::to_string(*trial) : "study") + ' ' + key + ' ' + json + '\n';
  CHECK(text == "study owner \"ada\"\n5 gpu 5\n8 gpu 9\n");
}

TEST_CASE("rows in which Optuna may leave cells empty are passed over") {
  const Folder folder;
  const StudyPlace place = optuna_store(folder, "conditional");
  tuner::Database database(*place.storage, tuner::Database::Mode::existing);
  const long long id = tuner::find_study(database, "conditional").value();
  const std::size_t steps = tuner::read_steps(database, id).size();
  database.sql() << "INSERT INTO trial_user_attributes (trial_id, \"key\", value_json) SELECT "
                    "trial_id, 'empty', NULL FROM trials WHERE study_id = :id AND number = 5",
      soci::use(id);
  CHECK(tuner::read_user_attributes(database, id).empty());
  // Trial 5 has two.
  database.sql() << "UPDATE trials SET number = NULL WHERE study_id = :id AND number = 5",
      soci::use(id);
  CHECK(tuner::read_steps(database, id).size() == steps - 2);
}

TEST_CASE("a store that may not be written is read where nobody writes it") {
  const Folder folder;
  optuna_store(folder, "two");
  namespace fs = std::filesystem;
  const fs::path there = folder / "a #1";
  fs::create_directory(there);
  fs::rename(folder / "optuna.db", there / "optuna.db");
  REQUIRE(!fs::exists(there / "optuna.db-wal"));
  fs::permissions(folder / "", fs::perms(0755));
  fs::permissions(there / "optuna.db", fs::perms(0444));
  fs::permissions(there, fs::perms(0555));
  const StudyPlace place{
      .folder = {}, .storage = tuner::StorageUrl::of_file(there / "optuna.db"), .name = "two"};
  const bool root = geteuid() == 0;  // who may write everywhere
  if (root) REQUIRE(seteuid(65534) == 0);
  std::size_t records = 0;
  std::string error;
  try {
    records = tuner::load_study(place).records.size();
  } catch (const std::exception& failure) {
    error = failure.what();
  }
  if (root) REQUIRE(seteuid(0) == 0);
  fs::permissions(there, fs::perms(0755));
  CHECK(error.empty());
  CHECK(records == 6);
  CHECK(std::distance(fs::directory_iterator(there), {}) == 1);
}

TEST_CASE("a study of a store has to be named if there are several") {
  const Folder folder;
  const std::string file = (folder / "optuna.db").string();
  CHECK_THROWS_WITH(tuner::load_study(optuna_store(folder, "")),
                    file + ": has several studies, one of which is to be named: conditional, two");
  StudyPlace place = StudyPlace::parse("sqlite:///" + file + "#tow");
  CHECK_THROWS_WITH(tuner::load_study(place),
                    file + ": study 'tow' is not there; did you mean 'two'?");
  place = StudyPlace::parse("sqlite:///" + (folder / "none.db").string());
  CHECK_THROWS_WITH(tuner::load_study(place),
                    (folder / "none.db").string() + ": there is no such store");
  folder.write("text.db", "no database, but a text that is longer than a header");
  place = StudyPlace::parse("sqlite:///" + (folder / "text.db").string());
  CHECK_THROWS(tuner::load_study(place));
}

TEST_CASE("a study written as Optuna's is read as it was") {
  const Folder folder;
  for (const std::string name : {"conditional", "two"}) {
    const StoredStudy study = tuner::load_study(optuna_store(Folder(), name));
    const auto storage = tuner::StorageUrl::of_file(folder / "copy.db");
    tuner::Database database(storage, tuner::Database::Mode::create);
    tuner::OptunaStudy written{
        .name = name,
        .objectives = tuner::Objectives(study.metrics).first(study.objectives),
        .space = &study.space,
        .records = &study.records};
    write_optuna_study(database, written);
    CHECK_THROWS_WITH(write_optuna_study(database, written),
                      (folder / "copy.db").string() + ": there is a study '" + name +
                          "' already; give another name with --study");
    const StoredStudy copy = tuner::load_study({.folder = {}, .storage = storage, .name = name});
    REQUIRE(copy.records.size() == study.records.size());
    for (std::size_t i = 0; i < copy.records.size(); ++i) {
      CHECK(copy.records[i].configuration == study.records[i].configuration);
      CHECK(copy.records[i].state == study.records[i].state);
      for (std::size_t m = 0; m < study.objectives; ++m) {
        const double a = copy.records[i].mean(m), b = study.records[i].mean(m);
        CHECK((a == b || (std::isnan(a) && std::isnan(b))));
      }
    }
    for (std::size_t m = 0; m < study.objectives; ++m) {
      CHECK(copy.metrics[m].name == study.metrics[m].name);
      CHECK(copy.metrics[m].maximize == study.metrics[m].maximize);
    }
  }
}
