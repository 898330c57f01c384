// Four floats at a time. Every sum below runs in one fixed order, so the same inputs give the same bits everywhere.
#pragma once
#include <wasm_simd128.h>

#define EXPORT __attribute__((visibility("default")))
#define INLINE static inline __attribute__((always_inline))

typedef float Vector __attribute__((vector_size(16), aligned(4)));
typedef int Mask __attribute__((vector_size(16), aligned(4)));
typedef unsigned char Byte;

INLINE Vector load(const float *p) { return *(const Vector *)p; }
INLINE void store(float *p, Vector v) { *(Vector *)p = v; }
INLINE Vector splat(float s) { return (Vector){s, s, s, s}; }
INLINE Vector splatAt(const float *p) { return (Vector)wasm_v128_load32_splat(p); }

/** yes where the mask is set, else no. */
INLINE Vector select(Mask mask, Vector yes, Vector no) {
  return (Vector)wasm_v128_bitselect((v128_t)yes, (v128_t)no, (v128_t)mask);
}

/** LeakyReLU; 0 <= slope <= 1, so it is the larger of both lines. */
INLINE Vector leaky(Vector a, Vector slope) { return (Vector)wasm_f32x4_pmax((v128_t)(a * slope), (v128_t)a); }

/** LeakyReLU's derivative times g, told from its output (the derivative at 0 is the slope). */
INLINE Vector leakyGradient(Vector g, Vector output, Vector slope) {
  return select(output > splat(0), g, g * slope);
}

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
