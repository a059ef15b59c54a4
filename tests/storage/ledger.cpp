// What every store must keep to.

#include <algorithm>

#include "search/base/error.hpp"
#include "tests/storage/stores.hpp"
#include "tests/support/catch.hpp"
#include "tuner/storage/process_id.hpp"

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
  database.change(Database::Durable::no, [&] {
    database.sql() << "UPDATE tune_workers SET lease_until = " << database.now() << " - 60";
  });
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
    CHECK(two.record({&late, 1}).empty());
    TrialRecord other = late;
    other.folds[0].fit_time = 5;
    CHECK(three.record({&other, 1}) == std::vector<std::size_t>{0});
    CHECK(three.take(0)->folds[0].fit_time == late.folds[0].fit_time);
    CHECK(Process(url, "left").take(0)->folds[0].fit_time == late.folds[0].fit_time);
  });
}

TEST_CASE("who is late with several trials learns which of them others have recorded") {
  for_all([&](const StorageUrl& url) {
    Process late(url, "late");
    std::vector<TrialRecord> records;
    for (std::size_t i = 0; i < 3; ++i) {
      const Planned planned = some_planned(static_cast<std::int64_t>(i));
      REQUIRE(late.claim(i, planned) == Claim::mine);
      records.push_back(some_record(i, planned));
    }
    late.begin(1);
    expire_all(url);
    Process strict(url, "late", {.attempts = 1});
    CHECK(strict.claim(1, some_planned(1)) == Claim::ended);
    CHECK(late.record(records) == std::vector<std::size_t>{1});
    const auto recorded = late.take(1);
    REQUIRE(recorded);
    CHECK(recorded->failure == "its process ended 1 times while it ran");
    // The same once more is what a lost connection does.
    CHECK(late.record({&records[2], 1}).empty());
    Process last(url, "late");
    CHECK(last.recorded() == 3);
    CHECK(last.take(1)->state == TrialRecord::State::failed);
    CHECK(tests::same_record(*last.take(2), [&] {
      TrialRecord bare = records[2];
      for (FoldResult& fold : bare.folds) fold.history = {};
      return bare;
    }()));
  });
}

TEST_CASE("a trial that another process has taken over is not recorded as failed") {
  for_all([&](const StorageUrl& url) {
    Process first(url, "not failed");
    REQUIRE(first.claim(0, some_planned(2)) == Claim::mine);
    first.begin(0);
    expire_all(url);
    Process strict(url, "not failed", {.attempts = 1});
    Process lenient(url, "not failed", {.attempts = 0});
    REQUIRE(lenient.claim(0, some_planned(2)) == Claim::mine);
    CHECK(strict.claim(0, some_planned(2)) == Claim::elsewhere);
    const TrialRecord record = some_record(0, some_planned(2));
    CHECK(lenient.record({&record, 1}).empty());
  });
}

