#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "model/evaluation.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

/// Samples that are computed at once where no step waits for them.
constexpr Index kEvaluationBatch = 256;

bool feeds_a_layer(const Network& network, std::size_t node) {
  return std::ranges::any_of(network.nodes(), [&](const Node& next) {
    return std::ranges::find(next.inputs, node) != next.inputs.end();
  });
}

/// Which losses can take their gradient before the last activation: not those of an output in the
/// middle, since the layers after it give the gradient behind its activation.
std::vector<bool> fused(const Network& network, const Compile& compiled) {
  std::vector<bool> fused;
  for (std::size_t i = 0; i < compiled.losses.size(); ++i) {
    const Activation* last = network.output(i).layer->activation();
    fused.push_back(last != nullptr && compiled.losses[i]->fuses(*last) &&
                    !feeds_a_layer(network, network.outputs()[i]));
  }
  return fused;
}

Index largest_batch(const Samples& samples, const Fit& options) {
  return std::min(options.batch_size, static_cast<Index>(samples.rows.size()));
}

void evaluate_into(const Samples& samples, Workspace& workspace, Batch& batch,
                   Evaluation& evaluation) {
  evaluation.reset();
  const std::vector<bool> plain(samples.targets.size());
  const auto most = static_cast<std::size_t>(workspace.max_samples());
  for (std::size_t start = 0; start < samples.rows.size(); start += most) {
    const auto rows = samples.rows.subspan(start, std::min(most, samples.rows.size() - start));
    const auto count = static_cast<Index>(rows.size());
    batch.fetch(rows, workspace);
    workspace.forward(count, false, base::Rng{});
    evaluation.add(workspace, batch.targets(), batch.weights(), count, false, plain);
  }
}

}  // namespace

/// One run of the training loop.
class Trainer {
 public:
  Trainer(Model& model, const Samples& samples, const Samples* validation, const Fit& options)
      : model_(model),
        samples_(samples),
        validation_(validation),
        options_(options),
        fused_(fused(*model.network_, model.compiled_)),
        workspace_(*model.network_, model.weights_, largest_batch(samples, options)),
        batch_(samples, workspace_.max_samples()),
        train_(model, ""),
        valid_(model, "val_"),
        memory_(model.compiled_.optimizer->slots() * model.weights_.parameters.size()),
        order_(samples.rows.begin(), samples.rows.end()),
        training_{model.weights_, model.compiled_.optimizer->rate()} {
    if (validation != nullptr) {
      const auto rows = static_cast<Index>(validation->rows.size());
      const Index most = std::min(kEvaluationBatch, std::max<Index>(1, rows));
      valid_workspace_.emplace(*model.network_, std::as_const(model.weights_), most);
      valid_batch_.emplace(*validation, most);
    }
  }

  History run() {
    history_.initial_epoch = options_.initial_epoch;
    for (Callback* callback : options_.callbacks) callback->on_train_begin(training_);
    for (int epoch = options_.initial_epoch; epoch < options_.epochs && !training_.stop; ++epoch) {
      for (Callback* callback : options_.callbacks) callback->on_epoch_begin(training_, epoch);
      if (!train_epoch(epoch)) break;
      Logs logs;
      train_.report(logs);
      if (validation_ != nullptr) {
        evaluate_into(*validation_, *valid_workspace_, *valid_batch_, valid_);
        valid_.report(logs);
      }
      for (Callback* callback : options_.callbacks) callback->on_epoch_end(training_, epoch, logs);
      history_.epochs.push_back(std::move(logs));
    }
    for (Callback* callback : options_.callbacks) callback->on_train_end(training_);
    return std::move(history_);
  }

 private:
  /// False if the epoch was not finished.
  bool train_epoch(int epoch) {
    train_.reset();
    const auto number = static_cast<std::uint64_t>(epoch);
    if (options_.shuffle) {
      // Each epoch starts from the given order, so that it does not depend on the epochs before.
      std::ranges::copy(samples_.rows, order_.begin());
      options_.rng.split(base::stream::batches).split(number).shuffle(order_);
    }
    const base::Rng noise = options_.rng.split(base::stream::noise).split(number);
    const auto most = static_cast<std::size_t>(options_.batch_size);
    std::uint64_t step = 0;
    for (std::size_t start = 0; start < order_.size(); start += most, ++step) {
      if (options_.cancelled && options_.cancelled()) {
        history_.cancelled = true;
        return false;
      }
      const auto rows = std::span(order_).subspan(start, std::min(most, order_.size() - start));
      if (!std::isfinite(train_batch(rows, noise.split(step)))) {
        history_.diverged = true;
        return false;
      }
    }
    return true;
  }

  double train_batch(std::span<const std::uint32_t> rows, const base::Rng& noise) {
    const auto count = static_cast<Index>(rows.size());
    batch_.fetch(rows, workspace_);
    workspace_.forward(count, true, noise);
    const double loss =
        train_.add(workspace_, batch_.targets(), batch_.weights(), count, true, fused_);
    workspace_.backward(count, fused_);
    model_.compiled_.optimizer->step(model_.weights_.parameters, workspace_.parameter_gradients(),
                                     memory_, training_.rate, ++iteration_);
    return loss;
  }

  Model& model_;
  const Samples& samples_;
  const Samples* validation_;
  const Fit& options_;
  std::vector<bool> fused_;
  Workspace workspace_;
  Batch batch_;
  Evaluation train_, valid_;
  std::optional<Workspace> valid_workspace_;
  std::optional<Batch> valid_batch_;
  Floats memory_;
  std::vector<std::uint32_t> order_;
  Training training_;
  History history_;
  std::int64_t iteration_ = 0;
};

History Model::fit(const Samples& samples, const Samples* validation, const Fit& options) {
  check(samples, true);
  if (validation != nullptr) check(*validation, true);
  if (options.batch_size < 1) throw base::InputError("fit: the batch size must be at least 1");
  return Trainer(*this, samples, validation, options).run();
}

Logs Model::evaluate(const Samples& samples) const {
  check(samples, true);
  const Index most =
      std::min(kEvaluationBatch, std::max<Index>(1, static_cast<Index>(samples.rows.size())));
  Workspace workspace(*network_, weights_, most);
  Batch batch(samples, most);
  Evaluation evaluation(*this, "");
  evaluate_into(samples, workspace, batch, evaluation);
  Logs logs;
  evaluation.report(logs);
  return logs;
}

}  // namespace tune::model
