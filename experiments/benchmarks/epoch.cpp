// Milliseconds an epoch of plain SGD on one core, shuffling included: the rows and nets of
// shared peer measurements (11610 rows of 8 features, 55000 of 784), batch 32.
//
//   epoch [NET...]      NET: 8-30-1, 784-300-100-10, ...; default: the four above
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

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

void measure(const std::string& net) {
  const auto sizes = sizes_of(net);
  const bool image = sizes.front() > 100;
  const Eigen::Index rows = image ? 55000 : 11610;
  std::vector<model::LayerPtr> layers;
  for (std::size_t i = 1; i < sizes.size(); ++i) {
    const bool last = i + 1 == sizes.size();
    layers.push_back(model::dense(sizes[i], {.activation = !last   ? "relu"
                                                           : image ? "softmax"
                                                                   : "linear"}));
  }
  model::Model mlp(model::sequential({sizes.front()}, layers));
  mlp.compile(
      {.optimizer = model::sgd({.learning_rate = 1e-3}),
       .losses = {image ? model::sparse_categorical_crossentropy() : model::mean_squared_error()}});
  mlp.initialize(base::Rng(1));

  Eigen::MatrixXf x = Eigen::MatrixXf::Random(sizes.front(), rows);
  Eigen::MatrixXf y(1, rows);
  for (Eigen::Index s = 0; s < rows; ++s)
    y(0, s) = image ? static_cast<float>(s % sizes.back()) : x.col(s).sum();
  std::vector<std::uint32_t> order(static_cast<std::size_t>(rows));
  std::iota(order.begin(), order.end(), 0u);
  const model::Samples samples{
      .inputs = {model::Columns(x)}, .targets = {model::Columns(y)}, .rows = order};

  std::vector<double> times;
  class Clock : public model::Callback {
   public:
    explicit Clock(std::vector<double>& to) : to_(to) {}
    void on_epoch_begin(model::Training&, int) override {
      start_ = std::chrono::steady_clock::now();
    }
    void on_epoch_end(model::Training&, int epoch, model::Logs&) override {
      const std::chrono::duration<double, std::milli> took =
          std::chrono::steady_clock::now() - start_;
      if (epoch > 0) to_.push_back(took.count());
    }

   private:
    std::vector<double>& to_;
    std::chrono::steady_clock::time_point start_;
  } clock(times);
  model::Callback* const callbacks[] = {&clock};
  mlp.fit(samples, nullptr,
          {.epochs = image ? 4 : 41, .callbacks = callbacks, .rng = base::Rng(2)});
  std::sort(times.begin(), times.end());
  std::printf("%-18s %6td rows  ms an epoch: median %8.3f  min %8.3f  max %8.3f\n", net.c_str(),
              rows, times[times.size() / 2], times.front(), times.back());
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> nets(argv + 1, argv + argc);
  if (nets.empty()) nets = {"8-30-1", "8-30-30-1", "8-100-100-100-1", "784-300-100-10"};
  for (const std::string& net : nets) measure(net);
}
