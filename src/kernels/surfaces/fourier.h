// The Fourier transform of the grid on any number of points: Stockham's autosort algorithm with a general radix, BATCH
// lines side by side so that they fill vectors. Doubles within a line, floats between axes.
#pragma once
#include "state.h"

#define BATCH 16

static int waveCount(void) { return self->n[0] / 2 + 1; }

static int prepareTransform(void) {
  int longest = 1;
  for (int axis = 0; axis < 3; axis++) {
    self->turns[axis] = take(16 * (u64)self->n[axis]);
    if (self->n[axis] > longest) longest = self->n[axis];
  }
  for (int i = 0; i < 4; i++) self->lines[i] = take(8 * (u64)longest * BATCH);
  self->samples = take(64);
  self->waves = take(8 * (u64)waveCount() * (u64)self->n[1] * (u64)self->n[2]);
  return !self->heapFailed;
}

static int smallestFactor(int n) {
  for (int p = 2; p * p <= n; p++)
    if (n % p == 0) return p == 2 && n % 4 == 0 ? 4 : p;
  return n;
}

/** y[k] += a w^..., for a run of places: one term of a small transform. */
INLINE void addTurned(double *yr, double *yi, const double *xr, const double *xi, double c, double s, i64 count) {
  for (i64 q = 0; q < count; q++) {
    yr[q] += c * xr[q] - s * xi[q];
    yi[q] += c * xi[q] + s * xr[q];
  }
}

INLINE void copyRun(double *to, const double *from, i64 count) {
  for (i64 q = 0; q < count; q++) to[q] = from[q];
}

INLINE void turnRun(double *yr, double *yi, double c, double s, i64 count) {
  for (i64 q = 0; q < count; q++) {
    const double r = yr[q];
    yr[q] = c * r - s * yi[q];
    yi[q] = c * yi[q] + s * r;
  }
}

/** Transforms the lines in lines[0] and lines[1]; the result stands in the pair whose first index is returned. */
APART static int transformLines(int axis) {
  const int points = self->n[axis];
  const double *turns = self->turns[axis];
  int from = 0, n = points;
  for (i64 stride = BATCH; n > 1;) {
    const int p = smallestFactor(n), m = n / p;
    const double *xr = self->lines[from], *xi = self->lines[from + 1];
    double *yr = self->lines[2 - from], *yi = self->lines[3 - from];
    for (int j = 0; j < m; j++)
      for (int k = 0; k < p; k++) {
        const i64 to = stride * ((i64)p * j + k);
        copyRun(yr + to, xr + stride * j, stride);
        copyRun(yi + to, xi + stride * j, stride);
        for (int r = 1; r < p; r++) {
          const int turn = (int)((i64)r * k % p) * (points / p);
          addTurned(yr + to, yi + to, xr + stride * (j + (i64)m * r), xi + stride * (j + (i64)m * r), turns[2 * turn], turns[2 * turn + 1], stride);
        }
        const i64 twiddle = (i64)j * k % n * (points / n);
        if (twiddle) turnRun(yr + to, yi + to, turns[2 * twiddle], turns[2 * twiddle + 1], stride);
      }
    n = m;
    stride *= p;
    from = 2 - from;
  }
  return from;
}

/** Rows along x, two real ones as one complex. */
APART static void transformX(void) {
  const int nx = self->n[0], half = waveCount();
  const i64 rows = (i64)self->n[1] * self->n[2];
  for (i64 first = 0; first < rows; first += 2 * BATCH) {
    for (int b = 0; b < BATCH; b++) {
      const i64 one = first + 2 * b, other = one + 1;
      for (int x = 0; x < nx; x++) {
        self->lines[0][(i64)x * BATCH + b] = one < rows ? self->grid[one * nx + x] : 0;
        self->lines[1][(i64)x * BATCH + b] = other < rows ? self->grid[other * nx + x] : 0;
      }
    }
    const int at = transformLines(0);
    const double *re = self->lines[at], *im = self->lines[at + 1];
    for (int b = 0; b < BATCH; b++)
      for (int k = 0; k < 2 && first + 2 * b + k < rows; k++) {
        float *to = self->waves + 2 * (first + 2 * b + k) * half;
        for (int h = 0; h < half; h++) {
          const i64 plus = (i64)h * BATCH + b, minus = (i64)(h == 0 ? 0 : nx - h) * BATCH + b;
          to[2 * h] = (float)((k == 0 ? re[plus] + re[minus] : im[plus] + im[minus]) / 2);
          to[2 * h + 1] = (float)((k == 0 ? im[plus] - im[minus] : re[minus] - re[plus]) / 2);
        }
      }
  }
}

/** Columns of `count` waves, `step` waves apart, BATCH neighbours at a time. */
static void transformColumns(int axis, float *start, int neighbours, i64 step) {
  const int count = self->n[axis];
  for (int first = 0; first < neighbours; first += BATCH) {
    const int width = neighbours - first < BATCH ? neighbours - first : BATCH;
    for (int i = 0; i < count; i++)
      for (int b = 0; b < width; b++) {
        self->lines[0][(i64)i * BATCH + b] = start[2 * (i * step + first + b)];
        self->lines[1][(i64)i * BATCH + b] = start[2 * (i * step + first + b) + 1];
      }
    const int at = transformLines(axis);
    for (int i = 0; i < count; i++)
      for (int b = 0; b < width; b++) {
        start[2 * (i * step + first + b)] = (float)self->lines[at][(i64)i * BATCH + b];
        start[2 * (i * step + first + b) + 1] = (float)self->lines[at + 1][(i64)i * BATCH + b];
      }
  }
}

static void transformGrid(void) {
  const int half = waveCount();
  for (int i = 0; i < 4; i++) // the last batch of columns leaves some untouched
    for (i64 k = 0; k < (i64)BATCH; k++) self->lines[i][k] = 0;
  transformX();
  const i64 plane = (i64)self->n[1] * half;
  for (int z = 0; z < self->n[2]; z++) transformColumns(1, self->waves + 2 * z * plane, half, half);
  for (int y = 0; y < self->n[1]; y++) transformColumns(2, self->waves + 2 * (i64)y * half, half, plane);
}

INLINE int signedIndex(int i, int n) { return 2 * i > n ? i - n : i; }

/** Sums of |n_g|^2/g^2 within the cutoff and beyond it; the wave of the smaller half stands for two. */
static void sumCoulomb(const double *metric, double cutoff, double *sums) {
  const int nx = self->n[0], ny = self->n[1], nz = self->n[2], half = waveCount();
  const double points = (double)nx * ny * nz, limit = cutoff * cutoff * (1 + 2e-9);
  sums[0] = sums[1] = 0;
  for (int z = 0; z < nz; z++)
    for (int y = 0; y < ny; y++) {
      const double k = signedIndex(y, ny), l = signedIndex(z, nz);
      const float *row = self->waves + 2 * ((i64)z * ny + y) * half;
      double within = 0, beyond = 0;
      for (int h = 0; h < half; h++) {
        const double square = metric[0] * h * h + metric[1] * k * k + metric[2] * l * l +
                              2 * (metric[3] * h * k + metric[4] * h * l + metric[5] * k * l);
        if (square <= 0) continue;
        const double re = row[2 * h] / points, im = row[2 * h + 1] / points;
        const double term = (h == 0 || 2 * h == nx ? 1 : 2) * (re * re + im * im) / square;
        if (square <= limit) within += term;
        else beyond += term;
      }
      sums[0] += within;
      sums[1] += beyond;
    }
}
