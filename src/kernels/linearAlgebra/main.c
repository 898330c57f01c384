// Factors, likelihoods and pairs of rows in doubles. See core/math/cholesky.ts,
// core/learning/gaussianProcess/likelihood.ts and core/learning/kernelRidge/featureMatrix.ts.
#include "likelihood.h"
#include "surroundings.h"

// Replaces the lower triangle of a matrix, row-major, by its factor; returns 0 where it is not positive definite. n is
// a multiple of STRIP; `room`: for 64 n numbers.
EXPORT int factorCholesky(double *lower, int n, double *room) { return factorMatrix(lower, n, room); }

// The diagonal of the inverse, from the factor; `column` is room for n numbers.
EXPORT void inverseDiagonal(const double *lower, int n, double *column, double *diagonal) {
  for (int j = 0; j < n; j++) {
    column[j] = 1 / lower[(i64)j * n + j];
    double sum = column[j] * column[j];
    for (int i = j + 1; i < n; i++) {
      const double *row = lower + (i64)i * n;
      column[i] = -dotRows(row + j, column + j, i - j) / row[i];
      sum += column[i] * column[i];
    }
    diagonal[j] = sum;
  }
}

// out[i][j] of the rows of `a` and `b`, whose counts are multiples of STRIP: bias + products, or squared distances.
// `room`: for width STRIP numbers.
EXPORT void comparePairs(int kind, const double *a, int rowsA, const double *b, int rowsB, int width, double bias, double *room, double *out) {
  pairRows(kind, a, rowsA, b, rowsB, width, bias, room, out);
}

// Adds the products of two blocks of vectors, as `comparePairs` makes them in `products`, at their places.
EXPORT void addSurroundings(const double *a, int paddedA, const double *b, int paddedB, int width, double *room, double *products, const int *left, int rows, const int *right, int columns, double *local, int stride) {
  pairRows(PRODUCTS, a, paddedA, b, paddedB, width, 0, room, products);
  addAtPlaces(products, paddedB, left, rows, right, columns, local, stride);
}

// The means of the powers of what `addSurroundings` summed; `local` is overwritten.
EXPORT void meanSurroundings(double *local, int height, int stride, int zeta, const double *left, const int *leftStarts, int rows, const double *right, const int *rightStarts, int columns, double *means) {
  raiseLocal(local, (i64)height * stride, zeta);
  meanLocal(local, stride, left, leftStarts, rows, right, rightStarts, columns, means);
}
