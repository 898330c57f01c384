// The Cholesky factor of a symmetric positive definite matrix in doubles, in panels of columns. See
// core/math/cholesky.ts.

#include "likelihood.h"
#include "vectors.h"

#define PANEL 64 // columns that are finished before the rest of the matrix takes them in

// Finishes the columns start..end, from which all earlier ones have been subtracted; 0 where a pivot is not positive.
static int factorPanel(double *lower, int n, int start, int end) {
  for (int j = start; j < end; j++) {
    double *pivotRow = lower + (long)j * n;
    const double pivot = pivotRow[j] - dotRows(pivotRow + start, pivotRow + start, j - start);
    if (!(pivot > 0)) return 0;
    const double root = __builtin_sqrt(pivot);
    pivotRow[j] = root;
    for (int i = j + 1; i < n; i++) {
      double *row = lower + (long)i * n;
      row[j] = (row[j] - dotRows(row + start, pivotRow + start, j - start)) / root;
    }
  }
  return 1;
}

// Subtracts the products of four rows with two others, over a whole panel.
static void subtractBlock(double *lower, int n, int start, int i, int j) {
  const double *a = lower + (long)i * n + start, *b = a + n, *c = b + n, *d = c + n;
  const double *e = lower + (long)j * n + start, *f = e + n;
  Two ae = {0, 0}, af = ae, be = ae, bf = ae, ce = ae, cf = ae, de = ae, df = ae;
  for (int k = 0; k < PANEL; k += 2) {
    const Two x = load(e + k), y = load(f + k);
    const Two p = load(a + k), q = load(b + k), r = load(c + k), s = load(d + k);
    ae += p * x;
    af += p * y;
    be += q * x;
    bf += q * y;
    ce += r * x;
    cf += r * y;
    de += s * x;
    df += s * y;
  }
  double *to = lower + (long)i * n + j;
  to[0] -= sumOf(ae);
  to[1] -= sumOf(af);
  to += n;
  to[0] -= sumOf(be);
  to[1] -= sumOf(bf);
  to += n;
  to[0] -= sumOf(ce);
  to[1] -= sumOf(cf);
  to += n;
  to[0] -= sumOf(de);
  to[1] -= sumOf(df);
}

// Subtracts L_panel L_panel^T from what lies to the right of a whole panel. Some entries above the diagonal change too;
// they mean nothing.
static void subtractPanel(double *lower, int n, int start, int end) {
  int i = end;
  for (; i + 4 <= n; i += 4)
    for (int j = end; j < i + 4; j += 2) subtractBlock(lower, n, start, i, j);
  for (; i < n; i++)
    for (int j = end; j <= i; j++) lower[(long)i * n + j] -= dotRows(lower + (long)i * n + start, lower + (long)j * n + start, PANEL);
}

// Replaces the lower triangle of an n x n matrix, row-major, by its factor; returns 0 where it is not positive
// definite.
EXPORT int factorCholesky(double *lower, int n) {
  for (int start = 0; start < n; start += PANEL) {
    const int end = start + PANEL < n ? start + PANEL : n;
    if (!factorPanel(lower, n, start, end)) return 0;
    if (end < n) subtractPanel(lower, n, start, end);
  }
  return 1;
}

// The diagonal of the inverse, from the factor; `column` is room for n numbers.
EXPORT void inverseDiagonal(const double *lower, int n, double *column, double *diagonal) {
  for (int j = 0; j < n; j++) {
    column[j] = 1 / lower[(long)j * n + j];
    double sum = column[j] * column[j];
    for (int i = j + 1; i < n; i++) {
      const double *row = lower + (long)i * n;
      column[i] = -dotRows(row + j, column + j, i - j) / row[i];
      sum += column[i] * column[i];
    }
    diagonal[j] = sum;
  }
}
