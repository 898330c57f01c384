// The inverse of a symmetric positive definite matrix from its Cholesky factor, for n a multiple of STRIP.
#pragma once
#include "factor.h"

#define DEPTH 128 // rows of two strips that stay near while their products are summed

// Columns of L^-1 in strips: `strips` is [n / STRIP][n][STRIP].
static void invertFactor(const double *lower, int n, double *strips) {
  __builtin_memset(strips, 0, (unsigned long)n * (unsigned long)n * 8);
  for (int start = 0; start < n; start += PANEL) {
    const int end = start + PANEL < n ? start + PANEL : n;
    for (int first = 0; first < end; first += STRIP) {
      double *strip = strips + (i64)first * n;
      for (int i = start; first < start && i < end; i += DOWN)
        for (int c = 0; c < STRIP; c += ACROSS)
          addTile(1, lower + (i64)i * n + first, n, 1, strip + first * STRIP + c, start - first, strip + i * STRIP + c, STRIP);
      const int from = first > start ? first : start;
      for (int i = from; i < end; i++) {
        const double *row = lower + (i64)i * n;
        if (i < first + STRIP) strip[i * STRIP + i - first] = 1;
        solveRow(row + from, strip + from * STRIP, i - from, row[i], strip + i * STRIP);
      }
    }
  }
}

// The lower triangle of (L L^T)^-1 from what `invertFactor` wrote. Some entries above the diagonal are written too.
static void multiplyInverses(const double *strips, int n, double *inverse) {
  for (int i = 0; i < n; i += STRIP)
    for (int j = 0; j <= i; j += STRIP) {
      for (int r = 0; r < STRIP; r++)
        for (int c = 0; c < STRIP; c++) inverse[(i64)(i + r) * n + j + c] = 0;
      for (int k = i; k < n; k += DEPTH) {
        const int count = n - k < DEPTH ? n - k : DEPTH;
        const double *a = strips + (i64)i * n + k * STRIP, *b = strips + (i64)j * n + k * STRIP;
        for (int r = 0; r < STRIP; r += DOWN)
          for (int c = 0; c < STRIP; c += ACROSS)
            addTile(0, a + r, 1, STRIP, b + c, count, inverse + (i64)(i + r) * n + j + c, n);
      }
    }
}
