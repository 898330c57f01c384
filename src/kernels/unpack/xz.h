// xz: streams of blocks of LZMA2 chunks, each block and each stream's index with a check sum. Filters other than LZMA2
// are for machine code.
#pragma once
#include "checks.h"

#define XZ_CHUNK (65536 + 8)          // the most packed bytes of one chunk, its header included
#define XZ_HEADER 1024                // the most bytes of a block's header
#define XZ_DICTIONARY (192u << 20)    // what `xz -9` asks for three times over
#define XZ_PIECE (2u << 20)           // the most unpacked bytes of one chunk

// ---- LZMA: literals and matches through an adaptive range coder
// ------------------------------------------------------------------------------

#define ONE 2048    // probabilities have 11 bits
#define STATES 12
#define LITERAL_STATES 7

typedef u16 Probability;

typedef struct {
  Probability choice, choice2, low[16][8], middle[16][8], high[256];
} LengthCoder;

static struct {
  u32 range, code;
  const u8 *at, *end;
  u32 state, distances[4];
  u32 literalContext, literalMask, positionMask; // lc, (1 << lp) - 1, (1 << pb) - 1
  u8 *window;                                    // a ring
  u32 size, place, filled;                       // of the window; next place; bytes in it that may be referred to
  u32 written;                                   // bytes since the last reset: the position that lp and pb look at
  Probability isMatch[STATES][16], isRepeat[STATES], isRepeat0[STATES], isRepeat1[STATES], isRepeat2[STATES], isLong[STATES][16];
  Probability slots[4][64], special[128], align[16];
  LengthCoder match, repeat;
  Probability literals[16][0x300]; // lc + lp <= 4
} lzma;

static void fillProbabilities(Probability *p, u32 bytes) {
  for (u32 i = 0; i < bytes / sizeof *p; i++) p[i] = ONE / 2;
}

static void lzmaResetState(void) {
  fillProbabilities(&lzma.isMatch[0][0], sizeof lzma - __builtin_offsetof(__typeof__(lzma), isMatch));
  lzma.state = 0;
  for (int i = 0; i < 4; i++) lzma.distances[i] = 0;
}

static int lzmaProperties(u8 byte) {
  if (byte >= 9 * 5 * 5) return 0;
  const u32 lc = byte % 9, lp = byte / 9 % 5, pb = byte / 45;
  if (lc + lp > 4) return 0;
  lzma.literalContext = lc;
  lzma.literalMask = (1u << lp) - 1;
  lzma.positionMask = (1u << pb) - 1;
  return 1;
}

INLINE void normalize(void) {
  if (lzma.range >= 1u << 24) return;
  lzma.range <<= 8;
  lzma.code = lzma.code << 8 | (lzma.at < lzma.end ? *lzma.at : 0);
  lzma.at++;
}

INLINE u32 readBit(Probability *p) {
  normalize();
  const u32 bound = (lzma.range >> 11) * *p;
  if (lzma.code < bound) {
    lzma.range = bound;
    *p = (Probability)(*p + ((ONE - *p) >> 5));
    return 0;
  }
  lzma.range -= bound;
  lzma.code -= bound;
  *p = (Probability)(*p - (*p >> 5));
  return 1;
}

INLINE u32 readTree(Probability *tree, int bits) {
  u32 node = 1;
  for (int i = 0; i < bits; i++) node = node << 1 | readBit(tree + node);
  return node - (1u << bits);
}

INLINE u32 readReverse(Probability *tree, int bits) {
  u32 node = 1, value = 0;
  for (int i = 0; i < bits; i++) {
    const u32 bit = readBit(tree + node);
    node = node << 1 | bit;
    value |= bit << i;
  }
  return value;
}

static u32 readDirect(int bits) {
  u32 value = 0;
  while (bits-- > 0) {
    normalize();
    lzma.range >>= 1;
    const u32 below = lzma.code < lzma.range;
    if (!below) lzma.code -= lzma.range;
    value = value << 1 | !below;
  }
  return value;
}

static u32 readLength(LengthCoder *coder, u32 position) {
  if (!readBit(&coder->choice)) return 2 + readTree(coder->low[position], 3);
  if (!readBit(&coder->choice2)) return 10 + readTree(coder->middle[position], 3);
  return 18 + readTree(coder->high, 8);
}

