// Which points of a row are enclosed, a bit each, and what follows from two rows of bits.
#pragma once
#include "state.h"

#ifdef __wasm__
#include <wasm_simd128.h>
#elif defined(__AVX2__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

/** Of 64 values from `p` on: above the level, or below it. Values that are not numbers are neither. */
INLINE u64 compare64(const float *p, float level, int negative) {
  u64 bits = 0;
#ifdef __wasm__
  const v128_t l = wasm_f32x4_splat(level);
  for (int i = 0; i < 64; i += 4) {
    const v128_t v = wasm_v128_load(p + i);
    bits |= (u64)wasm_i32x4_bitmask(negative ? wasm_f32x4_lt(v, l) : wasm_f32x4_gt(v, l)) << i;
  }
#elif defined(__AVX2__)
  const __m256 l = _mm256_set1_ps(level);
  for (int i = 0; i < 64; i += 8) {
    const __m256 v = _mm256_loadu_ps(p + i);
    const __m256 mask = negative ? _mm256_cmp_ps(v, l, _CMP_LT_OQ) : _mm256_cmp_ps(v, l, _CMP_GT_OQ);
    bits |= (u64)(u32)_mm256_movemask_ps(mask) << i;
  }
#elif defined(__aarch64__)
  const float32x4_t l = vdupq_n_f32(level);
  const uint32x4_t weights = {1, 2, 4, 8};
  for (int i = 0; i < 64; i += 4) {
    const float32x4_t v = vld1q_f32(p + i);
    bits |= (u64)vaddvq_u32(vandq_u32(negative ? vcltq_f32(v, l) : vcgtq_f32(v, l), weights)) << i;
  }
#else
  for (int i = 0; i < 64; i++) bits |= (u64)(negative ? p[i] < level : p[i] > level) << i;
#endif
  return bits;
}

/** The lowest `count` bits, 0 to 64. */
INLINE u64 lowest(int count) { return count >= 64 ? ~0ull : (1ull << count) - 1; }

/** Points x of word w that lie before `end`. */
INLINE u64 before(int end, int w) {
  const int count = end - 64 * w;
  return count <= 0 ? 0 : lowest(count);
}

INLINE int count64(u64 bits) { return __builtin_popcountll(bits); }
INLINE int lowestBit(u64 bits) { return __builtin_ctzll(bits); }

/** Of a row of the grid, which behind its last point has its first. */
static void fillRow(const float *row, u64 *bits) {
  const int n = self->n[0], words = self->words;
  for (int w = 0; w < words; w++) {
    const u64 inside = self->negative ? compare64(row + 64 * w, self->level, 1) : compare64(row + 64 * w, self->level, 0);
    bits[w] = inside & before(n, w);
  }
  bits[n / 64] |= (bits[0] & 1) << (n % 64);
}

APART static void fillBits(void) {
  const i64 rows = (i64)self->n[1] * self->n[2];
  for (i64 row = 0; row < rows; row++) fillRow(self->grid + row * self->n[0], self->bits + row * self->words);
}

INLINE const u64 *bitsOf(int y, int z) {
  const int ny = self->n[1], nz = self->n[2];
  return self->bits + ((i64)(z == nz ? 0 : z) * ny + (y == ny ? 0 : y)) * self->words;
}

/** The bits of the points one further. */
INLINE u64 shifted(const u64 *row, int w) { return row[w] >> 1 | (w + 1 < self->words ? row[w + 1] << 63 : 0); }

INLINE u64 crossingsX(const u64 *row, int w) { return (row[w] ^ shifted(row, w)) & before(self->n[0], w); }
INLINE u64 crossings(const u64 *row, const u64 *other, int w) { return (row[w] ^ other[w]) & before(self->n[0] + 1, w); }

/** Where the entries of a row of words stand in firstX, firstY and firstZ. */
INLINE i64 wordsAt(int y, int z) { return ((i64)z * (self->n[1] + 1) + y) * self->words; }
