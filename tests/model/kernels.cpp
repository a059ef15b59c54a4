#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "model/kernels/narrow.hpp"
#include "model/kernels/product.hpp"
#include "model/tensor.hpp"
#include "search/base/rng.hpp"
#include "tests/support/catch.hpp"

namespace tune::model::kernel {
namespace {

/// By columns, zero in the padding of each.
struct Matrix {
  Matrix(Index m, Index n, Index extra = 0)
      : rows(m),
        cols(n),
        stride(column_stride(m) + extra),
        values(static_cast<std::size_t>(stride * n)) {}

  float& at(Index i, Index j) { return values[static_cast<std::size_t>(j * stride + i)]; }
  float at(Index i, Index j) const { return values[static_cast<std::size_t>(j * stride + i)]; }
  const float* data() const { return values.data(); }
  float* data() { return values.data(); }

  Index rows, cols, stride;
  Floats values;
};

/// Small integers: all sums and products below are exact in float32, whatever their order.
Matrix integers(Index m, Index n, base::Rng rng, Index extra = 0) {
  Matrix matrix(m, n, extra);
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < m; ++i) matrix.at(i, j) = static_cast<float>(rng.below(9)) - 4;
  }
  return matrix;
}

Matrix reals(Index m, Index n, base::Rng rng) {
  Matrix matrix(m, n);
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < m; ++i) matrix.at(i, j) = static_cast<float>(rng.uniform() - 0.5);
  }
  return matrix;
}

Matrix transposed(const Matrix& from) {
  Matrix to(from.cols, from.rows);
  for (Index j = 0; j < from.cols; ++j) {
    for (Index i = 0; i < from.rows; ++i) to.at(j, i) = from.at(i, j);
  }
  return to;
}

double product_at(const Matrix& a, const Matrix& b, Index i, Index j) {
  double sum = 0;
  for (Index p = 0; p < a.cols; ++p) sum += static_cast<double>(a.at(i, p)) * b.at(p, j);
  return sum;
}

/// Elements of C = start + alpha A B that are not what a double loop gives, for both orders of B.
int wrong(Index m, Index k, Index n, Index extra, base::Rng rng) {
  const Matrix a = integers(m, k, rng.split(1), extra), b = integers(k, n, rng.split(2), extra);
  const Matrix flipped = transposed(b);
  const Matrix column = integers(m, 1, rng.split(3)), before = integers(m, n, rng.split(4), extra);
  int count = 0;
  for (const bool by_columns : {true, false}) {
    const float* from = by_columns ? b.data() : flipped.data();
    const Index row = by_columns ? 1 : flipped.stride, col = by_columns ? b.stride : 1;
    Matrix zero = before, start = before, add = before, scaled = before, relu = before;
    multiply(m, k, n, a.data(), a.stride, from, row, col, zero.data(), zero.stride, Start::zero);
    multiply(m, k, n, a.data(), a.stride, from, row, col, start.data(), start.stride, Start::column,
             column.data());
    multiply(m, k, n, a.data(), a.stride, from, row, col, add.data(), add.stride, Start::add);
    multiply(m, k, n, a.data(), a.stride, from, row, col, relu.data(), relu.stride, Start::zero,
             nullptr, Finish::relu);
    multiply_add(-0.5f, m, k, n, a.data(), a.stride, from, row, col, scaled.data(), scaled.stride);
    for (Index j = 0; j < n; ++j) {
      for (Index i = 0; i < m; ++i) {
        const double ab = product_at(a, b, i, j);
        count += zero.at(i, j) != ab;
        count += start.at(i, j) != column.at(i, 0) + ab;
        count += add.at(i, j) != before.at(i, j) + ab;
        count += relu.at(i, j) != std::max(0.0, ab);
        count += scaled.at(i, j) != before.at(i, j) - 0.5 * ab;
      }
    }
  }
  return count;
}

}  // namespace

TEST_CASE("products equal double loops for all sizes up to 70") {
  base::Rng rng(1);
  for (Index size = 1; size <= 70; ++size) {
    const Index other = 1 + rng.below(40), third = 1 + rng.below(40);
    CAPTURE(size, other, third);
    CHECK(wrong(size, other, third, 0, rng.split(0)) == 0);
    CHECK(wrong(other, size, third, 0, rng.split(1)) == 0);
    CHECK(wrong(third, other, size, 0, rng.split(2)) == 0);
  }
}

