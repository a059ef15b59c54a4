// How a study spreads over workers that share a database: a simulation in virtual time.
//
//   benchmark_scaling windows|load|quality SURROGATE
//     JSON lines; scaling.py makes tables and pictures of them. SURROGATE has LCBench's networks,
//     as scaling.py writes them.
//       windows   utilisation, by workers and window, of a strategy that learns from outcomes
//       load      utilisation and what the database does, by workers and strategy
//       quality   the best accuracy of TPE by window, beside random search
//
// The strategies are the real ones, asked as a study asks them (tuner/study/study.cpp); trials last
// as long as LCBench says, of which there are 52 epochs at the most.
#include <Eigen/Core>
#include <algorithm>
#include <cstdio>
#include <deque>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "experiments/benchmarks/functions.hpp"
#include "search/strategy.hpp"

namespace {

using namespace tune;
using Eigen::ArrayXXf;
using Eigen::MatrixXf;

constexpr int kEpochs = 52;

/// What a training comes to.
struct Training {
  double seconds;   ///< from its first epoch on
  double accuracy;  ///< of validation, in percent
};

/// The published networks that stand for LCBench; see shared/bench/lcbench.
class Surrogate {
 public:
  explicit Surrogate(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::string name;
    for (Eigen::Index rows, columns; in >> name >> rows >> columns;) {
      in.get();
      Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> values(rows, columns);
      in.read(reinterpret_cast<char*>(values.data()),
              static_cast<std::streamsize>(sizeof(float)) * values.size());
      arrays_[name] = values;
    }
    if (arrays_.empty()) throw std::runtime_error("cannot read " + path);
  }

  std::size_t tasks() const { return static_cast<std::size_t>(at("embedding").rows()); }

  /// Rows of the space and the epochs of each training.
  std::vector<Training> train(std::size_t task, const std::vector<std::vector<double>>& rows,
                              const std::vector<int>& epochs) const {
    const auto n = static_cast<Eigen::Index>(rows.size());
    MatrixXf raw(8, n);
    for (Eigen::Index i = 0; i < n; ++i) {
      const auto at = static_cast<std::size_t>(i);
      raw(0, i) = static_cast<float>(epochs[at]);
      for (Eigen::Index p = 0; p < 7; ++p) {
        raw(1 + p, i) = static_cast<float>(rows[at][static_cast<std::size_t>(p)]);
      }
    }
    const MatrixXf out = outputs(task, raw);
    std::vector<Training> trainings;
    for (Eigen::Index i = 0; i < n; ++i) trainings.push_back({out(0, i), out(1, i)});
    return trainings;
  }

 private:
  const MatrixXf& at(const std::string& name) const { return arrays_.at(name); }

  /// An embedding of the task, a residual gated network, sigmoids: its first two outputs.
  MatrixXf outputs(std::size_t task, const MatrixXf& raw) const {
    const Eigen::Index n = raw.cols();
    ArrayXXf x = raw.array();
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      if (at("in_log")(i, 0) != 0) x.row(i) = x.row(i).max(1e-12f).log();
      x.row(i) = (x.row(i) - at("in_shift")(i, 0)) / at("in_scale")(i, 0);
    }
    MatrixXf input(32, n);
    input << at("embedding").row(static_cast<Eigen::Index>(task)).transpose().replicate(1, n),
        x.matrix();
    MatrixXf h = (at("first_w") * input).colwise() + at("first_b").col(0);
    const auto normed = [&](const std::string& name) {
      return MatrixXf((h.array().colwise() * at(name + "_scale").col(0).array()).colwise() +
                      at(name + "_shift").col(0).array());
    };
    for (const std::string i : {"0", "1", "2"}) {
      const MatrixXf both =
          (at("l" + i + "_w0") * normed("n" + i)).colwise() + at("l" + i + "_b0").col(0);
      const Eigen::Index half = both.rows() / 2;
      const MatrixXf gated = both.topRows(half).cwiseProduct(both.bottomRows(half).cwiseMax(0.0f));
      h += (at("l" + i + "_w1") * gated).colwise() + at("l" + i + "_b1").col(0);
    }
    h = normed("last").cwiseMax(0.0f);
    const ArrayXXf z =
        ((at("head_w").topRows(2) * h).colwise() + at("head_b").col(0).head(2)).array();
    ArrayXXf y = 1 / (1 + (-z).exp());
    for (Eigen::Index i = 0; i < 2; ++i) {
      y.row(i) = y.row(i) * at("out_scale")(i, 0) + at("out_shift")(i, 0);
      if (at("out_exp")(i, 0) != 0) y.row(i) = y.row(i).exp();
    }
    return y.matrix();
  }

