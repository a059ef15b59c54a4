#include "model/kernels/product.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "model/kernels/simd.hpp"

namespace tune::model::kernel {
namespace {

/// One product's operands, shared by all of its tiles.
struct Operands {
  Index k;
  const float* a;
  Index lda;
  const float* b;
  Index b_row, b_col;
  float* c;
  Index ldc;
  const float* column;  ///< added to each column of a tile that starts anew; null: zero
  bool add;             ///< start from what C holds
  bool relu;            ///< negative elements become 0 in the end
  float alpha;
};

/// Rows of a tile, in registers, and the columns that go with them: as many accumulators as fit
/// into the register file beside the operands, and enough to hide the latency of the additions.
/// AVX-512 has 32 registers, of 8 floats too.
#if defined(__AVX512VL__) && TUNE_LANES == 8
constexpr int kTileRows = 4;
#else
constexpr int kTileRows = 3;
#endif
constexpr int columns_of(int rows) {
  return rows >= 3 ? 4 : rows == 2 ? 6 : 8;
}

template <int kRows, int kColumns, bool kScaled>
void tile(const Operands& o, Index row, Index col) {
  Vector sum[kColumns][kRows];
  const float* a = o.a + row;
  const float* b = o.b + col * o.b_col;
  float* c = o.c + col * o.ldc + row;
  for (int j = 0; j < kColumns; ++j) {
    for (int i = 0; i < kRows; ++i) {
      if (!kScaled && o.add) {
        sum[j][i] = load(c + j * o.ldc + i * kLanes);
      } else if (!kScaled && o.column != nullptr) {
        sum[j][i] = load(o.column + row + i * kLanes);
      } else {
        sum[j][i] = Vector{};
      }
    }
  }
  for (Index p = 0; p < o.k; ++p) {
    Vector left[kRows];
    for (int i = 0; i < kRows; ++i) left[i] = load(a + i * kLanes);
    for (int j = 0; j < kColumns; ++j) {
      const Vector right = broadcast(b[j * o.b_col]);
      for (int i = 0; i < kRows; ++i) sum[j][i] += left[i] * right;
    }
    a += o.lda;
    b += o.b_row;
  }
  if (!kScaled && o.relu) {
    for (int j = 0; j < kColumns; ++j) {
      for (int i = 0; i < kRows; ++i) sum[j][i] = sum[j][i] < 0 ? Vector{} : sum[j][i];
    }
  }
  for (int j = 0; j < kColumns; ++j) {
    for (int i = 0; i < kRows; ++i) {
      float* to = c + j * o.ldc + i * kLanes;
      store(to, kScaled ? load(to) + broadcast(o.alpha) * sum[j][i] : sum[j][i]);
    }
  }
}

using Tile = void (*)(const Operands&, Index, Index);

template <int kRows, bool kScaled, int... kColumns>
constexpr auto tiles_of(std::integer_sequence<int, kColumns...>) {
  return std::array<Tile, sizeof...(kColumns)>{tile<kRows, kColumns + 1, kScaled>...};
}

/// The tiles of 1 to columns_of(rows) columns.
template <int kRows, bool kScaled>
constexpr auto kTiles =
    tiles_of<kRows, kScaled>(std::make_integer_sequence<int, columns_of(kRows)>{});

/// All columns of C for one band of rows, shared out evenly so that no narrow tile is left over.
template <int kRows, bool kScaled>
void band(const Operands& o, Index row, Index n) {
  constexpr Index kMost = columns_of(kRows);
  for (Index col = 0, left = (n + kMost - 1) / kMost; left > 0; --left) {
    const Index width = (n - col + left - 1) / left;
    kTiles<kRows, kScaled>[static_cast<std::size_t>(width - 1)](o, row, col);
    col += width;
  }
}

template <bool kScaled>
void bands(const Operands& o, Index m, Index n) {
  const Index vectors = padded(m) / kLanes;
  for (Index done = 0, left = (vectors + kTileRows - 1) / kTileRows; left > 0; --left) {
    const Index rows = (vectors - done + left - 1) / left;
    const Index row = done * kLanes;
    if constexpr (kTileRows == 4) {
      if (rows == 4) band<4, kScaled>(o, row, n);
    }
    if (rows == 3) band<3, kScaled>(o, row, n);
    if (rows == 2) band<2, kScaled>(o, row, n);
    if (rows == 1) band<1, kScaled>(o, row, n);
    done += rows;
  }
}

/// Terms of a sum that are added up in registers before C is touched again: a band of A of that
/// length stays in the first-level cache while it meets all columns of B.
constexpr Index kDepth = 256;

typedef float Eight __attribute__((vector_size(8 * sizeof(float))));
typedef std::int32_t Lanes __attribute__((vector_size(8 * sizeof(std::int32_t))));

/// Transposes an 8 x 8 block in registers; columns of A beyond `columns` count as zero.
void transpose_block(const float* a, Index lda, Index columns, float* b, Index ldb) {
  Eight v[8], t[8];
  for (Index j = 0; j < 8; ++j) {
    v[j] = j < columns ? *reinterpret_cast<const Eight*>(a + j * lda) : Eight{};
  }
  // Three rounds of pairing lanes: neighbours, then pairs, then halves.
  constexpr Lanes kLow = {0, 8, 1, 9, 4, 12, 5, 13}, kHigh = {2, 10, 3, 11, 6, 14, 7, 15};
  for (int j = 0; j < 8; j += 2) {
    t[j] = __builtin_shuffle(v[j], v[j + 1], kLow);
    t[j + 1] = __builtin_shuffle(v[j], v[j + 1], kHigh);
  }
  constexpr Lanes kFront = {0, 1, 8, 9, 4, 5, 12, 13}, kBack = {2, 3, 10, 11, 6, 7, 14, 15};
  for (int j = 0; j < 8; j += 4) {
    for (int k = 0; k < 2; ++k) {
      v[j + 2 * k] = __builtin_shuffle(t[j + k], t[j + k + 2], kFront);
      v[j + 2 * k + 1] = __builtin_shuffle(t[j + k], t[j + k + 2], kBack);
    }
  }
  constexpr Lanes kFirst = {0, 1, 2, 3, 8, 9, 10, 11}, kSecond = {4, 5, 6, 7, 12, 13, 14, 15};
  for (int j = 0; j < 4; ++j) {
    *reinterpret_cast<Eight*>(b + j * ldb) = __builtin_shuffle(v[j], v[j + 4], kFirst);
    *reinterpret_cast<Eight*>(b + (j + 4) * ldb) = __builtin_shuffle(v[j], v[j + 4], kSecond);
  }
}

}  // namespace

void multiply(Index m, Index k, Index n, const float* a, Index lda, const float* b, Index b_row,
              Index b_col, float* c, Index ldc, Start start, const float* column, Finish finish) {
  for (Index p = 0; p == 0 || p < k; p += kDepth) {
    const bool add = p > 0 || start == Start::add;
    const bool last = p + kDepth >= k;
    bands<false>(
        {std::min(kDepth, k - p), a + p * lda, lda, b + p * b_row, b_row, b_col, c, ldc,
         start == Start::column ? column : nullptr, add, last && finish == Finish::relu, 1.0f},
        m, n);
  }
}

void multiply_add(float alpha, Index m, Index k, Index n, const float* a, Index lda, const float* b,
                  Index b_row, Index b_col, float* c, Index ldc) {
  for (Index p = 0; p < k; p += kDepth) {
    bands<true>({std::min(kDepth, k - p), a + p * lda, lda, b + p * b_row, b_row, b_col, c, ldc,
                 nullptr, false, false, alpha},
                m, n);
  }
}

void transpose(Index m, Index n, const float* a, Index lda, float* b, Index ldb) {
  for (Index j = 0; j < n; j += 8) {
    for (Index i = 0; i < m; i += 8) {
      transpose_block(a + j * lda + i, lda, std::min<Index>(8, n - j), b + i * ldb + j, ldb);
    }
  }
}

void sum_columns(Index m, Index n, const float* a, Index lda, float* sums) {
  for (Index i = 0; i < m; i += kLanes) {
    Vector sum[4] = {};
    Index j = 0;
    for (; j + 4 <= n; j += 4) {
      for (int q = 0; q < 4; ++q) sum[q] += load(a + (j + q) * lda + i);
    }
    for (; j < n; ++j) sum[0] += load(a + j * lda + i);
    store(sums + i, (sum[0] + sum[1]) + (sum[2] + sum[3]));
  }
}

}  // namespace tune::model::kernel
