#include "tuner/report/front_plot.hpp"

#include <algorithm>
#include <sstream>
#include <vector>

#include "tuner/report/csv_row.hpp"

namespace tune::tuner {
namespace {

constexpr double kWide =
    31.6;  ///< ratio of the largest to the least from which an axis is logarithmic

/// Lines of the second objective and the first one of these trials.
std::string points(const StudySummary& study, const std::vector<std::size_t>& trials) {
  std::string text;
  for (const std::size_t trial : trials) {
    const TrialRecord& record = (*study.records)[trial];
    text += csv_number(record.mean(1)) + ' ' + csv_number(record.mean(0)) + '\n';
  }
  return text;
}

bool is_wide(const StudySummary& study, const std::vector<std::size_t>& trials,
             std::size_t metric) {
  const auto mean = [&](std::size_t trial) { return (*study.records)[trial].mean(metric); };
  const auto [least, most] = std::ranges::minmax(trials, {}, mean);
  return mean(least) > 0 && mean(most) > kWide * mean(least);
}

}  // namespace

std::string front_drawing(const StudySummary& study) {
  std::vector<std::size_t> scored, front = first_front(study);
  for (const TrialRecord& record : *study.records) {
    if (record.state != TrialRecord::State::failed) scored.push_back(record.number);
  }
  if (scored.empty()) return {};
  std::ranges::stable_sort(front, {},
                           [&](std::size_t trial) { return (*study.records)[trial].mean(1); });
  std::ostringstream script;
  script << "$trials << END\n"
         << points(study, scored) << "END\n$front << END\n"
         << points(study, front) << "END\nset xlabel '" << study.metrics[1].name
         << "' noenhanced\nset ylabel '" << study.metrics[0].name
         << "' noenhanced\nset grid lc rgb '#dddddd'\nset key top right Left reverse opaque\n"
         << (is_wide(study, scored, 1) ? "set logscale x\n" : "")
         << (is_wide(study, scored, 0) ? "set logscale y\n" : "")
         << "plot $trials using 1:2 with points pt 7 ps 0.4 lc rgb '#9ec5e8' title 'a trial', "
            "$front using 1:2 with linespoints pt 7 ps 0.7 lw 1.5 dt 3 lc rgb '#d55e00' title "
            "'Pareto front'\n";
  return script.str();
}

}  // namespace tune::tuner
