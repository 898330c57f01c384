// What the decoders share: packed bytes that the host appends, and unpacked bytes that it takes after each call.
#pragma once
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t i32;

#define EXPORT __attribute__((visibility("default")))
#define INLINE static inline __attribute__((always_inline))

// STEP_OUTPUT: unpacked bytes wait; STEP_HUNGRY: more packed bytes are needed; STEP_ENDED: everything is unpacked and
// was checked.
enum { STEP_OUTPUT, STEP_HUNGRY, STEP_ENDED, STEP_DAMAGED, STEP_SHORT, STEP_UNSUPPORTED, STEP_MEMORY };

extern u8 __heap_base;
static u32 heapTop;

static u8 *packed;               // the input buffer
static u32 packedAt, packedEnd;  // bytes in it that are not consumed yet
static u32 packedCapacity;
static int packedLast;           // the file ends at packedEnd
static const u8 *output;
static u32 outputLength;

// Memory for the life of this file; 0 where there is none.
static u8 *take(u64 bytes) {
  if (heapTop == 0) heapTop = ((u32)&__heap_base + 63) & ~63u;
  const u64 end = (heapTop + bytes + 63) & ~63ull, have = (u64)__builtin_wasm_memory_size(0) << 16;
  if (end > 0xFFFF0000ull) return 0;
  if (end > have && __builtin_wasm_memory_grow(0, (end - have + 65535) >> 16) == (unsigned long)-1) return 0;
  u8 *at = (u8 *)heapTop;
  heapTop = (u32)end;
  return at;
}

INLINE u32 available(void) { return packedEnd - packedAt; }

// Where a structure of `bytes` bytes is not all here: more input, or the file is cut.
INLINE int starved(void) { return packedLast ? STEP_SHORT : STEP_HUNGRY; }

INLINE u32 little32(const u8 *p) { return p[0] | (u32)p[1] << 8 | (u32)p[2] << 16 | (u32)p[3] << 24; }
