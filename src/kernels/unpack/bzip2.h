// bzip2: blocks of up to 900 kB through run lengths, Burrows-Wheeler, move to front and Huffman; each block and each
// stream has a CRC.
#pragma once
#include "checks.h"

#define BZ_UNIT 100000        // block sizes are multiples
#define BZ_PACKED_BLOCK 1250000 // no encoder makes more of a block of 900 kB than itself and a per cent
#define BZ_GROUP 50           // symbols that share a table
#define BZ_LONGEST 20
#define BZ_SHORT 10           // code lengths read by one look into a table
#define BZ_OUTPUT (1 << 18)

typedef struct {
  u16 quick[1 << BZ_SHORT]; // symbol * 32 + length, or 0
  u32 limit[BZ_LONGEST + 2]; // codes of a length lie below, left-aligned to BZ_LONGEST bits
  i32 base[BZ_LONGEST + 2];
  u16 symbols[258];
} BzTable;

static struct {
  u64 bits;
  int count;        // bits held
  u32 level;        // 0: a stream's header comes next
  u32 streams;
  u32 streamCrc, blockCrc, crc;
  u32 *links;       // byte and successor of each place of the block
  u32 left, place;  // bytes of the block's last stage to come, and the next one's place
  int run, previous, repeats;
  BzTable tables[6];
  u8 selectors[18002];
  u8 *out;
} bz;

// Behind the input's end come zeros, and packedAt goes on: bzPast tells afterwards whether any of them was used.
INLINE void bzFill(int wanted) {
  while (bz.count < wanted) {
    bz.bits = bz.bits << 8 | (packedAt < packedEnd ? packed[packedAt] : 0);
    packedAt++;
    bz.count += 8;
  }
}

static int bzPast(void) { return packedAt - (u32)bz.count / 8 > packedEnd; }

static u32 bzBits(int wanted) {
  bzFill(wanted);
  bz.count -= wanted;
  return (u32)(bz.bits >> bz.count) & (wanted == 32 ? ~0u : (1u << wanted) - 1);
}

static int bzOpen(void) {
  bz.links = (u32 *)take(9 * BZ_UNIT * 4);
  bz.out = take(BZ_OUTPUT);
  return bz.links && bz.out;
}

// Canonical codes from their lengths.
static int bzMakeTable(BzTable *table, const u8 *lengths, int symbols) {
  u32 code = 0;
  int known = 0;
  __builtin_memset(table->quick, 0, sizeof table->quick);
  for (int length = 1; length <= BZ_LONGEST; length++) {
    table->base[length] = known - (i32)code;
    for (int s = 0; s < symbols; s++) {
      if (lengths[s] != length) continue;
      if (code >> length) return 0;
      table->symbols[known++] = (u16)s;
      if (length <= BZ_SHORT)
        for (u32 i = 0; i < 1u << (BZ_SHORT - length); i++) table->quick[(code << (BZ_SHORT - length)) + i] = (u16)(s << 5 | length);
      code++;
    }
    table->limit[length] = code << (BZ_LONGEST - length);
    code <<= 1;
  }
  return 1;
}

static int bzSymbol(const BzTable *table) {
  bzFill(BZ_LONGEST);
  const u32 next = (u32)(bz.bits >> (bz.count - BZ_LONGEST)) & ((1 << BZ_LONGEST) - 1);
  const u16 quick = table->quick[next >> (BZ_LONGEST - BZ_SHORT)];
  if (quick) {
    bz.count -= quick & 31;
    return quick >> 5;
  }
  int length = BZ_SHORT + 1;
  while (length <= BZ_LONGEST && next >= table->limit[length]) length++;
  if (length > BZ_LONGEST) return -1;
  bz.count -= length;
  const i32 at = (i32)(next >> (BZ_LONGEST - length)) + table->base[length];
  return at < 0 || at >= 258 ? -1 : table->symbols[at];
}

// Which bytes occur; returns how many.
static int bzAlphabet(u8 *bytes) {
  const u32 rows = bzBits(16);
  int count = 0;
  for (int row = 0; row < 16; row++) {
    if (!(rows >> (15 - row) & 1)) continue;
    const u32 columns = bzBits(16);
    for (int column = 0; column < 16; column++)
      if (columns >> (15 - column) & 1) bytes[count++] = (u8)(16 * row + column);
  }
  return count;
}

// Which table each group of symbols uses; returns how many groups there are, 0 for damage.
static int bzSelectors(int tables) {
  u8 order[6] = {0, 1, 2, 3, 4, 5};
  const int count = (int)bzBits(15);
  for (int i = 0; i < count; i++) {
    int j = 0;
    while (bzBits(1))
      if (++j >= tables) return 0;
    const u8 chosen = order[j];
    for (; j > 0; j--) order[j] = order[j - 1];
    order[0] = chosen;
    if (i < (int)sizeof bz.selectors) bz.selectors[i] = chosen;
  }
  return count < (int)sizeof bz.selectors ? count : (int)sizeof bz.selectors;
}

static int bzTables(int tables, int symbols) {
  for (int t = 0; t < tables; t++) {
    u8 lengths[258];
    int length = (int)bzBits(5);
    for (int s = 0; s < symbols; s++) {
      while (length >= 1 && length <= BZ_LONGEST && bzBits(1)) length += bzBits(1) ? -1 : 1;
      if (length < 1 || length > BZ_LONGEST) return 0;
      lengths[s] = (u8)length;
    }
    if (!bzMakeTable(bz.tables + t, lengths, symbols)) return 0;
  }
  return 1;
}