TEST_CASE("products equal double loops for large sizes and wide strides") {
  const base::Rng rng(2);
  CHECK(wrong(300, 100, 32, 0, rng) == 0);
  CHECK(wrong(17, 300, 33, 0, rng) == 0);
  CHECK(wrong(10, 784, 5, 0, rng) == 0);
  CHECK(wrong(33, 7, 300, 0, rng) == 0);
  CHECK(wrong(1, 1, 1, 16, rng) == 0);
  CHECK(wrong(30, 8, 32, 16, rng) == 0);
  CHECK(wrong(100, 257, 31, 48, rng) == 0);
}

TEST_CASE("a product's ReLU keeps NaN") {
  Matrix a(3, 1), b(1, 2), c(3, 2);
  a.at(0, 0) = -1;
  a.at(1, 0) = std::numeric_limits<float>::quiet_NaN();
  b.at(0, 0) = b.at(0, 1) = 2;
  multiply(3, 1, 2, a.data(), a.stride, b.data(), 1, b.stride, c.data(), c.stride, Start::zero,
           nullptr, Finish::relu);
  CHECK(c.at(0, 1) == 0);
  CHECK(std::isnan(c.at(1, 1)));
}

TEST_CASE("an empty sum leaves the start") {
  Matrix c = integers(5, 3, base::Rng(1));
  const Matrix before = c, column = integers(5, 1, base::Rng(2)), a(5, 1), b(1, 3);
  multiply(5, 0, 3, a.data(), a.stride, b.data(), 1, b.stride, c.data(), c.stride, Start::add);
  CHECK(c.values == before.values);
  multiply(5, 0, 3, a.data(), a.stride, b.data(), 1, b.stride, c.data(), c.stride, Start::column,
           column.data());
  for (Index j = 0; j < 3; ++j) CHECK(c.at(4, j) == column.at(4, 0));
}

TEST_CASE("a product writes the padding as it is computed, and nothing beyond") {
  const Matrix a = integers(5, 4, base::Rng(1)), b = integers(4, 3, base::Rng(2));
  Matrix c(5, 5, 16);
  c.values.assign(c.values.size(), 99);
  multiply(5, 4, 3, a.data(), a.stride, b.data(), 1, b.stride, c.data(), c.stride, Start::zero);
  for (Index j = 0; j < 5; ++j) {
    for (Index i = 0; i < c.stride; ++i) {
      CAPTURE(i, j);
      if (j >= 3 || i >= padded(5)) {
        CHECK(c.at(i, j) == 99);
      } else if (i >= 5) {
        CHECK(c.at(i, j) == 0);
      }
    }
  }
}

TEST_CASE("an element of a product does not depend on its neighbours or their number, bit by bit") {
  for (const Index k : {3, 30, 300, 600}) {
    const Index m = 37, n = 41;
    const Matrix a = reals(m, k, base::Rng(3)), b = reals(k, n, base::Rng(4));
    const Matrix column = reals(m, 1, base::Rng(5));
    Matrix all(m, n);
    multiply(m, k, n, a.data(), a.stride, b.data(), 1, b.stride, all.data(), all.stride,
             Start::column, column.data());
    for (Index count = 1; count <= n; ++count) {
      for (const Index rows : {Index{1}, Index{9}, m}) {
        Matrix some(m, count);
        const Index first = n - count;  // other columns beside it, at another place in the tiles
        multiply(rows, k, count, a.data(), a.stride, b.data() + first * b.stride, 1, b.stride,
                 some.data(), some.stride, Start::column, column.data());
        int differ = 0;
        for (Index j = 0; j < count; ++j) {
          differ +=
              std::memcmp(some.data() + j * some.stride, all.data() + (first + j) * all.stride,
                          static_cast<std::size_t>(rows) * sizeof(float)) != 0;
        }
        CAPTURE(k, count, rows);
        CHECK(differ == 0);
      }
    }
  }
}

