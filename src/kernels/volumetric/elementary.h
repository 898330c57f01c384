// Logarithm and exponential of doubles, to 1e-14, in operations that give the same bits in vectors of any width and in
// WebAssembly.
#pragma once
#include "reader.h"

INLINE u64 bitsOf(double a) {
  u64 bits;
  __builtin_memcpy(&bits, &a, 8);
  return bits;
}

INLINE double withBits(u64 bits) {
  double a;
  __builtin_memcpy(&a, &bits, 8);
  return a;
}

#define TWO_52 4503599627370496.0
#define LN_2 0.6931471805599453

/** Of a normal positive number: m 2^k with m about 1, then 2 artanh((m - 1)/(m + 1)) by its series. */
INLINE double logarithmOf(double a) {
  const u64 middle = 0x3FE6A09E00000000ull; // about the root of 1/2
  const u64 above = bitsOf(a) - middle + (1024ull << 52);
  const double k = withBits((above >> 52) | 0x4330000000000000ull) - (TWO_52 + 1024);
  const double m = withBits((above & 0xFFFFFFFFFFFFFull) + middle);
  const double s = (m - 1) / (m + 1), z = s * s;
  double sum = 1. / 19;
  sum = sum * z + 1. / 17;
  sum = sum * z + 1. / 15;
  sum = sum * z + 1. / 13;
  sum = sum * z + 1. / 11;
  sum = sum * z + 1. / 9;
  sum = sum * z + 1. / 7;
  sum = sum * z + 1. / 5;
  sum = sum * z + 1. / 3;
  return k * LN_2 + (2 * s + 2 * s * z * sum);
}

/** For |a| < 700: 2^k exp(a - k ln 2), the rest by its series. */
INLINE double exponentialOf(double a) {
  const double shifted = a * (1 / LN_2) + 1.5 * TWO_52; // the nearest whole number stands in the last bits
  const double r = a - (shifted - 1.5 * TWO_52) * LN_2;
  double sum = 1. / 479001600;
  sum = sum * r + 1. / 39916800;
  sum = sum * r + 1. / 3628800;
  sum = sum * r + 1. / 362880;
  sum = sum * r + 1. / 40320;
  sum = sum * r + 1. / 5040;
  sum = sum * r + 1. / 720;
  sum = sum * r + 1. / 120;
  sum = sum * r + 1. / 24;
  sum = sum * r + 1. / 6;
  sum = sum * r + 0.5;
  sum = sum * r + 1;
  sum = sum * r + 1;
  return sum * withBits((bitsOf(shifted) + 1023) << 52);
}
