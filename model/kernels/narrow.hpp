#pragma once

#include "model/kernels/vector.hpp"

namespace tune::model::kernel {

/// Products for layers of very few units. Where a layer is narrower than a vector register,
/// products that run along its units would compute mostly padding; these run along its inputs
/// instead. `weights` has one row of inputs a unit: padded(k) floats with zeros in the padding,
/// `ldw` apart. x and back are stored by samples, padded like all blocks.

/// Up to that many units these kernels are the faster ones.
inline constexpr Index kNarrow = 3;

/// out[u, s] = bias[u] + sum over i of weights[u, i] * x[i, s]; bias may be null. An element is
/// summed up in one fixed order, whatever the number of samples.
void narrow_forward(Index units, Index k, Index samples, const float* weights, Index ldw,
                    const float* x, Index ldx, const float* bias, float* out, Index ldo);

/// gradient[u, i] = sum over the samples of delta[u, s] * x[i, s].
void narrow_weight_gradient(Index units, Index k, Index samples, const float* delta, Index ldd,
                            const float* x, Index ldx, float* gradient, Index ldg);

/// back[i, s] = sum over the units of weights[u, i] * delta[u, s].
void narrow_input_gradient(Index units, Index k, Index samples, const float* weights, Index ldw,
                           const float* delta, Index ldd, float* back, Index ldb);

}  // namespace tune::model::kernel
