// What one instance knows: a periodic grid of float values, the mesh that was made of it last, and a bump allocator
// over its memory.
// WebAssembly has one in each instance; compiled for a processor, it stands at the start of the memory that the host
// gives it.
#pragma once
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t i32;
typedef int64_t i64;

#define INLINE static inline __attribute__((always_inline))
#define APART __attribute__((noinline))
#ifdef __wasm__
#define EXPORT __attribute__((visibility("default")))
#else
#define EXPORT static __attribute__((unused)) // one table of callers leads outside (native/calls.c)
#endif

#define CASES 256
#define CASE_BYTES 16 // triangles, then three edges each
#define SPARE 128     // values behind the grid that vectors may touch

// What the host reads after a call, all doubles.
typedef struct {
  double vertices, indices; // of the mesh
  double surfaceIndices;    // of them, those before the closed faces
  double area, volume;      // Å^2; the share of the cell that is enclosed
  double minimum, maximum, sum;
} Report;

typedef struct {
  Report report;

  u64 heapTop, heapEnd; // of the memory there is; WebAssembly asks its engine
  int heapFailed;
  u64 gridMark, workMark; // what is taken behind them belongs to a grid, to one call

  int n[3];            // points along a, b, c
  float *grid;         // [n2][n1][n0]
  i64 *next[3], *prev[3], *at[3]; // where the neighbours of a point stand, and the point itself, from the axis' first; at[n] is at[0]
  float lattice[3][3]; // rows, Å
  float dual[3][3];    // rows of the inverse's transpose times points: from differences to a gradient
  u8 table[CASES][CASE_BYTES];

  float level;
  int negative; // enclosed is what lies below the level
  int words;    // u64 a row of bits
  u64 *bits;    // [n2][n1][words]: whether a point is enclosed; behind a row's last point comes its first
  u32 *firstX, *firstY, *firstZ; // [n2 + 1][n1 + 1][words]: the first vertex on an edge along the axis, of each word of bits
  float *positions, *normals;
  u32 *indices;
  int faces;         // closed ones are wanted
  u32 capVertices, capIndices;

  double *samples; // points in, values out
  double *turns[3]; // fourier.h: cos and -sin of 2 pi j/N, interleaved, from the host
  double *lines[4];  // [N][BATCH]: real and imaginary parts, twice
  float *waves;      // [n2][n1][n0/2 + 1][2]
} State;

#ifdef __wasm__
static State onlyState;
#define self (&onlyState)

extern u8 __heap_base;
static u64 heapStart(void) { return ((u64)(u32)&__heap_base + 63) & ~63ull; }
static u8 *heapPlace(u64 place) { return (u8 *)(u32)place; }

/** Whether there is memory up to `end`, which the engine may still give. */
static int heapReaches(u64 end) {
  const u64 have = (u64)__builtin_wasm_memory_size(0) << 16;
  if (end <= have) return 1;
  if (end > 0xFFFF0000ull) return 0;
  return __builtin_wasm_memory_grow(0, (end - have + 65535) >> 16) != (unsigned long)-1;
}
#else
static _Thread_local State *self; // whoever calls sets it first
static u64 heapStart(void) { return (sizeof(State) + 63) & ~63ull; }
static u8 *heapPlace(u64 place) { return (u8 *)self + place; }
static int heapReaches(u64 end) { return end <= self->heapEnd; }
#endif

static void heapRelease(u64 mark) {
  self->heapTop = mark;
  self->heapFailed = 0;
}

// So many bytes, aligned to a cache line. Where memory does not reach that far, `heapFailed` is set, `heapTop` tells
// how far it should, and the pointer must not be used.
static void *take(u64 bytes) {
  const u64 start = self->heapTop, end = (start + bytes + 63) & ~63ull;
  if (!heapReaches(end)) self->heapFailed = 1;
  self->heapTop = end;
  return heapPlace(start);
}
