#include "tuner/study/estimator.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "model/builders/recipe.hpp"
#include "model/io/keras_h5.hpp"
#include "model/reuse.hpp"
#include "search/base/error.hpp"

namespace tune::tuner {
namespace {

using base::Configuration;
using base::Reader;

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

class EpochCounter : public model::Callback {
 public:
  explicit EpochCounter(std::atomic<std::uint64_t>& count) : count_(count) {}
  void on_epoch_end(model::Training&, int, model::Logs&) override {
    count_.fetch_add(1, std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t>& count_;
};

model::Columns columns(const Eigen::MatrixXf& matrix, const Affine& affine) {
  model::Columns columns(matrix);
  columns.shift = affine.shift;
  columns.factor = affine.factor;
  columns.fill = affine.fill;
  return columns;
}

/// The stream of a fit. The winner's refit counts as one fold more.
base::Rng fit_rng(const base::Rng& rng, std::size_t fold, std::size_t repeat) {
  return rng.split(base::stream::fit).split(fold).split(repeat);
}

std::string diverged(const model::History& history) {
  const auto epoch = static_cast<std::size_t>(history.initial_epoch) + history.epochs.size() + 1;
  return "diverged: the loss was not finite in epoch " + std::to_string(epoch);
}

}  // namespace

Estimator::Estimator(const Spec& spec, Dataset data)
    : spec_(spec),
      data_(std::move(data)),
      problem_{static_cast<model::Problem::Task>(data_.task), data_.shape, data_.outputs()},
      rng_(static_cast<std::uint64_t>(spec.study().integer("seed"))),
      repeats_(static_cast<std::size_t>(spec.study().integer("repeats"))) {
  make_partitions();
  load_reused();
  read_metrics();
}

void Estimator::load_reused() {
  std::vector<base::Value> names;
  bool searched = false;
  if (const auto parameter = spec_.space().find("reuse")) {
    searched = true;
    const search::Domain& domain = spec_.space().parameters()[*parameter].domain;
    names = std::get<search::Choice>(domain).values;
  } else {
    Configuration merged;
    names = {spec_.any_model({}, merged).text("reuse")};
  }
  for (const base::Value& value : names) {
    const std::string name = base::to_text(value);
    if (name == "none") continue;
    try {
      reused_.emplace(name, model::load_model(spec_.folder() / name));
    } catch (const base::InputError& error) {
      throw base::InputError(spec_.place(searched ? "space" : "model", "reuse").prefix() +
                             error.what());
    }
  }
}

void Estimator::make_partitions() {
  std::vector<base::Value> validations;
  const auto searched = spec_.space().find("validation");
  if (searched) {
    const search::Domain& domain = spec_.space().parameters()[*searched].domain;
    if (!std::holds_alternative<search::Choice>(domain)) {
      throw base::InputError(spec_.place("space", "validation").prefix() +
                             "can only be searched as choice(...)");
    }
    validations = std::get<search::Choice>(domain).values;
  } else {
    Configuration merged;
    const Reader training = spec_.training({}, merged);
    validations = {base::parse_value(training.text("validation"))};
  }
  for (const base::Value& validation : validations) {
    const std::string key = base::to_text(validation);
    spec_.located([&] {
      partitions_[key] = make_partition(data_, spec_.data(), spec_.cv(), validation,
                                        rng_.split(base::stream::data));
      for (const Fold& fold : partitions_[key].folds) {
        preprocessings_[key].push_back(fit_preprocessing(data_, spec_.data(), fold.train));
      }
    });
  }
}

bool Estimator::stops_on_scored_rows() const {
  return std::ranges::any_of(partitions_, [](const auto& entry) {
    return std::ranges::any_of(entry.second.folds, [](const Fold& fold) {
      return !fold.validation.empty() && fold.validation == fold.score;
    });
  });
}

void Estimator::read_metrics() {
  const Reader study = spec_.study();
  const std::string usual = data_.task == Task::regression ? "mse" : "accuracy";
  std::vector<std::string> names = {study.has("metric") ? study.text("metric") : usual};
  for (const std::string& name : study.list("metrics")) {
    if (name != names.front()) names.push_back(name);
  }
  // Building a model shows early what no configuration can do.
  const search::Space& space = spec_.space();
  const Configuration any = space.decode(std::vector<double>(space.dimensions(), 0.5));
  const Configuration& first = spec_.listed().empty() ? any : spec_.listed().front();
  model::Model model = build(first);
  initialize(model, first, rng_);
  for (const std::string& name : names) {
    try {
      const model::MetricPtr metric = model::make_metric(name, *model.compiled().losses[0]);
      metrics_.push_back({name, metric->maximize()});
    } catch (const base::InputError& error) {
      const std::string key = name == names.front() ? "metric" : "metrics";
      throw base::InputError(spec_.place("study", key).prefix() + error.what());
    }
  }
}

std::size_t Estimator::folds() const {
  return partition().folds.size() * repeats_;
}

model::Model Estimator::build(const Configuration& configuration) const {
  Configuration merged;
  const Reader options = spec_.model(configuration, merged);
  return model::builders().at(spec_.builder(configuration)).make(options, problem_).model;
}

void Estimator::initialize(model::Model& model, const Configuration& configuration,
                           const base::Rng& rng) const {
  model.initialize(rng);
  Configuration merged;
  const Reader options = spec_.any_model(configuration, merged);
  if (options.is("reuse", "none")) return;
  try {
    model::reuse_layers(
        model, reused_.at(options.text("reuse")),
        {.layers = options.list("reuse_layers"), .frozen = options.flag("reuse_frozen")});
  } catch (const base::InputError& error) {
    throw base::InputError(spec_.place("model", "reuse").prefix() + error.what());
  }
}

const Partition& Estimator::partition_for(const Configuration& configuration) const {
  const auto given = configuration.find("validation");
  return given == configuration.end() ? partition() : partitions_.at(base::to_text(given->second));
}

model::Samples Estimator::samples(const Preprocessing& preprocessing,
                                  std::span<const std::uint32_t> rows) const {
  return {.inputs = {columns(data_.x, preprocessing.features)},
          .targets = {columns(data_.y, preprocessing.targets)},
          .weights = data_.weights.empty() ? nullptr : data_.weights.data(),
          .rows = rows};
}

FoldResult Estimator::evaluate(const search::Proposal& proposal, std::size_t fold,
                               const std::function<bool()>& cancelled) const {
  const Configuration& configuration = proposal.configuration;
  const Partition& partition = partition_for(configuration);
  const std::size_t k = fold % partition.folds.size(), repeat = fold / partition.folds.size();
  const Fold& rows = partition.folds[k];
  const Preprocessing& preprocessing =
      configuration.contains("validation")
          ? preprocessings_.at(base::to_text(configuration.at("validation")))[k]
          : preprocessings_.begin()->second[k];
  Configuration merged;
  const Reader training = spec_.training(configuration, merged);
  const base::Rng rng = fit_rng(rng_, k, repeat);

  const Stopwatch fit_watch;
  model::Model model = build(configuration);
  initialize(model, configuration, rng);
  const model::Samples train = samples(preprocessing, rows.train);
  const model::Samples validation = samples(preprocessing, rows.validation);
  EpochCounter counter(epochs_done_);
  std::vector<model::Callback*> callbacks = {&counter};
  std::optional<model::EarlyStopping> stopping;
  const bool validated = !rows.validation.empty();
  if (validated) {
    const bool stops = !training.is("patience", "none");
    stopping.emplace(model::EarlyStoppingOptions{
        .patience = stops ? static_cast<int>(training.integer("patience")) : 1 << 30,
        .min_delta = training.real("min_delta"),
        .restore_best_weights = training.flag("restore_best")});
    callbacks.push_back(&*stopping);
  }
  const model::History history = model.fit(
      train, validated ? &validation : nullptr,
      {.epochs = configuration.contains("epochs") ? static_cast<int>(training.integer("epochs"))
                                                  : proposal.epochs,
       .batch_size = training.integer("batch"),
       .shuffle = training.flag("shuffle"),
       .callbacks = callbacks,
       .rng = rng,
       .cancelled = cancelled});
  FoldResult result;
  result.cancelled = history.cancelled;
  result.epochs = static_cast<int>(history.epochs.size());
  result.best_epoch =
      stopping && stopping->best_epoch() >= 0 ? stopping->best_epoch() + 1 : result.epochs;
  result.history = history.epochs;
  if (history.diverged) result.failure = diverged(history);
  result.fit_time = fit_watch.seconds();
  folds_done_.fetch_add(1, std::memory_order_relaxed);
  if (result.cancelled || history.diverged) return result;

  const Stopwatch score_watch;
  result.scores = score(model, preprocessing, rows.score);
  result.train_scores = score(model, preprocessing, rows.train);
  result.score_time = score_watch.seconds();
  return result;
}

std::vector<double> Estimator::score(const model::Model& model, const Preprocessing& preprocessing,
                                     std::span<const std::uint32_t> rows) const {
  Eigen::MatrixXf predictions = model.predict(samples(preprocessing, rows));
  preprocessing.undo_targets(predictions);
  Eigen::MatrixXf targets(data_.y.rows(), predictions.cols());
  model::gather(model::Columns(data_.y), rows, {targets.data(), targets.rows(), targets.rows()});
  std::vector<double> scores;
  for (const MetricInfo& info : metrics_) {
    const model::MetricPtr metric = model::make_metric(info.name, *model.compiled().losses[0]);
    std::vector<double> sums(metric->slots(predictions.rows()));
    metric->update(sums, {predictions.data(), predictions.rows(), predictions.rows()},
                   {targets.data(), targets.rows(), targets.rows()}, nullptr, predictions.cols());
    scores.push_back(metric->result(sums));
  }
  return scores;
}

Fitted Estimator::refit(const Configuration& configuration, int epochs,
                        const std::function<bool()>& cancelled) const {
  const Partition& rows = partition_for(configuration);
  Configuration merged;
  const Reader training = spec_.training(configuration, merged);
  const base::Rng rng = fit_rng(rng_, rows.folds.size(), 0);

  const Stopwatch watch;
  Fitted fitted{.model = build(configuration),
                .preprocessing = fit_preprocessing(data_, spec_.data(), rows.train),
                .test_scores = {},
                .train_rows = rows.train.size(),
                .test_rows = rows.test.size()};
  initialize(fitted.model, configuration, rng);
  EpochCounter counter(epochs_done_);
  model::Callback* const callbacks[] = {&counter};
  const model::Samples train = samples(fitted.preprocessing, rows.train);
  const model::History history = fitted.model.fit(train, nullptr,
                                                  {.epochs = epochs,
                                                   .batch_size = training.integer("batch"),
                                                   .shuffle = training.flag("shuffle"),
                                                   .callbacks = callbacks,
                                                   .rng = rng,
                                                   .cancelled = cancelled});
  if (history.diverged) throw std::runtime_error(diverged(history));
  if (history.cancelled) throw std::runtime_error("cancelled");
  fitted.fit_time = watch.seconds();
  if (!rows.test.empty()) fitted.test_scores = score(fitted.model, fitted.preprocessing, rows.test);
  return fitted;
}

model::RateCurve Estimator::find_learning_rate(const Configuration& configuration,
                                               const model::RateSweep& sweep,
                                               const std::function<bool()>& cancelled) const {
  const Partition& rows = partition_for(configuration);
  Configuration merged;
  const Reader training = spec_.training(configuration, merged);
  const base::Rng rng = fit_rng(rng_, rows.folds.size(), 0);
  const Preprocessing preprocessing = fit_preprocessing(data_, spec_.data(), rows.train);
  model::Model model = build(configuration);
  initialize(model, configuration, rng);
  return model::find_learning_rate(model, samples(preprocessing, rows.train), sweep,
                                   {.batch_size = training.integer("batch"),
                                    .shuffle = training.flag("shuffle"),
                                    .rng = rng,
                                    .cancelled = cancelled});
}

}  // namespace tune::tuner
