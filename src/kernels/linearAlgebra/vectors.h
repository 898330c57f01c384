// Numbers side by side, and tiles of matrix products. Each number's sum is taken term by term in the order of k,
// whatever the width of the processor's registers, and no product is fused with a sum: all widths give the same bits.
#pragma once

#define EXPORT __attribute__((visibility("default")))
#define INLINE static inline __attribute__((always_inline))

typedef __INT64_TYPE__ i64;

#ifdef WIDTH
#define LANES WIDTH
#else
#define LANES 2
#endif
#define STRIP 16                     // columns that are stored together, row by row
#define ACROSS (2 * LANES)           // columns of a tile
#define DOWN (LANES == 8 ? 8 : 4)    // rows of a tile: as many sums as registers hold
#define WHOLE 8                      // sums that a long product is split into

typedef double Vector __attribute__((vector_size(8 * LANES)));
typedef double UnalignedVector __attribute__((vector_size(8 * LANES), aligned(8)));
typedef i64 Whole __attribute__((vector_size(8 * LANES)));

INLINE Vector load(const double *from) { return *(const UnalignedVector *)from; }
INLINE void store(double *to, Vector value) { *(UnalignedVector *)to = value; }
INLINE Vector spread(double value) { return value - (Vector){0}; }

// to[r][c] += (or -=) sum over k of a[r rowStep + k step] b[k STRIP + c]
INLINE void addTile(int isMinus, const double *a, i64 rowStep, i64 step, const double *b, int count, double *to, i64 stride) {
  Vector sums[DOWN][2];
  for (int r = 0; r < DOWN; r++) {
    sums[r][0] = load(to + r * stride);
    sums[r][1] = load(to + r * stride + LANES);
  }
  for (int k = 0; k < count; k++) {
    const Vector x = load(b), y = load(b + LANES);
    for (int r = 0; r < DOWN; r++) {
      const Vector factor = spread(a[r * rowStep]);
      sums[r][0] = isMinus ? sums[r][0] - factor * x : sums[r][0] + factor * x;
      sums[r][1] = isMinus ? sums[r][1] - factor * y : sums[r][1] + factor * y;
    }
    a += step;
    b += STRIP;
  }
  for (int r = 0; r < DOWN; r++) {
    store(to + r * stride, sums[r][0]);
    store(to + r * stride + LANES, sums[r][1]);
  }
}

// row -= sum over k of factors[k] strip[k], all of a strip's width, then row /= divisor; `strip` ends before `row`
INLINE void solveRow(const double *factors, const double *strip, int count, double divisor, double *row) {
  Vector sums[STRIP / LANES];
  for (int v = 0; v < STRIP / LANES; v++) sums[v] = load(row + v * LANES);
  for (int k = 0; k < count; k++) {
    const Vector factor = spread(factors[k]);
    for (int v = 0; v < STRIP / LANES; v++) sums[v] -= factor * load(strip + k * STRIP + v * LANES);
  }
  for (int v = 0; v < STRIP / LANES; v++) store(row + v * LANES, sums[v] / spread(divisor));
}

INLINE double addParts(const Vector *sums) {
  double parts[WHOLE];
  for (int v = 0; v < WHOLE / LANES; v++) store(parts + v * LANES, sums[v]);
  return ((parts[0] + parts[4]) + (parts[2] + parts[6])) + ((parts[1] + parts[5]) + (parts[3] + parts[7]));
}

static double dotRows(const double *a, const double *b, int count) {
  Vector sums[WHOLE / LANES];
  for (int v = 0; v < WHOLE / LANES; v++) sums[v] = spread(0);
  int k = 0;
  for (; k + WHOLE <= count; k += WHOLE)
    for (int v = 0; v < WHOLE / LANES; v++) sums[v] += load(a + k + v * LANES) * load(b + k + v * LANES);
  double sum = addParts(sums);
  for (; k < count; k++) sum += a[k] * b[k];
  return sum;
}
