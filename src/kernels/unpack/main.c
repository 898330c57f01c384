// Unpacks gzip, bzip2 and xz, chunk by chunk in bounded memory, and checks what it unpacks. One instance unpacks one
// file.
#include "bzip2.h"
#include "checks.h"
#include "gzip.h"
#include "stream.h"
#include "xz.h"

enum { FORMAT_BZIP2, FORMAT_XZ, FORMAT_GZIP };

static int format;

// Takes the memory for a file; 0 where there is too little.
EXPORT int open(int wanted) {
  prepareChecks();
  xxhStart();
  format = wanted;
  packedCapacity = 1u << 21;
  packed = take(packedCapacity);
  return packed && (format != FORMAT_BZIP2 || bzOpen()) && (format != FORMAT_GZIP || gzOpen());
}

EXPORT u8 *inputAt(void) { return packed + packedEnd; }
EXPORT u32 inputRoom(void) { return packedCapacity - packedEnd; }
EXPORT const u8 *outputAt(void) { return output; }
EXPORT u32 outputBytes(void) { return outputLength; }

// Takes `added` bytes that the host has put at inputAt(), and goes on until there is output, or no more input.
EXPORT int step(u32 added, int last) {
  packedEnd += added;
  packedLast = last;
  outputLength = 0;
  const int result = format == FORMAT_BZIP2 ? bzStep() : format == FORMAT_GZIP ? gzStep() : xzStep();
  if (result == STEP_HUNGRY) {
    __builtin_memmove(packed, packed + packedAt, packedEnd - packedAt);
    packedEnd -= packedAt;
    packedAt = 0;
  }
  return result;
}

// XXH64 over bytes that the host puts at inputAt(), which zstd's frames end with.
EXPORT void hashStart(void) { xxhStart(); }
EXPORT void hashAdd(u32 bytes) { xxhAdd(packed, bytes); }
EXPORT u32 hashFinish(void) { return (u32)xxhFinish(); }
