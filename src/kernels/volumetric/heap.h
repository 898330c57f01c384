// A bump allocator over the reader's memory: what a block needs is taken in one go and given back when the next block
// starts.
#pragma once
#include "reader.h"

#ifdef __wasm__
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
static u64 heapStart(void) { return (sizeof(Reader) + 63) & ~63ull; }
static u8 *heapPlace(u64 place) { return (u8 *)self + place; }
static int heapReaches(u64 end) { return end <= self->heapEnd; }
#endif

static u64 heapMark(void) {
  if (self->heapTop == 0) self->heapTop = heapStart();
  return self->heapTop;
}

static void heapRelease(u64 mark) {
  self->heapTop = mark;
  self->heapFailed = 0;
}

// `count` doubles, aligned to a cache line. Where memory does not reach that far, `heapFailed` is set, `heapTop` tells
// how far it should, and the pointer must not be used.
static double *takeDoubles(u64 count) {
  const u64 start = heapMark(), end = (start + count * 8 + 63) & ~63ull;
  if (!heapReaches(end)) self->heapFailed = 1;
  self->heapTop = end;
  return (double *)heapPlace(start);
}
