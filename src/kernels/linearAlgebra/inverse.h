// The inverse of a symmetric positive definite matrix from its Cholesky factor, for n a multiple of four.
#pragma once
#include "vectors.h"

#define COLUMNS 64 // of the factor's inverse that are finished together

// Row j of `turned` becomes column j of L^-1; what stands before the diagonal becomes 0.
static void invertFactor(const double *lower, double *turned, int n) {
  __builtin_memset(turned, 0, (unsigned long)n * (unsigned long)n * 8);
  for (int start = 0; start < n; start += COLUMNS) {
    const int end = start + COLUMNS < n ? start + COLUMNS : n;
    for (int j = 0; j < start; j += 2)
      for (int i = start; i < end; i += 4) {
        double block[4][2];
        dotBlock(lower + (long)i * n + j, turned + (long)j * n + j, n, start - j, block);
        for (int r = 0; r < 4; r++)
          for (int c = 0; c < 2; c++) turned[(long)(j + c) * n + i + r] = block[r][c];
      }
    for (int j = 0; j < end; j++) {
      double *row = turned + (long)j * n;
      const int first = j < start ? start : j;
      for (int i = first; i < end; i++) {
        const double *factor = lower + (long)i * n;
        row[i] = i == j ? 1 / factor[i] : -(row[i] + dotRows(factor + first, row + first, i - first)) / factor[i];
      }
    }
  }
}

// The lower triangle of (L L^T)^-1 from what `invertFactor` wrote. A few entries above the diagonal are written too.
static void multiplyInverses(const double *turned, double *inverse, int n) {
  for (int i = 0; i < n; i += 4)
    for (int j = 0; j < i + 4; j += 2) {
      double block[4][2];
      dotBlock(turned + (long)i * n + i, turned + (long)j * n + i, n, n - i, block);
      for (int r = 0; r < 4; r++)
        for (int c = 0; c < 2; c++) inverse[(long)(i + r) * n + j + c] = block[r][c];
    }
}
