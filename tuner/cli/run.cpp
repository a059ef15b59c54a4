#include "tuner/cli/run.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>

#include "model/io/keras_h5.hpp"
#include "model/io/keras_weights.hpp"
#include "search/brackets.hpp"
#include "tuner/cli/asking.hpp"
#include "tuner/cli/place.hpp"
#include "tuner/cli/prepared.hpp"
#include "tuner/cli/screen.hpp"
#include "tuner/cli/setup.hpp"
#include "tuner/cli/watch.hpp"
#include "tuner/report/atomic_file.hpp"
#include "tuner/report/front_plot.hpp"
#include "tuner/report/history_csv.hpp"
#include "tuner/report/importance.hpp"
#include "tuner/report/plot.hpp"
#include "tuner/report/results_csv.hpp"
#include "tuner/report/results_json.hpp"
#include "tuner/report/table.hpp"
#include "tuner/report/text.hpp"
#include "tuner/report/winner.hpp"
#include "tuner/spec/duration.hpp"
#include "tuner/stopwatch.hpp"
#include "tuner/storage/folder_lock.hpp"
#include "tuner/storage/schema.hpp"
#include "tuner/storage/studies.hpp"
#include "tuner/storage/study_place.hpp"
#include "tuner/storage/study_store.hpp"
#include "tuner/study/estimator.hpp"
#include "tuner/study/study.hpp"

namespace tune::tuner {
namespace {

namespace fs = std::filesystem;
using base::InputError;

bool is_in(const StorageUrl& storage, const std::string& study) {
  if (storage.is_file() && !fs::exists(storage.file())) return false;
  Database database(storage, Database::Mode::reading);
  bool found = false;
  database.read([&] { found = has_our_tables(database) && find_study(database, study); });
  return found;
}

/// A folder that is not there yet, and a name that no study of the store has.
StudyPlace new_place(const CommandLine& line, const StudyPlace& wanted) {
  StudyPlace place = wanted;
  const auto taken = [&] {
    return fs::exists(place.folder) || (place.storage && is_in(*place.storage, place.name));
  };
  for (int i = 2; taken(); ++i) {
    const std::string suffix = '-' + std::to_string(i);
    place.folder = wanted.folder.string() + suffix;
    if (!line.storage.empty()) place.name = wanted.name + suffix;
  }
  return place;
}

/// Where the results and the study are: of a run that is to go on, or a new one.
StudyPlace place_of_run(const CommandLine& line, const std::string& name) {
  StudyPlace place{.folder = line.out.empty() ? fs::path("runs") / name : line.out, .name = name};
  if (!line.storage.empty()) place.storage = StorageUrl(line.storage);
  if (line.fresh) return new_place(line, place);
  const StudyPlace before = StudyPlace::parse(place.folder.string());
  const auto refuse = [&](const std::string& why) {
    throw InputError(place.folder.string() + ": " + why +
                     "; give another folder with --out DIR, or --new");
  };
  if (const auto store = before.store()) {
    if (place.storage && place.storage->portable() != store->portable()) {
      refuse("its study is in " + store->text());
    }
    if (!place.storage) place.storage = before.storage;
    if (!before.name.empty()) place.name = before.name;
  } else if (!place.storage && fs::exists(place.folder / "results.csv")) {
    refuse("holds results without a store to go on from");
  }
  return place;
}

/// One study, from its space file to its results.
class Run {
 public:
  Run(const CommandLine& line, Spec spec)
      : line_(line),
        place_(place_of_run(line, spec.study().text("name"))),
        out_(place_.folder),
        jobs_(jobs_of(line)),
        study_(std::move(spec), checkpoint_bytes(line)),
        screen_(Screen::mode_for(line.quiet), start()) {}

