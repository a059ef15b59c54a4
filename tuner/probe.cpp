#include "tuner/probe.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <memory>
#include <new>
#include <span>

#include "model/activation.hpp"
#include "model/kernels/product.hpp"
#include "search/base/rng.hpp"
#include "tuner/data/hash.hpp"

namespace tune::tuner {
namespace {

using base::Rng;
using Eigen::Index;
using Eigen::MatrixXd;

/// Random numbers, so that nothing can be computed by the compiler.
MatrixXd draws(Rng& rng, Index rows, Index columns, double low, double high) {
  return MatrixXd::NullaryExpr(rows, columns, [&] { return low + (high - low) * rng.uniform(); });
}

template <class Function>
void add_values(Hash& hash, Rng& rng, double low, double high, Function function) {
  for (int i = 0; i < 64; ++i) {
    const double value = function(low + (high - low) * rng.uniform());
    hash.add(&value, sizeof value);
  }
}

void add_functions(Hash& hash, Rng rng) {
  add_values(hash, rng, -700, 700, [](double x) { return std::exp(x); });
  add_values(hash, rng, -5, 1, [](double x) { return std::exp(x); });
  add_values(hash, rng, -40, 1, [](double x) { return std::expm1(x); });
  add_values(hash, rng, 1e-9, 1, [](double x) { return std::log(x); });
  add_values(hash, rng, 0.5, 1e6, [](double x) { return std::log(x); });
  add_values(hash, rng, 1e-3, 1e3, [](double x) { return std::log10(x); });
  add_values(hash, rng, -0.9, 3, [](double x) { return std::log1p(x); });
  add_values(hash, rng, 1e-3, 10, [](double x) { return std::pow(x, 3 * x - 7); });
  add_values(hash, rng, 1e-3, 1, [](double x) { return std::pow(1e-4, x); });
  add_values(hash, rng, -20, 20, [](double x) { return std::sin(x) + std::cos(x / 3); });
  add_values(hash, rng, -3, 3, [](double x) { return std::tanh(x); });
  add_values(hash, rng, -3, 6, [](double x) { return std::erf(x) - std::erfc(x); });
  add_values(hash, rng, 0, 60, [](double x) { return std::sqrt(x) + std::lgamma(x + 0.1); });
  add_values(hash, rng, 1e-9, 1.999, [](double x) { return boost::math::erfc_inv(x); });
  add_values(hash, rng, -6, 6, [](double x) { return boost::math::erf(x); });
  const boost::math::students_t two(2), nine(9);
  add_values(hash, rng, -9, 9, [&](double x) { return cdf(two, x) + cdf(complement(nine, x)); });
  // In single precision they are functions of their own.
  add_values(hash, rng, -80, 80, [](double x) { return std::exp(static_cast<float>(x)); });
  add_values(hash, rng, 1e-6, 80, [](double x) { return std::log(static_cast<float>(x)); });
  add_values(hash, rng, 1e-3, 9, [](double x) { return std::pow(static_cast<float>(x), 1.7f); });
  add_values(hash, rng, -4, 4, [](double x) { return std::cos(static_cast<float>(x)); });
  add_values(hash, rng, -4, 4, [](double x) { return std::tanh(static_cast<float>(x)); });
}

/// Eigen has kernels for vectors, for small products and for large ones, with remainders of every
/// width, and cuts sums of more than some hundred terms.
void add_algebra(Hash& hash, Rng rng) {
  for (const auto [m, n, k] : {std::array<Index, 3>{1, 9, 40},
                               {7, 1, 40},
                               {5, 4, 6},
                               {26, 13, 31},
                               {49, 6, 50},
                               {12, 50, 900}}) {
    const MatrixXd a = draws(rng, m, k, -1, 1), b = draws(rng, k, n, -1, 1);
    hash.add_items(MatrixXd(a * b));
    hash.add_items(MatrixXd(b.transpose() * a.transpose()));
    hash.add_items(Eigen::VectorXd(a * b.col(0)));
    const Eigen::VectorXd sums =
        a.rowwise().squaredNorm() + (-a.array().abs()).exp().matrix().rowwise().sum();
    hash.add_items(sums);
  }
  const MatrixXd half = draws(rng, 72, 80, -1, 1), right = draws(rng, 72, 5, -1, 1);
  const MatrixXd definite = half * half.transpose() + MatrixXd::Identity(72, 72);
  const Eigen::LLT<MatrixXd> factor(definite);
  hash.add_items(factor.matrixLLT());
  hash.add_items(MatrixXd(factor.solve(right)));
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(definite.topLeftCorner(8, 8));
  hash.add_items(solver.eigenvalues());
  hash.add_items(solver.eigenvectors());
}

/// The block must have been filled in front of each use: the functions work in place.
void fill(std::span<float> values, Rng& rng) {
  for (float& value : values) value = static_cast<float>(8 * rng.uniform() - 4);
}

void add_kernels(Hash& hash, Rng rng) {
  constexpr Index m = 19, k = 37, n = 6;
  constexpr Index stride = model::column_stride(m);
  struct alignas(64) {
    std::array<float, static_cast<std::size_t>(stride* k)> a;
    std::array<float, static_cast<std::size_t>(k* n)> b;
    alignas(64) std::array<float, static_cast<std::size_t>(stride* n)> c;
  } blocks;
  const auto [a, b, c] = std::tuple(std::span(blocks.a), std::span(blocks.b), std::span(blocks.c));
  fill(a, rng);
  fill(b, rng);
  model::kernel::multiply(m, k, n, a.data(), stride, b.data(), 1, k, c.data(), stride,
                          model::kernel::Start::zero);
  const model::Block block{c.data(), m, stride};
  const auto add_block = [&] {
    for (Index s = 0; s < n; ++s) hash.add(block.sample(s), m * sizeof(float));
  };
  add_block();
  for (const std::string& name : model::activation_names()) {
    fill(c, rng);
    model::activation(name).apply(block, n);
    add_block();
  }
}

}  // namespace

void fix_cache_sizes() {
  constexpr int kKilo = 1024;
  Eigen::setCpuCacheSizes(32 * kKilo, 512 * kKilo, 16 * kKilo * kKilo);
}

std::string probe() {
  fix_cache_sizes();
  Hash hash;
  const Rng rng(20);
  add_functions(hash, rng.split(1));
  add_algebra(hash, rng.split(2));
  add_kernels(hash, rng.split(3));
  return hash.text();
}

}  // namespace tune::tuner
