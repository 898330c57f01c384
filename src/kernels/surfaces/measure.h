// Area of the surface, and the share of the cell that it encloses, by the divergence theorem on the field (x, 0, 0) of
// fractional coordinates: of the cell's faces only that at x = 1 adds to it.
#pragma once
#include "mesh.h"

/**
 * The enclosed share of a square whose corners have these values, in cyclic order; two enclosed corners across are
 * apart, as in the mesh.
 */
static double squareShare(const float *value) {
  double t[4], share = 0;
  int inside[4], count = 0;
  for (int i = 0; i < 4; i++) {
    inside[i] = self->negative ? value[i] < self->level : value[i] > self->level;
    count += inside[i];
    t[i] = ((double)self->level - value[i]) / ((double)value[(i + 1) % 4] - value[i]); // from corner i on
  }
  if (count == 0 || count == 4) return count / 4;
  const int across = count == 2 && inside[0] == inside[2];
  for (int i = 0; i < 4; i++) {
    const int before = (i + 3) % 4, after = (i + 1) % 4;
    if ((count == 1 || across) && inside[i]) share += t[i] * (1 - t[before]) / 2;
    if (count == 3 && !inside[i]) share = 1 - t[i] * (1 - t[before]) / 2;
    if (count == 2 && !across && inside[i] && inside[after]) share = ((1 - t[before]) + t[after]) / 2;
  }
  return share;
}

static double faceShare(void) {
  double sum = 0;
  for (int z = 0; z < self->n[2]; z++)
    for (int y = 0; y < self->n[1]; y++) {
      const float corners[4] = {self->grid[placeOf(0, y, z)], self->grid[placeOf(0, y + 1, z)], self->grid[placeOf(0, y + 1, z + 1)],
                                self->grid[placeOf(0, y, z + 1)]};
      sum += squareShare(corners);
    }
  return sum / ((double)self->n[1] * self->n[2]);
}

INLINE double dot3(const double *a, const double *b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

/**
 * `toX`: with which a Cartesian point gives its fractional x; `a`: the first vector of the cell; volume: of the cell,
 * Å^3.
 */
APART static void measureMesh(const double *toX, const double *a, double volume) {
  double area = 0, flux = 0;
  for (i64 i = 0; i < (i64)self->report.surfaceIndices; i += 3) {
    const float *p = self->positions + 3 * (i64)self->indices[i], *q = self->positions + 3 * (i64)self->indices[i + 1],
                *r = self->positions + 3 * (i64)self->indices[i + 2];
    const double u[3] = {(double)q[0] - p[0], (double)q[1] - p[1], (double)q[2] - p[2]};
    const double v[3] = {(double)r[0] - p[0], (double)r[1] - p[1], (double)r[2] - p[2]};
    const double n[3] = {u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]};
    const double middle[3] = {((double)p[0] + q[0] + r[0]) / 3, ((double)p[1] + q[1] + r[1]) / 3, ((double)p[2] + q[2] + r[2]) / 3};
    area += __builtin_sqrt(dot3(n, n));
    flux += dot3(n, a) * dot3(middle, toX); // of the field x a, whose divergence is 1, and which leaves the cell through that face alone
  }
  self->report.area = area / 2;
  self->report.volume = flux / 2 / volume + faceShare();
}
