#include <limits>

#include "model/builders/builder.hpp"
#include "search/pruner.hpp"
#include "search/strategy.hpp"
#include "tuner/spec/spec.hpp"

namespace tune::tuner {
namespace {

using base::flag_key;
using base::integer_key;
using base::name_key;
using base::positive_key;
using base::real_key;
using base::text_key;
using base::Value;

constexpr double kUnbounded = std::numeric_limits<double>::infinity();

const Value kNone = std::string("none");

std::vector<std::string> pruner_names() {
  std::vector<std::string> names = search::pruners().names();
  names.insert(names.begin(), "none");
  return names;
}

}  // namespace

std::span<const std::string> section_names() {
  static const std::vector<std::string> names = {"study", "data",     "cv",
                                                 "model", "training", "space"};
  return names;
}

std::span<const base::Key> study_keys() {
  static const std::vector<base::Key> keys = {
      text_key("name", std::nullopt,
               "name of the study and of its folder of results; default: the folder of the space "
               "file"),
      name_key("strategy", std::string("random"), search::strategies().names(),
               "how the next trial is chosen"),
      text_key("list", std::nullopt,
               "file of the configurations that the strategy `list` tries: a JSON array of "
               "objects, an object with `configs`, or CSV with a header"),
      integer_key(
          "trials", std::nullopt, 1, kUnbounded,
          "most trials, each promotion one; auto: full ones, whose epochs it may share out; "
          "default: 10, 50 for auto, or all that the strategy has (grid, list, one pass of "
          "halving, hyperband and bohb)"),
      integer_key("seed", std::int64_t{42}, 0, kUnbounded,
                  "start of all random numbers; the same seed gives the same table"),
      text_key("metric", std::nullopt,
               "what is optimised; default: mse for a regression, else accuracy; several with "
               "commas between, each with max or min behind it or without: accuracy max, "
               "parameters min"),
      text_key("metrics", std::string(), "further metrics for the tables, with commas between"),
      integer_key(
          "window", std::int64_t{8}, 1, kUnbounded,
          "most trials at once for strategies that learn from outcomes and for pruners, and most "
          "starts of a bracket that may still run when the next one begins; part of the result, "
          "unlike --jobs"),
      name_key("pruner", kNone, pruner_names(),
               "what ends trials that go badly, by the trials before the window"),
      text_key("time_limit", kNone,
               "no new trials after this time: seconds, or 90s, 10m, 2h, 1h30m, or none"),
      real_key("target_value", kNone, -kUnbounded, kUnbounded,
               "stop once the best trial's metric is at least as good", {"none"}),
      text_key(
          "enqueue", kNone,
          "start points that are tried first, beside those of [space]: a file as that of "
          "`list`, or an earlier study (folder, results, or URL#NAME in a store), of which the "
          "best are taken"),
      integer_key("enqueue_best", std::int64_t{5}, 1, kUnbounded, "how many of an earlier study"),
      text_key("warm_start", kNone,
               "folder or results of an earlier study, or URL#NAME of one in a store: the strategy "
               "knows its trials from the start"),
      integer_key("epoch_limit", kNone, 1, kUnbounded,
                  "end with the trial that brings the epochs of all folds together up to this",
                  {"none"}),
      integer_key("stall_limit", kNone, 1, kUnbounded,
                  "end after so many trials in a row that are no better than one before", {"none"}),
      positive_key("improvement_limit", kNone, kUnbounded,
                   "end once less improvement on the best than this is expected of any further "
                   "trial, in standard deviations of the scores; 0.1 is hasty, 0.01 patient",
                   {"none"}),
      integer_key(
          "attempts", std::int64_t{5}, 0, 1000,
          "times that a trial is begun whose process ends before it does, until it counts as "
          "failed; 0: any number"),
      flag_key("refit", true,
               "train the winner again on all training rows and score it on the test"),
      integer_key("repeats", std::int64_t{1}, 1, 1000,
                  "fits of each fold, from different initial weights; their scores are averaged"),
  };
  return keys;
}

std::span<const base::Key> training_keys() {
  static const std::vector<base::Key> keys = {
      integer_key("epochs", std::int64_t{100}, 1, 1e6, "most passes over the training rows"),
      integer_key("batch", std::int64_t{32}, 1, 1e6, "rows a step of the optimizer"),
      positive_key("validation", 0.2, 0.9,
                   "rows that decide early stopping, and pruners watch: a share of each training "
                   "fold, the split of [data] holdout, the scored fold itself, or none; default "
                   "none if patience = none and no pruner watches",
                   {"holdout", "fold", "none"}),
      integer_key("patience", std::int64_t{10}, 0, 1e6,
                  "epochs without a better validation loss before a fit stops early; none: it "
                  "never does; default none if validation = none",
                  {"none"}),
      real_key("min_delta", 0.0, 0, kUnbounded,
               "a validation loss is better if it is lower by more than this"),
      flag_key("shuffle", true, "draw a new order of the rows for each epoch"),
      flag_key("restore_best", true, "keep the weights of the best epoch, not of the last one"),
  };
  return keys;
}

std::span<const base::Key> model_keys() {
  static const std::vector<base::Key> keys = {
      name_key("builder", std::string("mlp"), model::builders().names(),
               "what makes the model from the other keys"),
      text_key("reuse", kNone,
               "a trained model (.h5) whose layers are taken over, in their order, or none"),
      text_key("reuse_layers", std::string(),
               "names of its layers that are; default: all that have weights but the last"),
      flag_key("reuse_frozen", true, "keep the reused weights as they are while training"),
  };
  return keys;
}

}  // namespace tune::tuner