static u32 readDistance(u32 length) {
  const u32 slot = readTree(lzma.slots[length < 6 ? length - 2 : 3], 6);
  if (slot < 4) return slot;
  const int bits = (int)(slot >> 1) - 1;
  const u32 start = (2 | (slot & 1)) << bits;
  if (slot < 14) return start + readReverse(lzma.special + start - slot, bits);
  return start + (readDirect(bits - 4) << 4) + readReverse(lzma.align, 4);
}

INLINE u8 lookBack(u32 distance) {
  const u32 at = lzma.place > distance ? lzma.place - distance - 1 : lzma.place + lzma.size - distance - 1;
  return lzma.window[at];
}

INLINE void emit(u8 byte) {
  lzma.window[lzma.place] = byte;
  if (++lzma.place == lzma.size) lzma.place = 0;
  lzma.written++;
  if (lzma.filled < lzma.size) lzma.filled++;
}

static void readLiteral(void) {
  const u32 before = lzma.filled > 0 ? lookBack(0) : 0;
  const u32 row = ((lzma.written & lzma.literalMask) << lzma.literalContext) | before >> (8 - lzma.literalContext);
  Probability *p = lzma.literals[row];
  u32 symbol = 1;
  if (lzma.state >= LITERAL_STATES) {
    u32 matched = (u32)lookBack(lzma.distances[0]) << 1, offset = 0x100;
    while (symbol < 0x100) {
      const u32 expected = matched & offset, bit = readBit(p + offset + expected + symbol);
      symbol = symbol << 1 | bit;
      offset &= bit ? expected : ~expected;
      matched <<= 1;
    }
  } else {
    while (symbol < 0x100) symbol = symbol << 1 | readBit(p + symbol);
  }
  emit((u8)symbol);
  lzma.state = lzma.state < 4 ? 0 : lzma.state < 10 ? lzma.state - 3 : lzma.state - 6;
}

// The length of a match whose distance is then distances[0].
static u32 readMatch(u32 position) {
  const u32 state = lzma.state;
  u32 *d = lzma.distances;
  if (!readBit(lzma.isRepeat + state)) {
    d[3] = d[2];
    d[2] = d[1];
    d[1] = d[0];
    const u32 length = readLength(&lzma.match, position);
    d[0] = readDistance(length);
    lzma.state = state < LITERAL_STATES ? 7 : 10;
    return length;
  }
  if (!readBit(lzma.isRepeat0 + state)) {
    if (!readBit(&lzma.isLong[state][position])) {
      lzma.state = state < LITERAL_STATES ? 9 : 11;
      return 1;
    }
  } else {
    u32 distance = d[1];
    if (readBit(lzma.isRepeat1 + state)) {
      distance = d[2];
      if (readBit(lzma.isRepeat2 + state)) {
        distance = d[3];
        d[3] = d[2];
      }
      d[2] = d[1];
    }
    d[1] = d[0];
    d[0] = distance;
  }
  lzma.state = state < LITERAL_STATES ? 8 : 11;
  return readLength(&lzma.repeat, position);
}

// `length` bytes from the packed ones at `p`; 0 for damage.
static int lzmaDecode(const u8 *p, u32 packedLength, u32 length) {
  if (packedLength < 5 || p[0] != 0) return 0;
  lzma.range = ~0u;
  lzma.code = (u32)p[1] << 24 | (u32)p[2] << 16 | (u32)p[3] << 8 | p[4];
  lzma.at = p + 5;
  lzma.end = p + packedLength;
  while (length > 0) {
    const u32 position = lzma.written & lzma.positionMask;
    if (!readBit(&lzma.isMatch[lzma.state][position])) {
      readLiteral();
      length--;
      continue;
    }
    u32 match = readMatch(position);
    if (lzma.distances[0] >= lzma.filled || match > length) return 0;
    length -= match;
    while (match-- > 0) emit(lookBack(lzma.distances[0]));
  }
  normalize();
  return lzma.at == lzma.end && lzma.code == 0;
}

// ---- the container
// ----------------------------------------------------------------------------------------------------------------------------

enum { XZ_STREAM, XZ_BLOCK, XZ_CHUNKS, XZ_BLOCK_END, XZ_INDEX, XZ_FOOTER, XZ_PADDING };

static struct {
  int phase, check, needsReset, needsProperties;
  u32 crc;
  u64 crc64;
  u32 packedBefore;     // bytes of the current block before the input buffer's start, modulo 2^32 (only its remainder by 4 counts)
  u64 blocks, records;  // blocks so far, records of the index still to come
  u32 indexCrc, indexBytes;
  int recordHalf;
  u32 waiting, from;    // unpacked bytes in the window that the host has not got
} xz;

