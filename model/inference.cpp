#include "model/inference.hpp"

#include <algorithm>
#include <numeric>

#include "model/activation.hpp"
#include "model/arrays.hpp"
#include "model/callbacks/callback_list.hpp"
#include "model/regularization.hpp"
#include "search/base/error.hpp"

namespace tune::model {
namespace {

void check_batches(const char* what, Index batch_size, Index steps) {
  if (batch_size < 1) {
    throw base::InputError(std::string(what) + ": the batch size must be at least 1");
  }
  if (steps < 0) throw base::InputError(std::string(what) + ": steps must not be below 0");
}

/// Samples of a batch: no more memory than there are rows.
Index largest_batch(Index batch_size, std::span<const std::uint32_t> rows) {
  return std::min(batch_size, std::max<Index>(1, static_cast<Index>(rows.size())));
}

Index batches_of(std::size_t rows, std::size_t most) {
  return static_cast<Index>((rows + most - 1) / most);
}

}  // namespace

std::span<const std::uint32_t> first_batches(std::span<const std::uint32_t> rows, Index batch_size,
                                             Index steps) {
  const auto batch = static_cast<std::size_t>(batch_size), count = static_cast<std::size_t>(steps);
  const bool all = steps == 0 || rows.size() / batch < count;
  return all ? rows : rows.first(count * batch);
}

Tester::Tester(const Model& model, const Samples& samples, Index batch_size, Index steps)
    : model_(model),
      rows_(first_batches(samples.rows, batch_size, steps)),
      workspace_(model.network(), model.weights(), largest_batch(batch_size, rows_)),
      batch_(samples, workspace_.max_samples()),
      evaluation_(model, ""),
      plain_(samples.targets.size()),
      most_(static_cast<std::size_t>(workspace_.max_samples())) {}

Logs Tester::run(std::span<Callback* const> callbacks, bool in_fit) {
  Inference pass{model_, batches_of(rows_.size(), most_), in_fit};
  for (Callback* callback : callbacks) callback->on_test_begin(pass);
  evaluation_.reset();
  for (Index number = 0; number < pass.batches && !pass.stop; ++number) {
    for (Callback* callback : callbacks) callback->on_test_batch_begin(pass, number);
    const std::size_t start = static_cast<std::size_t>(number) * most_;
    const auto rows = rows_.subspan(start, std::min(most_, rows_.size() - start));
    const auto count = static_cast<Index>(rows.size());
    batch_.fetch(rows, workspace_);
    workspace_.forward(count, false, base::Rng{});
    const double loss =
        evaluation_.add(workspace_, batch_.targets(), batch_.weights(), count, false, plain_);
    const BatchLogs logs(evaluation_, loss);
    for (Callback* callback : callbacks) callback->on_test_batch_end(pass, number, logs);
  }
  Logs logs;
  evaluation_.report(logs);
  logs["loss"] +=
      Regularization(model_.network(), model_.frozen()).penalty(model_.weights().parameters);
  for (Callback* callback : callbacks) callback->on_test_end(pass, logs);
  return logs;
}

Logs Model::evaluate(const Samples& samples, const Evaluate& options) const {
  check(samples, true);
  check_batches("evaluate", options.batch_size, options.steps);
  const CallbackList callbacks(options.callbacks, options.verbose);
  return Tester(*this, samples, options.batch_size, options.steps).run(callbacks, false);
}

std::vector<Eigen::MatrixXf> Model::predict(const Samples& samples,
                                            std::span<const std::size_t> outputs,
                                            const Evaluate& options) const {
  check(samples, false);
  check_batches("predict", options.batch_size, options.steps);
  const CallbackList callbacks(options.callbacks, options.verbose);
  const auto all = first_batches(samples.rows, options.batch_size, options.steps);
  Workspace workspace(*network_, weights_, largest_batch(options.batch_size, all));
  Batch batch(samples, workspace.max_samples());
  const auto most = static_cast<std::size_t>(workspace.max_samples());
  std::vector<Block> from(outputs.size());
  std::vector<Eigen::MatrixXf> predictions;
  for (const std::size_t output : outputs) {
    predictions.emplace_back(size_of(network_->output(output).shape),
                             static_cast<Index>(all.size()));
  }
  Inference pass{*this, batches_of(all.size(), most)};
  for (Callback* callback : callbacks) callback->on_predict_begin(pass);
  Index done = 0;
  for (Index number = 0; number < pass.batches && !pass.stop; ++number) {
    for (Callback* callback : callbacks) callback->on_predict_batch_begin(pass, number);
    const auto start = static_cast<std::size_t>(done);
    const auto rows = all.subspan(start, std::min(most, all.size() - start));
    const auto count = static_cast<Index>(rows.size());
    batch.fetch(rows, workspace);
    workspace.forward(count, false, base::Rng{});
    for (std::size_t i = 0; i < from.size(); ++i) {
      from[i] = workspace.output(outputs[i]);
      predictions[i].middleCols(done, count) =
          Eigen::Map<const Eigen::MatrixXf, 0, Eigen::OuterStride<>>(
              from[i].data, from[i].rows, count, Eigen::OuterStride<>(from[i].stride));
    }
    done += count;
    for (Callback* callback : callbacks) {
      callback->on_predict_batch_end(pass, number, from, count);
    }
  }
  for (Callback* callback : callbacks) callback->on_predict_end(pass);
  for (Eigen::MatrixXf& part : predictions) {
    if (done < part.cols()) part.conservativeResize(Eigen::NoChange, done);
  }
  return predictions;
}

Eigen::MatrixXf Model::predict(const Samples& samples, const Predict& options) const {
  if (options.output >= network_->outputs().size()) {
    throw base::InputError("predict: there is no output " + std::to_string(options.output) +
                           "; the model has " + std::to_string(network_->outputs().size()));
  }
  return std::move(predict(samples, std::span(&options.output, 1),
                           {.batch_size = options.batch_size,
                            .steps = options.steps,
                            .callbacks = options.callbacks,
                            .verbose = options.verbose})[0]);
}

std::vector<Eigen::MatrixXf> Model::predict_all(const Samples& samples,
                                                const Evaluate& options) const {
  std::vector<std::size_t> outputs(network_->outputs().size());
  std::iota(outputs.begin(), outputs.end(), std::size_t{0});
  return predict(samples, outputs, options);
}

Eigen::MatrixXf Model::predict(const Samples& samples, std::size_t output) const {
  return predict(samples, Predict{.output = output});
}

Eigen::MatrixXf Model::predict(const Eigen::MatrixXf& x) const {
  return predict(Arrays(x));
}

Eigen::MatrixXf Model::predict_proba(const Samples& samples, std::size_t output) const {
  Eigen::MatrixXf probabilities = predict(samples, output);
  const Activation* last = network_->output(output).layer->activation();
  if (last != nullptr && (last->name == "sigmoid" || last->name == "softmax")) return probabilities;
  throw base::InputError("the model gives no probabilities: its outputs are " +
                         (last == nullptr ? std::string("not activated") : "'" + last->name + "'") +
                         ", not sigmoid or softmax");
}

Eigen::MatrixXf Model::predict_proba(const Eigen::MatrixXf& x) const {
  return predict_proba(Arrays(x));
}

Eigen::VectorXi Model::predict_classes(const Samples& samples, std::size_t output) const {
  const Eigen::MatrixXf outputs = predict(samples, output);
  Eigen::VectorXi classes(outputs.cols());
  for (Index s = 0; s < outputs.cols(); ++s) {
    Index largest = outputs(0, s) > 0.5f ? 1 : 0;
    if (outputs.rows() > 1) outputs.col(s).maxCoeff(&largest);
    classes[s] = static_cast<int>(largest);
  }
  return classes;
}

Eigen::VectorXi Model::predict_classes(const Eigen::MatrixXf& x) const {
  return predict_classes(Arrays(x));
}

}  // namespace tune::model