  std::map<std::string, MatrixXf> arrays_;
};

search::Space lcbench_space() {
  return benchmarks::space_of({{"batch_size", "int(16, 512, log)"},
                               {"learning_rate", "reciprocal(1e-4, 1e-1)"},
                               {"momentum", "real(0.1, 0.99)"},
                               {"weight_decay", "real(1e-5, 1e-1)"},
                               {"num_layers", "int(1, 5)"},
                               {"max_units", "int(64, 1024, log)"},
                               {"max_dropout", "real(0, 1)"}});
}

/// Asks a strategy for the trials of a study, with the rule of the window.
class Asker {
 public:
  Asker(const std::string& name, std::size_t trials, std::size_t window, std::uint64_t seed,
        bool windowed)
      : setting_{.space = lcbench_space(),
                 .epochs = kEpochs,
                 .configurations = {},
                 .trials = trials,
                 .window = window,
                 .seed = seed},
        trials_(setting_.space),
        stream_(base::Rng(seed).split(base::stream::ask)) {
    const auto& row = search::strategies().at(name);
    strategy_ = row.make(setting_, base::Reader({}, row.keys));
    windowed_ = windowed || strategy_->adaptive();
  }
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  /// The next trial, if it can be asked for now; `done` says that there will be none.
  std::optional<std::size_t> next() {
    while (!done_ && trials_.size() < *setting_.trials) {
      const std::size_t n = trials_.size();
      if (waiting_ || (windowed_ && known_ + setting_.window < n + 1)) {
        if (known_ >= committed_) return std::nullopt;
        ++known_;
        waiting_ = false;
        continue;
      }
      search::Move move = strategy_->ask(search::Prefix(trials_, known_, n), stream_.split(n));
      if (const auto* proposal = std::get_if<search::Proposal>(&move))
        return trials_.add(*proposal);
      (std::holds_alternative<search::Done>(move) ? done_ : waiting_) = true;
    }
    done_ = true;
    return std::nullopt;
  }

  void finish(std::size_t trial, double accuracy) {
    const int epochs = trials_.epochs(trial);
    if (epochs == kEpochs) {
      trials_.finish(trial, search::Scored{-accuracy});
      best_ = std::max(best_, accuracy);
    } else {
      trials_.finish(trial, search::Pruned{-accuracy, epochs});
    }
    while (committed_ < trials_.size() && trials_.finished(committed_)) ++committed_;
  }

  bool done() const { return done_; }
  double best() const { return best_; }
  const search::Trials& trials() const { return trials_; }

 private:
  search::Setting setting_;
  search::Trials trials_;
  base::Rng stream_;
  std::unique_ptr<const search::Strategy> strategy_;
  bool windowed_ = false, waiting_ = false, done_ = false;
  std::size_t known_ = 0, committed_ = 0;
  double best_ = 0;
};

/// Seconds and counts of what a worker says to the database (tuner/storage/study_store.cpp).
struct Database {
  double statement = 0.6e-3;        ///< to run it, with the ways there and back
  double commit = 2e-3;             ///< of a claim and of an outcome, until it is on the disk
  int claim = 4, claim_locked = 3;  ///< statements, and those under the lock of the study's row
  int begin = 1, outcome = 4;
  double lease = 30;  ///< a heartbeat each third of it

  /// Until the next one can claim.
  double locked() const { return claim_locked * statement + commit; }
  int statements() const { return claim + begin + outcome; }
};

/// How a study went.
struct Course {
  std::size_t trials = 0;
  double seconds = 0;   ///< until the last trial has ended
  double claiming = 0;  ///< until the last one was claimed
  double busy = 0;      ///< of all workers together
  double again = 0;     ///< of it, to train anew what another worker had trained
  double steady = 0;    ///< share of busy workers while the second half of the trials was claimed
  double longest = 0;   ///< trial
  std::size_t notified = 0;  ///< notifications delivered to those who wait, each with a read
  double best = 0;

  double mean() const { return busy / static_cast<double>(trials); }  ///< of a trial
};

/// Workers that each claim a trial, train it and write its outcome, until there is none.
class Simulation {
 public:
  using Train = std::function<Training(const search::Trials&, std::size_t trial)>;

