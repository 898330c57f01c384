// Products or squared distances of rows with rows, summed column by column.
#pragma once
#include "vectors.h"

enum { PRODUCTS = 0, DISTANCES = 1 };

INLINE void pairTile(int kind, const double *a, const double *strip, int width, double bias, double *to, i64 stride) {
  Vector sums[DOWN][2];
  for (int r = 0; r < DOWN; r++) sums[r][0] = sums[r][1] = spread(bias);
  for (int c = 0; c < width; c++) {
    const Vector x = load(strip + c * STRIP), y = load(strip + c * STRIP + LANES);
    for (int r = 0; r < DOWN; r++) {
      const Vector own = spread(a[(i64)r * width + c]);
      const Vector p = own - x, q = own - y;
      sums[r][0] += kind == DISTANCES ? p * p : own * x;
      sums[r][1] += kind == DISTANCES ? q * q : own * y;
    }
  }
  for (int r = 0; r < DOWN; r++) {
    store(to + r * stride, sums[r][0]);
    store(to + r * stride + LANES, sums[r][1]);
  }
}

// out[i][j], both counts multiples of STRIP, of rows of `a` and `b`; `strip`: room for width STRIP numbers.
static void pairRows(int kind, const double *a, int rowsA, const double *b, int rowsB, int width, double bias, double *strip, double *out) {
  for (int j = 0; j < rowsB; j += STRIP) {
    for (int r = 0; r < STRIP; r++)
      for (int c = 0; c < width; c++) strip[c * STRIP + r] = b[(i64)(j + r) * width + c];
    for (int i = 0; i < rowsA; i += DOWN)
      for (int c = 0; c < STRIP; c += ACROSS) {
        double *to = out + (i64)i * rowsB + j + c;
        if (kind == DISTANCES) pairTile(DISTANCES, a + (i64)i * width, strip + c, width, bias, to, rowsB);
        else pairTile(PRODUCTS, a + (i64)i * width, strip + c, width, bias, to, rowsB);
      }
  }
}
