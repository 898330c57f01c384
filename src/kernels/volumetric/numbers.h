// One decimal number of any form Fortran writes -> the double nearest to it, the same bits as JavaScript's Number().
#pragma once
#include "heap.h"

enum { TOKEN_VALUE, TOKEN_NOT_FINITE, TOKEN_INCOMPLETE, TOKEN_UNREADABLE };
enum { NOT_FINITE_STARS = 1, NOT_FINITE_NAN = 2, NOT_FINITE_INFINITY = 3 };

HOST("fillPowers") void fillPowersByHost(u64 *powers);

static const double TEN[23] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                               1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

// JavaScript's own conversion, for what is too long or too small for the ways below.
HOST("convert") double convertByHost(const u8 *text, int length);

typedef struct {
  const u8 *at;     // the token's first byte; after TOKEN_VALUE and TOKEN_NOT_FINITE the first byte behind it
  double value;     // NaN for TOKEN_NOT_FINITE
  i32 notFinite;    // which of NOT_FINITE_*
  i32 glued;        // the next number follows without a blank
} Token;

INLINE int isBlank(u8 c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
INLINE int isDigit(u8 c) { return (u8)(c - '0') < 10; }
INLINE u8 lower(u8 c) { return c | 32; }

// The high 64 bits of a * b; the low ones into *low. In 32-bit parts: a 128-bit product would need a runtime library.
INLINE u64 multiplyWide(u64 a, u64 b, u64 *low) {
  u64 al = (u32)a;
  const u64 ah = a >> 32, bl = (u32)b, bh = b >> 32;
  __asm__("" : "+r"(al)); // the compiler would see through the parts and call that library
  const u64 ll = al * bl, lh = al * bh, hl = ah * bl, hh = ah * bh;
  const u64 middle = (ll >> 32) + (u32)lh + (u32)hl;
  *low = (middle << 32) | (u32)ll;
  return hh + (lh >> 32) + (hl >> 32) + (middle >> 32);
}

// w * 10^q by D. Lemire, "Number parsing at a gigabyte per second" (2021). 0 where the result is subnormal or
// overflows.
APART static int roundProduct(u64 w, int q, int negative, double *result) {
  if (q < POWER_FIRST || q > POWER_LAST) return 0;
  const int zeros = __builtin_clzll(w);
  w <<= zeros;
  if (self->powersOfFive[0] == 0) fillPowersByHost(self->powersOfFive);
  const u64 *power = self->powersOfFive + 2 * (q - POWER_FIRST);
  u64 low, high = multiplyWide(w, power[0], &low);
  if ((high & 0x1FF) == 0x1FF) {
    u64 rest;
    const u64 carry = multiplyWide(w, power[1], &rest);
    low += carry;
    high += low < carry;
  }
  const int top = (int)(high >> 63);
  u64 mantissa = high >> (top + 9);
  // floor(q log2(10)) + 63, the binary exponent of 10^q's leading bit in this scaling
  int exponent = (int)((217706 * (i64)q) >> 16) + 63 + top - zeros + 1023;
  if (exponent <= 0) return 0;
  const int halfWay = low <= 1 && q >= -4 && q <= 23 && (mantissa & 3) == 1 && mantissa << (top + 9) == high;
  if (halfWay) mantissa &= ~1ull;
  mantissa = (mantissa + (mantissa & 1)) >> 1;
  if (mantissa >= 1ull << 53) {
    mantissa = 1ull << 52;
    exponent++;
  }
  if (exponent >= 0x7FF) return 0;
  const u64 bits = (mantissa & ~(1ull << 52)) | (u64)exponent << 52 | (u64)negative << 63;
  __builtin_memcpy(result, &bits, 8);
  return 1;
}

// `significand` (its `digits` significant digits read so far fit 64 bits when there are at most 19) times 10^exponent.
APART static double toDouble(u64 significand, int digits, int exponent, int negative, const u8 *text, int length) {
  double value;
  if (digits > 19) return convertByHost(text, length);
  if (significand == 0) return negative ? -0.0 : 0.0;
  if (significand < 1ull << 53 && exponent >= -22 && exponent <= 22) {
    value = (double)significand;
    value = exponent < 0 ? value / TEN[-exponent] : value * TEN[exponent];
    return negative ? -value : value;
  }
  if (roundProduct(significand, exponent, negative, &value)) return value;
  return convertByHost(text, length);
}

// The byte at `p`; 0 behind the bytes that may belong to a token.
INLINE u8 byteOf(const u8 *p, const u8 *stop) { return p < stop ? *p : 0; }

// How many of the letters of `word` (in lower case) stand at `p`.
INLINE int matching(const u8 *p, const u8 *stop, const char *word) {
  int i = 0;
  while (word[i] && lower(byteOf(p + i, stop)) == (u8)word[i]) i++;
  return i;
}

// NaN, Inf, Infinity (any case, a sign before them) and fields of stars, which end before `stop` or with the file, at
// `end`.
APART static int readNotFinite(const u8 *p, const u8 *stop, const u8 *end, Token *token) {
  if (byteOf(p, stop) == '*') {
    while (byteOf(p, stop) == '*') p++;
    token->notFinite = NOT_FINITE_STARS;
  } else if (matching(p, stop, "nan") == 3) {
    p += 3;
    token->notFinite = NOT_FINITE_NAN;
  } else if (matching(p, stop, "inf") == 3) {
    p += matching(p, stop, "infinity") == 8 ? 8 : 3;
    token->notFinite = NOT_FINITE_INFINITY;
  } else {
    return TOKEN_UNREADABLE;
  }
  const u8 next = byteOf(p, stop);
  token->glued = next == '-' || next == '+' || next == '*';
  if (!isBlank(next) && !token->glued && p != end) return TOKEN_UNREADABLE;
  token->value = __builtin_nan("");
  token->at = p;
  return TOKEN_NOT_FINITE;
}

// The number at `start`, which is no blank. No byte from `end` on is looked at; `last` says that the file ends there.
APART static int readToken(const u8 *start, const u8 *end, int last, Token *token) {
  if (!last && end - start < TOKEN_LIMIT) { // a token that touches the end of the chunk may go on in the next
    const u8 *q = start;
    while (q < end && !isBlank(*q)) q++;
    if (q == end) return TOKEN_INCOMPLETE;
  }
  const u8 *const stop = end - start < TOKEN_LIMIT ? end : start + TOKEN_LIMIT; // whatever the bytes are, every loop ends here
  const u8 *p = start;
  const int negative = *p == '-';
  if (*p == '-' || *p == '+') p++;
  u64 significand = 0;
  int seen = 0, digits = 0, exponent = 0, marked = 0;
  for (; p < stop && *p == '0'; p++) seen = 1;
  for (; p < stop && isDigit(*p); p++, digits++) significand = significand * 10 + (*p - '0');
  if (byteOf(p, stop) == '.') {
    p++;
    if (digits == 0)
      for (; p < stop && *p == '0'; p++, exponent--) seen = 1;
    for (; p < stop && isDigit(*p); p++, digits++, exponent--) significand = significand * 10 + (*p - '0');
  }
  token->glued = 0;
  if (!(seen | digits)) return p - start <= 1 ? readNotFinite(p, stop, end, token) : TOKEN_UNREADABLE;
  u8 next = byteOf(p, stop);
  const int letter = lower(next) == 'e' || lower(next) == 'd';
  if (letter || next == '-' || next == '+') { // Fortran leaves out the letter where the exponent has three digits
    p += letter;
    next = byteOf(p, stop);
    const int minus = next == '-';
    if (minus || next == '+') p++;
    if (!isDigit(byteOf(p, stop))) return TOKEN_UNREADABLE;
    int e = 0;
    for (; p < stop && isDigit(*p); p++)
      if (e < 100000) e = e * 10 + (*p - '0');
    exponent += minus ? -e : e;
    marked = 1;
  }
  next = byteOf(p, stop);
  // only behind an exponent is a sign surely the next number's
  token->glued = marked && (next == '-' || next == '+' || next == '*');
  if (p - start >= TOKEN_LIMIT) return TOKEN_UNREADABLE;
  if (!isBlank(next) && !token->glued && p != end) return TOKEN_UNREADABLE;
  token->value = toDouble(significand, digits, exponent, negative, start, (int)(p - start));
  token->at = p;
  if (token->value - token->value == 0) return TOKEN_VALUE;
  token->value = __builtin_nan("");
  token->notFinite = NOT_FINITE_INFINITY;
  return TOKEN_NOT_FINITE;
}
