// gzip (RFC 1952): members of DEFLATE data (RFC 1951), each behind a header and in front of a CRC-32 and a length.
#pragma once
#include "checks.h"

#define GZ_WINDOW 32768          // matches reach back so far
#define GZ_PIECE (128u << 10)    // unpacked bytes handed out at once: they stay in the processor's cache
#define GZ_SLACK 320             // one round of the loops writes at most so far behind the limit: nine literals, a match, a vector
#define GZ_ROUND 24              // and reads at most so many packed bytes
#define GZ_LITERAL_BITS 11       // code lengths found by one look into a table
#define GZ_DISTANCE_BITS 9
#define GZ_LONGEST 15
#define GZ_SYMBOLS 320

// An entry's low 6 bits: the bits it uses up. Bits 6 and 7: its literals (bytes 1 to 3), as many as fit the looked-up
// bits. Where there are none, bits 8 to 11 are the code's own length (the rest is added to the value in bits 16 on) or
// a further table's bits, 13 and 14 its kind.
enum { GZ_VALUE = 0, GZ_FURTHER = 1 << 13, GZ_END = 2 << 13, GZ_INVALID = 3 << 13, GZ_KIND = 3 << 13, GZ_LITERALS = 3 << 6 };
enum { GZ_OF_LENGTHS, GZ_OF_LITERALS, GZ_OF_DISTANCES };

