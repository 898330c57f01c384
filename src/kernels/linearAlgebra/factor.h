// The Cholesky factor of a symmetric positive definite matrix, for n a multiple of STRIP, in panels of columns.
#pragma once
#include "vectors.h"

#define PANEL 64 // columns that are finished before the rest of the matrix takes them in

// The square on the diagonal of a panel; 0 where a pivot is not positive.
static int factorSquare(double *square, int n, int count) {
  for (int j = 0; j < count; j++) {
    double *pivotRow = square + (i64)j * n;
    const double pivot = pivotRow[j] - dotRows(pivotRow, pivotRow, j);
    if (!(pivot > 0)) return 0;
    const double root = __builtin_sqrt(pivot);
    pivotRow[j] = root;
    for (int i = j + 1; i < count; i++) {
      double *row = square + (i64)i * n;
      row[j] = (row[j] - dotRows(row, pivotRow, j)) / root;
    }
  }
  return 1;
}

// The rows below the square, STRIP of them at a time, transposed: they are kept in `strips` for `subtractPanel`.
static void solvePanel(double *lower, int n, int start, int end, double *strips) {
  const int count = end - start;
  for (int first = end; first < n; first += STRIP) {
    double *strip = strips + (i64)first * PANEL;
    for (int r = 0; r < STRIP; r++)
      for (int k = 0; k < count; k++) strip[k * STRIP + r] = lower[(i64)(first + r) * n + start + k];
    for (int k = 0; k < count; k++) {
      const double *factors = lower + (i64)(start + k) * n + start;
      solveRow(factors, strip, k, factors[k], strip + k * STRIP);
    }
    for (int r = 0; r < STRIP; r++)
      for (int k = 0; k < count; k++) lower[(i64)(first + r) * n + start + k] = strip[k * STRIP + r];
  }
}

// Subtracts L_panel L_panel^T from what lies to the right of a panel. Some entries above the diagonal change too; they
// mean nothing.
static void subtractPanel(double *lower, int n, int end, int count, const double *strips) {
  for (int j = end; j < n; j += STRIP)
    for (int i = j; i < n; i += DOWN) {
      const double *a = strips + (i64)(i / STRIP * STRIP) * PANEL + i % STRIP, *b = strips + (i64)j * PANEL;
      for (int c = 0; c < STRIP; c += ACROSS) addTile(1, a, 1, STRIP, b + c, count, lower + (i64)i * n + j + c, n);
    }
}

// Replaces the lower triangle, row-major, by its factor; 0 where it is not positive definite. `strips`: room for n
// PANEL numbers.
static int factorMatrix(double *lower, int n, double *strips) {
  for (int start = 0; start < n; start += PANEL) {
    const int end = start + PANEL < n ? start + PANEL : n;
    if (!factorSquare(lower + (i64)start * n + start, n, end - start)) return 0;
    solvePanel(lower, n, start, end, strips);
    subtractPanel(lower, n, end, end - start, strips);
  }
  return 1;
}
