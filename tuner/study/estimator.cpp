#include "tuner/study/estimator.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>

#include "model/io/keras_h5.hpp"
#include "model/reuse.hpp"
#include "search/base/error.hpp"
#include "tuner/stopwatch.hpp"
#include "tuner/study/building.hpp"
#include "tuner/study/pruning.hpp"

namespace tune::tuner {
namespace {

using base::Configuration;
using base::Reader;

class EpochCounter : public model::Callback {
 public:
  explicit EpochCounter(std::atomic<std::uint64_t>& count) : count_(count) {}
  void on_epoch_end(model::Training&, int, model::Logs&) override {
    count_.fetch_add(1, std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t>& count_;
};

const model::Loss& main_loss(const model::Learner& learner) {
  return *learner.model().compiled().losses[0];
}

model::MetricPtr make_figure(const std::string& name, const model::Learner& learner) {
  try {
    return model::make_metric(name, main_loss(learner));
  } catch (const base::InputError& error) {
    if (!std::string_view(error.what()).starts_with("unknown metric")) throw;
    std::vector<std::string> names = model::metric_names();
    names.emplace_back(kParameters);
    throw base::InputError("unknown metric '" + name + "'" + base::suggestion(name, names));
  }
}

/// The stream of a fit. The winner's refit counts as one fold more.
base::Rng fit_rng(const base::Rng& rng, std::size_t fold, std::size_t repeat) {
  return rng.split(base::stream::fit).split(fold).split(repeat);
}

model::Fit fit_options(const Reader& training, const base::Rng& rng,
                       const std::function<bool()>& cancelled) {
  return {.batch_size = training.integer("batch"),
          .shuffle = training.flag("shuffle"),
          .rng = rng,
          .cancelled = cancelled};
}

/// Epochs from the first one of all.
int epochs_reached(const model::History& history) {
  return history.initial_epoch + static_cast<int>(history.epochs.size());
}

std::string diverged(const model::History& history) {
  return "diverged: the loss was not finite in epoch " +
         std::to_string(epochs_reached(history) + 1);
}

/// What came after the first `from` epochs; if the fit stopped before, nothing.
std::vector<model::Logs> epochs_after(int from, const model::History& history) {
  const int again =
      std::min(std::max(0, from - history.initial_epoch), static_cast<int>(history.epochs.size()));
  return {history.epochs.begin() + again, history.epochs.end()};
}

void keep_spread(Rows& rows, std::size_t most) {
  if (rows.size() <= most) return;
  for (std::size_t i = 0; i < most; ++i) rows[i] = rows[i * rows.size() / most];
  rows.resize(most);
}

}  // namespace

Estimator::Estimator(const Spec& spec, Dataset data, std::size_t checkpoint_bytes)
    : spec_(spec),
      data_(std::move(data)),
      problem_(problem_of(data_.task, data_.columns, data_.shape, data_.outputs())),
      rng_(static_cast<std::uint64_t>(spec.study().integer("seed"))),
      repeats_(static_cast<std::size_t>(spec.study().integer("repeats"))),
      checkpoints_(checkpoint_bytes) {
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

search::Folds Estimator::shape() const {
  const std::vector<Fold>& folds = partition().folds;
  return {.splits = folds.size(),
          .scored_share = static_cast<double>(folds.front().score.size()) /
                          static_cast<double>(folds.front().train.size()),
          .repeats = repeats_};
}

void Estimator::read_metrics() {
  const Reader study = spec_.study();
  // Building a model shows early what no configuration can do.
  const search::Space& space = spec_.space();
  const Configuration any = space.decode(std::vector<double>(space.dimensions(), 0.5));
  const Configuration& first = spec_.listed().empty() ? any : spec_.listed().front();
  const model::Learner learner = spec_.located([&] {
    return prepare(first, preprocessing_for(first, 0), partition_for(first).folds[0].train, rng_);
  });
  const auto at_key = [&](const char* key, auto action) {
    try {
      action();
    } catch (const base::InputError& error) {
      throw base::InputError(spec_.place("study", key).prefix() + error.what());
    }
  };
  const auto add = [&](const std::string& name, std::optional<bool> maximize) {
    MetricInfo info{name, false};
    if (name != kParameters) info.maximize = make_figure(name, learner)->maximize();
    if (maximize && *maximize != info.maximize) {
      throw base::InputError(name + " is " + (info.maximize ? "maximised" : "minimised") +
                             ": write '" + name + (info.maximize ? " max'" : " min'"));
    }
    metrics_.push_back(info);
  };
  at_key("metric", [&] {
    const std::string usual = data_.task == Task::regression ? "mse" : "accuracy";
    for (const ObjectiveName& objective : spec_.objectives()) {
      add(objective.metric.empty() ? usual : objective.metric, objective.maximize);
    }
  });
  at_key("metrics", [&] {
    for (const std::string& name : study.list("metrics")) {
      if (std::ranges::find(metrics_, name, &MetricInfo::name) == metrics_.end()) add(name, {});
    }
  });
}

void Estimator::thin(std::size_t rows) {
  for (auto& [validation, partition] : partitions_) {
    for (Fold& fold : partition.folds) {
      for (Rows* kept : {&fold.train, &fold.validation, &fold.score}) keep_spread(*kept, rows);
    }
  }
}

std::size_t Estimator::folds() const {
  return partition().folds.size() * repeats_;
}

std::int64_t Estimator::count_params(const Configuration& configuration) const {
  return build_recipe(spec_, configuration, problem_).model.network().count_params();
}

double Estimator::cost(const Trial& trial) const {
  const search::Proposal& proposal = trial.proposal;
  try {
    return static_cast<double>(count_params(proposal.configuration)) *
           (proposal.epochs - trial.from);
  } catch (const std::exception&) {
    return 0;  // its folds will say what is wrong
  }
}

double Estimator::full_cost(const Configuration& configuration) const {
  Configuration merged;
  const auto epochs = spec_.training(configuration, merged).integer("epochs");
  const auto rows = partition_for(configuration).folds[0].train.size();
  try {
    return static_cast<double>(count_params(configuration)) * static_cast<double>(rows) *
           static_cast<double>(epochs);
  } catch (const std::exception&) {
    return std::numeric_limits<double>::quiet_NaN();
  }
}

model::Learner Estimator::prepare(const Configuration& configuration,
                                  const Preprocessing& preprocessing,
                                  std::span<const std::uint32_t> rows, const base::Rng& rng) const {
  model::Learner learner(
      [this](const Configuration& params, const model::Problem& problem) {
        return build_recipe(spec_, params, problem);
      },
      configuration);
  learner.start(problem_, samples(preprocessing, rows), rng);
  // Layers that are reused bring the statistics along that they were trained with.
  reuse(learner.model(), configuration);
  return learner;
}

void Estimator::reuse(model::Model& model, const Configuration& configuration) const {
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

const Preprocessing& Estimator::preprocessing_for(const Configuration& configuration,
                                                  std::size_t fold) const {
  const auto given = configuration.find("validation");
  return given == configuration.end() ? preprocessings_.begin()->second[fold]
                                      : preprocessings_.at(base::to_text(given->second))[fold];
}

model::Samples Estimator::samples(const Preprocessing& preprocessing,
                                  std::span<const std::uint32_t> rows) const {
  return {.inputs = {transformed(data_.x, preprocessing.features)},
          .targets = {transformed(data_.y, preprocessing.targets)},
          .weights = {data_.weights.empty() ? nullptr : data_.weights.data()},
          .rows = rows};
}

FoldResult Estimator::evaluate(const Trial& trial, std::size_t fold,
                               const std::function<bool()>& cancelled) const {
  const Configuration& configuration = trial.proposal.configuration;
  const Partition& partition = partition_for(configuration);
  const std::size_t k = fold % partition.folds.size(), repeat = fold / partition.folds.size();
  const Fold& rows = partition.folds[k];
  const Preprocessing& preprocessing = preprocessing_for(configuration, k);
  Configuration merged;
  const Reader training = spec_.training(configuration, merged);
  const base::Rng rng = fit_rng(rng_, k, repeat);

  const Stopwatch fit_watch;
  model::Learner learner = prepare(configuration, preprocessing, rows.train, rng);
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
  const int all_epochs = static_cast<int>(training.integer("epochs"));
  const int epochs = configuration.contains("epochs") ? all_epochs : trial.proposal.epochs;
  Pruning pruning(trial, fold, epochs);
  callbacks.push_back(&pruning);
  const bool may_go_on = epochs < all_epochs, goes_on = trial.proposal.parent.has_value();
  model::TrainingState state;
  if (goes_on) {
    if (auto kept = checkpoints_.take(*trial.proposal.parent, fold)) state = std::move(*kept);
  }
  model::Fit options = fit_options(training, rng, cancelled);
  options.epochs = epochs;
  options.callbacks = callbacks;
  options.schedule_epochs = all_epochs;
  if (may_go_on || goes_on) options.state = &state;
  const model::Samples validation = samples(preprocessing, rows.validation);
  const model::History& history =
      learner.train(samples(preprocessing, rows.train), validated ? &validation : nullptr, options);
  FoldResult result;
  result.cancelled = history.cancelled;
  result.best_epoch = stopping && stopping->best_epoch() >= 0 ? stopping->best_epoch() + 1
                                                              : epochs_reached(history);
  if (history.diverged) result.failure = diverged(history);
  const bool ended = !result.cancelled && !history.diverged;
  result.pruned = pruning.ended_after();
  result.verdict = pruning.verdict();
  result.history = epochs_after(trial.from, history);
  result.epochs = static_cast<int>(result.history.size());
  result.fit_time = fit_watch.seconds();
  folds_done_.fetch_add(1, std::memory_order_relaxed);
  if (!ended) return result;
  if (may_go_on && !result.pruned) checkpoints_.put(trial.number, fold, std::move(state));

  const Stopwatch score_watch;
  result.scores = score(learner, preprocessing, rows.score);
  result.train_scores = score(learner, preprocessing, rows.train);
  result.score_time = score_watch.seconds();
  return result;
}

std::vector<double> Estimator::score(const model::Learner& learner,
                                     const Preprocessing& preprocessing,
                                     std::span<const std::uint32_t> rows) const {
  Eigen::MatrixXf predictions = learner.predict(samples(preprocessing, rows));
  preprocessing.undo_targets(predictions);
  Eigen::MatrixXf targets(data_.y.rows(), predictions.cols());
  model::gather(model::Columns(data_.y), rows, {targets.data(), targets.rows(), targets.rows()});
  std::vector<double> scores;
  for (const MetricInfo& info : metrics_) {
    if (info.name == kParameters) {
      scores.push_back(static_cast<double>(learner.model().network().count_params()));
    } else {
      const model::MetricPtr metric = model::make_metric(info.name, main_loss(learner));
      scores.push_back(model::value_of(*metric, predictions, targets));
    }
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
  Preprocessing preprocessing = fit_preprocessing(data_, spec_.data(), rows.train);
  model::Learner learner = prepare(configuration, preprocessing, rows.train, rng);
  EpochCounter counter(epochs_done_);
  model::Callback* const callbacks[] = {&counter};
  model::Fit options = fit_options(training, rng, cancelled);
  options.epochs = epochs;
  options.callbacks = callbacks;
  // A schedule goes as far as it went in the trial, which trained up to its best epoch.
  options.schedule_epochs = std::max(epochs, static_cast<int>(training.integer("epochs")));
  const model::History& history =
      learner.train(samples(preprocessing, rows.train), nullptr, options);
  if (history.diverged) throw std::runtime_error(diverged(history));
  if (history.cancelled) throw std::runtime_error("cancelled");
  const double fit_time = watch.seconds();
  std::vector<double> test_scores;
  if (!rows.test.empty()) test_scores = score(learner, preprocessing, rows.test);
  return {.recipe = std::move(learner.recipe()),
          .preprocessing = std::move(preprocessing),
          .test_scores = std::move(test_scores),
          .train_rows = rows.train.size(),
          .test_rows = rows.test.size(),
          .fit_time = fit_time};
}

model::RateCurve Estimator::find_learning_rate(const Configuration& configuration,
                                               const model::RateSweep& sweep,
                                               const std::function<bool()>& cancelled) const {
  const Partition& rows = partition_for(configuration);
  Configuration merged;
  const Reader training = spec_.training(configuration, merged);
  const base::Rng rng = fit_rng(rng_, rows.folds.size(), 0);
  const Preprocessing preprocessing = fit_preprocessing(data_, spec_.data(), rows.train);
  model::Learner learner = prepare(configuration, preprocessing, rows.train, rng);
  return model::find_learning_rate(learner.model(),
                                   learner.shared(samples(preprocessing, rows.train)), sweep,
                                   fit_options(training, rng, cancelled));
}

}  // namespace tune::tuner
