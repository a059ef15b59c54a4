#include <cmath>

#include "model/adapt.hpp"
#include "model/losses/makers.hpp"
#include "model/model.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/layer_bench.hpp"
#include "tests/support/tables.hpp"

namespace tune::model {
namespace {

/// Mean and variance of each row, in double.
Eigen::ArrayXXd moments(const Eigen::MatrixXf& x) {
  const Eigen::ArrayXXd d = x.cast<double>().array();
  Eigen::ArrayXXd both(x.rows(), 2);
  both.col(0) = d.rowwise().mean();
  both.col(1) = (d.colwise() - both.col(0)).square().rowwise().mean();
  return both;
}

}  // namespace

TEST_CASE("batch normalisation leaves mean 0 and variance 1, far from zero too") {
  const Eigen::MatrixXf x = tests::random_matrix(20, 64, base::Rng(1), 0.5f).array() + 1000.0f;
  tests::LayerBench bench(batch_normalization({.epsilon = 1e-6}), {{20}}, 64);
  bench.input(0) = x;
  bench.weight(0).setOnes();
  bench.forward({});
  const Eigen::ArrayXXd found = moments(bench.output());
  CHECK(found.col(0).abs().maxCoeff() < 1e-3);
  CHECK((found.col(1) - 1).abs().maxCoeff() < 1e-3);
}

TEST_CASE("moving statistics follow the batches, and only in training") {
  const Eigen::MatrixXf x = tests::random_matrix(3, 32, base::Rng(2)).array() + 2.0f;
  const Eigen::ArrayXXd batch = moments(x);
  tests::LayerBench bench(batch_normalization({.momentum = 0.75}), {{3}}, 32);
  bench.input(0) = x;
  bench.weight(3).setOnes();
  for (const tests::LayerBench::Mode mode :
       {tests::LayerBench::Mode{.training = false}, {.frozen = true}}) {
    bench.forward(mode);
    CHECK((bench.weight(2).array() == 0).all());
    CHECK((bench.weight(3).array() == 1).all());
  }
  for (int step = 0; step < 2; ++step) bench.forward({});
  const double share = 1 - 0.75 * 0.75;
  for (Index i = 0; i < 3; ++i) {
    CHECK(bench.weight(2)(i, 0) == Approx(share * batch(i, 0)));
    CHECK(bench.weight(3)(i, 0) == Approx(1 + share * (batch(i, 1) - 1)));
  }
}

TEST_CASE("a batch of one sample is normalised to the centre") {
  tests::LayerBench bench(batch_normalization(), {{3}}, 1);
  bench.input(0).setConstant(7);
  bench.weight(0).setOnes();
  bench.weight(1).setConstant(0.5f);
  bench.forward({});
  CHECK(bench.output() == Eigen::MatrixXf::Constant(3, 1, 0.5f));
  bench.backward({}, Eigen::MatrixXf::Ones(3, 1));
  CHECK(bench.input_gradient(0).cwiseAbs().maxCoeff() == 0);
}

TEST_CASE("options of batch normalisation that cannot work are refused") {
  CHECK_THROWS_WITH(batch_normalization({.momentum = 1.5}),
                    "BatchNormalization: the momentum must lie between 0 and 1");
  CHECK_THROWS_WITH(batch_normalization({.epsilon = 0}),
                    "BatchNormalization: the epsilon must be above 0");
  CHECK_THROWS_WITH(batch_normalization({.gamma_initializer = "one"}),
                    "unknown initializer 'one'; did you mean 'ones'?");
}

TEST_CASE("normalisation adapts to the rows that belong, as they come into the network") {
  const Eigen::MatrixXf x = 5 * tests::random_matrix(4, 700, base::Rng(3)).array() + 30.0f;
  std::vector<std::uint32_t> rows;
  for (std::uint32_t r = 0; r < 700; r += 2) rows.push_back(r);
  const std::vector<float> shift(4, 10.0f), factor = {1, 2, 0.5f, -1}, fill(4, 0.0f);
  Columns columns(x);
  columns.shift = shift;
  columns.factor = factor;
  columns.fill = fill;
  Model model(sequential({4}, {normalization(), dense(1)}));
  model.initialize(base::Rng(1));
  const Samples samples{.inputs = {columns}, .rows = rows};
  adapt(model.network(), model.weights(), samples);
  Eigen::MatrixXf seen(4, static_cast<Index>(rows.size()));
  for (Index r = 0; r < seen.cols(); ++r) {
    for (Index i = 0; i < 4; ++i) {
      seen(i, r) = (x(i, 2 * r) - 10) * factor[static_cast<std::size_t>(i)];
    }
  }
  const Eigen::ArrayXXd expected = moments(seen);
  const auto weights = model.get_weights();
  for (Index i = 0; i < 4; ++i) {
    CHECK(weights[0][static_cast<std::size_t>(i)] == Approx(expected(i, 0)));
    CHECK(weights[1][static_cast<std::size_t>(i)] == Approx(expected(i, 1)));
  }
}

TEST_CASE("each normalisation of a network adapts to its own input") {
  Graph graph;
  const auto a = graph.input({2}), b = graph.input({2, 2});
  const auto left = graph.add(normalization(), a);
  const auto right = graph.add(normalization(), graph.add(flatten(), b));
  const std::vector<Graph::Handle> both = {left, right};
  const auto joined = graph.add(concatenate(), both);
  Model model(std::move(graph).build(std::span(&joined, 1)));
  const Eigen::MatrixXf x = tests::random_matrix(2, 9, base::Rng(4)),
                        z = tests::random_matrix(4, 9, base::Rng(5)).array() + 3.0f;
  const auto rows = tests::first_rows(9);
  const Samples samples{.inputs = {Columns(x), Columns(z)}, .rows = rows};
  adapt(model.network(), model.weights(), samples);
  const Eigen::ArrayXXd found = moments(model.predict(samples));
  CHECK(found.col(0).abs().maxCoeff() < 1e-5);
  CHECK((found.col(1) - 1).abs().maxCoeff() < 1e-5);
}

TEST_CASE("what cannot be adapted is refused, and nothing is changed") {
  Model model(sequential({2}, {normalization(), dense(2), normalization()}));
  model.initialize(base::Rng(1));
  const auto before = model.get_weights();
  const Eigen::MatrixXf x = Eigen::MatrixXf::Random(2, 3);
  const auto rows = tests::first_rows(3);
  CHECK_THROWS_WITH(
      adapt(model.network(), model.weights(), {.inputs = {Columns(x)}, .rows = rows}),
      "layer 'normalization_1' cannot be adapted: it does not stand right behind an input");
  CHECK(model.get_weights() == before);
  Model one(sequential({2}, {normalization()}));
  CHECK_THROWS_WITH(adapt(one.network(), one.weights(), {.inputs = {Columns(x)}}),
                    "layer 'normalization' cannot be adapted: no samples");
}

}  // namespace tune::model
