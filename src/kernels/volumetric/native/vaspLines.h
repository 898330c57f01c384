// VASP's own lines, 5(1X,E17.11), so many at once that their numbers fill vectors. As everywhere in columns.h, what
// does not fit is left to others.
#pragma once

#if WIDTH == 8
typedef __m512i Wide;
#define WIDE(name) _mm512_##name
#else
typedef __m256i Wide;
#define WIDE(name) _mm256_##name
#endif

#define WIDE_LINES WIDTH
#define WIDE_BYTES (8 * WIDTH)
#define WIDE_PARTS ((VASP_LINE + WIDE_BYTES) / WIDE_BYTES) // of a line, as wide as a vector
#define AHEAD 4096 // bytes that are asked for before they are needed: a window of a file is not in the cache

#define WIDE_NUMBERS (WIDE_LINES * VASP_COLUMNS)

// Powers of ten that an exponent's sign and last digit choose, the first digit being zero: 8 for `-`, and the digit up
// to 7.
#define WIDE_EXPONENTS 16

/*
 * s / 10^k in one rounding, without a division: with r the double nearest to 1/10^k, q = s r is within 1.5 units in the
 * last place of it, the remainder s - q 10^k is exact (it has at most as many digits as 5^k), and q + remainder r
 * rounds as the quotient does: s < 10^11 and 5^18 < 2^42 keep every quotient further from the middle of two doubles
 * (2^-43 units) than that sum is from it (2^-52).
 */
typedef struct {
  __attribute__((aligned(64))) double divisor[WIDE_EXPONENTS], inverse[WIDE_EXPONENTS];
  double both[WIDE_EXPONENTS][2];
  u8 bytes[WIDE_PARTS * WIDE_BYTES], fixed[WIDE_PARTS * WIDE_BYTES]; // of a line in parts as they are loaded: what must stand there, and where (0xFF)
} WideForm;

/** Where in a line its parts begin; the last ends with the line. */
INLINE int partAt(int part, int lineBytes) { return part == WIDE_PARTS - 1 ? lineBytes - WIDE_BYTES : part * WIDE_BYTES; }

static void prepareWideForm(WideForm *form, int lineBytes) {
  for (int e = 0; e < 8; e++) {
    form->divisor[e] = TEN[11 - e];
    form->divisor[8 + e] = TEN[11 + e];
  }
  for (int i = 0; i < WIDE_EXPONENTS; i++) {
    form->both[i][0] = form->divisor[i];
    form->both[i][1] = form->inverse[i] = 1 / form->divisor[i];
  }
  u8 line[VASP_LINE + 1], fixed[VASP_LINE + 1];
  __builtin_memset(fixed, 0, sizeof fixed);
  for (int i = 0; i < VASP_COLUMNS; i++) {
    line[i * VASP_WIDTH] = ' ';
    line[i * VASP_WIDTH + 1] = '0';
    fixed[i * VASP_WIDTH] = fixed[i * VASP_WIDTH + 1] = 0xFF;
  }
  line[lineBytes - 2] = '\r';
  line[lineBytes - 1] = '\n';
  for (int i = VASP_COLUMNS * VASP_WIDTH; i < lineBytes; i++) fixed[i] = 0xFF;
  for (int part = 0; part < WIDE_PARTS; part++) {
    __builtin_memcpy(form->bytes + part * WIDE_BYTES, line + partAt(part, lineBytes), WIDE_BYTES);
    __builtin_memcpy(form->fixed + part * WIDE_BYTES, fixed + partAt(part, lineBytes), WIDE_BYTES);
  }
}

/**
 * Whether minus signs or blanks are all that stands for what is fixed in WIDE_LINES lines; `signs` then has a bit for
 * each minus sign.
 */
APART static int readSigns(const u8 *p, int lineBytes, u64 *signs) {
  *signs = 0;
  int wrong = 0;
  for (int i = 0; i < WIDE_NUMBERS; i++) {
    const u8 *number = p + i / VASP_COLUMNS * lineBytes + i % VASP_COLUMNS * VASP_WIDTH;
    wrong |= (number[0] ^ ' ') | (number[1] != '-' && number[1] != '0' && number[1] != ' ');
    *signs |= (u64)(number[1] == '-') << i;
  }
  for (int i = 1; i <= WIDE_LINES; i++) {
    const u8 *next = p + i * lineBytes;
    wrong |= (next[-1] ^ '\n') | (lineBytes > VASP_LINE ? next[-2] ^ '\r' : 0);
  }
  return !wrong;
}

