#include "tuner/cli/plan.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iostream>

#include "search/brackets.hpp"
#include "tuner/cli/asking.hpp"
#include "tuner/cli/forecast.hpp"
#include "tuner/cli/prepared.hpp"
#include "tuner/cli/screen.hpp"
#include "tuner/cli/setup.hpp"
#include "tuner/cli/table.hpp"
#include "tuner/report/layout.hpp"
#include "tuner/report/progress.hpp"
#include "tuner/report/schedule.hpp"
#include "tuner/report/text.hpp"

namespace tune::tuner {
namespace {

/// Trials below the full budget of two brackets, which overlap.
std::size_t most_kept(const search::Schedule& schedule) {
  const auto unfinished = [&](std::size_t b) {
    const search::Bracket bracket = schedule.bracket(b);
    return trials_of(bracket) - bracket.back().trials;
  };
  const std::size_t brackets = std::min(schedule.brackets(), schedule.brackets_a_pass() + 1);
  std::size_t most = unfinished(0);
  for (std::size_t b = 1; b < brackets; ++b) {
    most = std::max(most, unfinished(b - 1) + unfinished(b));
  }
  return most;
}

std::string settings_text(const Spec& spec, const search::Strategy& strategy) {
  const base::Reader study = spec.study();
  std::string text = study.text("name") + ": " + strategy_text(spec, strategy);
  for (const base::Key& key : search::strategies().at(study.text("strategy")).keys) {
    if (base::find_key(study_keys(), key.name) != nullptr || !study.has(key.name)) continue;
    text += ", " + key.name + " = " + study.text(key.name);
  }
  if (spec.pruner() != nullptr) text += ", pruner = " + study.text("pruner");
  if (study.has("metric")) text += ", metric = " + study.text("metric");
  if (strategy.chosen() != nullptr) text += '\n' + chosen_text(strategy);
  return text + '\n';
}

/// "30 trials are asked for, but the strategy has no more than 10"; empty: it has as many.
std::string lack_text(const Spec& spec, const search::Strategy& strategy, std::size_t trials) {
  if (!spec.study().has("trials") || strategy.schedule() != nullptr) return {};
  const auto wanted = static_cast<std::size_t>(spec.study().integer("trials"));
  if (wanted <= trials) return {};
  return counted(wanted, "trial") + " are asked for, but the strategy has no more than " +
         grouped_digits(trials) + '\n';
}

std::string plain_text(const search::Strategy& strategy, std::size_t trials, int epochs) {
  const std::size_t most = strategy.limit().value_or(trials);
  return (most > trials ? grouped_digits(trials) + " of " + counted(most, "trial")
                        : counted(trials, "trial")) +
         " of at most " + counted(static_cast<std::uint64_t>(epochs), "epoch") + ": at most " +
         counted(trials * static_cast<std::uint64_t>(epochs), "epoch") + " a fold\n";
}

/// Two digits of the milliseconds, where duration_text would have none.
std::string epoch_text(double seconds) {
  if (seconds >= 0.01) return duration_text(seconds);
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), seconds * 1000,
                                 std::chars_format::general, 2);
  return std::string(digits.data(), end.ptr) + "ms";
}

std::string timings_text(const Forecast& forecast, const search::Space& space) {
  TableColumn what{"", {}, false, 0}, parameters{"parameters", {}, true, 0},
      epoch{"an epoch", {}, true, 0}, configuration{"configuration", {}, false, 0};
  for (const Timed& timed : forecast.timed) {
    what.cells.push_back(timed.what);
    parameters.cells.push_back(grouped_digits(static_cast<std::uint64_t>(timed.parameters)));
    epoch.cells.push_back(epoch_text(timed.epoch));
    configuration.cells.push_back(parameter_list(timed.configuration, space));
  }
  return "\nTimed on one core, " + grouped_digits(forecast.rows) + " rows a fold:\n\n" +
         lay_out({what, parameters, epoch, configuration}, Screen::width()).text;
}

