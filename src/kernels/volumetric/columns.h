// Lines of equal columns in exponent form, as VASP (5(1X,E17.11)) and most other programs write them: two lines at a
// time, the same column of both in one vector. What does not fit the pattern is left to readToken, so this decides the
// time and never the value.
#pragma once
#include "numbers.h"

#define COLUMNS_LIMIT 16

enum { LEAD_MINUS = 16, LEAD_BAD = 32 };

/*
 * Tables of the reader:
 *   divisors   10^(11 - e) with the number's sign: [negative][sign of e: '+' 0, '-' 2][two digits of e]; NaN beyond
 * what one exact division
 *              can do. The third third is NaN alone.
 *   leadClass  the digit, or LEAD_MINUS, or LEAD_BAD
 *   zeroLead   in bytes, which third of `divisors` is for a number that has this byte before its point
 */
static void prepareColumns(void) {
  for (int e = 0; e < 100; e++)
    for (int sign = 0; sign < 3; sign++) {
      const int power = sign == 0 ? 11 - e : 11 + e;
      const int exact = sign != 1 && power >= 0 && power <= 22;
      self->divisors[0][sign][e] = exact ? TEN[power] : __builtin_nan("");
      self->divisors[1][sign][e] = exact ? -TEN[power] : __builtin_nan("");
      self->divisors[2][sign][e] = __builtin_nan("");
    }
  for (int c = 0; c < 256; c++) self->leadClass[c] = isDigit((u8)c) ? (u8)(c - '0') : LEAD_BAD;
  self->leadClass[' '] = 0;
  self->leadClass['-'] = LEAD_MINUS;
  for (int c = 0; c < 256; c++) self->zeroLead[c] = 8 * 600;
  self->zeroLead['0'] = self->zeroLead[' '] = 0;
  self->zeroLead['-'] = 8 * 300;
}

// The pattern of the line that starts at `line`, if it ends before `end` and has one.
APART static void findColumns(const u8 *line, const u8 *end, Columns *found) {
  found->width = 0;
  const u8 *stop = line;
  while (stop < end && stop - line < COLUMNS_LIMIT * 24 && *stop != '\n') stop++;
  if (stop >= end || *stop != '\n') return;
  const int lineBytes = (int)(stop - line) + 1;
  if (stop > line && stop[-1] == '\r') stop--;
  const u8 *p = line;
  while (p < stop && *p == ' ') p++;
  const u8 *point = p;
  while (point < stop && *point != '.' && *point != ' ') point++;
  const u8 *tail = point;
  while (tail < stop && *tail != ' ') tail++;
  if (point >= stop || *point != '.') return;
  const int length = (int)(stop - line), first = (int)(tail - line);
  // pymatgen writes signed numbers with a blank between them, and none before the first
  const int joined = length % first != 0 && (length + 1) % (first + 1) == 0;
  const int width = first + joined, digits = (int)(tail - point) - 5, lead = (int)(point - line) - 1 + joined;
  if (digits < 1 || digits > 11 || lead < 1 || lead > 4) return;
  const u8 letter = tail[-4];
  if (lower(letter) != 'e' && lower(letter) != 'd') return;
  if ((length + joined) % width != 0 || (length + joined) / width > COLUMNS_LIMIT) return;
  u8 gather[16], fill[16], origin[16];
  for (int i = 0; i < 16; i++) {
    const int digit = i >= 1 && i <= digits, exponent = i >= 12;
    gather[i] = digit ? (u8)(i + 11 - digits) : exponent ? (u8)i : 255;
    fill[i] = digit || exponent ? 0 : '0';
    origin[i] = i == 12 ? letter : i == 13 ? '+' : '0';
  }
  found->gather = wasm_v128_load(gather);
  found->fill = wasm_v128_load(fill);
  found->origin = wasm_v128_load(origin);
  found->start = -joined;
  found->prefixMask = lead >= 4 ? ~0u : ~0u << (8 * (4 - lead));
  found->firstMask = joined ? ~0u << (8 * (5 - lead)) : found->prefixMask;
  found->lead = lead;
  found->digits = digits;
  found->letter = letter;
  found->columns = (length + joined) / width;
  found->lineBytes = lineBytes;
  found->width = width;
}

typedef struct {
  v128_t bad; // any bit set: something does not fit
  u32 badBytes;
} Misfit;

