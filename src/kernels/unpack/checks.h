// Check sums of unpacked bytes.
#pragma once
#include "stream.h"

static u32 crc32Table[8][256]; // of a byte and as many zeros behind it
static u32 crc32Far[8][256];   // of a byte and 24 zeros more than that
static u64 crc64Table[256];
static u32 bzipTable[256];

INLINE u32 crcOfZero(u32 crc) { return crc >> 8 ^ crc32Table[0][crc & 255]; }

INLINE u64 little64(const u8 *p) {
  u64 x;
  __builtin_memcpy(&x, p, 8);
  return x;
}

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
    for (int t = 1; t < 8; t++) crc32Table[t][i] = crcOfZero(crc32Table[t - 1][i]);
  for (u32 i = 0; i < 256; i++) {
    u32 crc = crc32Table[7][i];
    for (int t = 0; t < 24; t++) {
      crc = crcOfZero(crc);
      if (t >= 16) crc32Far[t - 16][i] = crc;
    }
  }
}

// The CRC of eight bytes that are already combined with what came before.
INLINE u32 crcWord(const u32 (*table)[256], u64 word) {
  const u32 a = (u32)word, b = (u32)(word >> 32);
  return table[7][a & 255] ^ table[6][a >> 8 & 255] ^ table[5][a >> 16 & 255] ^ table[4][a >> 24] ^ table[3][b & 255] ^
         table[2][b >> 8 & 255] ^ table[1][b >> 16 & 255] ^ table[0][b >> 24];
}

// Four CRCs side by side, one of every fourth word, so that none waits for the table look-up of the one before; the
// last words join them.
static u32 crcOfBlocks(u32 crc, const u8 *p, u32 blocks) {
  u32 lanes[4] = {crc, 0, 0, 0};
  for (; blocks > 1; blocks--, p += 32)
    for (int i = 0; i < 4; i++) lanes[i] = crcWord(crc32Far, little64(p + 8 * i) ^ lanes[i]);
  crc = 0;
  for (int i = 0; i < 4; i++) crc = crcWord(crc32Table, little64(p + 8 * i) ^ crc ^ lanes[i]);
  return crc;
}

// The CRC of gzip and xz over further bytes; starts and is stored without inversion as the caller keeps it.
static u32 crc32(u32 crc, const u8 *p, u32 length) {
  crc = ~crc;
  if (length >= 32) crc = crcOfBlocks(crc, p, length / 32);
  p += length & ~31u;
  for (length &= 31; length > 0; length--) crc = crc >> 8 ^ crc32Table[0][(crc ^ *p++) & 255];
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

// SHA-256 (FIPS 180-4), a check sum that xz may be told to use.
static const u32 shaConstants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static struct {
  u32 word[8];
  u64 total;
  u8 held[64];
} sha;

static void shaStart(void) {
  static const u32 first[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  for (int i = 0; i < 8; i++) sha.word[i] = first[i];
  sha.total = 0;
}

INLINE u32 big32(const u8 *p) { return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3]; }
INLINE u32 turn(u32 x, int by) { return x >> by | x << (32 - by); }

static void shaBlock(const u8 *p) {
  u32 w[64], v[8];
  for (int i = 0; i < 16; i++) w[i] = big32(p + 4 * i);
  for (int i = 16; i < 64; i++) {
    const u32 a = w[i - 15], b = w[i - 2];
    w[i] = w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ a >> 3) + w[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ b >> 10);
  }
  for (int i = 0; i < 8; i++) v[i] = sha.word[i];
  for (int i = 0; i < 64; i++) {
    const u32 a = v[0], e = v[4];
    const u32 one = v[7] + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & v[5]) ^ (~e & v[6])) + shaConstants[i] + w[i];
    const u32 two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
    for (int k = 7; k > 0; k--) v[k] = v[k - 1];
    v[4] += one;
    v[0] = one + two;
  }
  for (int i = 0; i < 8; i++) sha.word[i] += v[i];
}

static void shaAdd(const u8 *p, u32 length) {
  u32 held = (u32)sha.total & 63;
  sha.total += length;
  while (length > 0 && (held > 0 || length < 64)) {
    sha.held[held++] = *p++;
    length--;
    if (held < 64) continue;
    shaBlock(sha.held);
    held = 0;
  }
  for (; length >= 64; length -= 64, p += 64) shaBlock(p);
  while (length-- > 0) sha.held[held++] = *p++;
}

// Whether the 32 bytes at `expected` are the check sum of what was added.
static int shaIs(const u8 *expected) {
  const u64 bits = sha.total * 8;
  const u8 one = 0x80, zero = 0;
  shaAdd(&one, 1);
  while ((sha.total & 63) != 56) shaAdd(&zero, 1);
  for (int i = 7; i >= 0; i--) {
    const u8 byte = (u8)(bits >> (8 * i));
    shaAdd(&byte, 1);
  }
  for (int i = 0; i < 8; i++)
    if (big32(expected + 4 * i) != sha.word[i]) return 0;
  return 1;
}
