#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace tune::model::kernel {

// Functions of one float without branches or calls, so that a loop over an array runs on vector
// registers. Errors are a few units in the last place; NaN goes through.

/// choice ? a : b on bits, which leaves the compiler no branch: with `?:` it would move what only
/// one side needs there, and then not vectorise the loop for fear of traps.
inline float select(bool choice, float a, float b) {
  const std::uint32_t mask = 0u - static_cast<std::uint32_t>(choice);
  return std::bit_cast<float>((std::bit_cast<std::uint32_t>(a) & mask) |
                              (std::bit_cast<std::uint32_t>(b) & ~mask));
}

/// x = n ln 2 + rest: the integer n as a float and as the bits of 2^n, and e^rest - 1.
struct Reduced {
  float power;  ///< 2^n
  float rest;   ///< e^rest - 1, |rest| <= ln 2 / 2
};

/// For x from -86 to 88; 2^(n + bias) has to be a normal number.
inline Reduced reduce(float x, std::int32_t bias = 0) {
  constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: the sum's last bits are the integer
  constexpr float kLog2E = 1.44269504f, kLn2High = 0.693359375f, kLn2Low = -2.12194440e-4f;
  const float shifted = x * kLog2E + kRound, n = shifted - kRound;
  const float r = (x - n * kLn2High) - n * kLn2Low;
  // Taylor's series: its next term, r^8 / 8!, is below 6e-9.
  float sum = r * (1.0f / 5040) + 1.0f / 720;
  sum = sum * r + 1.0f / 120;
  sum = sum * r + 1.0f / 24;
  sum = sum * r + 1.0f / 6;
  sum = sum * r + 0.5f;
  const auto exponent =
      std::bit_cast<std::uint32_t>(shifted) - std::bit_cast<std::uint32_t>(kRound);
  const auto biased = exponent + static_cast<std::uint32_t>(127 + bias);
  return {std::bit_cast<float>(biased << 23), sum * r * r + r};
}

/// e^x: infinite above ln(FLT_MAX), zero where it is below 5e-38.
inline float exp(float x) {
  // Half of the power, which may itself be too large for a float.
  const Reduced e = reduce(x, -1);
  const float value = (e.rest + 1.0f) * e.power * 2.0f;
  const float capped = select(x > 88.72283f, std::numeric_limits<float>::infinity(), value);
  return select(x < -86.0f, 0.0f, capped);
}

/// e^x - 1 for x <= 0.
inline float expm1_below_zero(float x) {
  const Reduced e = reduce(x);
  const float value = e.rest * e.power + (e.power - 1.0f);
  return select(x < -20.0f, -1.0f, value);
}

/// log(1 + x) for x from 0 to 1: twice the series of artanh(x / (2 + x)), whose argument is at most
/// a third; the first term left out is below 3e-9 of the sum.
inline float log1p_to_one(float x) {
  const float s = x / (2.0f + x), q = s * s;
  float sum = q * (1.0f / 15) + 1.0f / 13;
  sum = sum * q + 1.0f / 11;
  sum = sum * q + 1.0f / 9;
  sum = sum * q + 1.0f / 7;
  sum = sum * q + 1.0f / 5;
  sum = sum * q + 1.0f / 3;
  return 2.0f * (s + s * q * sum);
}

inline float sigmoid(float x) {
  return 1.0f / (1.0f + exp(-x));
}

/// A standard normal beyond x >= 0.
struct NormalTail {
  float density;      ///< at x
  float probability;  ///< of more than x
};

/// The ratio of the two is smooth: t times a polynomial in t = 1 / (1 + 0.35 x), fitted to
/// scipy.special.log_ndtr over 0 <= x <= 14 for the least relative error, 3e-8.
inline NormalTail normal_tail(float x) {
  const float t = 1.0f / (1.0f + 0.35f * x), e = exp(-0.5f * x * x);
  float sum = t * -0.029146136716008186f + 0.14397269487380981f;
  sum = sum * t - 0.2557162940502167f;
  sum = sum * t + 0.15917646884918213f;
  sum = sum * t - 0.02311139926314354f;
  sum = sum * t + 0.10550865530967712f;
  sum = sum * t + 0.11983270943164825f;
  sum = sum * t + 0.13986189663410187f;
  sum = sum * t + 0.13962140679359436f;
  return {0.398942280f * e, sum * t * e};
}

}  // namespace tune::model::kernel
