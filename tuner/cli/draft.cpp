#include "tuner/cli/draft.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "search/base/error.hpp"
#include "tuner/cli/table.hpp"
#include "tuner/data/labels.hpp"
#include "tuner/report/text.hpp"
#include "tuner/spec/ini.hpp"

namespace tune::tuner {
namespace {

constexpr std::size_t kMostLabels = 20;      ///< whole numbers up to which they are classes
constexpr std::size_t kRowsALabel = 10;      ///< rows that each of them has at the least
constexpr std::size_t kMostCategories = 50;  ///< of a text column that is coded one-hot
constexpr double kLarge = 10;  ///< targets above it make losses that are hard to learn
constexpr std::size_t kWidth = 96;

using base::InputError;

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

/// What the target asks for, and how that is known.
struct Goal {
  std::string task, metric, loss, output, reason;
  bool scaled = false;  ///< are the targets too large to be learned as they are?
};

Goal goal_of(const CsvProfile& data, const ColumnProfile& target) {
  const base::Place place{.file = data.file.path.string(), .line = 0, .key = target.name};
  const std::string other = "; name another column with --target";
  if (target.distinct < 2) {
    base::fail(place, (target.distinct == 0 ? "has no value" : "has only one value") + other);
  }
  if (target.text && nearly_unique(target.distinct, data.rows)) {
    base::fail(place, std::to_string(target.distinct) + " different texts in " +
                          std::to_string(data.rows) + " rows are no classes" + other);
  }
  if (!target.bad.empty()) {
    base::fail({.file = place.file, .line = target.bad_line, .key = target.name},
               "'" + target.bad + "' is not a number, as most of its cells are" + other);
  }
  const std::string many = grouped_digits(target.distinct) +
                           (target.distinct == ColumnProfile::kMostDistinct ? " or more" : "") +
                           " different " + (target.text ? "texts" : "numbers");
  if (target.distinct == 2) {
    return {"binary", "accuracy", "binary_crossentropy", "sigmoid", many + ": two classes"};
  }
  const bool labels =
      target.whole && target.distinct <= kMostLabels && data.rows >= kRowsALabel * target.distinct;
  if (target.text || labels) {
    return {"multiclass", "accuracy", "sparse_categorical_crossentropy", "softmax",
            many + ": classes" +
                (target.text ? "" : ", if they are no amounts; else regression, mse, linear")};
  }
  return {"regression", "mse", "mse", "linear", many + ": amounts", target.largest > kLarge};
}

/// Why a column is of no use as a feature; empty: it is of use.
std::string useless(const CsvProfile& data, const ColumnProfile& column) {
  if (column.distinct == 0) return "no value";
  if (column.distinct == 1 && column.missing == 0) return "always the same";
  if (2 * column.missing > data.rows) return "most cells are missing";
  if (column.text &&
      (column.distinct > kMostCategories || nearly_unique(column.distinct, data.rows))) {
    return grouped_digits(column.distinct) + " different texts";
  }
  if (!column.bad.empty()) {
    return "'" + column.bad + "' in line " + std::to_string(column.bad_line) + " is no number";
  }
  if (column.counts) return "counts the rows";
  return {};
}

/// A space file as it grows.
class Draft {
 public:
  void section(const std::string& name) { text_ += "\n[" + name + "]\n"; }
  void remark(std::string text) {
    // The name of a column may hold anything.
    std::ranges::replace_if(
        text, [](unsigned char c) { return std::iscntrl(c) != 0; }, ' ');
    std::string lines = paragraph(text, 2, kWidth);
    for (std::size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1) lines[at] = ';';
    text_ += lines;
  }
  void key(const std::string& name, const std::string& value) {
    text_ += name + " = " + value + '\n';
  }
  std::string text() const { return text_; }

