#pragma once

#include "model/kernels/vector.hpp"

namespace tune::model::kernel {

/// What a product starts from, element by element.
enum class Start {
  zero,    ///< C = A B
  column,  ///< C = v 1' + A B, with v a column of m values
  add,     ///< C = C + A B
};

/// What is done to an element of C when its sum is complete.
enum class Finish {
  none,
  relu,  ///< negative ones become 0; NaN stays
};

/// A product of small matrices on one thread: C (m x n) from A (m x k) and B (k x n).
///
/// A and C are stored by columns, `lda` and `ldc` floats apart, each column aligned to a vector
/// register and readable and writable up to padded(m) rows: the rows of padding of C are computed
/// like all others. B may lie in any order: element (i, j) is at b[i * b_row + j * b_col].
/// An element of C is summed up over k in one fixed order, whatever m and n are, so a sample's
/// prediction does not depend on its neighbours in a batch.
void multiply(Index m, Index k, Index n, const float* a, Index lda, const float* b, Index b_row,
              Index b_col, float* c, Index ldc, Start start, const float* column = nullptr,
              Finish finish = Finish::none);

/// C = C + alpha A B: the update of weights by their gradient, without storing the gradient.
void multiply_add(float alpha, Index m, Index k, Index n, const float* a, Index lda, const float* b,
                  Index b_row, Index b_col, float* c, Index ldc);

/// B = A', for A (m x n) and B (n x m), both stored by columns. B must have room for a multiple of
/// eight columns and rows; those of padding become the transpose of A's, or zero.
void transpose(Index m, Index n, const float* a, Index lda, float* b, Index ldb);

/// sums[i] = sum over the n columns of A (m x n), for all padded(m) rows.
void sum_columns(Index m, Index n, const float* a, Index lda, float* sums);

}  // namespace tune::model::kernel
