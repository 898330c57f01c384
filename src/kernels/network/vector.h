// WIDTH floats at a time: 4 in WebAssembly, up to 16 where the kernels are compiled for a processor itself. All that
// follows from it is in this file and the two it includes. Every sum of the kernels runs in one fixed order, so that
// one build gives the same bits for the same inputs.
#pragma once

#ifndef WIDTH
#define WIDTH 4
#endif

#define INLINE static inline __attribute__((always_inline))

#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 64")
#endif

typedef float Vector __attribute__((vector_size(4 * WIDTH), aligned(4)));
typedef int Mask __attribute__((vector_size(4 * WIDTH), aligned(4)));
typedef unsigned char Byte;

INLINE Vector load(const float *p) { return *(const Vector *)p; }
INLINE void store(float *p, Vector v) { *(Vector *)p = v; }

#ifdef __wasm__
#include "wasmVector.h"
#else
#include "nativeVector.h"
#endif

/** LeakyReLU's derivative times g, told from its output (the derivative at 0 is the slope). */
INLINE Vector leakyGradient(Vector g, Vector output, Vector slope) { return choose(output > splat(0), g, g * slope); }