  int run() {
    const bool is_new = !fs::exists(out_);
    const FolderLock lock(out_);
    try {
      open_store();
    } catch (...) {
      std::error_code ignored;
      if (is_new) fs::remove(out_, ignored);
      throw;
    }
    screen_.say(announcement(study_.spec, *study_.strategy, study_.rules, study_.estimator, jobs_));
    if (store_->recorded() > 0) {
      screen_.say("going on: " + counted(store_->recorded(), "trial") + " recorded in " +
                  (place_.storage ? *place_.storage : own_store()).text());
    }
    if (study_.strategy->chosen() != nullptr) screen_.say(chosen_text(*study_.strategy));
    if (!study_.rules.earlier.empty()) {
      screen_.say("the strategy knows " + counted(study_.rules.earlier.size(), "trial") + " of " +
                  study_.spec.warm_start()->file);
    }
    if (study_.estimator.stops_on_scored_rows()) {
      screen_.say(
          "warning: the rows that score a trial also decide when it stops, so that scores "
          "come out too good; [training] validation = 0.2 keeps them apart");
    }
    Watch watch({.time_limit = parse_duration(study_.spec.study().text("time_limit")),
                 .tick =
                     [this] {
                       screen_.tick(study_.estimator.epochs_done(), study_.estimator.folds_done());
                     },
                 .farewell = [this] { screen_.clear(); }});
    store_->give_up_with(&watch.stop());
    const std::vector<MetricInfo> objectives = study_.rules.objectives();
    const Stopwatch stopwatch;
    const StudyResult result = [&] {
      const auto executor = make_executor(jobs_);
      return run_study(study_.spec.space(), *study_.strategy, study_.rules, study_.estimator,
                       *executor, watch.stop(),
                       [&](const TrialRecord& record) {
                         screen_.trial(record, objectives, study_.spec.space());
                       },
                       {&*store_, [&](const TrialRecord& record) {
                          screen_.done_elsewhere(record, objectives, study_.estimator.folds());
                        }});
    }();
    const std::string asking = asking_text(strategy_text(study_.spec, *study_.strategy),
                                           "has taken", result.asking, stopwatch.seconds());
    if (!asking.empty()) screen_.say(asking);
    if (!result.ending.empty()) {
      screen_.say("the table ends with trial " + std::to_string(result.records.back().number) +
                  ": " + result.ending);
    }
    summary_ = study_.summary();
    summary_.records = &result.records;
    summary_.interrupted = watch.interrupted();
    summary_.importance = importance_of(summary_);
    if (summary_.importance && summary_.importance->trials < StudyImportance::kEnough) {
      summary_.importance.reset();
    }
    write_tables();
    write_file(out_ / "history.csv", [&](std::ostream& out) {
      write_history_csv(out, summary_,
                        [this](TrialRecord& record) { store_->read_history(record); });
    });
    const bool usable = keep_models(result.records, watch);
    screen_.clear();
    summary_.interrupted = watch.interrupted();
    write_tables();
    draw_front();
    report();
    return watch.interrupted() ? 130 : usable ? 0 : 1;
  }

 private:
  void open_store() {
    StudyEntry entry = study_.entry();
    entry.name = place_.name;
    const bool alone = !place_.storage;
    // Somebody who looks on wants to know at once.
    if (!alone && isatty(STDERR_FILENO) == 0) await_store(*place_.storage);
    store_.emplace(alone ? own_store() : *place_.storage, entry, study_.spec.space(),
                   study_.store_options(alone));
    if (!alone) write_file(out_ / kStoreNote, [&](std::ostream& out) { out << place_.note(); });
  }

  StorageUrl own_store() const { return StorageUrl::of_file(out_ / kStoreFile); }

  Progress start() const {
    Progress progress;
    progress.trials_total = study_.rules.trials;
    progress.folds_total = progress.trials_total * study_.estimator.folds();
    if (const auto* schedule = study_.strategy->schedule())
      progress.budget_total = schedule->resuming();
    return progress;
  }

