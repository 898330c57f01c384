// Average kernels of surroundings: products of all vectors of some materials with those of others, one pair of species
// after the other. See core/learning/kernelRidge/soapKernelMatrix.ts, whose sums have the same order.
#pragma once
#include "pairs.h"

// local[rows of left][columns of right] += the products in `products`, [padded rows][stride], at the places of a block.
static void addAtPlaces(const double *products, int stride, const int *left, int rows, const int *right, int columns, double *local, int width) {
  for (int i = 0; i < rows; i++) {
    double *to = local + (i64)left[i] * width;
    const double *from = products + (i64)i * stride;
    for (int j = 0; j < columns; j++) to[right[j]] += from[j];
  }
}

static void raiseLocal(double *local, i64 count, int zeta) {
  if (zeta == 1) return;
  for (i64 at = 0; at < count; at++) {
    const double c = local[at], square = c * c;
    double power = zeta & 1 ? c : 1;
    if (zeta == 2) power = square;
    else if (zeta == 4) power = square * square;
    else for (int k = zeta / 2; k > 0; k--) power *= square;
    local[at] = power;
  }
}

// means[i][j]: of local similarities weighted by both sides' centres, over the products of all weights. `starts`: the
// first row of each material, and one more.
static void meanLocal(const double *local, int width, const double *left, const int *leftStarts, int rows, const double *right, const int *rightStarts, int columns, double *means) {
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < columns; j++) {
      double sum = 0, all = 0, other = 0;
      for (int c = rightStarts[j]; c < rightStarts[j + 1]; c++) other += right[c];
      for (int r = leftStarts[i]; r < leftStarts[i + 1]; r++) {
        const double *row = local + (i64)r * width;
        double part = 0;
        for (int c = rightStarts[j]; c < rightStarts[j + 1]; c++) part += right[c] * row[c];
        sum += left[r] * part;
        all += left[r];
      }
      means[(i64)i * columns + j] = sum / (all * other);
    }
}
