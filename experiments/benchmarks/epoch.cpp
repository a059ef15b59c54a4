// Milliseconds a pass over the rows takes on one core, with batches of 32 and plain SGD: the rows
// and nets of the peers' measurements (11610 rows of 8 features, 55000 of 784).
//
//   benchmark_epoch [-n ROUNDS] [NET...]    NET: 8-30-1, 784-300-100-10, ...; default: those four
//
// In each round a net trains for some epochs (shuffling included), trains as many with a metric,
// early stopping and other callbacks, evaluates and predicts; so all of them see the same noise.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include "model/callbacks/early_stopping.hpp"
#include "model/callbacks/lambda_callback.hpp"
#include "model/callbacks/logging.hpp"
#include "model/losses/makers.hpp"
#include "model/model.hpp"

namespace {

using namespace tune;

std::vector<std::int64_t> sizes_of(const std::string& net) {
  std::vector<std::int64_t> sizes;
  std::istringstream in(net);
  for (std::string size; std::getline(in, size, '-');) sizes.push_back(std::stoll(size));
  return sizes;
}

class Stopwatch {
 public:
  double milliseconds() const {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start_)
        .count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

struct Times {
  const char* what;
  std::vector<double> milliseconds = {};
};

/// Takes the time of each epoch but the first, which warms up the caches.
class EpochClock : public model::Callback {
 public:
  explicit EpochClock(Times& times) : times_(times) {}
  void on_epoch_begin(model::Training&, int) override { watch_ = Stopwatch(); }
  void on_epoch_end(model::Training&, int epoch, model::Logs&) override {
    if (epoch > 0) times_.milliseconds.push_back(watch_.milliseconds());
  }

 private:
  Times& times_;
  Stopwatch watch_;
};

class Bench {
 public:
  explicit Bench(const std::string& net)
      : net_(net),
        sizes_(sizes_of(net)),
        image_(sizes_.front() > 100),
        rows_(image_ ? 55000 : 11610),
        x_(Eigen::MatrixXf::Random(sizes_.front(), rows_)),
        y_(1, rows_),
        order_(static_cast<std::size_t>(rows_)) {
    for (Eigen::Index s = 0; s < rows_; ++s) {
      y_(0, s) = image_ ? static_cast<float>(s % sizes_.back()) : x_.col(s).sum();
    }
    std::iota(order_.begin(), order_.end(), 0u);
  }

  void round() {
    const model::Samples samples{
        .inputs = {model::Columns(x_)}, .targets = {model::Columns(y_)}, .rows = order_};
    model::Model plain = mlp({}), watched = mlp({image_ ? "accuracy" : "mae"});
    EpochClock plain_clock(train_), watched_clock(watched_);
    model::Callback* const plain_callbacks[] = {&plain_clock};
    fit(plain, samples, plain_callbacks);

    model::EarlyStopping stopping({.monitor = "loss", .patience = 100});
    model::TerminateOnNaN terminate;
    std::int64_t batches = 0;
    model::LambdaCallback count({.on_train_batch_end = [&](auto&&...) { ++batches; }});
    model::Callback* const callbacks[] = {&watched_clock, &stopping, &terminate, &count};
    fit(watched, samples, callbacks);

    for (int pass = 0; pass < (image_ ? 1 : 5); ++pass) {
      const Stopwatch evaluating;
      plain.evaluate(samples);
      evaluate_.milliseconds.push_back(evaluating.milliseconds());
      const Stopwatch predicting;
      plain.predict(samples);
      predict_.milliseconds.push_back(predicting.milliseconds());
    }
  }

  void print() {
    for (Times* times : {&train_, &watched_, &evaluate_, &predict_}) {
      std::vector<double>& sorted = times->milliseconds;
      std::sort(sorted.begin(), sorted.end());
      std::printf("%-16s %-15s %6td rows  ms: median %8.3f  min %8.3f  max %8.3f\n", net_.c_str(),
                  times->what, rows_, sorted[sorted.size() / 2], sorted.front(), sorted.back());
    }
  }

 private:
  model::Model mlp(const std::vector<std::string>& metrics) const {
    std::vector<model::LayerPtr> layers;
    for (std::size_t i = 1; i < sizes_.size(); ++i) {
      const bool last = i + 1 == sizes_.size();
      layers.push_back(model::dense(sizes_[i], {.activation = !last    ? "relu"
                                                              : image_ ? "softmax"
                                                                       : "linear"}));
    }
    model::Model mlp(model::sequential({sizes_.front()}, layers));
    mlp.compile({.optimizer = model::sgd({.learning_rate = 1e-3}),
                 .losses = {image_ ? model::sparse_categorical_crossentropy()
                                   : model::mean_squared_error()},
                 .metrics = metrics});
    mlp.initialize(base::Rng(1));
    return mlp;
  }

  void fit(model::Model& model, const model::Samples& samples,
           std::span<model::Callback* const> callbacks) const {
    model.fit(samples, nullptr,
              {.epochs = image_ ? 2 : 11, .callbacks = callbacks, .rng = base::Rng(2)});
  }

  std::string net_;
  std::vector<std::int64_t> sizes_;
  bool image_;
  Eigen::Index rows_;
  Eigen::MatrixXf x_, y_;
  std::vector<std::uint32_t> order_;
  Times train_{"train"}, watched_{"train-watched"}, evaluate_{"evaluate"}, predict_{"predict"};
};

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> nets(argv + 1, argv + argc);
  int rounds = 3;
  if (nets.size() >= 2 && nets[0] == "-n") {
    std::from_chars(nets[1].data(), nets[1].data() + nets[1].size(), rounds);
    nets.erase(nets.begin(), nets.begin() + 2);
  }
  if (nets.empty()) nets = {"8-30-1", "8-30-30-1", "8-100-100-100-1", "784-300-100-10"};
  for (const std::string& net : nets) {
    Bench bench(net);
    for (int round = 0; round < rounds; ++round) bench.round();
    bench.print();
  }
}
