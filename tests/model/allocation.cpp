#include <atomic>
#include <cstdlib>
#include <new>

#include "model/callbacks/logging.hpp"
#include "model/losses/makers.hpp"
#include "model/model.hpp"
#include "model/schedules/makers.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/programs.hpp"
#include "tests/support/tables.hpp"

namespace {

std::atomic<long> allocations{0};

void* counted(std::size_t size, std::size_t alignment) {
  ++allocations;
  const std::size_t whole = (size + alignment - 1) / alignment * alignment;
  if (void* memory = std::aligned_alloc(alignment, whole == 0 ? alignment : whole)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) {
  return counted(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
// Not inlined: GCC 12 would see a free here, but not that the operators above match it.
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace tune::model {
namespace {

/// Allocations of a training of so many batches, the last one smaller.
long count(Model model, Index target_rows, Index batches, int epochs) {
  const Index samples = 8 * batches - 3;
  const tests::Table table(tests::random_matrix(6, samples, base::Rng(1)),
                           Eigen::MatrixXf::Ones(target_rows, samples));
  const Samples data = table.samples();
  EarlyStopping stopping({.patience = 1000, .restore_best_weights = true});
  TerminateOnNaN terminate;
  Callback* const callbacks[] = {&stopping, &terminate};
  const Fit options{
      .epochs = epochs, .batch_size = 8, .callbacks = callbacks, .validation_batch_size = 8};
  const long before = allocations;
  model.fit(data, &data, options);
  return allocations - before;
}

void expect_no_allocation_a_step(const NetworkPtr& network, const LossPtr& loss,
                                 Index target_rows) {
  Model model(network);
  model.initialize(base::Rng(1));
  model.compile({.optimizer = sgd({.momentum = 0.9}), .losses = {loss}, .metrics = {"accuracy"}});
  CAPTURE(loss->name());
  REQUIRE(count(model, target_rows, 2, 1) > 0);
  CHECK(count(model, target_rows, 40, 1) == count(model, target_rows, 2, 1));
  CHECK(count(model, target_rows, 40, 3) == count(model, target_rows, 2, 3));
}

}  // namespace

TEST_CASE("a training step allocates nothing") {
  const LayerPtr hidden = dense(20, {.activation = "tanh"});
  expect_no_allocation_a_step(sequential({6}, {hidden, hidden, dense(2)}), mean_squared_error(), 2);
  expect_no_allocation_a_step(sequential({6}, {hidden, dense(1, {.activation = "sigmoid"})}),
                              binary_crossentropy(), 1);
  expect_no_allocation_a_step(
      sequential({2, 3}, {flatten(), hidden, dense(70, {.activation = "softmax"})}),
      sparse_categorical_crossentropy(), 1);
  expect_no_allocation_a_step(sequential({6}, {dense(3), activation_layer("heaviside")}),
                              perceptron(), 3);
  const LayerPtr odd = dense(19, {.activation = "gelu"});
  expect_no_allocation_a_step(
      sequential({6}, {normalization(), odd, dropout(0.3), batch_normalization(), hidden,
                       alpha_dropout(0.1), dense(2)}),
      mean_squared_error(), 2);
  Graph graph;
  const auto in = graph.input({6});
  const Graph::Handle ways[] = {in, graph.add(odd, in)};
  const Graph::Handle joined[] = {graph.add(dense(2), graph.add(concatenate(), ways))};
  expect_no_allocation_a_step(std::move(graph).build(joined), mean_squared_error(), 2);
}

TEST_CASE("a training step of a subclassed model that goes the same way allocates nothing") {
  const std::vector<LayerPtr> layers = {dense(19, {.activation = "gelu"}),
                                        dense(19, {.activation = "tanh"}), batch_normalization(),
                                        dropout(0.3), dense(2)};
  const tests::Program program(layers, [](const auto& layer, const Inputs& inputs, bool training) {
    Tensor x = layer[0](inputs[0]);
    for (int i = 0; i < 3; ++i) x = layer[2](layer[1](x)) + x;
    if (training) x = layer[3](x);
    return Tensors{layer[4](concatenate({inputs[0], x}))};
  });
  expect_no_allocation_a_step(subclassed(program, {{6}}), mean_squared_error(), 2);
}

TEST_CASE("no optimizer, way of clipping or schedule allocates in a step") {
  const NetworkPtr network = sequential({6}, {dense(20, {.activation = "tanh"}), dense(2)});
  const auto expect_none = [&](const OptimizerPtr& optimizer, const SchedulePtr& schedule) {
    Model model(network);
    model.initialize(base::Rng(1));
    model.compile({.optimizer = optimizer, .schedule = schedule, .losses = {mean_squared_error()}});
    CHECK(count(model, 2, 40, 3) == count(model, 2, 2, 3));
  };
  for (const auto& row : optimizers().rows()) {
    CAPTURE(row.name);
    for (const char* clipping : {"clipnorm", "clipvalue", "global_clipnorm"}) {
      const base::Configuration options = {{clipping, 0.1}};
      expect_none(row.make(base::Reader(options, row.keys)), nullptr);
    }
  }
  for (const auto& row : schedules().rows()) {
    CAPTURE(row.name);
    expect_none(sgd(), row.make(base::Reader({}, row.keys)));
  }
}

}  // namespace tune::model
