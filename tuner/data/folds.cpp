#include "tuner/data/folds.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <set>

#include "search/base/error.hpp"
#include "tuner/data/splits.hpp"

namespace tune::tuner {
namespace {

using base::Reader;
using base::Rng;

/// Streams under the one that a partition is given.
enum Stream : std::uint64_t { test_stream = 1, holdout_stream, folds_stream, validation_stream };

/// `validation` of [training], read.
struct Validation {
  double fraction = 0;  ///< 0: one of the words
  std::string word;     ///< holdout, fold, none
};

Validation read_validation(const base::Value& value) {
  const std::string text = base::to_text(value);
  if (text == "holdout" || text == "fold" || text == "none") return {0, text};
  const double fraction = base::to_number(value);
  if (!(fraction > 0 && fraction < 1)) {
    throw base::InputError("validation: '" + text +
                           "' is not allowed: a fraction above 0 and below 1, or holdout | fold | "
                           "none");
  }
  return {fraction, {}};
}

SplitKind kind_of(const Dataset& data, const Reader& options) {
  const std::string kind = options.text("kind");
  if (kind == "auto") {
    return !data.folds.empty()    ? SplitKind::column
           : !data.groups.empty() ? SplitKind::group
           : data.one_class()     ? SplitKind::stratified
                                  : SplitKind::kfold;
  }
  if (kind == "stratified" && !data.one_class()) {
    throw base::InputError("kind: stratified needs one class a row, the task is " +
                           task_names()[static_cast<std::size_t>(data.task)]);
  }
  if (kind == "group" && data.groups.empty()) {
    throw base::InputError("kind: group needs a column of groups; name it in [data] group");
  }
  if (kind == "column" && data.folds.empty()) {
    throw base::InputError("kind: column needs a column of fold numbers; name it in [data] fold");
  }
  return kind == "kfold"        ? SplitKind::kfold
         : kind == "stratified" ? SplitKind::stratified
         : kind == "group"      ? SplitKind::group
         : kind == "timeseries" ? SplitKind::timeseries
                                : SplitKind::column;
}

Rows rows_of_part(const Dataset& data, std::initializer_list<Part> parts) {
  Rows rows;
  for (std::uint32_t row = 0; row < data.rows(); ++row) {
    const Part part = data.parts.empty() ? Part::any : data.parts[row];
    if (std::ranges::find(parts, part) != parts.end()) rows.push_back(row);
  }
  return rows;
}

/// Rows that the data themselves hold out, or else the fraction that the key asks for.
void set_apart(const char* key, const SplitBy& by, const Reader& options, Rows& rest, Rows& held,
               Rng rng) {
  const double fraction = options.real(key);
  if (fraction == 0) return;
  if (!held.empty()) {
    throw base::InputError(std::string(key) + ": the data say themselves which rows these are (" +
                           (std::string_view(key) == "test" ? "test" : "valid") +
                           "); leave the fraction out");
  }
  std::tie(rest, held) = hold_out(by, rest, fraction, key, rng);
}

std::size_t number_of_folds(const Dataset& data, const Reader& options, SplitKind kind,
                            const Rows& rows) {
  const bool given = !options.is("folds", "auto");
  if (kind != SplitKind::column) {
    return given ? static_cast<std::size_t>(options.integer("folds")) : 3;
  }
  std::set<std::int32_t> numbers;
  for (const std::uint32_t row : rows) numbers.insert(data.folds[row]);
  numbers.erase(-1);
  if (numbers.size() < 2) {
    throw base::InputError("kind: the fold column has " + std::to_string(numbers.size()) +
                           " fold numbers in the rows for training, at least 2 are needed");
  }
  if (given && static_cast<std::size_t>(options.integer("folds")) != numbers.size()) {
    throw base::InputError("folds: the fold column has " + std::to_string(numbers.size()) +
                           " folds, not " + options.text("folds"));
  }
  return numbers.size();
}

/// How the training rows of a fold give up the ones that decide early stopping.
SplitBy validation_split(const SplitBy& by) {
  const bool own = by.kind != SplitKind::column;
  return {own ? by.kind : by.data.one_class() ? SplitKind::stratified : SplitKind::kfold, by.data};
}

Fold make_fold(const SplitBy& by, const Validation& validation, const Partition& partition,
               Rows train, Rows score, Rng rng) {
  Fold fold{std::move(train), {}, std::move(score)};
  if (validation.word == "holdout") fold.validation = partition.holdout;
  if (validation.word == "fold") fold.validation = fold.score;
  if (validation.fraction > 0) {
    std::tie(fold.train, fold.validation) =
        hold_out(validation_split(by), fold.train, validation.fraction, "validation", rng);
  }
  return fold;
}

/// The only fold of `folds = 1`: it is scored on the holdout, or else on its validation rows.
Fold single_fold(const SplitBy& by, const Validation& validation, const Partition& partition,
                 Rng rng) {
  Fold fold = make_fold(by, validation, partition, partition.train, partition.holdout, rng);
  if (fold.score.empty()) fold.score = fold.validation;
  if (fold.score.empty()) {
    throw base::InputError(
        "folds: one fold has nothing to be scored on; give [data] holdout, or [training] "
        "validation as a fraction");
  }
  return fold;
}

void check_classes(const Dataset& data, const Rows& rows) {
  if (!data.one_class()) return;
  const auto other = std::ranges::find_if(
      rows, [&](std::uint32_t row) { return data.y(0, row) != data.y(0, rows.front()); });
  if (other == rows.end()) {
    throw base::InputError("target: the rows for training have one class only, '" +
                           data.classes.at(static_cast<std::size_t>(data.y(0, rows.front()))) +
                           "'");
  }
}

}  // namespace

std::span<const base::Key> cv_keys() {
  static const std::array keys{
      base::integer_key("folds", base::Value(std::string("auto")), 1, 1e6,
                        "number of folds; auto: 3, or those of the fold column; 1: score on the "
                        "holdout",
                        {"auto"}),
      base::name_key(
          "kind", base::Value(std::string("auto")),
          {"auto", "kfold", "stratified", "group", "timeseries", "column"},
          "auto: column or group if [data] names one, stratified for classes, else kfold"),
      base::flag_key("shuffle", true, "random folds (kfold, stratified, group)"),
      base::integer_key("repeats", base::Value(std::int64_t{1}), 1, 1000,
                        "number of times that all folds are drawn anew")};
  return keys;
}

Partition make_partition(const Dataset& data, const Reader& data_options, const Reader& cv_options,
                         const base::Value& validation_value, Rng rng) {
  const Validation validation = read_validation(validation_value);
  const SplitBy by{kind_of(data, cv_options), data};
  const SplitBy by_fraction = validation_split(by);
  Partition partition;
  partition.test = rows_of_part(data, {Part::test});
  partition.holdout = rows_of_part(data, {Part::valid});
  partition.train = rows_of_part(data, {Part::any, Part::train});
  if (partition.train.empty()) throw base::InputError("split: there are no rows for training");
  set_apart("test", by_fraction, data_options, partition.train, partition.test,
            rng.split(test_stream));
  set_apart("holdout", by_fraction, data_options, partition.train, partition.holdout,
            rng.split(holdout_stream));
  check_classes(data, partition.train);
  if (validation.word == "holdout" && partition.holdout.empty()) {
    throw base::InputError("validation: there is no holdout; give [data] holdout or split");
  }

  const std::size_t folds = number_of_folds(data, cv_options, by.kind, partition.train);
  const auto repeats = static_cast<std::size_t>(cv_options.integer("repeats"));
  const bool shuffle = cv_options.flag("shuffle");
  const bool ordered = by.kind == SplitKind::timeseries || by.kind == SplitKind::column;
  if (repeats > 1 && (ordered || !shuffle || folds == 1)) {
    throw base::InputError(
        "repeats: would repeat the same folds; it needs at least 2 shuffled "
        "folds of kind kfold, stratified or group");
  }
  if (folds == 1) {
    partition.folds.push_back(single_fold(by, validation, partition, rng.split(validation_stream)));
    return partition;
  }
  for (std::size_t repeat = 0; repeat < repeats; ++repeat) {
    for (Rows& score :
         score_rows(by, partition.train, folds, shuffle, rng.split(folds_stream).split(repeat))) {
      Rows train = train_rows(by, partition.train, score);
      partition.folds.push_back(
          make_fold(by, validation, partition, std::move(train), std::move(score),
                    rng.split(validation_stream).split(partition.folds.size())));
    }
  }
  return partition;
}

}  // namespace tune::tuner