TEST_CASE("a trial that ends its processes too often has failed") {
  for_all([&](const StorageUrl& url) {
    for (int attempt = 1; attempt <= 3; ++attempt) {
      Process process(url, "killer", {.attempts = 3});
      CHECK(process.claim(0, some_planned(2)) == Claim::mine);
      CHECK(process.attempts(0) == attempt - 1);
      process.begin(0);
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

TEST_CASE("giving a trial back is no attempt, nor is a claim that never began") {
  for_all([&](const StorageUrl& url) {
    for (int i = 0; i < 4; ++i) {
      Process process(url, "given back", {.attempts = 2});
      CHECK(process.claim(0, some_planned(2)) == Claim::mine);
      CHECK(process.attempts(0) == 0);
      process.begin(0);
      process.release();
      CHECK(process.claim(1, some_planned(3)) == Claim::mine);
      CHECK(process.attempts(1) == 0);
      expire_all(url);
    }
    Process last(url, "given back", {.attempts = 2});
    CHECK(last.claim(0, some_planned(2)) == Claim::mine);
    CHECK(last.claim(1, some_planned(3)) == Claim::mine);
  });
}

TEST_CASE("a trial starts when it is begun, not when it is claimed") {
  for_all([&](const StorageUrl& url) {
    Process process(url, "start");
    REQUIRE(process.claim(0, some_planned(2)) == Claim::mine);
    REQUIRE(process.claim(1, some_planned(3)) == Claim::mine);
    Database database(url, Database::Mode::existing);
    const long long study = find_study(database, "start").value();
    database.change(Database::Durable::no, [&] {
      database.sql() << "UPDATE trials SET datetime_start = '2000-01-01 00:00:00' WHERE study_id = "
                        ":study",
          soci::use(study);
    });
    process.begin(1);
    std::vector<int> old(10);
    database.sql() << "SELECT number FROM trials WHERE study_id = :study AND datetime_start < "
                      "'2001-01-01 00:00:00'",
        soci::use(study), soci::into(old);
    CHECK(old == std::vector<int>{0});
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
    remove_study(database, find_study(database, "here").value(), false);
    CHECK(!find_study(database, "here"));
    Process again(url, "here"), other(url, "there");
    CHECK(again.planned(0) == nullptr);
    CHECK(other.planned(0) != nullptr);
  });
}

TEST_CASE("who works on a study that is removed can write no more") {
  for_all([&](const StorageUrl& url) {
    Process late(url, "removed"), idle(url, "removed");
    REQUIRE(late.claim(0, some_planned(7)) == Claim::mine);
    REQUIRE(late.claim(1, some_planned(8)) == Claim::mine);
    Database database(url, Database::Mode::existing);
    const long long study = find_study(database, "removed").value();
    CHECK_THROWS_WITH(remove_study(database, study, false),
                      Catch::Contains(" works on study 'removed'; --force removes it"));
    REQUIRE(find_study(database, "removed") == study);
    remove_study(database, study, true);
    // In SQLite this one gets the number of the study that was removed, and its trials theirs.
    Process next(url, "next one");
    REQUIRE(next.claim(0, some_planned(1)) == Claim::mine);
    const TrialRecord record = some_record(0, some_planned(7));
    const auto gone = Catch::Contains("has no part in the study any more");
    CHECK_THROWS_WITH(late.begin(0), gone);
    CHECK_THROWS_WITH(late.record({&record, 1}), gone);
    CHECK_THROWS_WITH(late.claim(2, some_planned(9)), gone);
    late.release();
    CHECK(next.attempts(0) == 0);
    const Process other(url, "next one");
    CHECK(other.recorded() == 0);
    CHECK(other.planned(1) == nullptr);
    CHECK(next.record({&record, 1}).empty());
    remove_study(database, find_study(database, "next one").value(), true);
  });
}

TEST_CASE("rows of processes that are long gone are removed, and their numbers not used again") {
  for_all([&](const StorageUrl& url) {
    { const Process first(url, "gone"); }
    Database database(url, Database::Mode::existing);
    const long long study = find_study(database, "gone").value();
    const auto numbers = [&](const std::string& process) {
      std::vector<long long> found(10);
      database.sql() << "SELECT worker_id FROM tune_workers WHERE study_id = :study AND process = "
                        ":process",
          soci::use(study), soci::use(process), soci::into(found);
      return found;
    };
    const double days[] = {8, 6};
    database.change(Database::Durable::no, [&] {
      for (const double ago : days) {
        database.sql()
            << "INSERT INTO tune_workers (study_id, process, lease_until) VALUES (:study, "
               "'host boot space 1 2', "
            << database.now() << " - 86400 * :ago)",
            soci::use(study), soci::use(ago);
      }
    });
    const std::vector<long long> before = numbers("host boot space 1 2");
    REQUIRE(before.size() == 2);
    {
      const Process next(url, "gone");
      CHECK(numbers("host boot space 1 2") == std::vector{before[1]});
    }
    database.change(Database::Durable::no, [&] {
      database.sql() << "DELETE FROM tune_workers WHERE study_id = :study", soci::use(study);
    });
    const Process last(url, "gone");
    const auto own = numbers(this_process());
    REQUIRE(own.size() == 1);
    CHECK(own[0] > before[1]);
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