  Simulation(Asker& asker, std::size_t workers, double speed, Train train)
      : asker_(asker), workers_(workers), speed_(speed), train_(std::move(train)) {}

  Course run() {
    for (std::size_t worker = 0; worker < workers_; ++worker) ready(worker, 0);
    while (!events_.empty()) {
      Event event = events_.top();
      events_.pop();
      // PostgreSQL commits those who notify one after the other.
      event.time = committed_ = std::max(event.time, committed_) + database_.commit;
      asker_.finish(event.trial, event.accuracy);
      course_.seconds = event.time;
      course_.notified += idle_.size();
      std::deque<std::size_t> waiting;
      waiting.swap(idle_);
      ready(event.worker, event.time);
      for (const std::size_t worker : waiting) ready(worker, event.time + database_.statement);
    }
    course_.trials = asker_.trials().size();
    course_.best = asker_.best();
    course_.claiming = spans_.back().first;
    const double from = spans_[spans_.size() / 2].first, to = course_.claiming;
    for (const auto& [begin, end] : spans_) {
      course_.busy += end - begin;
      course_.longest = std::max(course_.longest, end - begin);
      course_.steady += std::max(0.0, std::min(end, to) - std::max(begin, from));
    }
    course_.steady /= (to - from) * static_cast<double>(workers_);
    return course_;
  }

 private:
  struct Event {
    double time;
    std::size_t worker, trial;
    double accuracy;
    bool operator>(const Event& other) const {
      return std::tie(time, trial) > std::tie(other.time, other.trial);
    }
  };

  struct Trained {
    std::size_t worker;
    double seconds;  ///< from the first epoch on
  };

  /// A worker looks for a trial; those who find none wait.
  void ready(std::size_t worker, double now) {
    if (!idle_.empty() || asker_.done()) return rest(worker);
    const std::optional<std::size_t> trial = asker_.next();
    if (!trial) return rest(worker);
    unlocked_ = std::max(now, unlocked_) + database_.locked();
    const double begin = unlocked_ + database_.begin * database_.statement;
    const search::Trials& trials = asker_.trials();
    const Training training = train_(trials, *trial);
    double seconds = training.seconds / speed_;
    if (const auto parent = trials.parent(*trial)) {
      // Its fits are kept by the worker that trained them.
      const Trained& before = trained_[*parent];
      if (before.worker == worker) {
        seconds -= before.seconds / speed_;
      } else {
        course_.again += before.seconds / speed_;
      }
    }
    trained_.push_back({worker, training.seconds});
    spans_.emplace_back(begin, begin + seconds);
    const double told = begin + seconds + database_.outcome * database_.statement;
    events_.push({told, worker, *trial, training.accuracy});
  }

  void rest(std::size_t worker) {
    if (!asker_.done()) idle_.push_back(worker);
  }

  Asker& asker_;
  const std::size_t workers_;
  const double speed_;
  const Train train_;
  const Database database_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::deque<std::size_t> idle_;
  std::vector<Trained> trained_;                  ///< of each trial
  std::vector<std::pair<double, double>> spans_;  ///< begin and end of each, as they were claimed
  double unlocked_ = 0, committed_ = 0;
  Course course_;
};

Simulation::Train trained_by(const Surrogate& surrogate, std::size_t task) {
  return [&surrogate, task](const search::Trials& trials, std::size_t trial) {
    const auto row = trials.row(trial);
    return surrogate.train(task, {{row.begin(), row.end()}}, {trials.epochs(trial)}).front();
  };
}

/// The same for full trainings of random draws, whose values are computed once and used in turns.
Simulation::Train drawn_before(const Surrogate& surrogate, std::size_t task) {
  constexpr std::size_t kDraws = 20'000;
  Asker asker("random", kDraws, kDraws, 1, false);
  std::vector<std::vector<double>> rows;
  while (const auto trial = asker.next()) {
    const auto row = asker.trials().row(*trial);
    rows.emplace_back(row.begin(), row.end());
  }
  const std::vector<int> epochs(rows.size(), kEpochs);
  return
      [trainings = surrogate.train(task, rows, epochs)](const search::Trials&, std::size_t trial) {
        return trainings[trial % trainings.size()];
      };
}

void print(const nlohmann::ordered_json& line) {
  std::printf("%s\n", line.dump().c_str());
  std::fflush(stdout);
}

/// Of LCBench's tasks the one with the most uneven trials but one, and the one with the most even.
constexpr std::size_t kUneven = 0, kEven = 5;