// Huffman symbols -> bytes behind move-to-front, one in each of `links`; returns how many, -1 for damage.
static int bzSymbols(u8 *bytes, int alphabet, int groups) {
  const int end = alphabet + 1, most = (int)bz.level * BZ_UNIT;
  int count = 0, group = 0, inGroup = 0, run = 0, weight = 1;
  const BzTable *table = 0;
  for (;;) {
    if (inGroup == 0) {
      if (group >= groups) return -1;
      table = bz.tables + bz.selectors[group++];
      inGroup = BZ_GROUP;
    }
    inGroup--;
    const int symbol = bzSymbol(table);
    if (symbol < 0) return -1;
    if (symbol <= 1) { // a run of the front byte, its length in digits 1 and 2 of base 2
      if (weight > most) return -1;
      run += weight << symbol;
      weight <<= 1;
      continue;
    }
    if (run > 0) {
      if (run > most - count) return -1;
      for (; run > 0; run--) bz.links[count++] = bytes[0];
      weight = 1;
    }
    if (symbol == end) return count;
    if (count >= most) return -1;
    const u8 byte = bytes[symbol - 1];
    for (int i = symbol - 1; i > 0; i--) bytes[i] = bytes[i - 1];
    bytes[0] = byte;
    bz.links[count++] = byte;
  }
}

// One block up to the Burrows-Wheeler transform's inverse, which bzWrite follows link by link.
static int bzReadBlock(void) {
  u8 bytes[256];
  bz.blockCrc = bzBits(32);
  if (bzBits(1)) return STEP_UNSUPPORTED; // randomised blocks of bzip2 0.9.0
  const u32 origin = bzBits(24);
  const int alphabet = bzAlphabet(bytes), tables = (int)bzBits(3);
  if (alphabet == 0 || tables < 2 || tables > 6) return STEP_DAMAGED;
  const int groups = bzSelectors(tables);
  if (groups == 0 || !bzTables(tables, alphabet + 2)) return STEP_DAMAGED;
  const int count = bzSymbols(bytes, alphabet, groups);
  if (count < 0 || origin >= (u32)count) return STEP_DAMAGED;
  u32 starts[256] = {0}, sum = 0;
  for (int i = 0; i < count; i++) starts[bz.links[i]]++;
  for (int i = 0; i < 256; i++) {
    const u32 here = starts[i];
    starts[i] = sum;
    sum += here;
  }
  for (int i = 0; i < count; i++) bz.links[starts[bz.links[i] & 255]++] |= (u32)i << 8;
  bz.left = (u32)count;
  bz.place = bz.links[origin] >> 8;
  bz.crc = ~0u;
  bz.run = bz.repeats = 0;
  bz.previous = -1;
  return STEP_OUTPUT;
}

// Four equal bytes are followed by how many more there are.
static void bzWrite(void) {
  u8 *p = bz.out, *stop = bz.out + BZ_OUTPUT;
  while (p < stop) {
    if (bz.repeats > 0) {
      bz.repeats--;
      *p++ = (u8)bz.previous;
      continue;
    }
    if (bz.left == 0) break;
    bz.left--;
    const u32 link = bz.links[bz.place];
    const int byte = (int)(link & 255);
    bz.place = link >> 8;
    if (bz.run == 4) {
      bz.repeats = byte;
      bz.run = 0;
      continue;
    }
    bz.run = byte == bz.previous ? bz.run + 1 : 1;
    bz.previous = byte;
    *p++ = (u8)byte;
  }
  u32 crc = bz.crc;
  for (const u8 *q = bz.out; q < p; q++) crc = crc << 8 ^ bzipTable[crc >> 24 ^ *q];
  bz.crc = crc;
  output = bz.out;
  outputLength = (u32)(p - bz.out);
}

// What comes next: a stream's header, a block, or a stream's end.
static int bzNextBlock(void) {
  if (bz.level == 0) {
    const int first = bz.streams == 0, more = available() >= 4 && packed[packedAt] == 'B' && packed[packedAt + 1] == 'Z' && packed[packedAt + 2] == 'h';
    if (!more) return first ? STEP_DAMAGED : STEP_ENDED; // what follows and is no further stream is ignored, as bzip2 does
    bz.streams++;
    bz.level = packed[packedAt + 3] - '0';
    packedAt += 4;
    bz.bits = bz.count = 0;
    bz.streamCrc = 0;
    if (bz.level < 1 || bz.level > 9) return STEP_DAMAGED;
  }
  const u32 high = bzBits(24), low = bzBits(24);
  if (high == 0x314159 && low == 0x265359) return bzReadBlock();
  if (high != 0x177245 || low != 0x385090 || bzBits(32) != bz.streamCrc) return STEP_DAMAGED;
  packedAt -= (u32)bz.count / 8;
  bz.level = 0;
  return STEP_OUTPUT;
}

static int bzStep(void) {
  for (;;) {
    if (bz.left > 0 || bz.repeats > 0) {
      bzWrite();
      if (bz.left == 0 && bz.repeats == 0) {
        if (~bz.crc != bz.blockCrc) return STEP_DAMAGED;
        bz.streamCrc = (bz.streamCrc << 1 | bz.streamCrc >> 31) ^ bz.blockCrc;
      }
      return STEP_OUTPUT;
    }
    if (!packedLast && available() < BZ_PACKED_BLOCK) return STEP_HUNGRY;
    const int step = bzNextBlock();
    if (bzPast()) return STEP_SHORT;
    if (step != STEP_OUTPUT) return step;
  }
}
