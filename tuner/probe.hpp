#pragma once

#include <string>

namespace tune::tuner {

/// Fixes what Eigen otherwise takes from the processor that it runs on: the sizes of the caches, by
/// which it cuts long sums into blocks. To be called before anything else, by one thread.
void fix_cache_sizes();

/// A hash of the bits that a small computation comes to, through all whose code is chosen when the
/// program starts or is linked, not when it is compiled: the mathematical functions of the C
/// library, which come in versions for several processors, Boost's on top of them, products and
/// decompositions by Eigen, and our own kernels. Takes 1 ms.
std::string probe();

}  // namespace tune::tuner
