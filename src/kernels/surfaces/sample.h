// Values between the points of the grid: Catmull-Rom's cubic through four points an axis, within the extremes of the
// grid; sums over planes.
#pragma once
#include "state.h"

INLINE void cubicWeights(double t, double *w) {
  w[0] = ((-t + 2) * t - 1) * t / 2;
  w[1] = ((3 * t - 5) * t * t + 2) / 2;
  w[2] = ((-3 * t + 4) * t + 1) * t / 2;
  w[3] = (t - 1) * t * t / 2;
}

/**
 * The four points around a fractional coordinate of any size, from the one before the last below it, and their weights.
 */
INLINE void cubicPoints(double x, int axis, i64 *at, double *weights) {
  const int n = self->n[axis];
  const double place = (x - __builtin_floor(x)) * n;
  int below = (int)place;
  cubicWeights(place - below, weights);
  if (below >= n) below -= n;
  for (int i = 0; i < 4; i++) {
    const int point = (below - 1 + i) % n;
    at[i] = self->at[axis][point < 0 ? point + n : point];
  }
}

static double sampleAt(double x, double y, double z) {
  i64 ax[4], ay[4], az[4];
  double wx[4], wy[4], wz[4], sum = 0;
  cubicPoints(x, 0, ax, wx);
  cubicPoints(y, 1, ay, wy);
  cubicPoints(z, 2, az, wz);
  for (int k = 0; k < 4; k++)
    for (int j = 0; j < 4; j++) {
      const float *row = self->grid + az[k] + ay[j];
      sum += wz[k] * wy[j] * (wx[0] * row[ax[0]] + wx[1] * row[ax[1]] + wx[2] * row[ax[2]] + wx[3] * row[ax[3]]);
    }
  if (sum < self->report.minimum) return self->report.minimum;
  return sum > self->report.maximum ? self->report.maximum : sum;
}

/** Extremes and sum of the grid. */
APART static void lookOver(void) {
  double least = __builtin_inf(), most = -__builtin_inf(), sum = 0;
  for (i64 row = 0; row < (i64)self->n[1] * self->n[2]; row++) {
    const float *p = self->grid + row * self->n[0];
    float low = p[0], high = p[0];
    double total = 0;
    for (int x = 0; x < self->n[0]; x++) {
      low = p[x] < low ? p[x] : low;
      high = p[x] > high ? p[x] : high;
      total += p[x];
    }
    least = low < least ? low : least;
    most = high > most ? high : most;
    sum += total;
  }
  self->report.minimum = least;
  self->report.maximum = most;
  self->report.sum = sum;
}

/** The mean over each plane of points across an axis. */
APART static void sumPlanes(int axis, double *to) {
  const int nx = self->n[0], ny = self->n[1], nz = self->n[2];
  for (int i = 0; i < self->n[axis]; i++) to[i] = 0;
  for (int z = 0; z < nz; z++)
    for (int y = 0; y < ny; y++) {
      const float *row = self->grid + ((i64)z * ny + y) * nx;
      double total = 0;
      for (int x = 0; x < nx; x++) {
        if (axis == 0) to[x] += row[x];
        else total += row[x];
      }
      if (axis == 1) to[y] += total;
      if (axis == 2) to[z] += total;
    }
  const double points = (double)nx * ny * nz / self->n[axis];
  for (int i = 0; i < self->n[axis]; i++) to[i] /= points;
}
