// What it costs to keep trials in a store: seven parameters and 100 epochs each, claimed, begun and
// recorded one at a time as a study with one job does.
//
//   benchmark_store URL [TRIALS]     (100000)
//     JSON lines: milliseconds of the first 1,000 trials and of the last, those in between recorded
//     a hundred at a time; seconds to open the study and bytes of a trial
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "experiments/benchmarks/functions.hpp"
#include "search/strategy.hpp"
#include "tuner/identity.hpp"
#include "tuner/storage/study_store.hpp"

namespace {

using namespace tune;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kEach = 1000;  ///< trials that are timed
constexpr std::size_t kBatch = 100;
constexpr int kEpochs = 100;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void print(const nlohmann::ordered_json& line) {
  std::printf("%s\n", line.dump().c_str());
  std::fflush(stdout);
}

tuner::StudyEntry entry() {
  return {.name = "benchmark",
          .objectives = {{"mse", false}},
          .space = "{}",
          .canonical = "study.seed = 1\n",
          .data = "none",
          .program = tuner::this_program().text(),
          .summary = "{}"};
}

tuner::TrialRecord record_of(std::size_t number, const tuner::Planned& planned) {
  tuner::TrialRecord record{.number = number,
                            .configuration = planned.proposal.configuration,
                            .budget = kEpochs,
                            .parent = {},
                            .stage = {}};
  tuner::FoldResult fold;
  fold.epochs = fold.best_epoch = kEpochs;
  fold.fit_time = 0.1;
  for (int epoch = 1; epoch <= kEpochs; ++epoch) {
    const double loss = std::exp(-epoch / 30.0) + 1.0 / static_cast<double>(number + 3);
    fold.history.push_back({{"loss", loss}, {"val_loss", 1.1 * loss}});
  }
  fold.scores = {fold.history.back().at("val_loss")};
  fold.train_scores = {fold.history.back().at("loss")};
  record.folds.push_back(std::move(fold));
  return record;
}

/// Random search, whose trials go into a store.
class Study {
 public:
  explicit Study(const tuner::StorageUrl& url) : url_(url), store_(url_, entry(), kSpace, {}) {
    const auto& row = search::strategies().at("random");
    strategy_ = row.make(setting_, base::Reader({}, row.keys));
  }

  /// Trials up to that one, and what it took the store.
  void run(std::size_t end, std::size_t batch) {
    double claiming = 0, beginning = 0, recording = 0;
    const std::size_t first = next_;
    while (next_ < end) {
      std::vector<tuner::Planned> planned;
      for (std::size_t i = 0; i < batch && next_ + i < end; ++i) planned.push_back(ask());
      Clock::time_point start = Clock::now();
      for (std::size_t i = 0; i < planned.size(); ++i) store_.claim(next_ + i, planned[i]);
      claiming += seconds_since(start);
      start = Clock::now();
      for (std::size_t i = 0; i < planned.size(); ++i) store_.begin(next_ + i);
      beginning += seconds_since(start);
      std::vector<tuner::TrialRecord> records;
      for (const tuner::Planned& one : planned) records.push_back(record_of(next_++, one));
      start = Clock::now();
      store_.record(records);
      recording += seconds_since(start);
    }
    const auto count = static_cast<double>(end - first);
    print({{"bench", batch == 1 ? "one at a time" : "a batch at a time"},
           {"first", first},
           {"end", end},
           {"claim_ms", 1e3 * claiming / count},
           {"begin_ms", 1e3 * beginning / count},
           {"record_ms", 1e3 * recording / count},
           {"ms", 1e3 * (claiming + beginning + recording) / count}});
  }

 private:
  static inline const search::Space kSpace = benchmarks::mixed_space();

  tuner::Planned ask() {
    const search::Trials none(kSpace);
    const base::Rng rng = base::Rng(1).split(asked_++);
    return {std::get<search::Proposal>(strategy_->ask(search::Prefix(none, 0, 0), rng))};
  }

  const search::Setting setting_{.space = kSpace, .epochs = kEpochs, .configurations = {}};
  std::unique_ptr<const search::Strategy> strategy_;
  const tuner::StorageUrl url_;
  tuner::StudyStore store_;
  std::size_t asked_ = 0, next_ = 0;
};

double bytes(const tuner::StorageUrl& url) {
  double size = 0;
  tuner::Database database(url, tuner::Database::Mode::existing);
  const char* text = database.is_postgres() ? "SELECT pg_database_size(current_database())"
                                            : "SELECT page_count * page_size FROM "
                                              "pragma_page_count, pragma_page_size";
  database.read([&] { database.sql() << text, soci::into(size); });
  return size;
}

/// What PostgreSQL does now and then in the background, which a burst of trials leaves undone.
void settle(const tuner::StorageUrl& url) {
  tuner::Database database(url, tuner::Database::Mode::existing);
  if (!database.is_postgres()) return;
  database.sql() << "VACUUM ANALYZE";
  database.sql() << "CHECKPOINT";
}

void run(const tuner::StorageUrl& url, std::size_t trials) {
  double empty = 0;
  {
    Study study(url);
    empty = bytes(url);
    study.run(std::min(kEach, trials), 1);
    if (trials > 2 * kEach) study.run(trials - kEach, kBatch);
    settle(url);
    if (trials > kEach) study.run(trials, 1);
  }
  const Clock::time_point start = Clock::now();
  const search::Space space = benchmarks::mixed_space();
  const tuner::StudyStore store(url, entry(), space, {});
  print({{"bench", "open"},
         {"trials", store.recorded()},
         {"seconds", seconds_since(start)},
         {"bytes", (bytes(url) - empty) / static_cast<double>(trials)}});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: benchmark_store URL [TRIALS]\n", stderr);
    return 2;
  }
  try {
    run(tuner::StorageUrl(argv[1]), argc > 2 ? std::stoul(argv[2]) : 100'000);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
  return 0;
}
