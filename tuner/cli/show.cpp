#include "tuner/cli/show.hpp"

#include <iostream>

#include "search/base/error.hpp"
#include "tuner/cli/formats.hpp"
#include "tuner/cli/place.hpp"
#include "tuner/cli/screen.hpp"
#include "tuner/report/atomic_file.hpp"
#include "tuner/report/history_csv.hpp"
#include "tuner/report/results_csv.hpp"
#include "tuner/report/results_json.hpp"
#include "tuner/report/selection.hpp"
#include "tuner/report/study_history.hpp"
#include "tuner/report/table.hpp"
#include "tuner/report/text.hpp"
#include "tuner/report/winner.hpp"

namespace tune::tuner {
namespace {

using base::InputError;

Selection selection_of(const CommandLine& line) {
  Selection selection;
  selection.states = parse_states(line.states);
  if (!line.where.empty()) {
    try {
      selection.where = search::parse_condition(line.where);
    } catch (const InputError& error) {
      base::fail({"--where", 0, {}}, error.what());
    }
  }
  selection.sort = line.sort.substr(0, line.sort.find(' '));
  const std::string order = line.sort.substr(selection.sort.size());
  if (!order.empty() && order != " asc" && order != " desc") {
    throw InputError("--sort: expected NAME, 'NAME asc' or 'NAME desc', found '" + line.sort + "'");
  }
  selection.descending = order == " desc";
  if (line.top > 0) selection.top = line.top;
  return selection;
}

/// Trials that others have added stand apart: they are none of the study's.
StudySummary others_of(const StoredStudy& study) {
  StudySummary summary = study.summary();
  summary.records = &study.others;
  summary.space = &study.other_space;
  summary.metrics.resize(study.objectives);
  summary.splits = 1;
  summary.interrupted = false;
  return summary;
}

std::string others_text(const StoredStudy& study) {
  if (study.others.empty()) return {};
  StudySummary summary = others_of(study);
  summary.shown = select(summary, {});
  return "\nNot of the study, added by others: " + table_text(summary, {.width = Screen::width()});
}

std::string pending_text(const StoredStudy& study) {
  std::string text;
  const auto add = [&](std::size_t count, const std::string& what) {
    if (count > 0) text += (text.empty() ? "" : ", ") + counted(count, "trial") + ' ' + what;
  };
  add(study.running, "begun and not ended");
  add(study.waiting, "waiting");
  add(study.ended_later, "ended behind them");
  return text.empty() ? text : '\n' + text + '\n';
}

void print_table(const StoredStudy& study, StudySummary summary, Selection selection) {
  TableOptions options;
  options.width = Screen::width();
  // What has begun is told below the table, whether or not it goes on.
  summary.interrupted = summary.interrupted && study.running == 0;
  if (selection.top == Selection::kAll) selection.top = options.best;
  options.best = selection.top;
  if (!selection.is_plain()) summary.shown = select(summary, selection);
  std::cout << table_text(summary, options) << pending_text(study) << others_text(study);
}

void write_in(Format format, const StudySummary& summary) {
  if (format == Format::csv) write_results_csv(std::cout, summary);
  if (format == Format::json) write_results_json(std::cout, summary);
  if (format == Format::markdown) std::cout << table_markdown(summary);
}

}  // namespace

void show(const CommandLine& line) {
  const Format format = format_of(line.format);
  const Selection selection = selection_of(line);
  const StoredStudy study = load_study(place_of(line));
  StudySummary summary = study.summary();
  if (format == Format::table) {
    print_table(study, std::move(summary), selection);
  } else {
    // As a run leaves them: by their numbers.
    if (!selection.is_plain() || selection.top != Selection::kAll || format == Format::markdown) {
      summary.shown = select(summary, selection);
    }
    write_in(format, summary);
  }
  std::cout << std::flush;
}

int show_best(const CommandLine& line) {
  const Format format = format_of(line.format);
  const StudyPlace place = place_of(line);
  const StoredStudy study = load_study(place);
  StudySummary summary = study.summary();
  if (winner_text(summary).empty()) {
    std::cerr << "tune: " << place.text() << ": no trial has a score" << std::endl;
    return 1;
  }
  if (format == Format::table) {
    std::cout << winner_text(summary) << std::flush;
    return 0;
  }
  summary.shown = study.objectives > 1 ? first_front(summary) : select(summary, {.top = 1});
  write_in(format, summary);
  std::cout << std::flush;
  return 0;
}

void export_study(const CommandLine& line) {
  const bool json = line.format == "json";
  if (!json && !line.format.empty() && line.format != "csv") {
    throw InputError("--format: expected csv or json, found '" + line.format + "'");
  }
  const StudyPlace place = place_of(line);
  const StoredStudy study = load_study(place);
  const StudySummary summary = study.summary();
  StudyHistory history(place);
  const HistoryReader read = [&](TrialRecord& record) { history.read(record); };
  if (json) {
    write_file(line.out, [&](std::ostream& out) { write_results_json(out, summary, read); });
    return;
  }
  std::filesystem::create_directories(line.out);
  write_file(line.out / "results.csv", [&](std::ostream& out) { write_results_csv(out, summary); });
  write_file(line.out / "history.csv",
             [&](std::ostream& out) { write_history_csv(out, summary, read); });
  if (study.others.empty()) return;
  write_file(line.out / "others.csv",
             [&](std::ostream& out) { write_results_csv(out, others_of(study)); });
}

}  // namespace tune::tuner
