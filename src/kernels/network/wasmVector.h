// What the vectors of vector.h take from WebAssembly's SIMD128.
#pragma once
#include <wasm_simd128.h>

#define EXPORT __attribute__((visibility("default")))

INLINE Vector splat(float s) { return (Vector){s, s, s, s}; }
INLINE Vector splatAt(const float *p) { return (Vector)wasm_v128_load32_splat(p); }

/** yes where the mask is set, else no. */
INLINE Vector choose(Mask mask, Vector yes, Vector no) {
  return (Vector)wasm_v128_bitselect((v128_t)yes, (v128_t)no, (v128_t)mask);
}

/** a * b + sum. */
INLINE Vector multiplyAdd(Vector a, Vector b, Vector sum) {
#ifdef __wasm_relaxed_simd__
  return (Vector)__builtin_wasm_relaxed_madd_f32x4(a, b, sum);
#else
  return sum + a * b;
#endif
}

/** LeakyReLU; 0 <= slope <= 1, so it is the larger of both lines. */
INLINE Vector leaky(Vector a, Vector slope) { return (Vector)wasm_f32x4_pmax((v128_t)(a * slope), (v128_t)a); }

INLINE float sumOf(Vector v) { return (v[0] + v[1]) + (v[2] + v[3]); }

/** Four bytes as four integers. */
INLINE Mask widen(const Byte *p) {
  v128_t bytes = wasm_v128_load32_zero(p);
  return (Mask)wasm_u32x4_extend_low_u16x8(wasm_u16x8_extend_low_u8x16(bytes));
}

/** The low bytes of four integers. */
INLINE void narrow(Byte *p, Mask m) {
  v128_t words = wasm_i16x8_narrow_i32x4((v128_t)m, (v128_t)m);
  wasm_v128_store32_lane(p, wasm_u8x16_narrow_i16x8(words, words), 0);
}
