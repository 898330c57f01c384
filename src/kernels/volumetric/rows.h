// LANES rows -> the same numbers side by side, and each row's sum.
#pragma once
#include "reader.h"

#if WIDTH == 2
// Two numbers of every row at a time, since that is what a vector holds.
INLINE void sumRows(const double *const *row, int n, double *to, double *total, double *least, double *most) {
  Pair sum[LANES], low = {__builtin_inf(), __builtin_inf()}, high = -low;
  for (int r = 0; r < LANES; r++) sum[r] = (Pair){0, 0};
  for (int x = 0; x + 1 < n; x += 2, to += 2 * LANES) {
    Pair pair[LANES];
    for (int r = 0; r < LANES; r++) sum[r] += pair[r] = loadPair(row[r] + x);
    for (int r = 0; r < LANES; r += 2) {
      storePair(to + r, __builtin_shufflevector(pair[r], pair[r + 1], 0, 2));
      storePair(to + LANES + r, __builtin_shufflevector(pair[r], pair[r + 1], 1, 3));
    }
    low = smaller(low, smaller(smaller(pair[0], pair[1]), smaller(pair[2], pair[3])));
    high = larger(high, larger(larger(pair[0], pair[1]), larger(pair[2], pair[3])));
  }
  for (int r = 0; n % 2 && r < LANES; r++) {
    const double last = to[r] = row[r][n - 1];
    sum[r] += (Pair){last, 0};
    low = smaller(low, (Pair){last, last});
    high = larger(high, (Pair){last, last});
  }
  for (int r = 0; r < LANES; r++) total[r] = sum[r][0] + sum[r][1];
  *least = low[0] < low[1] ? low[0] : low[1];
  *most = high[0] > high[1] ? high[0] : high[1];
}
#else
// A square of numbers at a time; in its vectors then stand the rows.
INLINE void sumRows(const double *const *row, int n, double *to, double *total, double *least, double *most) {
  Doubles sums[2] = {splat(0), splat(0)}, low = splat(__builtin_inf()), high = -low;
  int x = 0;
  for (; x + WIDTH <= n; x += WIDTH) {
    Doubles square[WIDTH];
    transpose(row, x, square);
    for (int i = 0; i < WIDTH; i++, to += LANES) {
      store(to, square[i]);
      sums[i % 2] += square[i];
      low = smaller(low, square[i]);
      high = larger(high, square[i]);
    }
  }
  for (; x < n; x++, to += LANES) {
    for (int r = 0; r < LANES; r++) to[r] = row[r][x];
    const Doubles column = load(to);
    sums[x % 2] += column;
    low = smaller(low, column);
    high = larger(high, column);
  }
  store(total, sums[0] + sums[1]);
  *least = low[0];
  *most = high[0];
  for (int r = 1; r < LANES; r++) {
    if (low[r] < *least) *least = low[r];
    if (high[r] > *most) *most = high[r];
  }
}
#endif