  /// Trains the winner, and the next ones that are to be kept, on all training rows. False if no
  /// trial has a score.
  bool keep_models(const std::vector<TrialRecord>& records, const Watch& watch) {
    const std::vector<std::size_t> order = ranking(records, summary_.ranked_by());
    if (order.empty() || records[order.front()].state == TrialRecord::State::failed)
      return watch.interrupted();
    write_file(out_ / "best.ini", [&](std::ostream& out) {
      out << study_.spec.pinned_to(records[order.front()].configuration);
    });
    const bool refit = study_.spec.study().flag("refit");
    const std::size_t keep =
        std::max<std::size_t>(refit ? 1 : 0, static_cast<std::size_t>(line_.keep_models));
    for (std::size_t place = 0; place < std::min(keep, order.size()); ++place) {
      const TrialRecord& record = records[order[place]];
      if (record.state == TrialRecord::State::failed || watch.interrupted()) break;
      refit_one(record, place, watch);
    }
    return true;
  }

  void refit_one(const TrialRecord& record, std::size_t place, const Watch& watch) {
    try {
      const int epochs = record.refit_epochs();
      const Fitted fitted =
          study_.estimator.refit(record.configuration, epochs, [&] { return watch.interrupted(); });
      if (place == 0) {
        summary_.refit = Refit{record.number,     epochs,           fitted.test_scores,
                               fitted.train_rows, fitted.test_rows, fitted.fit_time};
        save(fitted, record, out_);
      }
      if (line_.keep_models > 0)
        save(fitted, record, out_ / "models" / std::to_string(record.number));
    } catch (const InputError&) {
      throw;
    } catch (const std::runtime_error& error) {
      if (!watch.interrupted())
        screen_.say("trial " + std::to_string(record.number) +
                    " cannot be trained on all rows: " + error.what());
    }
  }

  /// The model as a whole or, where Keras's file cannot hold it, its weights and the space file
  /// that makes its network.
  void save(const Fitted& fitted, const TrialRecord& record, const fs::path& folder) {
    fs::create_directories(folder);
    const model::Model& model = fitted.recipe.model;
    const std::string reason = model::why_not_whole(model);
    if (reason.empty()) {
      model::save_model(model, folder / "model.h5");
    } else {
      model::save_weights(model, folder / "model.weights.h5");
      write_file(folder / "model.ini",
                 [&](std::ostream& out) { out << study_.spec.pinned_to(record.configuration); });
      screen_.say((folder / "model.weights.h5").string() + ": the weights alone: " + reason);
    }
    save_pipeline(
        make_pipeline(study_.estimator.data(), fitted.preprocessing, fitted.recipe.inputs),
        folder / "preprocessing.json");
  }

  void write_tables() const {
    write_file(out_ / "results.csv", [&](std::ostream& out) { write_results_csv(out, summary_); });
    write_file(out_ / "results.json",
               [&](std::ostream& out) { write_results_json(out, summary_); });
  }

  /// A picture that cannot be drawn takes nothing from the results.
  void draw_front() {
    if (summary_.objectives == 1 || !can_plot()) return;
    const std::string drawing = front_drawing(summary_);
    if (drawing.empty()) return;
    try {
      plot_svg(out_ / "pareto_front.svg", drawing);
    } catch (const std::runtime_error& error) {
      screen_.say(error.what());
    }
  }

  void report() const {
    if (line_.quiet) return;
    TableOptions options;
    options.width = Screen::width();
    if (line_.verbose) options.best = options.failures = TableOptions::kAll;
    std::cout << '\n' << table_text(summary_, options);
    const std::string winner = winner_text(summary_);
    if (!winner.empty()) std::cout << '\n' << winner;
    if (summary_.importance) std::cout << '\n' << importance_text(*summary_.importance);
    std::cout << "\nresults in " << out_.string() << (summary_.interrupted ? " (interrupted)" : "")
              << std::endl;
  }

  const CommandLine& line_;
  const StudyPlace place_;
  const fs::path& out_;
  int jobs_;
  const Prepared study_;
  std::optional<StudyStore> store_;
  Screen screen_;
  StudySummary summary_;
};

}  // namespace

int run(const CommandLine& line) {
  return run(line, Spec::read(line.space, line.overrides));
}

int run(const CommandLine& line, Spec spec) {
  return Run(line, std::move(spec)).run();
}

}  // namespace tune::tuner