 private:
  std::string text_;
};

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

void write_columns(Draft& draft, const CsvProfile& data, const ColumnProfile& target) {
  std::vector<std::string> dropped, reasons, texts, gaps;
  std::size_t missing = 0;
  for (const ColumnProfile& column : data.columns) {
    if (&column == &target) continue;
    if (const std::string reason = useless(data, column); !reason.empty()) {
      dropped.push_back(column.name);
      reasons.push_back(column.name + " (" + reason + ")");
      continue;
    }
    if (column.text) {
      texts.push_back(column.name + " (" + std::to_string(column.distinct) + " categories)");
    }
    if (column.missing > 0)
      gaps.push_back(column.name + " (" + grouped_digits(column.missing) + ")");
    missing += column.missing;
  }
  if (dropped.size() + 1 == data.columns.size()) {
    throw InputError(data.file.path.string() +
                     ": no column is left as a feature: " + joined(reasons));
  }
  if (!texts.empty()) draft.remark("Columns of text, coded one-hot: " + joined(texts));
  if (!dropped.empty()) {
    draft.remark("Left out: " + joined(reasons));
    draft.key("drop", quoted(joined(dropped)));
  }
  if (target.missing > 0) {
    draft.remark("In " + counted(target.missing, "row") + " the target is missing" +
                 (gaps.empty() ? "" : "; other missing cells: " + joined(gaps)));
    draft.key("missing", "drop");
  } else if (missing > 0) {
    draft.remark("Missing cells: " + joined(gaps) + "; mean, or drop for the rows");
    draft.key("missing", "median");
  }
}

/// Rows that a fold is trained on: of all but the test's fifth two thirds, less a fifth of those.
std::size_t rows_a_fold(const CsvProfile& data) {
  return data.rows * 4 / 5 * 2 / 3 * 4 / 5;
}

std::string batches(const CsvProfile& data) {
  const std::size_t rows = rows_a_fold(data);
  const std::size_t smallest = rows < 1000 ? 2 : rows < 5000 ? 8 : 16;
  std::string text;
  for (std::size_t batch = smallest; batch <= 16 * smallest; batch *= 2) {
    if (batch > 2 && batch > rows / 4) break;
    text += (text.empty() ? "" : ", ") + std::to_string(batch);
  }
  return "ordinal(" + text + ")";
}

void write_data(Draft& draft, const CsvProfile& data, const ColumnProfile& target, const Goal& goal,
                const std::filesystem::path& csv) {
  draft.section("data");
  draft.key("csv", quoted(csv.string()));
  draft.remark(goal.reason);
  draft.key("target", quoted(target.name));
  draft.key("task", goal.task);
  if (goal.scaled) {
    draft.remark("Targets far from 0 are learned badly; scores are of the targets as they are");
    draft.key("target_scale", "standard");
  }
  write_columns(draft, data, target);
  draft.remark("A fifth of the rows is scored once, at the end");
  draft.key("test", "0.2");

  draft.section("cv");
  draft.key("folds", "3");
  // Stratified folds need a row of each class in each, beside those of the test.
  if (goal.task != "regression" && target.rarest < 4) {
    draft.remark("The rarest class has " + counted(target.rarest, "row") +
                 ", too few to share out evenly");
    draft.key("kind", "kfold");
  }
}

void write_model(Draft& draft, const Goal& goal) {
  draft.section("model");
  draft.key("builder", "mlp");
  if (goal.task == "regression") draft.remark("huber, if some targets lie far out");
  draft.key("loss", goal.loss);
  if (goal.task == "regression" && !goal.scaled) {
    draft.remark("softplus, if no target is below 0; sigmoid(0, 5), if all lie between 0 and 5");
  }
  draft.key("output", goal.output);
  draft.key("activation", "relu");

  draft.section("training");
  draft.remark(
      "At the most: a fit ends when the loss on a fifth of its rows has not become better "
      "for so many epochs");
  draft.key("epochs", "100");
  draft.key("patience", "10");
  draft.key("validation", "0.2");
}

void write_space(Draft& draft, const CsvProfile& data) {
  draft.section("space");
  draft.key("n_hidden", "int(1, 5)");
  draft.key("n_neurons", "int(10, 100)");
  draft.remark("sgd alone, if you want to see the effect of the rate and the batches plainly");
  draft.key("optimizer", "choice(sgd, adam)");
  draft.remark("Over decades; tune lr-find narrows it down");
  draft.key("learning_rate", "reciprocal(1e-4, 1e-1)");
  draft.remark("Small batches often generalise better, large ones train faster");
  draft.key("batch", batches(data));
}

}  // namespace

std::string likely_target(const CsvProfile& data) {
  constexpr std::array kNames = {"target", "label", "class", "outcome", "y"};
  for (const ColumnProfile& column : data.columns) {
    if (std::ranges::find(kNames, lower(column.name)) != kNames.end()) return column.name;
  }
  return data.columns.back().name;
}

std::string draft_space(const CsvProfile& data, const std::string& target,
                        const std::filesystem::path& csv) {
  const auto found = std::ranges::find(data.columns, target, &ColumnProfile::name);
  if (found == data.columns.end()) {
    throw InputError("--target: there is no column '" + target + "' in " + data.file.path.string() +
                     base::suggestion(target, data.file.names()));
  }
  const Goal goal = goal_of(data, *found);
  Draft draft;
  draft.remark("Drafted by tune init from " + csv.filename().string() + ": " +
               counted(data.rows, "row") + ", " + counted(data.columns.size(), "column") +
               (data.file.header ? ", named by the first row" : ", without a header"));
  draft.remark("tune --help-space says what else can be written here");
  draft.section("study");
  if (const std::string name = csv.stem().string(); !name.starts_with('.')) {
    draft.key("name", quoted(name));
  }
  draft.remark("hyperband spends few epochs on bad networks: for large spaces");
  draft.key("strategy", "random");
  draft.key("trials", "20");
  draft.key("seed", "42");
  draft.key("metric", goal.metric);
  write_data(draft, data, *found, goal, csv);
  write_model(draft, goal);
  write_space(draft, data);
  return draft.text();
}

}  // namespace tune::tuner
