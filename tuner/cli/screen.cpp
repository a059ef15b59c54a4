#include "tuner/cli/screen.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace tune::tuner {

Screen::Mode Screen::mode_for(bool quiet) {
  if (quiet) return Mode::quiet;
  return isatty(STDOUT_FILENO) == 1 ? Mode::live : Mode::plain;
}

std::size_t Screen::width() {
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 100;
}

void Screen::say(const std::string& line) {
  if (mode_ == Mode::quiet) return;
  const std::lock_guard lock(mutex_);
  erase();
  std::cout << line << std::endl;
}

void Screen::trial(const TrialRecord& record, Objectives objectives, const search::Space& space) {
  const std::lock_guard lock(mutex_);
  count(record, objectives.front());
  if (mode_ == Mode::plain) std::cout << trial_line(record, objectives, space) << std::endl;
}

void Screen::done_elsewhere(const TrialRecord& record, Objectives objectives, std::size_t folds) {
  const std::lock_guard lock(mutex_);
  count(record, objectives.front());
  progress_.folds_total -= std::min(folds, progress_.folds_total);
}

void Screen::count(const TrialRecord& record, const MetricInfo& metric) {
  ++progress_.trials_done;
  progress_.budget_done += static_cast<std::uint64_t>(record.budget - record.from);
  const bool failed = record.state == TrialRecord::State::failed;
  if (failed) {
    ++progress_.failed;
  } else if (!progress_.best_score || record.budget > best_budget_ ||
             (record.budget == best_budget_ &&
              minimised(record.mean(0), metric) < minimised(*progress_.best_score, metric))) {
    progress_.best_score = record.mean(0);
    progress_.best_trial = record.number;
    best_budget_ = record.budget;
  }
}

void Screen::tick(std::uint64_t epochs, std::size_t folds_done) {
  if (mode_ != Mode::live) return;
  const std::lock_guard lock(mutex_);
  progress_.epochs = epochs;
  progress_.folds_done = folds_done;
  progress_.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  erase();
  // One column stays free: some terminals wrap when the last one is written.
  std::cout << progress_line(progress_, width() - 1) << std::flush;
  drawn_ = true;
}

void Screen::clear() {
  const std::lock_guard lock(mutex_);
  erase();
  std::cout << std::flush;
}

void Screen::erase() {
  if (drawn_) std::cout << "\r\033[K";
  drawn_ = false;
}

}  // namespace tune::tuner
