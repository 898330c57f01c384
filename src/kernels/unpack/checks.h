// Check sums of unpacked bytes.
#pragma once
#include "stream.h"

static u32 crc32Table[8][256];
static u64 crc64Table[256];
static u32 bzipTable[256];

static void prepareChecks(void) {
  for (u32 i = 0; i < 256; i++) {
    u32 a = i, b = i << 24;
    u64 c = i;
    for (int bit = 0; bit < 8; bit++) {
      a = a >> 1 ^ (a & 1 ? 0xEDB88320u : 0);
      b = b << 1 ^ (b >> 31 ? 0x04C11DB7u : 0);
      c = c >> 1 ^ (c & 1 ? 0xC96C5795D7870F42ull : 0);
    }
    crc32Table[0][i] = a;
    bzipTable[i] = b;
    crc64Table[i] = c;
  }
  for (u32 i = 0; i < 256; i++)
    for (int t = 1; t < 8; t++) crc32Table[t][i] = crc32Table[t - 1][i] >> 8 ^ crc32Table[0][crc32Table[t - 1][i] & 255];
}

// The CRC of gzip and xz over further bytes, eight at a time; starts and is stored without inversion as the caller keeps it.
static u32 crc32(u32 crc, const u8 *p, u32 length) {
  crc = ~crc;
  for (; length >= 8; length -= 8, p += 8) {
    const u32 a = little32(p) ^ crc, b = little32(p + 4);
    crc = crc32Table[7][a & 255] ^ crc32Table[6][a >> 8 & 255] ^ crc32Table[5][a >> 16 & 255] ^ crc32Table[4][a >> 24] ^
          crc32Table[3][b & 255] ^ crc32Table[2][b >> 8 & 255] ^ crc32Table[1][b >> 16 & 255] ^ crc32Table[0][b >> 24];
  }
  while (length-- > 0) crc = crc >> 8 ^ crc32Table[0][(crc ^ *p++) & 255];
  return ~crc;
}

static u64 crc64(u64 crc, const u8 *p, u32 length) {
  crc = ~crc;
  while (length-- > 0) crc = crc >> 8 ^ crc64Table[(crc ^ *p++) & 255];
  return ~crc;
}

// XXH64 with seed 0 (Y. Collet's xxHash), the check sum of zstd.
#define XXH_1 0x9E3779B185EBCA87ull
#define XXH_2 0xC2B2AE3D27D4EB4Full
#define XXH_3 0x165667B19E3779F9ull
#define XXH_4 0x85EBCA77C2B2AE63ull
#define XXH_5 0x27D4EB2F165667C5ull

static struct {
  u64 lane[4], total;
  u8 held[32];
  u32 heldLength;
} xxh;

INLINE u64 rotate(u64 x, int by) { return x << by | x >> (64 - by); }
INLINE u64 little64(const u8 *p) { return little32(p) | (u64)little32(p + 4) << 32; }
INLINE u64 xxhRound(u64 lane, u64 input) { return rotate(lane + input * XXH_2, 31) * XXH_1; }

static void xxhStart(void) {
  __builtin_memset(&xxh, 0, sizeof xxh);
  xxh.lane[0] = XXH_1 + XXH_2;
  xxh.lane[1] = XXH_2;
  xxh.lane[3] = -XXH_1;
}

static void xxhStripe(const u8 *p) {
  for (int i = 0; i < 4; i++) xxh.lane[i] = xxhRound(xxh.lane[i], little64(p + 8 * i));
}

static void xxhAdd(const u8 *p, u32 length) {
  xxh.total += length;
  while (length > 0 && (xxh.heldLength > 0 || length < 32)) {
    xxh.held[xxh.heldLength++] = *p++;
    length--;
    if (xxh.heldLength == 32) {
      xxhStripe(xxh.held);
      xxh.heldLength = 0;
    }
  }
  for (; length >= 32; length -= 32, p += 32) xxhStripe(p);
  while (length-- > 0) xxh.held[xxh.heldLength++] = *p++;
}

static u64 xxhFinish(void) {
  u64 hash = XXH_5;
  if (xxh.total >= 32) {
    hash = rotate(xxh.lane[0], 1) + rotate(xxh.lane[1], 7) + rotate(xxh.lane[2], 12) + rotate(xxh.lane[3], 18);
    for (int i = 0; i < 4; i++) hash = (hash ^ xxhRound(0, xxh.lane[i])) * XXH_1 + XXH_4;
  }
  hash += xxh.total;
  const u8 *p = xxh.held;
  u32 left = xxh.heldLength;
  for (; left >= 8; left -= 8, p += 8) hash = rotate(hash ^ xxhRound(0, little64(p)), 27) * XXH_1 + XXH_4;
  for (; left >= 4; left -= 4, p += 4) hash = rotate(hash ^ little32(p) * XXH_1, 23) * XXH_2 + XXH_3;
  for (; left > 0; left--, p++) hash = rotate(hash ^ *p * XXH_5, 11) * XXH_1;
  hash = (hash ^ hash >> 33) * XXH_2;
  hash = (hash ^ hash >> 29) * XXH_3;
  return hash ^ hash >> 32;
}
