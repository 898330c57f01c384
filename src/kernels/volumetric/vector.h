// Vectors of WIDTH doubles for sums, and v128_t for text. The words for v128_t are WebAssembly's (wasm_i8x16_sub...);
// processors are given them.
#pragma once

#define INLINE static inline __attribute__((always_inline))

#ifdef __wasm__
#include <wasm_simd128.h>
#define EXPORT __attribute__((visibility("default")))
#define HOST(name) __attribute__((import_module("env"), import_name(name))) extern
#define LOOP_AS_IT_IS _Pragma("clang loop unroll(disable)")
#define UNROLL _Pragma("clang loop unroll(full)")
#define HOLD(v) __asm__("" : "+r"(v)) // a constant that stays in a register: the engine would else build it again in every turn of the loop
#else
#include "native/simd128.h"
#define EXPORT static __attribute__((unused)) // one table of callers leads outside (native/calls.c)
#define HOST(name) static
#define LOOP_AS_IT_IS
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 64")
#endif
#define HOLD(v)
#endif

#ifndef WIDTH
#define WIDTH 2
#endif

// Doubles that go through a sum together, in so many vectors: what is added to them must hide how long an addition
// takes.
#if WIDTH == 2
#define VECTORS 2
#else
#define VECTORS 1
#endif
#define LANES (WIDTH * VECTORS)

typedef double Doubles __attribute__((vector_size(8 * WIDTH), aligned(8)));
typedef double Pair __attribute__((vector_size(16), aligned(8)));

#if WIDTH == 2
#define SPLAT(s) {s, s}
#define SWAPPED 1, 0
#define SIGNS 1, -1
#elif WIDTH == 4
#define SPLAT(s) {s, s, s, s}
#define SWAPPED 1, 0, 3, 2
#define SIGNS 1, -1, 1, -1
#else
#define SPLAT(s) {s, s, s, s, s, s, s, s}
#define SWAPPED 1, 0, 3, 2, 5, 4, 7, 6
#define SIGNS 1, -1, 1, -1, 1, -1, 1, -1
#endif

INLINE Doubles load(const double *p) { return *(const Doubles *)p; }
INLINE void store(double *p, Doubles v) { *(Doubles *)p = v; }
INLINE Doubles splat(double s) { return (Doubles)SPLAT(s); }
/** Real and imaginary parts change places. */
INLINE Doubles swap(Doubles v) { return __builtin_shufflevector(v, v, SWAPPED); }

INLINE Pair loadPair(const double *p) { return *(const Pair *)p; }
INLINE void storePair(double *p, Pair v) { *(Pair *)p = v; }

#ifdef __wasm__
/** Of each lane. Numbers that are none are found by their sums. */
INLINE Doubles smaller(Doubles a, Doubles b) { return (Doubles)wasm_f64x2_pmin((v128_t)a, (v128_t)b); }
INLINE Doubles larger(Doubles a, Doubles b) { return (Doubles)wasm_f64x2_pmax((v128_t)a, (v128_t)b); }
#else
#include "native/doubles.h"
#endif
