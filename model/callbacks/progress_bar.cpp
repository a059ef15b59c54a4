#include "model/callbacks/progress_bar.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ostream>

namespace tune::model {
namespace {

constexpr Index kWidth = 20;
/// Between two drawings on a terminal, in seconds.
constexpr double kInterval = 0.05;

double machine_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

template <class... Arguments>
std::string print(const char* format, Arguments... arguments) {
  char text[64];
  std::snprintf(text, sizeof text, format, arguments...);
  return text;
}

std::string repeat(std::string_view text, Index times) {
  std::string all;
  for (Index i = 0; i < times; ++i) all += text;
  return all;
}

/// "1ms/step".
std::string step_time(double seconds) {
  if (seconds >= 1 || seconds == 0) return print("%.0fs/step", seconds);
  if (seconds >= 1e-3) return print("%.0fms/step", seconds * 1e3);
  return print("%.0fus/step", seconds * 1e6);
}

/// Time left, as 5s, 1:05 or 1:01:05.
std::string time_left(double seconds) {
  const int whole = static_cast<int>(std::min(seconds, 1e9));
  if (seconds > 3600) {
    return print("%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }
  if (seconds > 60) return print("%d:%02d", whole / 60, whole % 60);
  return print("%ds", whole);
}

std::string figures(const Logs& logs) {
  std::string text;
  for (const auto& [name, value] : logs) {
    text += " - " + name + ": " + print(std::abs(value) > 1e-3 ? "%.4f" : "%.4e", value);
  }
  return text;
}

/// Columns on a terminal: neither the escape sequences nor the later bytes of a character count.
std::size_t columns(const std::string& text) {
  std::size_t count = 0;
  bool escape = false;
  for (const char c : text) {
    if (c == '\x1b') escape = true;
    if (!escape && (static_cast<unsigned char>(c) & 0xC0) != 0x80) ++count;
    if (c == 'm') escape = false;
  }
  return count;
}

}  // namespace

ProgressBar::ProgressBar(std::ostream& out, ProgressBarOptions options)
    : out_(out), options_(std::move(options)) {
  if (!options_.seconds) options_.seconds = machine_seconds;
}

void ProgressBar::on_epoch_begin(Training& training, int epoch) {
  if (training.epochs > 1) out_ << "Epoch " << epoch + 1 << '/' << training.epochs << '\n';
  start(training.batches);
}

void ProgressBar::on_epoch_end(Training&, int, Logs& logs) {
  finish(logs);
}

void ProgressBar::on_train_batch_end(Training&, Index batch, const BatchLogs& logs) {
  advance(batch, &logs);
}

void ProgressBar::on_test_begin(Inference& pass) {
  if (!pass.in_fit) start(pass.batches);
}

void ProgressBar::on_test_end(Inference& pass, const Logs& logs) {
  if (!pass.in_fit) finish(logs);
}

void ProgressBar::on_test_batch_end(Inference& pass, Index batch, const BatchLogs& logs) {
  if (!pass.in_fit) advance(batch, &logs);
}

void ProgressBar::on_predict_begin(Inference& pass) {
  start(pass.batches);
}

void ProgressBar::on_predict_end(Inference&) {
  finish({});
}

void ProgressBar::on_predict_batch_end(Inference&, Index batch, std::span<const Block>, Index) {
  advance(batch, nullptr);
}

void ProgressBar::start(Index batches) {
  batches_ = batches;
  started_ = drawn_ = options_.seconds();
  next_look_ = 0;
  width_ = 0;
}

void ProgressBar::advance(Index batch, const BatchLogs* logs) {
  if (batch < next_look_) return;
  const Index done = batch + 1;
  const double now = options_.seconds();
  if (batch == 0) first_step_ = now;
  if (!options_.terminal || options_.verbose != 1) {
    next_look_ = batches_;
    return;
  }
  // A look at the clock costs a good part of a small network's step.
  const double step = std::max(step_seconds(done, now), 1e-9);
  next_look_ = done + static_cast<Index>(std::min(kInterval / step / 4, 1e9));
  if (now - drawn_ < kInterval) return;
  draw(done, now, logs == nullptr ? Logs{} : logs->all(), false);
}

void ProgressBar::finish(const Logs& logs) {
  const double now = options_.seconds();
  if (options_.verbose == 1) {
    draw(batches_, now, logs, true);
  } else {
    out_ << batches_ << '/' << batches_ << " - " << print("%.0fs", now - started_) << " - "
         << step_time(step_seconds(batches_, now)) << figures(logs) << '\n';
  }
  out_.flush();
}

void ProgressBar::draw(Index done, double now, const Logs& logs, bool last) {
  const double step = step_seconds(done, now);
  const std::string time = last ? print("%.0fs", now - started_)
                                : time_left(step * static_cast<double>(batches_ - done));
  const std::string bold = options_.terminal ? "\x1b[1m" : "";
  const std::string plain = options_.terminal ? "\x1b[0m" : "";
  const std::string line =
      bar(done) + ' ' + bold + time + plain + ' ' + step_time(step) + figures(logs);
  if (options_.terminal) out_ << '\r';
  out_ << line;
  if (options_.terminal) {
    const std::size_t width = columns(line);
    if (width < width_) out_ << std::string(width_ - width, ' ');
    width_ = width;
  }
  if (last) out_ << '\n';
  out_.flush();
  drawn_ = now;
}

std::string ProgressBar::bar(Index done) const {
  const std::string all = std::to_string(batches_), now = std::to_string(done);
  const std::string count =
      std::string(all.size() - std::min(all.size(), now.size()), ' ') + now + '/' + all;
  const Index full = batches_ > 0 ? kWidth * done / batches_ : kWidth;
  if (!options_.terminal) return count + ' ' + repeat("━", kWidth);
  return "\x1b[1m" + count + "\x1b[0m " +
         (full > 0 ? "\x1b[32m" + repeat("━", full) + "\x1b[0m" : "") + "\x1b[37m" +
         repeat("━", kWidth - full) + "\x1b[0m";
}

/// Leaves out the first step, which is not like the others, where there are more.
double ProgressBar::step_seconds(Index done, double now) const {
  if (done < 1) return 0;
  if (done > 1) return (now - first_step_) / static_cast<double>(done - 1);
  return (now - started_) / static_cast<double>(done);
}

}  // namespace tune::model
