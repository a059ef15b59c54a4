#include "tuner/cli/lr_find.hpp"

#include <algorithm>
#include <cmath>
#include <iostream>
#include <sstream>

#include "search/base/error.hpp"
#include "tuner/cli/setup.hpp"
#include "tuner/cli/watch.hpp"
#include "tuner/report/atomic_file.hpp"
#include "tuner/report/csv_row.hpp"
#include "tuner/report/plot.hpp"
#include "tuner/report/text.hpp"
#include "tuner/study/estimator.hpp"

namespace tune::tuner {
namespace {

namespace fs = std::filesystem;
using base::InputError;

double number(const char* option, const std::string& text) {
  const base::Value value = base::parse_value(text);
  const base::Key key = base::positive_key(option, std::nullopt, 1e6, {});
  const std::string wrong = key.complaint(value);
  if (!wrong.empty()) throw InputError("--" + key.name + ": " + wrong);
  const auto* whole = std::get_if<std::int64_t>(&value);
  return whole != nullptr ? static_cast<double>(*whole) : std::get<double>(value);
}

model::RateSweep sweep_of(const CommandLine& line) {
  model::RateSweep sweep;
  if (!line.low.empty()) sweep.low = number("from", line.low);
  if (!line.high.empty()) sweep.high = number("to", line.high);
  if (line.steps > 0) sweep.steps = line.steps;
  if (sweep.low >= sweep.high) {
    throw InputError("--to: " + short_number(sweep.high) + " is not above --from, " +
                     short_number(sweep.low));
  }
  return sweep;
}

std::string described(const base::Configuration& configuration) {
  std::string text;
  for (const auto& [name, value] : configuration) {
    if (name == "learning_rate") continue;
    text += (text.empty() ? "" : ", ") + name + " = " + short_value(value);
  }
  return text.empty() ? "the space file's model" : text;
}

void write_curve(std::ostream& out, const model::RateCurve& curve) {
  const std::vector<double> smooth = curve.smoothed();
  write_csv_row(out, {"step", "learning_rate", "loss", "smoothed_loss"});
  for (std::size_t i = 0; i < smooth.size(); ++i) {
    write_csv_row(out, {std::to_string(i + 1), csv_number(curve.rates[i]),
                        csv_number(curve.losses[i]), csv_number(smooth[i])});
  }
}

/// The losses over the rate, from the least to a little above where they start.
std::string drawing(const model::RateCurve& curve) {
  const std::vector<double> smooth = curve.smoothed();
  const double least = std::ranges::min(smooth), first = smooth.front();
  const double margin = std::max(first - least, 0.05 * std::abs(first)) * 0.3;
  std::ostringstream script;
  script << "$curve << END\n";
  for (std::size_t i = 0; i < smooth.size(); ++i) {
    script << csv_number(curve.rates[i]) << ' ' << csv_number(curve.losses[i]) << ' '
           << csv_number(smooth[i]) << '\n';
  }
  script << "END\n"
            "set logscale x\nset format x '%.0e'\nset xlabel 'learning rate'\n"
            "set ylabel 'training loss'\nset grid lc rgb '#dddddd'\nset key bottom left Left "
            "reverse opaque\n"
         << "set xrange [" << csv_number(curve.rates.front()) << ':'
         << csv_number(curve.rates.back()) << "]\n"
         << "set yrange [" << csv_number(std::max(least - margin, std::min(least, 0.0))) << ':'
         << csv_number(first + margin) << "]\n"
         << "set arrow from " << csv_number(curve.suggestion()) << ", graph 0 to "
         << csv_number(curve.suggestion()) << ", graph 1 nohead lc rgb '#009e73' lw 2\n"
         << "set arrow from " << csv_number(curve.turning_point()) << ", graph 0 to "
         << csv_number(curve.turning_point()) << ", graph 1 nohead lc rgb '#d55e00' dt 2 lw 2\n"
         << "plot $curve using 1:2 with points pt 7 ps 0.25 lc rgb '#9ec5e8' title 'a batch', "
            "$curve using 1:3 with lines lw 2.5 lc rgb '#0072b2' title 'smoothed', "
            "NaN with lines lw 2 lc rgb '#009e73' title 'suggested: "
         << short_number(curve.suggestion())
         << "', NaN with lines dt 2 lw 2 lc rgb '#d55e00' title 'loss climbs from: "
         << short_number(curve.turning_point()) << "'\n";
  return script.str();
}

void report(const model::RateCurve& curve) {
  const double rate = curve.suggestion();
  const bool falls = curve.turning_point() >= curve.rates.back();
  std::cout << "the loss is least at a rate of " << short_number(curve.turning_point())
            << (curve.diverged ? ", and diverges at " + short_number(curve.rates.back())
                : falls        ? ", where the sweep ends: go further with --to"
                               : "")
            << "\n\nsuggested: learning_rate = " << short_number(rate)
            << "\nto search around it: learning_rate = reciprocal(" << short_number(rate / 10)
            << ", " << short_number(rate * 5) << ")\n\n";
}

}  // namespace

int find_learning_rate(const CommandLine& line) {
  const model::RateSweep sweep = sweep_of(line);
  const Spec spec = Spec::read(line.space, line.overrides);
  const Estimator estimator(spec, load_data(spec));
  const base::Configuration configuration = typical(spec);
  const fs::path out = line.out.empty() ? fs::path("runs") / spec.study().text("name") : line.out;

  if (!line.quiet) {
    std::cout << described(configuration) << ": " << sweep.steps << " steps, learning rate "
              << short_number(sweep.low) << " to " << short_number(sweep.high) << std::endl;
  }
  const Watch watch({.time_limit = std::nullopt, .tick = [] {}, .farewell = [] {}});
  const model::RateCurve curve =
      estimator.find_learning_rate(configuration, sweep, [&] { return watch.interrupted(); });
  if (watch.interrupted()) return 130;
  if (curve.losses.empty() || curve.turning_point() <= curve.rates.front()) {
    throw InputError("--from: " + short_number(sweep.low) +
                     ": the loss climbs from the start; begin with a smaller rate");
  }
  fs::create_directories(out);
  write_file(out / "lr_find.csv", [&](std::ostream& file) { write_curve(file, curve); });
  const bool drawn = can_plot();
  if (drawn) plot_svg(out / "lr_find.svg", drawing(curve));
  if (!line.quiet) {
    report(curve);
    std::cout << "curve in " << (out / "lr_find.csv").string()
              << (drawn ? ", picture in " + (out / "lr_find.svg").string()
                        : "; no picture, since gnuplot is not installed")
              << std::endl;
  }
  return 0;
}

}  // namespace tune::tuner