/// How long workers wait for the window: nothing else is asked of the strategy, so that it may be
/// random search under the rule of those that learn.
void adaptive_windows(const Surrogate& surrogate, std::size_t task) {
  const Simulation::Train drawn = drawn_before(surrogate, task);
  for (const std::size_t workers : {10, 100, 1'000, 10'000}) {
    for (const std::size_t factor : {1, 2, 4, 8, 16, 32}) {
      const std::size_t window = factor * workers;
      Asker asker("random", std::max(20 * workers, 4 * window), window, 1, true);
      const Course course = Simulation(asker, workers, 1, drawn).run();
      print({{"strategy", "adaptive"},
             {"task", task},
             {"workers", workers},
             {"factor", factor},
             {"utilisation", course.steady},
             {"longest", course.longest / course.mean()}});
    }
  }
}

void windows(const Surrogate& surrogate) {
  adaptive_windows(surrogate, kUneven);
  adaptive_windows(surrogate, kEven);
  for (const std::size_t workers : {10, 100}) {
    for (const std::size_t factor : {1, 2, 4, 8, 16, 32, 64, 128}) {
      const std::size_t window = factor * workers;
      Asker asker("hyperband", std::max(20 * workers, 4 * window), window, 1, false);
      const Course course = Simulation(asker, workers, 1, trained_by(surrogate, kEven)).run();
      print({{"strategy", "hyperband"},
             {"task", kEven},
             {"workers", workers},
             {"factor", factor},
             {"utilisation", course.steady},
             {"longest", course.longest / course.mean()}});
    }
  }
}

void load(const Surrogate& surrogate) {
  const Database database;
  const Simulation::Train drawn = drawn_before(surrogate, kUneven);
  const Simulation::Train trained = trained_by(surrogate, kUneven);
  for (const double speed : {1.0, 100.0}) {
    for (const std::string strategy : {"random", "tpe", "hyperband"}) {
      for (const std::size_t workers : {10, 100, 1'000, 10'000}) {
        // To ask TPE for a hundred thousand trials takes longer than all the rest.
        if (strategy == "tpe" && workers == 10'000) continue;
        const std::size_t window = 8 * workers, trials = std::max<std::size_t>(10 * workers, 206);
        Asker asker(strategy, trials, window, 1, false);
        const Course course =
            Simulation(asker, workers, speed, strategy == "random" ? drawn : trained).run();
        const auto count = static_cast<double>(course.trials), w = static_cast<double>(workers);
        print({{"strategy", strategy},
               {"workers", workers},
               {"window", window},
               {"trials", course.trials},
               {"trial_seconds", course.mean()},
               {"utilisation", course.busy / (w * course.seconds)},
               {"again", course.again / course.busy},
               {"trials_a_second", count / course.claiming},
               {"locked", count * database.locked() / course.claiming},
               {"heartbeats", 3 * w / database.lease},
               {"writes", count * database.statements() / course.claiming},
               {"reads", (count + static_cast<double>(course.notified)) / course.seconds},
               {"notifications", count * w / course.claiming},
               {"rows_read", count * w / course.claiming}});
      }
    }
  }
}

/// Every outcome is there as soon as the window needs it.
double best_of(const Surrogate& surrogate, const std::string& strategy, std::size_t trials,
               std::size_t window, std::size_t task, std::uint64_t seed) {
  Asker asker(strategy, trials, window, seed, false);
  return Simulation(asker, window, 1, trained_by(surrogate, task)).run().best;
}

void quality(const Surrogate& surrogate) {
  constexpr std::size_t kTrials = 400, kSeeds = 10;
  for (std::size_t task = 0; task < surrogate.tasks(); ++task) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
      for (const std::size_t window : {1, 4, 16, 64, 256}) {
        print({{"strategy", "tpe"},
               {"task", task},
               {"window", window},
               {"best", best_of(surrogate, "tpe", kTrials, window, task, seed)}});
      }
      print({{"strategy", "random"},
             {"task", task},
             {"best", best_of(surrogate, "random", kTrials, 1, task, seed)}});
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::map<std::string, void (*)(const Surrogate&)> parts = {
      {"windows", windows}, {"load", load}, {"quality", quality}};
  const auto part = parts.find(argc == 3 ? argv[1] : "");
  if (part == parts.end()) {
    std::fputs("usage: benchmark_scaling windows|load|quality SURROGATE\n", stderr);
    return 2;
  }
  try {
    part->second(Surrogate(argv[2]));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
  return 0;
}