#if WIDTH == 8
/** The sixteen bytes from the point on of every second of eight numbers. */
INLINE Wide loadEverySecond(const u8 *const *at) {
  const Wide a = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)(at[0] + 2)));
  const Wide b = _mm512_inserti32x4(a, _mm_loadu_si128((const __m128i *)(at[2] + 2)), 1);
  const Wide c = _mm512_inserti32x4(b, _mm_loadu_si128((const __m128i *)(at[4] + 2)), 2);
  return _mm512_inserti32x4(c, _mm_loadu_si128((const __m128i *)(at[6] + 2)), 3);
}

/** Whether the fixed bytes are there, zeros before all points. */
INLINE int areFixed(const u8 *p, int lineBytes, const WideForm *form) {
  const Wide front = _mm512_loadu_si512(form->bytes), back = _mm512_loadu_si512(form->bytes + 64);
  const __mmask64 inFront = _mm512_movepi8_mask(_mm512_loadu_si512(form->fixed)), inBack = _mm512_movepi8_mask(_mm512_loadu_si512(form->fixed + 64));
  __mmask64 wrong = 0;
  UNROLL
  for (int i = 0; i < WIDE_LINES; i++) {
    wrong |= _mm512_mask_cmpneq_epu8_mask(inFront, _mm512_loadu_si512(p + i * lineBytes), front);
    wrong |= _mm512_mask_cmpneq_epu8_mask(inBack, _mm512_loadu_si512(p + (i + 1) * lineBytes - 64), back);
  }
  return !wrong;
}

INLINE Doubles quotients(Wide significand, Wide exponents, const WideForm *form, u64 signs) {
  const __m512d s = _mm512_cvtepi64_pd(significand);
  const __m512d divisor = _mm512_permutex2var_pd(_mm512_load_pd(form->divisor), exponents, _mm512_load_pd(form->divisor + 8));
  const __m512d inverse = _mm512_permutex2var_pd(_mm512_load_pd(form->inverse), exponents, _mm512_load_pd(form->inverse + 8));
  const __m512d q = _mm512_mul_pd(s, inverse);
  const __m512d value = _mm512_fmadd_pd(_mm512_fnmadd_pd(q, divisor, s), inverse, q);
  return (Doubles)_mm512_mask_xor_pd(value, (__mmask8)signs, value, _mm512_set1_pd(-0.0));
}

INLINE int isWithin(Wide largest, Wide limit) { return _mm512_cmpgt_epu8_mask(largest, limit) == 0; }
INLINE int haveNone(Wide any, Wide bits) { return _mm512_test_epi8_mask(any, bits) == 0; }
INLINE Wide eitherOf(Wide a, Wide b, Wide c) { return _mm512_ternarylogic_epi64(a, b, c, 0xFE); }
#define EVERY_16(...) _mm512_broadcast_i32x4(_mm_setr_epi8(__VA_ARGS__))
#define EVERY_8(n) _mm512_set1_epi64(n)
#else
INLINE Wide loadEverySecond(const u8 *const *at) {
  const Wide a = _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(at[0] + 2)));
  return _mm256_inserti128_si256(a, _mm_loadu_si128((const __m128i *)(at[2] + 2)), 1);
}

INLINE int areFixed(const u8 *p, int lineBytes, const WideForm *form) {
  Wide wrong = _mm256_setzero_si256();
  UNROLL
  for (int i = 0; i < WIDE_LINES; i++)
    for (int part = 0; part < WIDE_PARTS; part++) {
      const Wide bytes = _mm256_loadu_si256((const Wide *)(p + i * lineBytes + partAt(part, lineBytes)));
      const Wide other = _mm256_xor_si256(bytes, _mm256_loadu_si256((const Wide *)(form->bytes + 32 * part)));
      wrong = _mm256_or_si256(wrong, _mm256_and_si256(other, _mm256_loadu_si256((const Wide *)(form->fixed + 32 * part))));
    }
  return _mm256_testz_si256(wrong, wrong);
}

