// A periodic grid of values -> isosurfaces, planes of values, values at points, means over planes, and its Hartree
// energy.
#include "faces.h"
#include "measure.h"
#include "sample.h"
#include "fourier.h"

EXPORT double *reportAt(void) { return &self->report.vertices; }
EXPORT float *gridAt(void) { return self->grid; }
EXPORT u8 *tableAt(void) { return self->table[0]; }
EXPORT float *latticeAt(void) { return self->lattice[0]; }
EXPORT float *dualAt(void) { return self->dual[0]; }
EXPORT float *positionsAt(void) { return self->positions; }
EXPORT float *normalsAt(void) { return self->normals; }
EXPORT u32 *indicesAt(void) { return self->indices; }
EXPORT double *samplesAt(void) { return self->samples; }

static void prepareAxis(int axis, i64 step) {
  const int n = self->n[axis];
  for (int i = 0; i <= n; i++) {
    self->at[axis][i] = i % n * step;
    self->next[axis][i] = (i + 1) % n * step;
    self->prev[axis][i] = (i + n - 1) % n * step;
  }
}

// Makes room for a grid, which the host then fills, together with latticeAt(), dualAt() and tableAt(), before it calls
// `look`.
EXPORT int reserve(int nx, int ny, int nz) {
  heapRelease(heapStart());
  const int n[3] = {nx, ny, nz};
  for (int axis = 0; axis < 3; axis++) {
    self->n[axis] = n[axis];
    self->at[axis] = take(8 * (u64)(n[axis] + 1));
    self->next[axis] = take(8 * (u64)(n[axis] + 1));
    self->prev[axis] = take(8 * (u64)(n[axis] + 1));
  }
  self->grid = take(4 * ((u64)nx * (u64)ny * (u64)nz + SPARE));
  self->workMark = self->heapTop;
  if (self->heapFailed) return 0;
  for (int i = 0; i < SPARE; i++) self->grid[(i64)nx * ny * nz + i] = 0;
  prepareAxis(0, 1);
  prepareAxis(1, nx);
  prepareAxis(2, (i64)nx * ny);
  return 1;
}

EXPORT void look(void) { lookOver(); }

// Finds the surface at a level and makes room for it; the report tells how large it is.
EXPORT int begin(double level, int negative, int closed) {
  heapRelease(self->workMark);
  self->level = (float)level;
  self->negative = negative;
  self->words = self->n[0] / 64 + 1;
  const u64 entries = (u64)(self->n[1] + 1) * (u64)(self->n[2] + 1) * (u64)self->words;
  self->bits = take(8 * (u64)self->n[1] * (u64)self->n[2] * (u64)self->words);
  self->firstX = take(4 * entries);
  self->firstY = take(4 * entries);
  self->firstZ = take(4 * entries);
  if (self->heapFailed) return 0;
  fillBits();
  const u32 vertices = numberVertices(), indices = 3 * countTriangles();
  self->faces = closed;
  self->capVertices = vertices;
  self->capIndices = indices;
  if (closed && !putFaces(0)) return 0;
  self->positions = take(12 * (u64)self->capVertices);
  self->normals = take(12 * (u64)self->capVertices);
  self->indices = take(4 * (u64)self->capIndices);
  self->report.vertices = self->capVertices;
  self->report.indices = self->capIndices;
  self->report.surfaceIndices = indices;
  self->capVertices = vertices;
  self->capIndices = indices;
  return !self->heapFailed;
}

// Fills the room that `begin` made.
EXPORT int fill(void) {
  putVertices();
  putTriangles();
  return self->faces ? putFaces(1) : 1;
}

EXPORT void measure(double x, double y, double z, double ax, double ay, double az, double volume) {
  const double toX[3] = {x, y, z}, a[3] = {ax, ay, az};
  measureMesh(toX, a, volume);
}

// Room for `count` points, three coordinates each, that the host fills; `sample` puts as many values in front.
EXPORT int reserveSamples(int count) {
  heapRelease(self->workMark);
  self->samples = take(24 * (u64)count);
  return !self->heapFailed;
}

EXPORT void sample(int count) {
  for (i64 i = 0; i < count; i++) {
    const double *p = self->samples + 3 * i;
    self->samples[i] = sampleAt(p[0], p[1], p[2]);
  }
}

// origin + (i u + j v)/size, all fractional, i from 0 to size - 1 and fastest.
EXPORT int samplePlane(int size, double ox, double oy, double oz, double ux, double uy, double uz, double vx, double vy, double vz) {
  heapRelease(self->workMark);
  self->samples = take(8 * (u64)size * (u64)size);
  if (self->heapFailed) return 0;
  for (int j = 0; j < size; j++)
    for (int i = 0; i < size; i++) {
      const double s = (double)i / size, t = (double)j / size;
      self->samples[(i64)j * size + i] = sampleAt(ox + s * ux + t * vx, oy + s * uy + t * vy, oz + s * uz + t * vz);
    }
  return 1;
}

EXPORT int planeMeans(int axis) {
  heapRelease(self->workMark);
  self->samples = take(8 * (u64)self->n[axis]);
  if (self->heapFailed) return 0;
  sumPlanes(axis, self->samples);
  return 1;
}

// Room for the Fourier transform of the grid, and for turnsAt(axis), which the host fills.
EXPORT int beginTransform(void) {
  heapRelease(self->workMark);
  return prepareTransform();
}
EXPORT double *turnsAt(int axis) { return self->turns[axis]; }

// Sums of |n_g|^2/g^2 over g != 0, with |g| up to the cutoff and of the others, in samplesAt(); m: the metric, g^2 = h
// m h.
EXPORT void coulombSums(double cutoff, double m00, double m11, double m22, double m01, double m02, double m12) {
  const double metric[6] = {m00, m11, m22, m01, m02, m12};
  transformGrid();
  sumCoulomb(metric, cutoff, self->samples);
}
