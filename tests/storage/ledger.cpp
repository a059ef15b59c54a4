// What every store must keep to.

#include <algorithm>

#include "search/base/error.hpp"
#include "tests/storage/stores.hpp"
#include "tests/support/catch.hpp"

using namespace tune;
using namespace tune::tuner;
using tests::some_planned, tests::some_record, tests::study_entry, tests::study_space;
using Claim = Ledger::Claim;

namespace {

/// Runs `check` with the URL of each kind of store.
template <class Check>
void for_all(const Check& check) {
  const tests::Folder folder;
  for (const std::string& url : tests::store_urls(folder)) {
    INFO(StorageUrl(url).text());
    check(StorageUrl(url));
  }
}

const search::Space kSpace = study_space();

/// What a process has of the study.
struct Process : StudyStore {
  Process(const StorageUrl& url, const std::string& name, Options options = {})
      : StudyStore(url, study_entry(name), kSpace, options) {}
};

/// Lets the leases of all processes of the store run out.
void expire_all(const StorageUrl& url) {
  Database database(url, Database::Mode::existing);
  database.change(Database::Durable::no,
                  [&] { database.sql() << "UPDATE tune_workers SET lease_until = 0"; });
}

std::string error_of(const StorageUrl& url, const StudyEntry& entry) {
  try {
    const StudyStore store(url, entry, kSpace, {});
  } catch (const base::InputError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("a record comes back to the bit, with its curves") {
  for_all([&](const StorageUrl& url) {
    std::vector<Planned> planned;
    std::vector<TrialRecord> records;
    for (std::size_t i = 0; i < 4; ++i) {
      planned.push_back(some_planned(static_cast<std::int64_t>(i), i / 2));
    }
    planned[2].proposal.parent = 1;
    planned[2].proposal.stage = search::Stage{3, 1};
    for (std::size_t i = 0; i < 4; ++i) records.push_back(some_record(i, planned[i]));
    records[1].folds[0].history[1]["val_loss"] = HUGE_VAL;
    records[1].folds[0].history[2]["loss"] = std::nan("");
    records[1].folds[1].history[0].erase("val_loss");
    records[2].state = TrialRecord::State::pruned;
    records[2].folds[1].pruned = 7;
    records[3].state = TrialRecord::State::failed;
    records[3].failure = "the 'loss' was not finite; \"quoted\" \n and ü";
    records[3].folds.pop_back();
    {
      Process first(url, "bits");
      for (std::size_t i = 0; i < 4; ++i) REQUIRE(first.claim(i, planned[i]) == Claim::mine);
      first.record(records);
      CHECK(first.recorded() == 4);
    }
    Process second(url, "bits", {.histories = true});
    for (std::size_t i = 0; i < 4; ++i) {
      REQUIRE(second.planned(i) != nullptr);
      CHECK(second.planned(i)->known == i / 2);
      CHECK(second.planned(i)->proposal.configuration == planned[i].proposal.configuration);
      CHECK(second.planned(i)->proposal.epochs == 9);
      CHECK(second.planned(i)->proposal.parent == planned[i].proposal.parent);
      CHECK(second.planned(i)->proposal.stage == planned[i].proposal.stage);
      const auto record = second.take(i);
      REQUIRE(record);
      CHECK(tests::same_record(*record, records[i]));
    }
    CHECK(second.planned(4) == nullptr);
  });
}

TEST_CASE("a failure of any bytes can be recorded") {
  for_all([&](const StorageUrl& url) {
    Process process(url, "bytes");
    REQUIRE(process.claim(0, some_planned(1)) == Claim::mine);
    TrialRecord record = some_record(0, some_planned(1));
    record.state = TrialRecord::State::failed;
    record.failure = "\xff\xfe broken";
    process.record({&record, 1});
    const auto back = Process(url, "bytes").take(0);
    REQUIRE(back);
    CHECK(back->failure.find("broken") != std::string::npos);
  });
}

TEST_CASE("of two processes one gets a trial, and the other one its record") {
  for_all([&](const StorageUrl& url) {
    Process one(url, "two"), other(url, "two");
    CHECK(one.claim(0, some_planned(3)) == Claim::mine);
    CHECK(other.claim(0, some_planned(3)) == Claim::elsewhere);
    REQUIRE(other.planned(0) != nullptr);
    CHECK(other.planned(0)->proposal.configuration == some_planned(3).proposal.configuration);
    CHECK(other.claim(1, some_planned(4)) == Claim::mine);
    CHECK(!other.take(0));
    const TrialRecord record = some_record(0, some_planned(3));
    one.record({&record, 1});
    // The word of it takes a moment; a look at the same store shows it at once.
    Process third(url, "two");
    CHECK(third.take(0));
    CHECK(third.claim(1, some_planned(4)) == Claim::elsewhere);
    CHECK(third.claim(0, some_planned(3)) == Claim::ended);
  });
}

TEST_CASE("what a process gives back, or leaves when its lease ends, another one takes over") {
  for_all([&](const StorageUrl& url) {
    Process one(url, "left");
    REQUIRE(one.claim(0, some_planned(0)) == Claim::mine);
    REQUIRE(one.claim(1, some_planned(1)) == Claim::mine);
    one.release();
    Process two(url, "left");
    CHECK(two.claim(0, some_planned(0)) == Claim::mine);
    expire_all(url);
    Process three(url, "left");
    CHECK(three.claim(0, some_planned(0)) == Claim::mine);
    CHECK(three.claim(1, some_planned(1)) == Claim::mine);
    // The late one does no harm.
    const TrialRecord late = some_record(0, some_planned(0));
    two.record({&late, 1});
    TrialRecord other = late;
    other.folds[0].fit_time = 5;
    three.record({&other, 1});
    CHECK(Process(url, "left").take(0)->folds[0].fit_time == late.folds[0].fit_time);
  });
}

TEST_CASE("a trial that ends its processes too often has failed") {
  for_all([&](const StorageUrl& url) {
    for (int attempt = 1; attempt <= 3; ++attempt) {
      Process process(url, "killer", {.attempts = 3});
      CHECK(process.claim(0, some_planned(2)) == Claim::mine);
      expire_all(url);
    }
    Process last(url, "killer", {.attempts = 3});
    CHECK(last.claim(0, some_planned(2)) == Claim::ended);
    const auto record = last.take(0);
    REQUIRE(record);
    CHECK(record->state == TrialRecord::State::failed);
    CHECK(record->failure == "its process ended 3 times while it ran");
    CHECK(Process(url, "killer", {.attempts = 0}).claim(0, some_planned(2)) == Claim::ended);
  });
}

TEST_CASE("giving a trial back is no attempt") {
  for_all([&](const StorageUrl& url) {
    for (int i = 0; i < 4; ++i) {
      Process process(url, "given back", {.attempts = 2});
      CHECK(process.claim(0, some_planned(2)) == Claim::mine);
      process.release();
    }
  });
}

TEST_CASE("numbers are dense and grow with Optuna's, whoever else adds trials") {
  for_all([&](const StorageUrl& url) {
    Process process(url, "dense");
    Database database(url, Database::Mode::existing);
    const auto study = find_study(database, "dense");
    REQUIRE(study);
    REQUIRE(process.claim(0, some_planned(0)) == Claim::mine);
    database.change(Database::Durable::no, [&] {
      database.sql()
          << "INSERT INTO trials (number, study_id, state) VALUES (1, :study, 'WAITING')",
          soci::use(*study);
    });
    REQUIRE(process.claim(1, some_planned(1)) == Claim::mine);
    std::vector<int> numbers(10);
    database.sql() << "SELECT number FROM trials WHERE study_id = :study ORDER BY trial_id",
        soci::use(*study), soci::into(numbers);
    CHECK(numbers == std::vector<int>{0, 1, 2});
    Process again(url, "dense");
    CHECK(again.planned(1) != nullptr);
    CHECK(again.planned(2) == nullptr);
  });
}

TEST_CASE("another study under the same name is refused with all that differs") {
  for_all([&](const StorageUrl& url) {
    { const Process first(url, "same"); }
    StudyEntry entry = study_entry("same");
    CHECK(error_of(url, entry).empty());
    entry.canonical = "study.seed = 2\nspace.x = int(0, 9)\nstudy.trials = 50\nstudy.window = 3\n";
    entry.data = "abd";
    entry.program = "tune 0.1, compiler 13.1.0";
    const std::string error = error_of(url, entry);
    INFO(error);
    for (const char* part :
         {"study 'same' is another one", "study.seed: 1, now 2", "study.window: not given, now 3",
          "the rows of the data have changed", "compiler 12.2.0, here 13.1.0"}) {
      CHECK(error.find(part) != std::string::npos);
    }
    CHECK(error.find("study.trials") == std::string::npos);
  });
}

TEST_CASE("studies of a store are apart, and one can be removed") {
  for_all([&](const StorageUrl& url) {
    const TrialRecord record = some_record(0, some_planned(7));
    {
      Process one(url, "here"), other(url, "there");
      REQUIRE(one.claim(0, some_planned(7)) == Claim::mine);
      one.record({&record, 1});
      REQUIRE(other.claim(0, some_planned(8)) == Claim::mine);
    }
    Database database(url, Database::Mode::existing);
    remove_study(database, find_study(database, "here").value());
    CHECK(!find_study(database, "here"));
    Process again(url, "here"), other(url, "there");
    CHECK(again.planned(0) == nullptr);
    CHECK(other.planned(0) != nullptr);
  });
}

TEST_CASE("a store that is none is refused in one line") {
  const tests::Folder folder;
  const auto file = folder.write("text.db", std::string(4096, 'x'));
  const std::string error = error_of(StorageUrl("sqlite:///" + file.string()), study_entry("s"));
  CHECK(error.find(file.string() + ": ") == 0);
  CHECK(error.find('\n') == std::string::npos);
  for (const char* text : {"", "study.db", "mysql://x/y", "sqlite://", "postgresql://"}) {
    CHECK_THROWS_AS(StorageUrl(text), base::InputError);
  }
  CHECK(StorageUrl("postgresql+psycopg2://me:secret@host:5/db").text() ==
        "postgresql://me@host:5/db");
  CHECK(StorageUrl("sqlite:////a/b.db").file() == "/a/b.db");
}

TEST_CASE("who joins a study knows how far it goes now") {
  for_all([&](const StorageUrl& url) {
    StudyEntry entry = study_entry("longer");
    { const StudyStore store(url, entry, kSpace, {}); }
    entry.canonical = "study.seed = 1\nspace.x = int(0, 9)\nstudy.trials = 50\n";
    entry.space = "{\"longer\": 1}";
    { const StudyStore store(url, entry, kSpace, {}); }
    Database database(url, Database::Mode::existing);
    const auto recorded = read_study(database, find_study(database, "longer").value());
    REQUIRE(recorded);
    CHECK(recorded->canonical == entry.canonical);
    CHECK(recorded->space == entry.space);
  });
}