TEST_CASE("a transpose equals a double loop") {
  for (Index m = 1; m <= 70; ++m) {
    for (const Index n : {Index{1}, Index{7}, Index{8}, Index{9}, m, Index{65}}) {
      const Matrix a = integers(m, n, base::Rng(1));
      Matrix b(n, (m + 7) / 8 * 8);  // its padding gets that of A, which is zero
      b.values.assign(b.values.size(), 99);
      transpose(m, n, a.data(), a.stride, b.data(), b.stride);
      int differ = 0;
      for (Index j = 0; j < b.cols; ++j) {
        for (Index i = 0; i < (n + 7) / 8 * 8; ++i) {
          differ += b.at(i, j) != (i < n && j < m ? a.at(j, i) : 0.0f);
        }
      }
      CAPTURE(m, n);
      CHECK(differ == 0);
    }
  }
}

TEST_CASE("sums of columns equal a double loop") {
  for (Index m = 1; m <= 70; ++m) {
    for (const Index n : {Index{1}, Index{3}, Index{4}, Index{5}, m, Index{300}}) {
      const Matrix a = integers(m, n, base::Rng(1));
      Matrix sums(m, 1), expected(m, 1);
      sums.values.assign(sums.values.size(), 99);
      sum_columns(m, n, a.data(), a.stride, sums.data());
      for (Index i = 0; i < m; ++i) {
        for (Index j = 0; j < n; ++j) expected.at(i, 0) += a.at(i, j);
      }
      CAPTURE(m, n);
      CHECK(std::equal(sums.data(), sums.data() + padded(m), expected.data()));
    }
  }
}

TEST_CASE("narrow products equal double loops") {
  base::Rng rng(6);
  for (Index units = 1; units <= kNarrow; ++units) {
    for (Index k = 1; k <= 70; ++k) {
      const Index samples = 1 + rng.below(40);
      const Matrix w = integers(k, units, rng.split(1)), x = integers(k, samples, rng.split(2));
      const Matrix bias = integers(units, 1, rng.split(3));
      const Matrix delta = integers(units, samples, rng.split(4));
      Matrix out(units, samples), gradient(k, units), back(k, samples);
      narrow_forward(units, k, samples, w.data(), w.stride, x.data(), x.stride, bias.data(),
                     out.data(), out.stride);
      narrow_weight_gradient(units, k, samples, delta.data(), delta.stride, x.data(), x.stride,
                             gradient.data(), gradient.stride);
      narrow_input_gradient(units, k, samples, w.data(), w.stride, delta.data(), delta.stride,
                            back.data(), back.stride);
      int differ = 0;
      const Matrix wt = transposed(w), dt = transposed(delta);
      for (Index u = 0; u < units; ++u) {
        for (Index s = 0; s < samples; ++s) {
          differ += out.at(u, s) != bias.at(u, 0) + product_at(wt, x, u, s);
        }
        for (Index i = 0; i < k; ++i) differ += gradient.at(i, u) != product_at(x, dt, i, u);
      }
      for (Index s = 0; s < samples; ++s) {
        for (Index i = 0; i < k; ++i) differ += back.at(i, s) != product_at(w, delta, i, s);
      }
      CAPTURE(units, k, samples);
      CHECK(differ == 0);
    }
  }
}

TEST_CASE("a narrow layer's output does not depend on the number of samples, bit by bit") {
  const Matrix w = reals(37, 2, base::Rng(1)), x = reals(37, 29, base::Rng(2));
  Matrix all(2, 29);
  narrow_forward(2, 37, 29, w.data(), w.stride, x.data(), x.stride, nullptr, all.data(),
                 all.stride);
  for (Index first = 0; first < 29; ++first) {
    Matrix some(2, 29 - first);
    narrow_forward(2, 37, 29 - first, w.data(), w.stride, x.data() + first * x.stride, x.stride,
                   nullptr, some.data(), some.stride);
    for (Index s = 0; s < some.cols; ++s) {
      CHECK(std::memcmp(some.data() + s * some.stride, all.data() + (first + s) * all.stride,
                        2 * sizeof(float)) == 0);
    }
  }
}

}  // namespace tune::model::kernel