// Digits and exponent of one number as four 32-bit numbers: three groups of four digits, then 100 * (exponent's sign) +
// exponent.
INLINE v128_t readGroups(const u8 *number, const Columns *c, int width, u32 digit, Misfit *misfit) {
  const v128_t limit = wasm_i8x16_make(9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 0, 2, 9, 9);
  v128_t v = wasm_v128_or(wasm_i8x16_swizzle(wasm_v128_load(number + width - 16), c->gather), c->fill);
  v = wasm_i8x16_sub(v, c->origin);
  misfit->bad = wasm_v128_or(misfit->bad, wasm_u8x16_sub_sat(v, limit));
  v = wasm_i8x16_replace_lane(v, 0, (i32)digit);
  // bytes a, b of a 16-bit lane: (a + 256 b) * 2561 = 256 (10 a + b) + a modulo 2^16
  const v128_t pairs = wasm_u16x8_shr(wasm_i16x8_mul(v, wasm_i16x8_splat(2561)), 8);
  return wasm_i32x4_dot_i16x8(pairs, wasm_i16x8_make(100, 1, 100, 1, 100, 1, 100, 1));
}

// The class of the bytes up to the point: a digit, plus LEAD_MINUS for a negative number.
INLINE u32 readLead(const u8 *number, u32 mask, int lead, Misfit *misfit) {
  u32 prefix;
  __builtin_memcpy(&prefix, number + lead - 4, 4);
  prefix = (prefix ^ 0x20202020u) & mask;
  const u32 minus = lead >= 2 && prefix >> 24 == ('-' ^ ' ');
  const u32 class = self->leadClass[number[lead]];
  misfit->badBytes |= (minus ? prefix & 0xFFFFFFu : prefix) | (class & LEAD_BAD) | (minus & class >> 4) | (number[lead + 1] ^ '.');
  return class | (minus ? LEAD_MINUS : 0);
}

// The numbers at a and b into *first and *second.
INLINE void readPair(const u8 *a, const u8 *b, const Columns *c, u32 mask, int width, int lead, double *first, double *second,
                     Misfit *misfit) {
  const u32 leadA = readLead(a, mask, lead, misfit), leadB = readLead(b, mask, lead, misfit);
  const v128_t groupsA = readGroups(a, c, width, leadA & 15, misfit), groupsB = readGroups(b, c, width, leadB & 15, misfit);
  const v128_t most = wasm_i16x8_make(9999, 9999, 9999, 299, 9999, 9999, 9999, 299); // untrusted bytes become a table's index
  const v128_t groups = wasm_i16x8_min(wasm_i16x8_max(wasm_i16x8_narrow_i32x4(groupsA, groupsB), wasm_i16x8_splat(0)), most);
  const v128_t halves = wasm_i32x4_dot_i16x8(groups, wasm_i16x8_make(10000, 1, 1, 0, 10000, 1, 1, 0));
  const v128_t high = wasm_f64x2_convert_low_i32x4(wasm_i32x4_shuffle(halves, halves, 0, 2, 0, 2));
  const v128_t low = wasm_f64x2_convert_low_i32x4(wasm_i32x4_shuffle(halves, halves, 1, 3, 1, 3));
  const v128_t significand = wasm_f64x2_add(wasm_f64x2_mul(high, wasm_f64x2_splat(10000)), low);
  const double *table = &self->divisors[0][0][0];
  const v128_t divisor = wasm_f64x2_make(table[300 * (leadA >> 4 & 1) + (u32)wasm_i16x8_extract_lane(groups, 3)],
                                         table[300 * (leadB >> 4 & 1) + (u32)wasm_i16x8_extract_lane(groups, 7)]);
  const v128_t value = wasm_f64x2_div(significand, divisor);
  misfit->bad = wasm_v128_or(misfit->bad, wasm_f64x2_ne(value, value));
  wasm_v128_store64_lane(first, value, 0);
  wasm_v128_store64_lane(second, value, 1);
}

INLINE int lineEndsAt(const u8 *p, const u8 *next) { return next[-1] == '\n' && (p == next - 1 || (p == next - 2 && *p == '\r')); }

// Pairs of lines from `p` while they fit the pattern and at least 2 * columns values may still be written; returns how
// many lines were read.
INLINE int readLines(const u8 *p, const u8 *end, const Columns *c, int width, int columns, int lead, double *out, i64 room) {
  const int lineBytes = c->lineBytes, length = c->start + columns * width;
  int lines = 0;
  while (room >= 2 * columns && end - p >= 2 * lineBytes) {
    const u8 *q = p + lineBytes;
    Misfit misfit = {wasm_i32x4_splat(0), 0};
    for (int i = 0; i < columns; i++) {
      const int at = c->start + i * width;
      readPair(p + at, q + at, c, i == 0 ? c->firstMask : c->prefixMask, width, lead, out + i, out + columns + i, &misfit);
    }
    if (misfit.badBytes || wasm_v128_any_true(misfit.bad)) break;
    if (!lineEndsAt(p + length, q) || !lineEndsAt(q + length, q + lineBytes)) break;
    p = q + lineBytes;
    out += 2 * columns;
    room -= 2 * columns;
    lines += 2;
  }
  return lines;
}

