// What the vectors of vector.h take from a processor: GCC's and clang's vector extensions, and its own instruction
// where they have no word.
#pragma once
#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

/** One table of callers leads outside (native/calls.c); the kernels themselves are of this file alone. */
#define EXPORT static __attribute__((unused))

typedef Byte Bytes __attribute__((vector_size(WIDTH), aligned(1)));

INLINE Vector splat(float s) { return s - (Vector){0}; }
INLINE Vector splatAt(const float *p) { return splat(*p); }

/** yes where the mask is set, else no. */
INLINE Vector choose(Mask mask, Vector yes, Vector no) {
#if WIDTH == 16
  return _mm512_mask_blend_ps(_mm512_movepi32_mask((__m512i)mask), no, yes);
#elif WIDTH == 8
  return _mm256_blendv_ps(no, yes, (__m256)mask);
#else
  return (Vector)((mask & (Mask)yes) | (~mask & (Mask)no));
#endif
}

/** a * b + sum; in one rounding where the processor can. */
INLINE Vector multiplyAdd(Vector a, Vector b, Vector sum) {
#if WIDTH == 16
  return _mm512_fmadd_ps(a, b, sum);
#elif WIDTH == 8
  return _mm256_fmadd_ps(a, b, sum);
#elif defined(__FMA__)
  return _mm_fmadd_ps(a, b, sum);
#elif defined(__aarch64__)
  return vfmaq_f32(sum, a, b);
#else
  return sum + a * b;
#endif
}

/** LeakyReLU; 0 <= slope <= 1, so it is the larger of both lines. What is not a number stays so. */
INLINE Vector leaky(Vector a, Vector slope) {
#if WIDTH == 16
  return _mm512_max_ps(a * slope, a);
#elif WIDTH == 8
  return _mm256_max_ps(a * slope, a);
#elif defined(__aarch64__)
  return vmaxq_f32(a * slope, a);
#else
  return _mm_max_ps(a * slope, a);
#endif
}

/** The sum of all lanes, halves first. */
INLINE float sumOf(Vector v) {
  float s[WIDTH];
  store(s, v);
  for (int width = WIDTH / 2; width > 0; width /= 2)
    for (int i = 0; i < width; i++) s[i] += s[i + width];
  return s[0];
}

/** WIDTH bytes as integers. */
INLINE Mask widen(const Byte *p) { return __builtin_convertvector(*(const Bytes *)p, Mask); }

/** The low bytes of WIDTH integers. */
INLINE void narrow(Byte *p, Mask m) { *(Bytes *)p = __builtin_convertvector(m, Bytes); }
