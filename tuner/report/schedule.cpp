#include "tuner/report/schedule.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "tuner/report/layout.hpp"
#include "tuner/report/text.hpp"

namespace tune::tuner {
namespace {

using search::Bracket;
using search::Rung;
using search::Schedule;

/// Brackets that are alike.
struct Row {
  std::size_t first;  ///< its number
  Bracket bracket;
  std::size_t times;
};

std::vector<Row> rows_of(const Schedule& schedule) {
  std::vector<Row> rows;
  const std::size_t all = schedule.brackets(), pass = schedule.brackets_a_pass();
  for (std::size_t b = 0; b < std::min(all, pass); ++b) {
    rows.push_back({b, schedule.bracket(b), (all - b - 1) / pass + 1});
  }
  // The last one may have been cut.
  Row& model = rows[(all - 1) % pass];
  const Bracket last = schedule.bracket(all - 1);
  if (last == model.bracket) return rows;
  --model.times;
  rows.push_back({all - 1, last, 1});
  return rows;
}

/// "27@3  9@9", one cell for each number of epochs that a rung has, below those of other brackets.
std::vector<std::string> rung_cells(const std::vector<Row>& rows) {
  std::set<int> epochs;
  for (const Row& row : rows) {
    for (const Rung& rung : row.bracket) epochs.insert(rung.epochs);
  }
  std::vector<std::string> cells(rows.size());
  for (const int column : epochs) {
    std::vector<std::string> texts;
    std::size_t width = 0;
    for (const Row& row : rows) {
      const auto rung = std::ranges::find(row.bracket, column, &Rung::epochs);
      texts.push_back(rung == row.bracket.end()
                          ? ""
                          : std::to_string(rung->trials) + '@' + std::to_string(column));
      width = std::max(width, texts.back().size());
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      cells[i] += (cells[i].empty() ? "" : "  ") + right_aligned(texts[i], width);
    }
  }
  return cells;
}

}  // namespace

std::string schedule_text(const Schedule& schedule) {
  const std::vector<Row> rows = rows_of(schedule);
  TableColumn bracket{"bracket", {}, true, 0}, times{"times", {}, true, 0},
      rungs{"trials@epochs", rung_cells(rows), false, 0}, trials{"trials", {}, true, 0},
      resuming{"epochs", {}, true, 0}, restarting{"restarted", {}, true, 0};
  for (const Row& row : rows) {
    bracket.cells.push_back(std::to_string(row.first));
    times.cells.push_back(grouped_digits(row.times));
    trials.cells.push_back(grouped_digits(row.times * trials_of(row.bracket)));
    resuming.cells.push_back(grouped_digits(row.times * epochs_resuming(row.bracket)));
    restarting.cells.push_back(grouped_digits(row.times * epochs_restarting(row.bracket)));
  }
  bracket.cells.push_back("all");
  times.cells.push_back(grouped_digits(schedule.brackets()));
  rungs.cells.push_back("");
  trials.cells.push_back(grouped_digits(schedule.trials()));
  resuming.cells.push_back(grouped_digits(schedule.resuming()));
  restarting.cells.push_back(grouped_digits(schedule.restarting()));
  std::vector<TableColumn> columns = {bracket, rungs, trials, resuming, restarting};
  const bool repeated = schedule.brackets() > schedule.brackets_a_pass();
  if (repeated) columns.insert(columns.begin() + 1, times);
  return lay_out(std::move(columns), 0).text + '\n' + counted(schedule.starts(), "configuration") +
         " started" + (schedule.exhausts() ? ", all that the space has, " : ", ") +
         counted(schedule.trials(), "trial") + ", " + counted(schedule.resuming(), "epoch") +
         " a fold (" + grouped_digits(schedule.restarting()) + " if promotions started anew)\n";
}

}  // namespace tune::tuner