// ---- VASP's own form
// --------------------------------------------------------------------------------------------------------------------------

// 5(1X,E17.11): a blank, `0` or `-`, then sixteen bytes from the point to the exponent's end, which is one vector
// without any moving of bytes.
#define VASP_WIDTH 18
#define VASP_COLUMNS 5
#define VASP_LINE (VASP_COLUMNS * VASP_WIDTH + 1)
#define VASP_PAIR (2 * VASP_COLUMNS)
#define SIGNED_PAIRS 8 // after a negative number so many pairs of lines are taken to have some, too

INLINE v128_t hold(v128_t constant) {
  HOLD(constant);
  return constant;
}

typedef struct {
  v128_t origin, tens, hundreds, most, weights, tenThousand;
} VaspForm;

static VaspForm vaspForm(u8 letter) {
  u8 origin[16];
  for (int i = 0; i < 16; i++) origin[i] = i == 0 ? '.' : i == 12 ? letter : i == 13 ? '+' : '0';
  return (VaspForm){
      .origin = wasm_v128_load(origin),
      .tens = hold(wasm_i16x8_const_splat(2561)),
      .hundreds = hold(wasm_i16x8_const(100, 1, 100, 1, 100, 1, 800, 8)), // the last: bytes into a third of `divisors`
      .most = hold(wasm_i16x8_const(32767, 32767, 32767, 8 * 299, 32767, 32767, 32767, 8 * 299)), // untrusted bytes become a table's index
      .weights = hold(wasm_i16x8_const(10000, 1, 1, 0, 10000, 1, 1, 0)),
      .tenThousand = hold(wasm_f64x2_const_splat(10000)),
  };
}

INLINE u32 load16(const u8 *p) {
  u16 two;
  __builtin_memcpy(&two, p, 2);
  return two;
}

// The numbers at a and b, whose signs choose where in the bytes of `divisors` theirs are, into out[0] and out[1]. What
// does not fit shows in `largest`, the greatest of each byte, or makes `sum` NaN.
INLINE void readVaspPair(const u8 *a, const u8 *b, u32 signA, u32 signB, const VaspForm *form, double *out, v128_t *largest, v128_t *sum) {
  const v128_t va = wasm_i8x16_sub(wasm_v128_load(a + 2), form->origin), vb = wasm_i8x16_sub(wasm_v128_load(b + 2), form->origin);
  *largest = hold(wasm_u8x16_max(*largest, wasm_u8x16_max(va, vb))); // held here, or the compiler leaves it to the end and runs out of registers
  const v128_t groupsA = wasm_i32x4_dot_i16x8(wasm_u16x8_shr(wasm_i16x8_mul(va, form->tens), 8), form->hundreds);
  const v128_t groupsB = wasm_i32x4_dot_i16x8(wasm_u16x8_shr(wasm_i16x8_mul(vb, form->tens), 8), form->hundreds);
  const v128_t groups = wasm_u16x8_min(wasm_i16x8_narrow_i32x4(groupsA, groupsB), form->most);
  const v128_t halves = wasm_i32x4_dot_i16x8(groups, form->weights);
  const v128_t high = wasm_f64x2_convert_low_i32x4(wasm_i32x4_shuffle(halves, halves, 0, 2, 0, 2));
  const v128_t low = wasm_f64x2_convert_low_i32x4(wasm_i32x4_shuffle(halves, halves, 1, 3, 1, 3));
  const v128_t significand = wasm_f64x2_add(wasm_f64x2_mul(high, form->tenThousand), low);
  const u8 *table = (const u8 *)self->divisors;
  const v128_t divisorA = wasm_v128_load64_zero(table + (wasm_u16x8_extract_lane(groups, 3) + signA));
  const v128_t divisor = wasm_v128_load64_lane(table + (wasm_u16x8_extract_lane(groups, 7) + signB), divisorA, 1);
  const v128_t value = wasm_f64x2_div(significand, divisor);
  *sum = hold(wasm_f64x2_add(*sum, value));
  wasm_v128_store(out, value);
}