static const u8 CHECK_BYTES[16] = {0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64};
enum { CHECK_CRC32 = 1, CHECK_CRC64 = 4, CHECK_SHA256 = 10 }; // others than these are none, or not known to anybody

INLINE void consume(u32 bytes) {
  packedAt += bytes;
  xz.packedBefore += bytes;
}

static int xzStreamHeader(void) {
  if (available() < 12) return starved();
  const u8 *p = packed + packedAt;
  if (little32(p) != 0x587A37FD || p[4] != 'Z' || p[5] != 0 || p[6] != 0 || p[7] > 15 || crc32(0, p + 6, 2) != little32(p + 8)) return STEP_DAMAGED;
  xz.check = p[7];
  xz.blocks = 0;
  consume(12);
  xz.phase = XZ_BLOCK;
  return STEP_OUTPUT;
}

// A number of up to nine bytes, seven bits each; returns its bytes, 0 where there is none before `end`.
static u32 readVariable(const u8 *p, const u8 *end, u64 *value) {
  *value = 0;
  for (u32 i = 0; i < 9 && p + i < end; i++) {
    *value |= (u64)(p[i] & 127) << (7 * i);
    if (p[i] < 128) return i + 1;
  }
  return 0;
}

static int xzSetWindow(u8 code) {
  if (code > 40) return STEP_DAMAGED;
  const u64 size = code == 40 ? ~0u : (u64)(2 | (code & 1)) << (code / 2 + 11);
  if (size > XZ_DICTIONARY) return STEP_MEMORY;
  if (lzma.size < size + XZ_PIECE) { // a chunk may be written while its dictionary is still needed
    lzma.size = (u32)size + XZ_PIECE;
    lzma.window = take(lzma.size);
    if (!lzma.window) return STEP_MEMORY;
  }
  lzma.place = lzma.filled = 0;
  return STEP_OUTPUT;
}

static int xzBlockHeader(void) {
  if (available() < 1) return starved();
  const u8 *p = packed + packedAt;
  if (p[0] == 0) {
    xz.phase = XZ_INDEX;
    xz.records = ~0ull;
    xz.indexCrc = crc32(0, p, 1);
    xz.indexBytes = 1;
    xz.recordHalf = 0;
    consume(1);
    return STEP_OUTPUT;
  }
  const u32 size = (p[0] + 1u) * 4;
  if (available() < size) return starved();
  if (crc32(0, p, size - 4) != little32(p + size - 4)) return STEP_DAMAGED;
  const u8 *q = p + 2, *end = p + size - 4;
  u64 value;
  for (int bit = 6; bit <= 7; bit++)
    if (p[1] >> bit & 1) q += readVariable(q, end, &value);
  if (p[1] & 3) return STEP_UNSUPPORTED;
  if (end - q < 3 || q[0] != 0x21) return STEP_UNSUPPORTED;
  const int step = xzSetWindow(q[2]);
  if (step != STEP_OUTPUT) return step;
  consume(size);
  xz.packedBefore = 0;
  xz.crc = 0;
  xz.crc64 = 0;
  shaStart();
  xz.needsReset = xz.needsProperties = 1;
  xz.phase = XZ_CHUNKS;
  return STEP_OUTPUT;
}

// The bytes of the window from xz.from on, up to its end: the host takes them, then the rest.
static int xzHandOut(void) {
  const u32 straight = lzma.size - xz.from, length = xz.waiting < straight ? xz.waiting : straight;
  output = lzma.window + xz.from;
  outputLength = length;
  if (xz.check == CHECK_CRC32) xz.crc = crc32(xz.crc, output, length);
  if (xz.check == CHECK_CRC64) xz.crc64 = crc64(xz.crc64, output, length);
  if (xz.check == CHECK_SHA256) shaAdd(output, length);
  xz.waiting -= length;
  xz.from = xz.from + length == lzma.size ? 0 : xz.from + length;
  return STEP_OUTPUT;
}

