#include <cmath>
#include <set>

#include "model/layers/layers.hpp"
#include "model/layers/mask.hpp"
#include "model/network.hpp"
#include "model/workspace.hpp"
#include "search/base/error.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/layer_bench.hpp"
#include "tests/support/tables.hpp"

namespace tune::model {
namespace {

constexpr Index kRows = 100, kSamples = 300;
constexpr double kNumbers = kRows * kSamples;

Eigen::MatrixXf train(const LayerPtr& layer, const Eigen::MatrixXf& x, std::uint64_t noise = 1) {
  tests::LayerBench bench(layer, {{x.rows()}}, x.cols());
  bench.input(0) = x;
  bench.forward({.noise = noise});
  return bench.output();
}

}  // namespace

TEST_CASE("a mask drops the share of the rate, wherever it is") {
  for (const double rate : {0.0, 0.01, 0.3, 0.5, 0.9, 1.0}) {
    CAPTURE(rate);
    const tests::Blocked mask(Eigen::MatrixXf::Constant(kRows, kSamples, 9), 5);
    draw_mask(base::Rng(2), rate, 2, mask.block(), kSamples);
    const Eigen::ArrayXXd dropped = (mask.matrix().array() == 0).cast<double>();
    CHECK((mask.matrix().array() == 0 || mask.matrix().array() == 2).all());
    CHECK((mask.padding().array() == 5).all());
    // Five standard errors, of all numbers, of a unit's and of a sample's.
    const double error = 5 * std::sqrt(rate * (1 - rate));
    CHECK(dropped.mean() == Approx(rate).margin(error / std::sqrt(kNumbers)));
    CHECK((dropped.rowwise().mean() - rate).abs().maxCoeff() <=
          error / std::sqrt(kSamples) + 1e-12);
    CHECK((dropped.colwise().mean() - rate).abs().maxCoeff() <= error / std::sqrt(kRows) + 1e-12);
  }
}

TEST_CASE("a mask is that of the stream, whatever the padding and the batch are") {
  const tests::Blocked wide(Eigen::MatrixXf::Zero(100, 30)), narrow(Eigen::MatrixXf::Zero(30, 100));
  const tests::Blocked few(Eigen::MatrixXf::Zero(30, 7));
  draw_mask(base::Rng(3), 0.4, 1, wide.block(), 30);
  draw_mask(base::Rng(3), 0.4, 1, narrow.block(), 100);
  draw_mask(base::Rng(3), 0.4, 1, few.block(), 7);
  CHECK(wide.matrix().reshaped() == narrow.matrix().reshaped());
  CHECK(few.matrix() == narrow.matrix().leftCols(7));
}

TEST_CASE("dropout keeps the expectation, and differs from batch to batch") {
  const Eigen::MatrixXf ones = Eigen::MatrixXf::Ones(kRows, kSamples);
  for (const double rate : {0.1, 0.5, 0.8}) {
    const Eigen::MatrixXf out = train(dropout(rate), ones);
    const double error = 5 * std::sqrt(rate / (1 - rate) / kNumbers);
    CHECK(out.cast<double>().mean() == Approx(1).margin(error));
    CHECK(train(dropout(rate), ones) == out);
    CHECK(train(dropout(rate), ones, 2) != out);
  }
  CHECK((train(dropout(1), ones).array() == 0).all());
}

TEST_CASE("alpha dropout keeps mean and variance of a standard normal") {
  base::Rng rng(4);
  const Eigen::MatrixXf x = Eigen::MatrixXf::NullaryExpr(kRows, kSamples, [&] {
    double sum = -6;  // of twelve uniforms: variance 1
    for (int i = 0; i < 12; ++i) sum += rng.uniform();
    return static_cast<float>(sum);
  });
  for (const double rate : {0.05, 0.1, 0.5}) {
    CAPTURE(rate);
    const Eigen::ArrayXXd out = train(alpha_dropout(rate), x).cast<double>().array();
    CHECK(out.mean() == Approx(0).margin(5 / std::sqrt(kNumbers)));
    CHECK((out - out.mean()).square().mean() == Approx(1).epsilon(0.05));
  }
}

TEST_CASE("outside of training, and at the rate 0, dropouts change nothing") {
  const Eigen::MatrixXf x = tests::random_matrix(5, 4, base::Rng(5));
  for (const LayerPtr& layer : {dropout(0.5), alpha_dropout(0.5)}) {
    tests::LayerBench bench(layer, {{5}}, 4);
    bench.input(0) = x;
    bench.forward({.training = false});
    CHECK(bench.output() == x);
    // As in Keras, a frozen one drops all the same.
    bench.forward({.frozen = true});
    CHECK(bench.output() != x);
  }
  for (const LayerPtr& layer : {dropout(0), alpha_dropout(0)}) CHECK(train(layer, x) == x);
}

TEST_CASE("two dropouts of one network draw masks of their own") {
  const LayerPtr layer = dropout(0.5);
  Graph graph;
  const auto in = graph.input({40});
  const Graph::Handle outputs[] = {graph.add(layer, in), graph.add(layer, in)};
  const NetworkPtr network = std::move(graph).build(outputs);
  Weights weights;
  Workspace workspace(*network, weights, 3);
  std::fill_n(workspace.input(0).data, 3 * workspace.input(0).stride, 1.0f);
  workspace.forward(3, true, base::Rng(1));
  const float *first = workspace.output(0).data, *second = workspace.output(1).data;
  CHECK_FALSE(std::equal(first, first + 40, second));
}

TEST_CASE("rates out of their range are refused") {
  CHECK_THROWS_WITH(dropout(1.5), "Dropout: the rate must lie between 0 and 1");
  CHECK_THROWS_WITH(dropout(NAN), "Dropout: the rate must lie between 0 and 1");
  CHECK_THROWS_WITH(alpha_dropout(1),
                    "AlphaDropout: the rate must lie between 0 and 1, and not be 1");
  CHECK_THROWS_AS(alpha_dropout(-0.1), base::InputError);
}

}  // namespace tune::model
