// A bump allocator over WebAssembly's linear memory: what a block needs is taken in one go and given back when the next block starts.
#pragma once
#include <stdint.h>
#include <wasm_simd128.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t i32;
typedef int64_t i64;

#define EXPORT __attribute__((visibility("default")))
#define INLINE static inline __attribute__((always_inline))
#define APART __attribute__((noinline)) // the engine optimises function by function, large ones long, and only those that run often

extern u8 __heap_base;
static u64 heapTop;
static int heapFailed;

static u64 heapMark(void) {
  if (heapTop == 0) heapTop = ((u64)(u32)&__heap_base + 63) & ~63ull;
  return heapTop;
}

static void heapRelease(u64 mark) {
  heapTop = mark;
  heapFailed = 0;
}

// `count` doubles, aligned to a cache line. Where memory cannot grow that far, `heapFailed` is set and the pointer must not be used.
static double *takeDoubles(u64 count) {
  const u64 start = heapMark(), end = (start + count * 8 + 63) & ~63ull, have = (u64)__builtin_wasm_memory_size(0) << 16;
  if (end > have) {
    const u64 pages = (end - have + 65535) >> 16;
    if (end > 0xFFFF0000ull || __builtin_wasm_memory_grow(0, pages) == (unsigned long)-1) {
      heapFailed = 1;
      return (double *)(u32)start;
    }
  }
  heapTop = end;
  return (double *)(u32)start;
}