static int xzChunk(void) {
  const u8 *p = packed + packedAt;
  if (available() < 1) return starved();
  const u8 control = p[0];
  if (control == 0) {
    consume(1);
    xz.phase = XZ_BLOCK_END;
    return STEP_OUTPUT;
  }
  if (control > 2 && control < 0x80) return STEP_DAMAGED;
  const int coded = control >= 0x80, properties = control >= 0xC0;
  const u32 header = coded ? 5 + (u32)properties : 3;
  if (available() < header) return starved();
  const u32 length = (coded ? (u32)(control & 31) << 16 : 0) + ((u32)p[1] << 8 | p[2]) + 1;
  const u32 stored = coded ? ((u32)p[3] << 8 | p[4]) + 1 : length;
  if (available() < header + stored) return starved();
  if (control == 1 || control >= 0xE0) { // starts with an empty dictionary
    lzma.filled = lzma.written = 0;
    xz.needsReset = 0;
  }
  if (xz.needsReset) return STEP_DAMAGED;
  if (coded && properties) {
    if (!lzmaProperties(p[5])) return STEP_DAMAGED;
    xz.needsProperties = 0;
  }
  if (coded && xz.needsProperties) return STEP_DAMAGED;
  if (coded && control >= 0xA0) lzmaResetState();
  xz.from = lzma.place;
  xz.waiting = length;
  if (!coded)
    for (u32 i = 0; i < length; i++) emit(p[header + i]);
  else if (!lzmaDecode(p + header, stored, length)) return STEP_DAMAGED;
  consume(header + stored);
  return xzHandOut();
}

// Padding to four bytes, then the check.
static int xzBlockEnd(void) {
  const u32 padding = -xz.packedBefore & 3, size = padding + CHECK_BYTES[xz.check];
  if (available() < size) return starved();
  const u8 *p = packed + packedAt;
  for (u32 i = 0; i < padding; i++)
    if (p[i] != 0) return STEP_DAMAGED;
  p += padding;
  if (xz.check == CHECK_CRC32 && little32(p) != xz.crc) return STEP_DAMAGED;
  if (xz.check == CHECK_CRC64 && (little32(p) != (u32)xz.crc64 || little32(p + 4) != (u32)(xz.crc64 >> 32))) return STEP_DAMAGED;
  if (xz.check == CHECK_SHA256 && !shaIs(p)) return STEP_DAMAGED;
  consume(size);
  xz.blocks++;
  xz.phase = XZ_BLOCK;
  return STEP_OUTPUT;
}

// The number of records, then two numbers a record, padding, a CRC.
static int xzIndex(void) {
  while (xz.records > 0) {
    u64 value;
    const u8 *p = packed + packedAt;
    const u32 bytes = readVariable(p, packed + packedEnd, &value);
    if (bytes == 0) return available() < 9 ? starved() : STEP_DAMAGED;
    if (xz.records == ~0ull) {
      if (value != xz.blocks) return STEP_DAMAGED;
      xz.records = value;
    } else {
      xz.records -= (u64)xz.recordHalf;
      xz.recordHalf ^= 1;
    }
    xz.indexCrc = crc32(xz.indexCrc, p, bytes);
    xz.indexBytes += bytes;
    consume(bytes);
  }
  const u32 padding = -xz.indexBytes & 3;
  if (available() < padding + 4) return starved();
  const u8 *p = packed + packedAt;
  if (crc32(xz.indexCrc, p, padding) != little32(p + padding)) return STEP_DAMAGED;
  consume(padding + 4);
  xz.phase = XZ_FOOTER;
  return STEP_OUTPUT;
}

static int xzFooter(void) {
  if (available() < 12) return starved();
  const u8 *p = packed + packedAt;
  if (crc32(0, p + 4, 6) != little32(p) || p[10] != 'Y' || p[11] != 'Z' || p[9] != xz.check) return STEP_DAMAGED;
  consume(12);
  xz.phase = XZ_PADDING;
  return STEP_OUTPUT;
}

// Zeros in fours, then a further stream or the end.
static int xzPadding(void) {
  while (available() >= 4 && little32(packed + packedAt) == 0) consume(4);
  if (available() == 0 && packedLast) return STEP_ENDED;
  if (available() < 4) return packedLast ? STEP_DAMAGED : STEP_HUNGRY;
  xz.phase = XZ_STREAM;
  return STEP_OUTPUT;
}

static int xzStep(void) {
  if (xz.waiting > 0) return xzHandOut();
  for (;;) {
    int step;
    switch (xz.phase) {
      case XZ_STREAM: step = xzStreamHeader(); break;
      case XZ_BLOCK: step = xzBlockHeader(); break;
      case XZ_CHUNKS: step = xzChunk(); break;
      case XZ_BLOCK_END: step = xzBlockEnd(); break;
      case XZ_INDEX: step = xzIndex(); break;
      case XZ_FOOTER: step = xzFooter(); break;
      default: step = xzPadding();
    }
    if (step != STEP_OUTPUT || outputLength > 0) return step;
  }
}
