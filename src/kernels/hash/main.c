// XXH3 of bytes that the host puts at inputAt(), piece by piece. One instance hashes one file after the other.
#include "xxh3.h"

#define EXPORT __attribute__((visibility("default")))

static Xxh3 state;
static Hash128 result;
static u8 input[1 << 19] __attribute__((aligned(64)));

EXPORT u8 *inputAt(void) { return input; }
EXPORT u32 inputRoom(void) { return sizeof input; }
EXPORT void start(void) { xxh3Start(&state); }
EXPORT void add(u32 bytes) { xxh3Add(&state, input, bytes); }

// Two words, the lower one first.
EXPORT const u64 *finish(void) {
  result = xxh3Finish(&state);
  return &result.low;
}