INLINE Doubles quotients(Wide significand, Wide exponents, const WideForm *form, u64 signs) {
  const Wide power52 = _mm256_set1_epi64x(0x4330000000000000); // the bits of 2^52, to which those of a smaller whole number may be added
  const __m256d s = _mm256_sub_pd(_mm256_castsi256_pd(_mm256_or_si256(significand, power52)), _mm256_castsi256_pd(power52));
  const __m128i low = _mm256_castsi256_si128(exponents), high = _mm256_extracti128_si256(exponents, 1);
  const double(*both)[2] = form->both; // untrusted bytes become an index
  const __m128d p0 = _mm_loadu_pd(both[_mm_extract_epi64(low, 0) & 15]), p1 = _mm_loadu_pd(both[_mm_extract_epi64(low, 1) & 15]);
  const __m128d p2 = _mm_loadu_pd(both[_mm_extract_epi64(high, 0) & 15]), p3 = _mm_loadu_pd(both[_mm_extract_epi64(high, 1) & 15]);
  const __m256d even = _mm256_insertf128_pd(_mm256_castpd128_pd256(p0), p2, 1), odd = _mm256_insertf128_pd(_mm256_castpd128_pd256(p1), p3, 1);
  const __m256d divisor = _mm256_unpacklo_pd(even, odd), inverse = _mm256_unpackhi_pd(even, odd);
  const __m256d q = _mm256_mul_pd(s, inverse);
  const __m256d value = _mm256_fmadd_pd(_mm256_fnmadd_pd(q, divisor, s), inverse, q);
  const __m256i minus = _mm256_sllv_epi64(_mm256_set1_epi64x((i64)signs), _mm256_setr_epi64x(63, 62, 61, 60));
  return (Doubles)_mm256_xor_pd(value, _mm256_and_pd(_mm256_castsi256_pd(minus), _mm256_set1_pd(-0.0)));
}

INLINE int isWithin(Wide largest, Wide limit) {
  const Wide beyond = _mm256_subs_epu8(largest, limit);
  return _mm256_testz_si256(beyond, beyond);
}
INLINE int haveNone(Wide any, Wide bits) { return _mm256_testz_si256(any, bits); }
INLINE Wide eitherOf(Wide a, Wide b, Wide c) { return _mm256_or_si256(a, _mm256_or_si256(b, c)); }
#define EVERY_16(...) _mm256_broadcastsi128_si256(_mm_setr_epi8(__VA_ARGS__))
#define EVERY_8(n) _mm256_set1_epi64x(n)
#endif

// WIDE_LINES lines into `out`, if all of them fit.
INLINE int readWideLines(const u8 *p, int lineBytes, const WideForm *form, u8 letter, double *out) {
  u64 signs;
  for (int i = 0; i < WIDE_LINES * VASP_LINE; i += 64) __builtin_prefetch(p + AHEAD + i);
  if (areFixed(p, lineBytes, form)) signs = 0;
  else if (!readSigns(p, lineBytes, &signs)) return 0;
  const Wide origin = EVERY_16('.', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', '0', (char)letter, '+', '0', '0');
  const Wide limit = EVERY_16(0, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 0, 2, 0, 7);
  const Wide tens = EVERY_16(0, 1, 10, 1, 10, 1, 10, 1, 10, 1, 10, 1, 0, 4, 0, 1);
  const Wide weights = EVERY_16(100, 0, 1, 0, 100, 0, 1, 0, 100, 0, 1, 0, 1, 0, 1, 0);
  Wide largest = WIDE(set1_epi8)(0), any = largest; // bytes that must not be too large; of an exponent's sign, that it is `+` or, two later, `-`
  UNROLL
  for (int i = 0; i < WIDE_NUMBERS; i += WIDTH) {
    const u8 *at[WIDTH];
    UNROLL
    for (int j = 0; j < WIDTH; j++) at[j] = p + (i + j) / VASP_COLUMNS * lineBytes + (i + j) % VASP_COLUMNS * VASP_WIDTH;
    const Wide even = WIDE(sub_epi8)(loadEverySecond(at), origin), odd = WIDE(sub_epi8)(loadEverySecond(at + 1), origin);
    largest = WIDE(max_epu8)(largest, WIDE(max_epu8)(even, odd));
    any = eitherOf(any, even, odd);
    const Wide evens = WIDE(madd_epi16)(WIDE(maddubs_epi16)(even, tens), weights), odds = WIDE(madd_epi16)(WIDE(maddubs_epi16)(odd, tens), weights);
    const Wide groups = WIDE(packus_epi32)(evens, odds); // of each number three groups of digits and the exponent, in order
    const Wide halves = WIDE(madd_epi16)(groups, EVERY_8(10000 | 1ll << 16 | 1ll << 32));
    const Wide significand = WIDE(add_epi64)(WIDE(mul_epu32)(halves, EVERY_8(10000)), WIDE(srli_epi64)(halves, 32));
    store(out + i, quotients(significand, WIDE(srli_epi64)(groups, 48), form, signs >> i));
  }
  const Wide between = EVERY_16(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0);
  return isWithin(largest, limit) && haveNone(any, between);
}
