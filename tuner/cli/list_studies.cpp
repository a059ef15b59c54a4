#include "tuner/cli/list_studies.hpp"

#include <algorithm>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>

#include "search/base/error.hpp"
#include "tuner/cli/formats.hpp"
#include "tuner/cli/screen.hpp"
#include "tuner/report/csv_row.hpp"
#include "tuner/report/layout.hpp"
#include "tuner/report/stored_study.hpp"
#include "tuner/report/text.hpp"
#include "tuner/storage/overview.hpp"

namespace tune::tuner {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// A study, and the folder of its run.
struct Listed {
  std::string folder;
  StudyOverview study;
  std::string problem = {};  ///< why nothing can be said of it

  std::size_t in(const char* state) const {
    const auto found = study.trials.find(state);
    return found == study.trials.end() ? 0 : found->second;
  }
};

/// What only a results.json is left of.
StudyOverview overview_of_results(const fs::path& folder) {
  const StoredStudy study = load_study({.folder = folder});
  StudyOverview overview;
  overview.name = study.name;
  overview.strategy = study.strategy;
  constexpr const char* kStates[] = {"COMPLETE", "PRUNED", "FAIL"};
  const MetricInfo& metric = study.metrics.front();
  for (const TrialRecord& record : study.records) {
    ++overview.trials[kStates[static_cast<std::size_t>(record.state)]];
    if (record.state != TrialRecord::State::complete) continue;
    const double score = record.mean(0);
    if (!overview.best || minimised(score, metric) < minimised(*overview.best, metric)) {
      overview.best = score;
    }
  }
  return overview;
}

void add_store(std::vector<Listed>& all, const StorageUrl& storage, const std::string& folder) {
  Database database(storage, Database::Mode::reading);
  for (StudyOverview& study : overview_of(database)) all.push_back({folder, std::move(study)});
}

/// Adds what `add` finds or, so that the others are listed all the same, why it fails.
void try_to(std::vector<Listed>& all, const fs::path& folder, const std::function<void()>& add) {
  try {
    add();
  } catch (const std::exception& error) {
    const std::string name = folder.empty() ? "(TUNE_STORAGE)" : folder.filename().string();
    all.push_back({folder.string(), {.name = name, .strategy = {}}, error.what()});
  }
}

std::vector<Listed> runs_in(const fs::path& folder) {
  if (!fs::is_directory(folder)) {
    throw base::InputError(folder.string() + ": there is no such folder");
  }
  std::vector<fs::path> folders = {folder};
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::ranges::sort(folders);
  std::vector<Listed> all;
  for (const fs::path& run : folders) {
    try_to(all, run, [&] {
      if (fs::exists(run / kStoreFile)) {
        add_store(all, StorageUrl::of_file(run / kStoreFile), run.string());
      } else if (fs::exists(run / "results.json")) {
        all.push_back({run.string(), overview_of_results(run)});
      }
    });
  }
  return all;
}

/// Those of the store that is named in place of a folder; else those of the folder, and of the
/// store that a variable names beside it.
std::vector<Listed> all_of(const CommandLine& line) {
  std::vector<Listed> all;
  if (!line.storage.empty() && !line.by_variable) {
    if (!line.results.empty()) {
      throw base::InputError("--storage: takes the place of the folder " + line.results);
    }
    add_store(all, StorageUrl(line.storage), {});
    return all;
  }
  const fs::path folder = line.results.empty() ? "runs" : line.results;
  if (!line.by_variable || fs::is_directory(folder)) all = runs_in(folder);
  if (line.by_variable) try_to(all, {}, [&] { add_store(all, StorageUrl(line.storage), {}); });
  return all;
}

using Rows = std::vector<std::vector<std::string>>;

const std::vector<std::string>& headers() {
  static const std::vector<std::string> names = {"study",  "strategy", "complete", "pruned",
                                                 "failed", "pending",  "others",   "best",
                                                 "last",   "folder",   "problem"};
  return names;
}

std::vector<std::string> cells_of(const Listed& one, bool exact) {
  const StudyOverview& study = one.study;
  if (!one.problem.empty()) {
    return {study.name, "", "", "", "", "", "", "", "", one.folder, one.problem};
  }
  const std::string best = !study.best ? ""
                           : exact     ? csv_number(*study.best)
                                       : short_number(*study.best);
  return {study.name,
          study.strategy.empty() ? "(Optuna)" : study.strategy,
          std::to_string(one.in("COMPLETE")),
          std::to_string(one.in("PRUNED")),
          std::to_string(one.in("FAIL")),
          std::to_string(one.in("RUNNING") + one.in("WAITING")),
          std::to_string(study.others),
          best,
          study.last,
          one.folder,
          ""};
}

std::string table_of(const Rows& rows) {
  if (rows.empty()) return "no studies\n";
  std::vector<TableColumn> columns;
  std::string problems;
  for (const auto& cells : rows) {
    if (!cells.back().empty()) problems += (problems.empty() ? "\n" : "") + cells.back() + '\n';
  }
  for (std::size_t i = 0; i + 1 < headers().size(); ++i) {
    TableColumn column{headers()[i], {}, i >= 2 && i <= 7, 0};
    for (const auto& cells : rows) column.cells.push_back(cells[i]);
    const auto idle = [](const std::string& cell) { return cell.empty() || cell == "0"; };
    if (i > 2 && std::ranges::all_of(column.cells, idle)) continue;
    columns.push_back(std::move(column));
  }
  return lay_out(std::move(columns), Screen::width()).text + problems;
}

std::string markdown_of(const Rows& rows) {
  std::string text, rule;
  const auto add = [&](const std::vector<std::string>& cells) {
    for (const std::string& cell : cells) text += "| " + cell + ' ';
    text += "|\n";
  };
  add(headers());
  for (std::size_t i = 0; i < headers().size(); ++i) rule += i >= 2 && i <= 7 ? "|---:" : "|---";
  text += rule + "|\n";
  for (const auto& cells : rows) add(cells);
  return text;
}

std::string json_of(const std::vector<Listed>& all) {
  Json list = Json::array();
  for (const Listed& one : all) {
    Json json = {{"study", one.study.name},
                 {"strategy", one.study.strategy.empty() ? Json() : Json(one.study.strategy)},
                 {"complete", one.in("COMPLETE")},
                 {"pruned", one.in("PRUNED")},
                 {"failed", one.in("FAIL")},
                 {"running", one.in("RUNNING")},
                 {"waiting", one.in("WAITING")},
                 {"others", one.study.others},
                 {"best", one.study.best ? Json(*one.study.best) : Json()},
                 {"last", one.study.last.empty() ? Json() : Json(one.study.last)},
                 {"folder", one.folder.empty() ? Json() : Json(one.folder)},
                 {"problem", one.problem.empty() ? Json() : Json(one.problem)}};
    list.push_back(std::move(json));
  }
  return list.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace

void list_studies(const CommandLine& line) {
  const Format format = format_of(line.format);
  const std::vector<Listed> all = all_of(line);
  if (format == Format::json) {
    std::cout << json_of(all) << std::flush;
    return;
  }
  Rows rows;
  for (const Listed& one : all) rows.push_back(cells_of(one, format == Format::csv));
  if (format == Format::table) std::cout << table_of(rows);
  if (format == Format::markdown) std::cout << markdown_of(rows);
  if (format == Format::csv) {
    write_csv_row(std::cout, headers());
    for (const auto& cells : rows) write_csv_row(std::cout, cells);
  }
  std::cout << std::flush;
}

}  // namespace tune::tuner
