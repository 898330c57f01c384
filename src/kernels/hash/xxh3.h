// XXH3 with 128 bits, seed 0 and the default secret (Y. Collet; xxHash's specification 0.2.0), over bytes in pieces of
// any length.
#pragma once
#include <stdint.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

#define XXH_INLINE static inline __attribute__((always_inline))

enum { STRIPE = 64, LANES = 8, STRIPES = 16, HELD = 256, MEDIUM = 240 };

static const u64 P32_1 = 0x9E3779B1u, P32_2 = 0x85EBCA77u, P32_3 = 0xC2B2AE3Du;
static const u64 P64_1 = 0x9E3779B185EBCA87u, P64_2 = 0xC2B2AE3D27D4EB4Fu, P64_3 = 0x165667B19E3779F9u;
static const u64 P64_4 = 0x85EBCA77C2B2AE63u, P64_5 = 0x27D4EB2F165667C5u, MX_1 = 0x165667919E3779F9u, MX_2 = 0x9FB21C651E98DF25u;

static const u8 secret[192] = {
    0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c, 0xde, 0xd4, 0x6d, 0xe9,
    0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f, 0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78,
    0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21, 0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6,
    0x81, 0x3a, 0x26, 0x4c, 0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
    0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8, 0xa8, 0xfa, 0x76, 0x3f,
    0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d, 0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31,
    0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64, 0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff,
    0xfa, 0x13, 0x63, 0xeb, 0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
    0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce, 0x45, 0xcb, 0x3a, 0x8f,
    0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e};

typedef struct {
  u64 lane[LANES];
  u64 total;
  u8 held[HELD]; // not looked at yet; behind it, where it is short, the last bytes that were
  u32 heldLength;
  u32 stripes; // of the block
} Xxh3;

typedef struct {
  u64 low, high;
} Hash128;

XXH_INLINE u64 word(const u8 *p) {
  u64 x;
  __builtin_memcpy(&x, p, 8);
  return x;
}

XXH_INLINE u64 halfWord(const u8 *p) {
  u32 x;
  __builtin_memcpy(&x, p, 4);
  return x;
}

// The product of two words. The compiler must not see that it is one: it would call a function that WebAssembly lacks.
XXH_INLINE Hash128 product(u64 a, u64 b) {
  const u64 low = (u32)a * (u64)(u32)b, right = (u32)a * (b >> 32), high = (a >> 32) * (b >> 32);
  u64 left = (a >> 32) * (u32)b;
  __asm__("" : "+r"(left));
  const u64 middle = (low >> 32) + (u32)left + right;
  return (Hash128){middle << 32 | (u32)low, high + (left >> 32) + (middle >> 32)};
}

XXH_INLINE u64 folded(u64 a, u64 b) {
  const Hash128 both = product(a, b);
  return both.low ^ both.high;
}

XXH_INLINE u64 avalanche(u64 x) {
  x = (x ^ x >> 37) * MX_1;
  return x ^ x >> 32;
}

XXH_INLINE u64 avalanche64(u64 x) {
  x = (x ^ x >> 33) * P64_2;
  x = (x ^ x >> 29) * P64_3;
  return x ^ x >> 32;
}

#ifdef __wasm__
typedef u64 Two __attribute__((vector_size(16), aligned(1)));
typedef u32 Four __attribute__((vector_size(16)));
typedef u32 Halves __attribute__((vector_size(8)));

#define LOWER(x) __builtin_convertvector(__builtin_shufflevector(x, x, 0, 1), Two)
#define UPPER(x) __builtin_convertvector(__builtin_shufflevector(x, x, 2, 3), Two)

XXH_INLINE void xxh3Stripe(Two *lane, const u8 *p, const u8 *key) {
  for (int i = 0; i < 4; i += 2) {
    const Two a = *(const Two *)(p + 16 * i), b = *(const Two *)(p + 16 * i + 16);
    const Four x = (Four)(a ^ *(const Two *)(key + 16 * i)), y = (Four)(b ^ *(const Two *)(key + 16 * i + 16));
    const Four low = __builtin_shufflevector(x, y, 0, 2, 4, 6), high = __builtin_shufflevector(x, y, 1, 3, 5, 7);
    lane[i] += __builtin_shufflevector(a, a, 1, 0) + LOWER(low) * LOWER(high);
    lane[i + 1] += __builtin_shufflevector(b, b, 1, 0) + UPPER(low) * UPPER(high);
  }
}
typedef Two Lanes;
#else
XXH_INLINE void xxh3Stripe(u64 *lane, const u8 *p, const u8 *key) {
  u64 product[LANES];
  for (int i = 0; i < LANES; i++) {
    const u64 x = word(p + 8 * i) ^ word(key + 8 * i);
    product[i] = (x & 0xFFFFFFFFu) * (x >> 32);
  }
  for (int i = 0; i < LANES; i++) lane[i] += word(p + 8 * (i ^ 1)) + product[i];
}
typedef u64 Lanes;
#endif

static void xxh3Start(Xxh3 *state) {
  const u64 first[LANES] = {P32_3, P64_1, P64_2, P64_3, P64_4, P32_2, P64_5, P32_1};
  __builtin_memset(state, 0, sizeof *state);
  for (int i = 0; i < LANES; i++) state->lane[i] = first[i];
}

static void xxh3Stripes(Xxh3 *state, const u8 *p, u64 count) {
  u64 lane[LANES];
  for (int i = 0; i < LANES; i++) lane[i] = state->lane[i];
  for (; count > 0; count--, p += STRIPE) {
    xxh3Stripe((Lanes *)lane, p, secret + 8 * state->stripes);
    if (++state->stripes < STRIPES) continue;
    state->stripes = 0;
    for (int i = 0; i < LANES; i++) lane[i] = (lane[i] ^ lane[i] >> 47 ^ word(secret + 128 + 8 * i)) * P32_1;
  }
  for (int i = 0; i < LANES; i++) state->lane[i] = lane[i];
}

