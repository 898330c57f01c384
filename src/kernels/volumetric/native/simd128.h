// WebAssembly's words for vectors of 16 bytes, as far as columns.h uses them, in a processor's own instructions.
#pragma once
#include <stdint.h>
#include <string.h>
#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

typedef int32_t v128_t __attribute__((vector_size(16)));
typedef int8_t i8x16 __attribute__((vector_size(16)));
typedef uint8_t u8x16 __attribute__((vector_size(16)));
typedef int16_t i16x8 __attribute__((vector_size(16)));
typedef uint16_t u16x8 __attribute__((vector_size(16)));
typedef int32_t i32x4 __attribute__((vector_size(16)));
typedef double f64x2 __attribute__((vector_size(16)));

INLINE v128_t wasm_v128_load(const void *p) {
  v128_t v;
  memcpy(&v, p, 16);
  return v;
}
INLINE void wasm_v128_store(void *p, v128_t v) { memcpy(p, &v, 16); }
INLINE v128_t wasm_v128_load64_zero(const void *p) {
  double low;
  memcpy(&low, p, 8);
  return (v128_t)(f64x2){low, 0};
}
INLINE v128_t wasm_v128_load64_lane(const void *p, v128_t v, int lane) {
  f64x2 d = (f64x2)v;
  double value;
  memcpy(&value, p, 8);
  d[lane] = value;
  return (v128_t)d;
}
INLINE void wasm_v128_store64_lane(void *p, v128_t v, int lane) {
  const double value = ((f64x2)v)[lane];
  memcpy(p, &value, 8);
}

INLINE v128_t wasm_v128_or(v128_t a, v128_t b) { return a | b; }
INLINE v128_t wasm_i8x16_sub(v128_t a, v128_t b) { return (v128_t)((u8x16)a - (u8x16)b); }
INLINE v128_t wasm_i16x8_mul(v128_t a, v128_t b) { return (v128_t)((u16x8)a * (u16x8)b); }
INLINE v128_t wasm_u16x8_shr(v128_t a, int bits) { return (v128_t)((u16x8)a >> bits); }
INLINE v128_t wasm_f64x2_add(v128_t a, v128_t b) { return (v128_t)((f64x2)a + (f64x2)b); }
INLINE v128_t wasm_f64x2_mul(v128_t a, v128_t b) { return (v128_t)((f64x2)a * (f64x2)b); }
INLINE v128_t wasm_f64x2_div(v128_t a, v128_t b) { return (v128_t)((f64x2)a / (f64x2)b); }
INLINE v128_t wasm_f64x2_ne(v128_t a, v128_t b) { return (v128_t)((f64x2)a != (f64x2)b); }

INLINE v128_t wasm_i8x16_replace_lane(v128_t v, int lane, int value) {
  i8x16 bytes = (i8x16)v;
  bytes[lane] = (int8_t)value;
  return (v128_t)bytes;
}
INLINE int wasm_i16x8_extract_lane(v128_t v, int lane) { return ((i16x8)v)[lane]; }
INLINE unsigned wasm_u16x8_extract_lane(v128_t v, int lane) { return ((u16x8)v)[lane]; }
INLINE double wasm_f64x2_extract_lane(v128_t v, int lane) { return ((f64x2)v)[lane]; }
INLINE v128_t wasm_f64x2_convert_low_i32x4(v128_t v) { return (v128_t)(f64x2){((i32x4)v)[0], ((i32x4)v)[1]}; }
INLINE v128_t wasm_f64x2_make(double a, double b) { return (v128_t)(f64x2){a, b}; }
INLINE v128_t wasm_i16x8_splat(int n) { return (v128_t)(i16x8){n, n, n, n, n, n, n, n}; }
INLINE v128_t wasm_i32x4_splat(int n) { return (v128_t)(i32x4){n, n, n, n}; }
INLINE v128_t wasm_f64x2_splat(double d) { return (v128_t)(f64x2){d, d}; }