// Two lines, all of whose numbers begin with ` 0` (`plain`) or any of which may be negative.
INLINE int readVaspTwoLines(const u8 *p, const u8 *q, const VaspForm *form, double *out, const int plain) {
  const u8 *at[VASP_PAIR];
  for (int i = 0; i < VASP_PAIR; i++) at[i] = (i < VASP_COLUMNS ? p : q) + i % VASP_COLUMNS * VASP_WIDTH;
  u32 misfit = 0;
  if (plain) {
    for (int i = 0; i < VASP_PAIR; i++) misfit |= load16(at[i]) ^ (' ' | '0' << 8);
    if (misfit) return 0;
  }
  v128_t largest = wasm_i32x4_const_splat(0), sum = largest;
  UNROLL
  for (int i = 0; i < VASP_PAIR; i += 2) {
    const u32 signA = plain ? 0 : self->zeroLead[at[i][1]], signB = plain ? 0 : self->zeroLead[at[i + 1][1]];
    if (!plain) misfit |= (at[i][0] ^ ' ') | (at[i + 1][0] ^ ' ');
    readVaspPair(at[i], at[i + 1], signA, signB, form, out + i, &largest, &sum);
  }
  const v128_t limit = wasm_i8x16_const(0, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 0, 2, 9, 9);
  const v128_t bad = wasm_v128_or(wasm_u8x16_sub_sat(largest, limit), wasm_f64x2_ne(sum, sum));
  return !misfit && !wasm_v128_any_true(bad);
}

// As readLines does, neighbours in pairs; at most `most` pairs.
INLINE int readVaspPairs(const u8 *p, int lineBytes, const VaspForm *form, double *out, int most) {
  const u32 lineEnd = lineBytes == VASP_LINE ? 0xFF00 : 0xFFFF; // which of `\r\n` there must be
  int pairs = 0, signedPairs = 0;
  for (; pairs < most; pairs++, out += VASP_PAIR) {
    const u8 *q = p + lineBytes, *next = q + lineBytes;
    if (((load16(q - 2) ^ ('\r' | '\n' << 8)) | (load16(next - 2) ^ ('\r' | '\n' << 8))) & lineEnd) break;
    if (signedPairs > 0 || !readVaspTwoLines(p, q, form, out, 1)) {
      if (!readVaspTwoLines(p, q, form, out, 0)) break;
      signedPairs = signedPairs > 0 ? signedPairs - 1 : SIGNED_PAIRS;
    }
    p = next;
  }
  return pairs;
}

#if !defined(__wasm__) && WIDTH > 2
#include "native/vaspLines.h"

// The usual length apart: then the compiler knows every place.
INLINE int readWide(const u8 *p, int lineBytes, const WideForm *form, u8 letter, double *out) {
  if (lineBytes == VASP_LINE) return readWideLines(p, VASP_LINE, form, letter, out);
  return readWideLines(p, lineBytes, form, letter, out);
}

// As many lines as vectors hold, and pairs of lines where these do not fit.
APART static int readVaspLines(const u8 *p, const u8 *end, const Columns *c, double *out, i64 room) {
  const int lineBytes = c->lineBytes;
  const VaspForm form = vaspForm(c->letter);
  WideForm wide;
  prepareWideForm(&wide, lineBytes);
  const i64 byBytes = (end - p) / lineBytes, byRoom = room / VASP_COLUMNS;
  const int most = (int)(byBytes < byRoom ? byBytes : byRoom);
  int lines = 0;
  while (most - lines >= 2) {
    int read = most - lines < WIDE_LINES ? 0 : readWide(p, lineBytes, &wide, c->letter, out) ? WIDE_LINES : 0;
    if (read == 0) {
      const int pairs = (most - lines < WIDE_LINES ? most - lines : WIDE_LINES) / 2;
      read = 2 * readVaspPairs(p, lineBytes, &form, out, pairs);
      if (read < 2 * pairs) return lines + read;
    }
    lines += read;
    p += read * lineBytes;
    out += read * VASP_COLUMNS;
  }
  return lines;
}
#else
APART static int readVaspLines(const u8 *p, const u8 *end, const Columns *c, double *out, i64 room) {
  const VaspForm form = vaspForm(c->letter);
  const i64 byBytes = (end - p) / (2 * c->lineBytes), byRoom = room / VASP_PAIR;
  return 2 * readVaspPairs(p, c->lineBytes, &form, out, (int)(byBytes < byRoom ? byBytes : byRoom));
}
#endif

// pymatgen's `%18.11E`, and ASE's form of the same width with blanks before every number.
APART static int readSignedLines(const u8 *p, const u8 *end, const Columns *c, double *out, i64 room) {
  return readLines(p, end, c, 19, 5, 2, out, room);
}

APART static int readOtherLines(const u8 *p, const u8 *end, const Columns *c, double *out, i64 room) {
  return readLines(p, end, c, c->width, c->columns, c->lead, out, room);
}

static int readColumnLines(const u8 *p, const u8 *end, const Columns *c, double *out, i64 room) {
  if (c->columns == VASP_COLUMNS && c->lead == 1 && c->width == VASP_WIDTH && c->digits == 11 && c->start == 0)
    return readVaspLines(p, end, c, out, room);
  if (c->columns == 5 && c->lead == 2 && c->width == 19) return readSignedLines(p, end, c, out, room);
  return readOtherLines(p, end, c, out, room);
}