// The last bytes stay held, since the end is treated otherwise: at least one, at most HELD.
static void xxh3Add(Xxh3 *state, const u8 *p, u64 length) {
  state->total += length;
  const u32 room = HELD - state->heldLength;
  if (length <= room) {
    __builtin_memcpy(state->held + state->heldLength, p, length);
    state->heldLength += (u32)length;
    return;
  }
  if (state->heldLength > 0) {
    __builtin_memcpy(state->held + state->heldLength, p, room);
    xxh3Stripes(state, state->held, HELD / STRIPE);
    p += room;
    length -= room;
  }
  const u64 stripes = length > HELD ? (length - 1) / STRIPE : 0;
  if (stripes > 0) {
    xxh3Stripes(state, p, stripes);
    p += STRIPE * stripes;
    length -= STRIPE * stripes;
    __builtin_memcpy(state->held + HELD - STRIPE, p - STRIPE, STRIPE);
  }
  __builtin_memcpy(state->held, p, length);
  state->heldLength = (u32)length;
}

XXH_INLINE u64 merged(const u64 *lane, const u8 *key, u64 x) {
  for (int i = 0; i < 4; i++) x += folded(lane[2 * i] ^ word(key + 16 * i), lane[2 * i + 1] ^ word(key + 16 * i + 8));
  return avalanche(x);
}

static Hash128 hashOfLong(const Xxh3 *before) {
  Xxh3 state = *before;
  const u32 held = state.heldLength;
  u8 last[STRIPE];
  if (held >= STRIPE) {
    xxh3Stripes(&state, state.held, (held - 1) / STRIPE);
    __builtin_memcpy(last, state.held + held - STRIPE, STRIPE);
  } else {
    __builtin_memcpy(last, state.held + HELD - STRIPE + held, STRIPE - held);
    __builtin_memcpy(last + STRIPE - held, state.held, held);
  }
  xxh3Stripe((Lanes *)state.lane, last, secret + 121);
  return (Hash128){merged(state.lane, secret + 11, state.total * P64_1), merged(state.lane, secret + 117, ~(state.total * P64_2))};
}

XXH_INLINE u64 mixed(const u8 *p, const u8 *key) { return folded(word(p) ^ word(key), word(p + 8) ^ word(key + 8)); }

XXH_INLINE void mixTwo(u64 *sum, const u8 *p, const u8 *q, const u8 *key) {
  sum[0] = (sum[0] + mixed(p, key)) ^ (word(q) + word(q + 8));
  sum[1] = (sum[1] + mixed(q, key + 16)) ^ (word(p) + word(p + 8));
}

// 17 to 240 bytes.
static Hash128 hashOfMedium(const u8 *p, u64 length) {
  u64 sum[2] = {length * P64_1, 0};
  if (length <= 128)
    for (int i = (int)((length - 1) / 32); i >= 0; i--) mixTwo(sum, p + 16 * i, p + length - 16 * i - 16, secret + 32 * i);
  else {
    for (int i = 0; i < 4; i++) mixTwo(sum, p + 32 * i, p + 32 * i + 16, secret + 32 * i);
    sum[0] = avalanche(sum[0]);
    sum[1] = avalanche(sum[1]);
    for (u64 i = 4; i < length / 32; i++) mixTwo(sum, p + 32 * i, p + 32 * i + 16, secret + 32 * (i - 4) + 3);
    mixTwo(sum, p + length - 16, p + length - 32, secret + 103);
  }
  return (Hash128){avalanche(sum[0] + sum[1]), -avalanche(sum[0] * P64_1 + sum[1] * P64_4 + length * P64_2)};
}

static Hash128 hashOfShort(const u8 *p, u64 length) {
  if (length == 0)
    return (Hash128){avalanche64(word(secret + 64) ^ word(secret + 72)), avalanche64(word(secret + 80) ^ word(secret + 88))};
  if (length <= 3) {
    const u32 all = p[length - 1] | (u32)length << 8 | (u32)p[0] << 16 | (u32)p[length >> 1] << 24, turned = __builtin_bswap32(all);
    return (Hash128){avalanche64(halfWord(secret) ^ halfWord(secret + 4) ^ all),
                     avalanche64(halfWord(secret + 8) ^ halfWord(secret + 12) ^ (turned << 13 | turned >> 19))};
  }
  if (length <= 8) {
    const u64 x = word(secret + 16) ^ word(secret + 24) ^ (halfWord(p) | halfWord(p + length - 4) << 32);
    const Hash128 both = product(x, P64_1 + (length << 2));
    const u64 high = both.high + (both.low << 1);
    u64 low = both.low ^ high >> 3;
    low = (low ^ low >> 35) * MX_2;
    return (Hash128){low ^ low >> 28, avalanche(high)};
  }
  const u64 first = word(p), end = word(p + length - 8), x = word(secret + 48) ^ word(secret + 56) ^ end;
  const Hash128 both = product(word(secret + 32) ^ word(secret + 40) ^ first ^ end, P64_1);
  const u64 high = both.high + x + (x & 0xFFFFFFFFu) * (P32_2 - 1);
  const u64 low = (both.low + ((length - 1) << 54)) ^ __builtin_bswap64(high);
  const Hash128 second = product(low, P64_2);
  return (Hash128){avalanche(second.low), avalanche(second.high + high * P64_2)};
}

static Hash128 xxh3Finish(const Xxh3 *state) {
  if (state->total > MEDIUM) return hashOfLong(state);
  return state->total > 16 ? hashOfMedium(state->held, state->total) : hashOfShort(state->held, state->total);
}