#define wasm_i8x16_make(...) ((v128_t)(i8x16){__VA_ARGS__})
#define wasm_i16x8_make(...) ((v128_t)(i16x8){__VA_ARGS__})
#define wasm_i8x16_const wasm_i8x16_make
#define wasm_i16x8_const wasm_i16x8_make
#define wasm_i16x8_const_splat wasm_i16x8_splat
#define wasm_i32x4_const_splat wasm_i32x4_splat
#define wasm_f64x2_const_splat wasm_f64x2_splat
#define wasm_i32x4_shuffle(a, b, ...) ((v128_t)__builtin_shufflevector((i32x4)(a), (i32x4)(b), __VA_ARGS__))

#if defined(__aarch64__)
INLINE v128_t wasm_i8x16_swizzle(v128_t v, v128_t from) { return (v128_t)vqtbl1q_u8((uint8x16_t)v, (uint8x16_t)from); }
INLINE v128_t wasm_u8x16_sub_sat(v128_t a, v128_t b) { return (v128_t)vqsubq_u8((uint8x16_t)a, (uint8x16_t)b); }
INLINE v128_t wasm_u8x16_max(v128_t a, v128_t b) { return (v128_t)vmaxq_u8((uint8x16_t)a, (uint8x16_t)b); }
INLINE v128_t wasm_i16x8_min(v128_t a, v128_t b) { return (v128_t)vminq_s16((int16x8_t)a, (int16x8_t)b); }
INLINE v128_t wasm_i16x8_max(v128_t a, v128_t b) { return (v128_t)vmaxq_s16((int16x8_t)a, (int16x8_t)b); }
INLINE v128_t wasm_u16x8_min(v128_t a, v128_t b) { return (v128_t)vminq_u16((uint16x8_t)a, (uint16x8_t)b); }
INLINE v128_t wasm_i16x8_narrow_i32x4(v128_t a, v128_t b) {
  return (v128_t)vcombine_s16(vqmovn_s32((int32x4_t)a), vqmovn_s32((int32x4_t)b));
}
INLINE v128_t wasm_i32x4_dot_i16x8(v128_t a, v128_t b) {
  const int32x4_t low = vmull_s16(vget_low_s16((int16x8_t)a), vget_low_s16((int16x8_t)b));
  return (v128_t)vpaddq_s32(low, vmull_high_s16((int16x8_t)a, (int16x8_t)b));
}
INLINE int wasm_v128_any_true(v128_t v) { return vmaxvq_u32((uint32x4_t)v) != 0; }
#else
/** A place beyond the vector must have its highest bit set. */
INLINE v128_t wasm_i8x16_swizzle(v128_t v, v128_t from) { return (v128_t)_mm_shuffle_epi8((__m128i)v, (__m128i)from); }
INLINE v128_t wasm_u8x16_sub_sat(v128_t a, v128_t b) { return (v128_t)_mm_subs_epu8((__m128i)a, (__m128i)b); }
INLINE v128_t wasm_u8x16_max(v128_t a, v128_t b) { return (v128_t)_mm_max_epu8((__m128i)a, (__m128i)b); }
INLINE v128_t wasm_i16x8_min(v128_t a, v128_t b) { return (v128_t)_mm_min_epi16((__m128i)a, (__m128i)b); }
INLINE v128_t wasm_i16x8_max(v128_t a, v128_t b) { return (v128_t)_mm_max_epi16((__m128i)a, (__m128i)b); }
INLINE v128_t wasm_u16x8_min(v128_t a, v128_t b) { return (v128_t)_mm_min_epu16((__m128i)a, (__m128i)b); }
INLINE v128_t wasm_i16x8_narrow_i32x4(v128_t a, v128_t b) { return (v128_t)_mm_packs_epi32((__m128i)a, (__m128i)b); }
INLINE v128_t wasm_i32x4_dot_i16x8(v128_t a, v128_t b) { return (v128_t)_mm_madd_epi16((__m128i)a, (__m128i)b); }
INLINE int wasm_v128_any_true(v128_t v) { return !_mm_testz_si128((__m128i)v, (__m128i)v); }
#endif