std::size_t megabytes(std::size_t bytes) {
  return (bytes + (1u << 20) - 1) >> 20;
}

/// Fits that can run at the same time: where trials wait for outcomes, those of a window.
int fits_at_once(const Prepared& study, int jobs) {
  if (!is_windowed(*study.strategy, study.rules)) return jobs;
  const std::size_t most = study.rules.window * study.estimator.folds();
  return static_cast<int>(std::min(static_cast<std::size_t>(jobs), most));
}

std::string time_text(const Forecast& forecast, const Workload& workload, std::size_t window) {
  std::string text = "About " + duration_text(forecast.seconds) + " on " +
                     counted(static_cast<std::uint64_t>(workload.jobs), "thread");
  if (workload.at_once < workload.jobs) {
    text += ", of which window = " + std::to_string(window) + " keeps " +
            std::to_string(workload.at_once) + " busy,";
  }
  text += " if no fit stops early";
  if (workload.refit) text += ", the winner's training on all rows included";
  if (forecast.timed.size() > 1) {
    text += "; " + duration_text(forecast.least) + " if all were as quick as the quickest, " +
            duration_text(forecast.most) + " as the slowest";
  }
  return text;
}

std::string memory_text(const Forecast::Memory& memory, int jobs) {
  const std::size_t base = megabytes(memory.base), fit = megabytes(memory.fit),
                    kept = megabytes(memory.kept);
  const auto text = [](std::size_t size) { return grouped_digits(size) + " MB"; };
  return "About " + text(base + fit * static_cast<std::size_t>(jobs) + kept) +
         " of memory: " + text(base) + " for the program and the data, " + std::to_string(jobs) +
         " x " + text(fit) + " for fits" +
         (kept == 0 ? "" : ", " + text(kept) + " for fits that may go on");
}

}  // namespace

void plan(const CommandLine& line) {
  const Spec spec = Spec::read(line.space, line.overrides);
  const search::Setting setting = setting_of(spec);
  const auto strategy = make_strategy(spec, setting);
  check_warm_start(spec, *strategy);
  const search::Schedule* schedule = strategy->schedule();
  const int epochs = static_cast<int>(largest(spec, "epochs"));
  const std::size_t trials = trials_of(spec, *strategy);
  std::cout << settings_text(spec, *strategy) << '\n'
            << (schedule != nullptr ? schedule_text(*schedule)
                                    : plain_text(*strategy, trials, epochs))
            << lack_text(spec, *strategy, trials) << std::flush;
  if (!line.timing) return;

  const Prepared study(spec, checkpoint_bytes(line));
  const Workload workload{
      .trials = trials,
      .epochs =
          schedule != nullptr ? schedule->resuming() : trials * static_cast<std::uint64_t>(epochs),
      .full_epochs = epochs,
      .kept = schedule != nullptr ? most_kept(*schedule) : 0,
      .checkpoint_bytes = checkpoint_bytes(line),
      .jobs = jobs_of(line),
      .at_once = fits_at_once(study, jobs_of(line)),
      .asking = asking_seconds(study.spec.space(), *study.strategy, study.rules),
      .refit = spec.study().flag("refit")};
  const Forecast forecast = tuner::forecast(spec, study.estimator, workload);
  const std::size_t width = Screen::width();
  std::cout << timings_text(forecast, spec.space()) << '\n'
            << paragraph(time_text(forecast, workload, study.rules.window), 0, width);
  const std::string asking =
      asking_text(strategy_text(spec, *strategy), "takes about", workload.asking, forecast.seconds);
  if (!asking.empty()) std::cout << paragraph(asking, 0, width);
  if (forecast.memory) {
    std::cout << paragraph(memory_text(*forecast.memory, workload.jobs), 0, width);
  }
}

}  // namespace tune::tuner
