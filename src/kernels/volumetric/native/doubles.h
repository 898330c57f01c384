// What the sums' vectors take from a processor; see vector.h.
#pragma once

/** Of each lane. Numbers that are none are found by their sums. */
#if WIDTH == 8
INLINE Doubles smaller(Doubles a, Doubles b) { return (Doubles)_mm512_min_pd((__m512d)a, (__m512d)b); }
INLINE Doubles larger(Doubles a, Doubles b) { return (Doubles)_mm512_max_pd((__m512d)a, (__m512d)b); }
#elif WIDTH == 4
INLINE Doubles smaller(Doubles a, Doubles b) { return (Doubles)_mm256_min_pd((__m256d)a, (__m256d)b); }
INLINE Doubles larger(Doubles a, Doubles b) { return (Doubles)_mm256_max_pd((__m256d)a, (__m256d)b); }
#elif defined(__aarch64__)
INLINE Doubles smaller(Doubles a, Doubles b) { return (Doubles)vminq_f64((float64x2_t)a, (float64x2_t)b); }
INLINE Doubles larger(Doubles a, Doubles b) { return (Doubles)vmaxq_f64((float64x2_t)a, (float64x2_t)b); }
#endif

/** WIDTH numbers of WIDTH rows, from `x` on -> the rows side by side. */
#if WIDTH == 8
INLINE void transpose(const double *const *row, int x, Doubles *square) {
  // two half rows a vector, so that half of the moving is done by the loads
  __m512d half[2][4];
  for (int h = 0; h < 2; h++)
    for (int r = 0; r < 4; r++)
      half[h][r] = _mm512_insertf64x4(_mm512_castpd256_pd512(_mm256_loadu_pd(row[r] + x + 4 * h)), _mm256_loadu_pd(row[r + 4] + x + 4 * h), 1);
  for (int h = 0; h < 2; h++) {
    const __m512d a = _mm512_unpacklo_pd(half[h][0], half[h][1]), b = _mm512_unpackhi_pd(half[h][0], half[h][1]);
    const __m512d c = _mm512_unpacklo_pd(half[h][2], half[h][3]), d = _mm512_unpackhi_pd(half[h][2], half[h][3]);
    const __m512i first = _mm512_set_epi64(13, 12, 5, 4, 9, 8, 1, 0), second = _mm512_set_epi64(15, 14, 7, 6, 11, 10, 3, 2);
    square[4 * h] = (Doubles)_mm512_permutex2var_pd(a, first, c);
    square[4 * h + 1] = (Doubles)_mm512_permutex2var_pd(b, first, d);
    square[4 * h + 2] = (Doubles)_mm512_permutex2var_pd(a, second, c);
    square[4 * h + 3] = (Doubles)_mm512_permutex2var_pd(b, second, d);
  }
}
#elif WIDTH == 4
INLINE void transpose(const double *const *row, int x, Doubles *square) {
  __m256d half[2][2];
  for (int h = 0; h < 2; h++)
    for (int r = 0; r < 2; r++)
      half[h][r] = _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd(row[r] + x + 2 * h)), _mm_loadu_pd(row[r + 2] + x + 2 * h), 1);
  for (int h = 0; h < 2; h++) {
    square[2 * h] = (Doubles)_mm256_unpacklo_pd(half[h][0], half[h][1]);
    square[2 * h + 1] = (Doubles)_mm256_unpackhi_pd(half[h][0], half[h][1]);
  }
}
#endif