static const u16 LENGTH_BASE[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                    31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
static const u8 LENGTH_EXTRA[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
static const u16 DISTANCE_BASE[30] = {1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
                                      193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};

enum {
  GZ_HEAD, GZ_EXTRA_LENGTH, GZ_EXTRA, GZ_NAME, GZ_COMMENT, GZ_HEAD_CHECK, GZ_BLOCK, GZ_STORED, GZ_CODES, GZ_TRAILER, GZ_NEXT
};

static struct {
  int phase, trouble;
  u32 flags, headCrc, extra;    // of the member's header
  u64 bits;
  u32 count;                    // bits held: less than 8 between steps
  int lastBlock, starving;
  u32 stored;                   // bytes of a stored block still to come
  u8 *window, *limit, *out;     // unpacked bytes begin at window, end at out
  u8 *from;                     // the host has got those in front of it
  u8 *history;                  // the member's first byte that is still there
  u32 crc, length;
  u32 literals[(1 << GZ_LITERAL_BITS) + 1024], distances[(1 << GZ_DISTANCE_BITS) + 512], lengths[1 << 7];
} gz;

static int gzOpen(void) {
  gz.window = take(GZ_WINDOW + GZ_PIECE + GZ_SLACK);
  gz.limit = gz.window + GZ_WINDOW + GZ_PIECE;
  gz.out = gz.from = gz.history = gz.window;
  return gz.window != 0;
}

// ---- bits
// -------------------------------------------------------------------------------------------------------------------------------------

INLINE u64 lowBits(u64 x, u32 bits) { return x & ((1ull << bits) - 1); }

// Near the input's end: byte by byte.
static void gzFill(void) {
  while (gz.count <= 56 && packedAt < packedEnd) {
    gz.bits |= (u64)packed[packedAt++] << gz.count;
    gz.count += 8;
  }
}

INLINE void gzDrop(u32 bits) {
  gz.bits >>= bits;
  gz.count -= bits;
}

// Whole bytes go back to the input.
static void gzGiveBack(void) {
  packedAt -= gz.count >> 3;
  gz.count &= 7;
  gz.bits = lowBits(gz.bits, gz.count);
}

// 0 and `starving` where the input has too few bits.
static u32 gzTake(u32 bits) {
  if (gz.count < bits) gzFill();
  if (gz.count < bits) {
    gz.starving = 1;
    return 0;
  }
  const u32 value = (u32)lowBits(gz.bits, bits);
  gzDrop(bits);
  return value;
}

// ---- tables
// -----------------------------------------------------------------------------------------------------------------------------------

static u32 gzValue(u32 base, u32 extra, u32 length) { return base << 16 | length << 8 | (length + extra); }

static u32 gzEntry(int kind, u32 symbol, u32 length) {
  if (kind == GZ_OF_LENGTHS) return gzValue(symbol, 0, length);
  if (kind == GZ_OF_DISTANCES)
    return symbol < 30 ? gzValue(DISTANCE_BASE[symbol], symbol < 4 ? 0 : symbol / 2 - 1, length) : GZ_INVALID | length;
  if (symbol < 256) return symbol << 8 | 1 << 6 | length;
  if (symbol == 256) return GZ_END | length;
  return symbol < 286 ? gzValue(LENGTH_BASE[symbol - 257], LENGTH_EXTRA[symbol - 257], length) : GZ_INVALID | length;
}

static u32 gzReversed(u32 code, u32 length) {
  code = (code & 0x5555) << 1 | (code >> 1 & 0x5555);
  code = (code & 0x3333) << 2 | (code >> 2 & 0x3333);
  code = (code & 0x0F0F) << 4 | (code >> 4 & 0x0F0F);
  return (code << 8 | code >> 8) << 16 >> (32 - length);
}

// The bits that the codes of at least `length` bits that come next need together behind `bits` bits that they share.
static u32 gzFurtherBits(const u16 *remaining, u32 length, u32 bits) {
  i32 left = 1 << (length - bits);
  for (; length < GZ_LONGEST; length++, left <<= 1) {
    left -= remaining[length];
    if (left <= 0) break;
  }
  return length - bits;
}

// Symbols in the order of their codes; the number of them, or -1 where the lengths make no code. Only a single code of
// one bit may be incomplete.
static int gzSort(const u8 *lengths, u32 symbols, u16 *counts, u16 *sorted) {
  u16 place[GZ_LONGEST + 2];
  for (u32 i = 0; i <= GZ_LONGEST; i++) counts[i] = 0;
  for (u32 s = 0; s < symbols; s++) counts[lengths[s]]++;
  counts[0] = place[1] = 0;
  i32 left = 1;
  for (u32 length = 1; length <= GZ_LONGEST; length++) {
    left = left * 2 - counts[length];
    if (left < 0) return -1;
    place[length + 1] = place[length] + counts[length];
  }
  const u32 used = place[GZ_LONGEST + 1];
  if (left > 0 && (used > 1 || counts[1] != used)) return -1;
  for (u32 s = 0; s < symbols; s++)
    if (lengths[s]) sorted[place[lengths[s]]++] = (u16)s;
  return (int)used;
}

// What the next `bits` bits mean, with further tables behind for longer codes; 0 where the lengths make no code. A
// complete code's further table of depth d has d + 1 codes at least, so the room behind the first one suffices.
static int gzTable(u32 *table, u32 bits, int kind, const u8 *lengths, u32 symbols) {
  u16 counts[GZ_LONGEST + 1], sorted[GZ_SYMBOLS];
  const int used = gzSort(lengths, symbols, counts, sorted);
  if (used < 0) return 0;
  const u32 size = 1u << bits;
  if (used < 2)
    for (u32 i = 0; i < size; i++) table[i] = GZ_INVALID | 1;
  u32 code = 0, length = 1, next = size, prefix = ~0u, further = 0;
  for (int i = 0; i < used; i++, code++, counts[length]--) {
    const u32 symbol = sorted[i];
    for (; length < lengths[symbol]; length++) code <<= 1;
    const u32 reversed = gzReversed(code, length);
    if (length <= bits) {
      const u32 entry = gzEntry(kind, symbol, length);
      for (u32 at = reversed; at < size; at += 1u << length) table[at] = entry;
      continue;
    }
    if ((reversed & (size - 1)) != prefix) {
      prefix = reversed & (size - 1);
      further = gzFurtherBits(counts, length, bits);
      table[prefix] = next << 16 | GZ_FURTHER | further << 8 | bits;
      next += 1u << further;
    }
    u32 *deeper = table + (table[prefix] >> 16);
    const u32 entry = gzEntry(kind, symbol, length - bits);
    for (u32 at = reversed >> bits; at < 1u << further; at += 1u << (length - bits)) deeper[at] = entry;
  }
  return 1;
}

// Joins up to three literals that fit the looked-up bits. Goes down, so that the entries it looks at are still of one
// literal.
static void gzJoinLiterals(u32 *table) {
  for (u32 i = 1u << GZ_LITERAL_BITS; i-- > 0;) {
    u32 entry = table[i], literals = 1;
    if (!(entry & GZ_LITERALS)) continue;
    for (; literals < 3; literals++) {
      const u32 used = entry & 63, other = table[i >> used];
      if (!(other & GZ_LITERALS) || used + (other & 63) > GZ_LITERAL_BITS) break;
      entry = (entry & ~0xFFu) + ((other >> 8 & 0xFF) << (8 + 8 * literals)) + ((literals + 1) << 6 | (used + (other & 63)));
    }
    table[i] = entry;
  }
}

static int gzTables(const u8 *lengths, u32 literals, u32 distances) {
  if (!gzTable(gz.literals, GZ_LITERAL_BITS, GZ_OF_LITERALS, lengths, literals)) return 0;
  gzJoinLiterals(gz.literals);
  return gzTable(gz.distances, GZ_DISTANCE_BITS, GZ_OF_DISTANCES, lengths + literals, distances);
}

// ---- blocks
// -----------------------------------------------------------------------------------------------------------------------------------

static int gzFixedCodes(void) {
  u8 lengths[GZ_SYMBOLS];
  for (int i = 0; i < GZ_SYMBOLS; i++) lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : i < 288 ? 8 : 5;
  gz.phase = GZ_CODES;
  return gzTables(lengths, 288, 32) ? STEP_OUTPUT : STEP_DAMAGED;
}

// Lengths of `wanted` codes, themselves in a code, runs shortened.
static int gzReadLengths(u8 *lengths, u32 wanted) {
  for (u32 i = 0; i < wanted;) {
    gzFill();
    const u32 entry = gz.lengths[gz.bits & 127], symbol = entry >> 16;
    if ((entry & 63) > gz.count) gz.starving = 1;
    if (gz.starving) return STEP_HUNGRY;
    if ((entry & GZ_KIND) == GZ_INVALID) return STEP_DAMAGED;
    gzDrop(entry & 63);
    if (symbol < 16) {
      lengths[i++] = (u8)symbol;
      continue;
    }
    u32 run = symbol == 16 ? 3 + gzTake(2) : symbol == 17 ? 3 + gzTake(3) : 11 + gzTake(7);
    if (gz.starving) return STEP_HUNGRY;
    if (run > wanted - i || (symbol == 16 && i == 0)) return STEP_DAMAGED;
    const u8 value = symbol == 16 ? lengths[i - 1] : 0;
    while (run-- > 0) lengths[i++] = value;
  }
  return STEP_OUTPUT;
}

static int gzDynamicCodes(void) {
  static const u8 order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  u8 lengths[GZ_SYMBOLS] = {0};
  const u32 literals = 257 + gzTake(5), distances = 1 + gzTake(5), given = 4 + gzTake(4);
  if (gz.starving) return STEP_HUNGRY;
  if (literals > 286 || distances > 30) return STEP_DAMAGED;
  for (u32 i = 0; i < given; i++) lengths[order[i]] = (u8)gzTake(3);
  if (gz.starving) return STEP_HUNGRY;
  if (!gzTable(gz.lengths, 7, GZ_OF_LENGTHS, lengths, 19)) return STEP_DAMAGED;
  if ((gz.lengths[127] & GZ_KIND) == GZ_INVALID) return STEP_DAMAGED; // here no code may be incomplete
  const int step = gzReadLengths(lengths, literals + distances);
  if (step != STEP_OUTPUT) return step;
  gz.phase = GZ_CODES;
  return lengths[256] && gzTables(lengths, literals, distances) ? STEP_OUTPUT : STEP_DAMAGED;
}

static int gzStoredHeader(void) {
  gzDrop(gz.count & 7);
  const u32 length = gzTake(16), inverse = gzTake(16);
  if (gz.starving) return STEP_HUNGRY;
  if ((length ^ inverse) != 0xFFFF) return STEP_DAMAGED;
  gzGiveBack();
  gz.stored = length;
  gz.phase = GZ_STORED;
  return STEP_OUTPUT;
}

// A block's header, all of it or, where it is not all here, nothing.
static int gzBlock(void) {
  const u64 bits = gz.bits;
  const u32 count = gz.count, at = packedAt;
  gz.starving = 0;
  const int last = (int)gzTake(1);
  const u32 type = gzTake(2);
  if (!gz.starving) {
    const int step = type == 0 ? gzStoredHeader() : type == 1 ? gzFixedCodes() : type == 2 ? gzDynamicCodes() : STEP_DAMAGED;
    if (step != STEP_HUNGRY) {
      gz.lastBlock = last;
      return step;
    }
  }
  gz.bits = bits;
  gz.count = count;
  packedAt = at;
  return starved();
}

static int gzHandOut(void) {
  output = gz.from;
  outputLength = (u32)(gz.out - gz.from);
  gz.crc = crc32(gz.crc, output, outputLength);
  gz.length += outputLength;
  gz.from = gz.out;
  return STEP_OUTPUT;
}

// Room for unpacked bytes: the last ones move to the front.
static void gzSlide(void) {
  const u32 by = (u32)(gz.out - gz.window) - GZ_WINDOW;
  __builtin_memcpy(gz.window, gz.window + by, GZ_WINDOW);
  gz.out -= by;
  gz.from -= by;
  gz.history = (u32)(gz.history - gz.window) > by ? gz.history - by : gz.window;
}

static void gzEndBlock(void) { gz.phase = gz.lastBlock ? GZ_TRAILER : GZ_BLOCK; }

static int gzStored(void) {
  u32 length = gz.stored;
  if (length > available()) length = available();
  if (length > (u32)(gz.limit - gz.out)) length = (u32)(gz.limit - gz.out);
  __builtin_memcpy(gz.out, packed + packedAt, length);
  gz.out += length;
  packedAt += length;
  gz.stored -= length;
  if (gz.stored == 0) gzEndBlock();
  else if (available() == 0) return starved();
  return STEP_OUTPUT;
}

// May write up to a vector more than `length` bytes, and read as many from in front of `out`.
INLINE void gzCopy(u8 *out, u32 distance, u32 length) {
  const u8 *from = out - distance;
  u8 *const end = out + length;
  if (distance >= 16) {
    do {
      __builtin_memcpy(out, from, 16);
      out += 16;
      from += 16;
    } while (out < end);
    return;
  }
  if (distance >= 8) {
    do {
      __builtin_memcpy(out, from, 8);
      out += 8;
      from += 8;
    } while (out < end);
    return;
  }
  do *out++ = *from++;
  while (out < end);
}

enum { GZ_GO_ON, GZ_BLOCK_ENDED, GZ_BAD };

// As long as there is plenty of input and room, 64 bits at a time.
static int gzFast(void) {
  const u8 *in = packed + packedAt;
  const u8 *const inLimit = packed + packedEnd - GZ_ROUND;
  u8 *out = gz.out;
  u8 *const limit = gz.limit, *const history = gz.history;
  u64 bits = gz.bits;
  u32 count = gz.count;
  int result = GZ_GO_ON;
#define REFILL() (bits |= little64(in) << count, in += (63 - count) >> 3, count |= 56)
#define USE(entry) (bits >>= (entry) & 63, count -= (entry) & 63)
#define LITERALS(entry)                    \
  do {                                     \
    const u32 bytes = (entry) >> 8;        \
    __builtin_memcpy(out, &bytes, 4);      \
    out += (entry) >> 6 & 3;               \
    USE(entry);                            \
  } while (0)
#define LOOK() gz.literals[bits & ((1 << GZ_LITERAL_BITS) - 1)]
  while (in < inLimit && out < limit) {
    REFILL();
    u32 entry = LOOK();
    if (entry & GZ_LITERALS) {
      LITERALS(entry);
      entry = LOOK();
      if (entry & GZ_LITERALS) {
        LITERALS(entry);
        entry = LOOK();
        if (entry & GZ_LITERALS) {
          LITERALS(entry);
          continue;
        }
        REFILL();
      }
    }
    // here are 45 bits at least, 48 are the most that a match takes: its refill comes behind the length
    if (entry & GZ_KIND) {
      if ((entry & GZ_KIND) == GZ_FURTHER) {
        USE(entry);
        entry = gz.literals[(entry >> 16) + (u32)lowBits(bits, entry >> 8 & 15)];
        if (entry & GZ_LITERALS) {
          LITERALS(entry);
          continue;
        }
      }
      if (entry & GZ_KIND) {
        result = (entry & GZ_KIND) == GZ_END ? GZ_BLOCK_ENDED : GZ_BAD;
        USE(entry);
        break;
      }
    }
    const u32 length = (entry >> 16) + (u32)(lowBits(bits, entry & 63) >> (entry >> 8 & 15));
    USE(entry);
    entry = gz.distances[bits & ((1 << GZ_DISTANCE_BITS) - 1)];
    if (count < 28) REFILL();
    if (entry & GZ_KIND) {
      if ((entry & GZ_KIND) == GZ_FURTHER) {
        USE(entry);
        entry = gz.distances[(entry >> 16) + (u32)lowBits(bits, entry >> 8 & 15)];
      }
      if (entry & GZ_KIND) {
        result = GZ_BAD;
        break;
      }
    }
    const u32 distance = (entry >> 16) + (u32)(lowBits(bits, entry & 63) >> (entry >> 8 & 15));
    USE(entry);
    if (distance > (u32)(out - history)) {
      result = GZ_BAD;
      break;
    }
    gzCopy(out, distance, length);
    out += length;
  }
  gz.out = out;
  gz.bits = lowBits(bits, count);
  gz.count = count;
  packedAt = (u32)(in - packed);
  return result;
}

INLINE u32 gzLook(const u32 *table, u32 bits, u64 held, u32 *before) {
  const u32 entry = table[lowBits(held, bits)];
  *before = 0;
  if ((entry & GZ_LITERALS) || (entry & GZ_KIND) != GZ_FURTHER) return entry;
  *before = bits;
  return table[(entry >> 16) + (u32)lowBits(held >> bits, entry >> 8 & 15)];
}

// One entry where the input is nearly used up; nothing where it has too few bits.
static int gzSlow(void) {
  gzFill();
  u32 before, used;
  u32 entry = gzLook(gz.literals, GZ_LITERAL_BITS, gz.bits, &before);
  used = before + (entry & 63);
  if (used > gz.count) return GZ_GO_ON;
  if (entry & GZ_LITERALS) {
    for (u32 i = 0; i < (entry >> 6 & 3); i++) *gz.out++ = (u8)(entry >> (8 + 8 * i));
    gzDrop(used);
    return GZ_GO_ON;
  }
  if (entry & GZ_KIND) {
    gzDrop(used);
    return (entry & GZ_KIND) == GZ_END ? GZ_BLOCK_ENDED : GZ_BAD;
  }
  const u32 length = (entry >> 16) + (u32)(lowBits(gz.bits >> before, entry & 63) >> (entry >> 8 & 15));
  const u64 rest = gz.bits >> used;
  entry = gzLook(gz.distances, GZ_DISTANCE_BITS, rest, &before);
  if (used + before + (entry & 63) > gz.count) return GZ_GO_ON;
  if (entry & GZ_KIND) return GZ_BAD;
  const u32 distance = (entry >> 16) + (u32)(lowBits(rest >> before, entry & 63) >> (entry >> 8 & 15));
  if (distance > (u32)(gz.out - gz.history)) return GZ_BAD;
  gzDrop(used + before + (entry & 63));
  gzCopy(gz.out, distance, length);
  gz.out += length;
  return GZ_GO_ON;
}

static int gzCodes(void) {
  int result = GZ_GO_ON;
  while (result == GZ_GO_ON && gz.out < gz.limit) {
    if (available() > GZ_ROUND) {
      result = gzFast();
      continue;
    }
    const u8 *before = gz.out;
    result = gzSlow();
    if (result == GZ_GO_ON && gz.out == before) return starved();
  }
  if (result == GZ_BAD) return STEP_DAMAGED;
  if (result == GZ_BLOCK_ENDED) gzEndBlock();
  return STEP_OUTPUT;
}

// ---- members
// ----------------------------------------------------------------------------------------------------------------------------------

enum { GZ_HAS_CHECK = 2, GZ_HAS_EXTRA = 4, GZ_HAS_NAME = 8, GZ_HAS_COMMENT = 16, GZ_RESERVED = 0xE0 };

static void gzConsumeHead(u32 bytes) {
  gz.headCrc = crc32(gz.headCrc, packed + packedAt, bytes);
  packedAt += bytes;
}

static int gzHead(void) {
  const u8 *p = packed + packedAt;
  const u32 here = available();
  if (here >= 2 && (p[0] != 0x1F || p[1] != 0x8B)) return STEP_DAMAGED;
  if (here >= 4 && (p[2] != 8 || (p[3] & GZ_RESERVED))) return STEP_DAMAGED;
  if (here < 10) return starved();
  gz.flags = p[3];
  gz.headCrc = gz.crc = gz.length = 0;
  gz.history = gz.out;
  gzConsumeHead(10);
  gz.phase = GZ_EXTRA_LENGTH;
  return STEP_OUTPUT;
}

static int gzExtraLength(void) {
  gz.extra = 0;
  if (gz.flags & GZ_HAS_EXTRA) {
    if (available() < 2) return starved();
    gz.extra = packed[packedAt] | (u32)packed[packedAt + 1] << 8;
    gzConsumeHead(2);
  }
  gz.phase = GZ_EXTRA;
  return STEP_OUTPUT;
}

static int gzExtra(void) {
  const u32 here = gz.extra < available() ? gz.extra : available();
  gzConsumeHead(here);
  gz.extra -= here;
  if (gz.extra > 0) return starved();
  gz.phase = GZ_NAME;
  return STEP_OUTPUT;
}

// A text up to its zero byte, where the flags say that there is one.
static int gzText(u32 flag, int next) {
  if (gz.flags & flag) {
    u32 length = 0;
    while (length < available() && packed[packedAt + length] != 0) length++;
    const int whole = length < available();
    gzConsumeHead(length + (u32)whole);
    if (!whole) return starved();
  }
  gz.phase = next;
  return STEP_OUTPUT;
}

static int gzHeadCheck(void) {
  if (gz.flags & GZ_HAS_CHECK) {
    if (available() < 2) return starved();
    if ((packed[packedAt] | (u32)packed[packedAt + 1] << 8) != (gz.headCrc & 0xFFFF)) return STEP_DAMAGED;
    packedAt += 2;
  }
  gz.phase = GZ_BLOCK;
  return STEP_OUTPUT;
}

static int gzTrailer(void) {
  if (gz.out > gz.from) return gzHandOut();
  gzDrop(gz.count & 7);
  gzGiveBack();
  const u8 *p = packed + packedAt;
  if (available() >= 4 && little32(p) != gz.crc) return STEP_DAMAGED;
  if (available() < 8) return starved();
  if (little32(p + 4) != gz.length) return STEP_DAMAGED;
  packedAt += 8;
  gz.phase = GZ_NEXT;
  return STEP_OUTPUT;
}

// A further member, or the end: zeros are padding.
static int gzNext(void) {
  if (available() == 0) return packedLast ? STEP_ENDED : STEP_HUNGRY;
  if (packed[packedAt] == 0) return STEP_ENDED;
  gz.phase = GZ_HEAD;
  return STEP_OUTPUT;
}

static int gzAdvance(void) {
  switch (gz.phase) {
    case GZ_HEAD: return gzHead();
    case GZ_EXTRA_LENGTH: return gzExtraLength();
    case GZ_EXTRA: return gzExtra();
    case GZ_NAME: return gzText(GZ_HAS_NAME, GZ_COMMENT);
    case GZ_COMMENT: return gzText(GZ_HAS_COMMENT, GZ_HEAD_CHECK);
    case GZ_HEAD_CHECK: return gzHeadCheck();
    case GZ_BLOCK: return gzBlock();
    case GZ_STORED: return gzStored();
    case GZ_CODES: return gzCodes();
    case GZ_TRAILER: return gzTrailer();
    default: return gzNext();
  }
}

// What could be unpacked in front of a trouble is handed out first.
static int gzStep(void) {
  if (gz.trouble) return gz.trouble;
  int step = STEP_OUTPUT;
  if (gz.out >= gz.limit) gzSlide();
  while (step == STEP_OUTPUT && outputLength == 0) {
    if (gz.out >= gz.limit) gzHandOut();
    else step = gzAdvance();
  }
  gzGiveBack();
  if (step > STEP_ENDED) gz.trouble = step;
  if (step == STEP_OUTPUT || gz.out == gz.from) return step;
  return gzHandOut();
}
