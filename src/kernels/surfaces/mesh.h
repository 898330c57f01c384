// Marching cubes on a periodic grid, over the cell [0, 1]^3: the layer of points at 1 is that at 0. Edges that cross
// the level are found as bits, so that only those are visited, and a vertex's number follows from counting bits.
#pragma once
#include "bits.h"

typedef struct {
  float x, y, z;
} Point;

/** Numbers all vertices: row by row, those on edges along x, then along y, then along z. */
APART static u32 numberVertices(void) {
  const int ny = self->n[1], nz = self->n[2], words = self->words;
  u32 count = 0;
  for (int z = 0; z <= nz; z++)
    for (int y = 0; y <= ny; y++) {
      const u64 *row = bitsOf(y, z), *nextY = bitsOf(y < ny ? y + 1 : y, z), *nextZ = bitsOf(y, z < nz ? z + 1 : z);
      const i64 at = wordsAt(y, z);
      for (int w = 0; w < words; w++) {
        self->firstX[at + w] = count;
        count += (u32)count64(crossingsX(row, w));
      }
      for (int w = 0; w < words; w++) {
        self->firstY[at + w] = count;
        count += (u32)count64(crossings(row, nextY, w));
      }
      for (int w = 0; w < words; w++) {
        self->firstZ[at + w] = count;
        count += (u32)count64(crossings(row, nextZ, w));
      }
    }
  return count;
}

/** The four rows of bits at a row of cells, one word of each, and the same one point further. */
typedef struct {
  u64 at[4], next[4], active;
} CellWords;

INLINE CellWords cellWords(int y, int z, int w) {
  const u64 *rows[4] = {bitsOf(y, z), bitsOf(y + 1, z), bitsOf(y, z + 1), bitsOf(y + 1, z + 1)};
  CellWords cells;
  u64 any = 0, all = ~0ull;
  for (int r = 0; r < 4; r++) {
    cells.at[r] = rows[r][w];
    cells.next[r] = shifted(rows[r], w);
    any |= cells.at[r] | cells.next[r];
    all &= cells.at[r] & cells.next[r];
  }
  cells.active = any & ~all & before(self->n[0], w);
  return cells;
}

INLINE int caseAt(const CellWords *cells, int x) {
  int code = 0;
  for (int r = 0; r < 4; r++) code |= (int)((cells->at[r] >> x & 1) | (cells->next[r] >> x & 1) << 1) << 2 * r;
  return code;
}

APART static u32 countTriangles(void) {
  u32 count = 0;
  for (int z = 0; z < self->n[2]; z++)
    for (int y = 0; y < self->n[1]; y++)
      for (int w = 0; w < self->words; w++) {
        const CellWords cells = cellWords(y, z, w);
        for (u64 left = cells.active; left; left &= left - 1) count += self->table[caseAt(&cells, lowestBit(left))][0];
      }
  return count;
}

// ---- vertices
// -----------------------------------------------------------------------------------------------------------------------------

INLINE i64 placeOf(int x, int y, int z) { return self->at[0][x] + self->at[1][y] + self->at[2][z]; }

/** Half differences between neighbours, times two, along a, b, c. */
INLINE Point differences(int x, int y, int z) {
  const float *p = self->grid + placeOf(x, y, z);
  const i64 ax = self->at[0][x], ay = self->at[1][y], az = self->at[2][z];
  return (Point){p[self->next[0][x] - ax] - p[self->prev[0][x] - ax], p[self->next[1][y] - ay] - p[self->prev[1][y] - ay],
                 p[self->next[2][z] - az] - p[self->prev[2][z] - az]};
}

INLINE void putPosition(u32 vertex, float x, float y, float z) {
  const float(*l)[3] = self->lattice;
  const float a = x / (float)self->n[0], b = y / (float)self->n[1], c = z / (float)self->n[2];
  float *to = self->positions + 3 * (i64)vertex;
  for (int i = 0; i < 3; i++) to[i] = a * l[0][i] + b * l[1][i] + c * l[2][i];
}

INLINE void putNormal(u32 vertex, Point d) {
  const float(*m)[3] = self->dual;
  const float x = d.x * m[0][0] + d.y * m[1][0] + d.z * m[2][0];
  const float y = d.x * m[0][1] + d.y * m[1][1] + d.z * m[2][1];
  const float z = d.x * m[0][2] + d.y * m[1][2] + d.z * m[2][2];
  const float square = x * x + y * y + z * z;
  const float factor = square > 0 ? (self->negative ? 1 : -1) / __builtin_sqrtf(square) : 0;
  float *to = self->normals + 3 * (i64)vertex;
  to[0] = x * factor;
  to[1] = y * factor;
  to[2] = z * factor;
}

/** The vertex between a point and the next along an axis. */
INLINE void putVertex(u32 vertex, int x, int y, int z, int axis) {
  const int x1 = x + (axis == 0), y1 = y + (axis == 1), z1 = z + (axis == 2);
  const float from = self->grid[placeOf(x, y, z)], to = self->grid[placeOf(x1, y1, z1)];
  const float t = (self->level - from) / (to - from);
  putPosition(vertex, (float)x + (axis == 0 ? t : 0), (float)y + (axis == 1 ? t : 0), (float)z + (axis == 2 ? t : 0));
  const Point a = differences(x, y, z), b = differences(x1, y1, z1);
  putNormal(vertex, (Point){a.x + t * (b.x - a.x), a.y + t * (b.y - a.y), a.z + t * (b.z - a.z)});
}

APART static void putVertices(void) {
  const int ny = self->n[1], nz = self->n[2], words = self->words;
  u32 vertex = 0;
  for (int z = 0; z <= nz; z++)
    for (int y = 0; y <= ny; y++) {
      const u64 *row = bitsOf(y, z), *nextY = bitsOf(y < ny ? y + 1 : y, z), *nextZ = bitsOf(y, z < nz ? z + 1 : z);
      for (int w = 0; w < words; w++)
        for (u64 left = crossingsX(row, w); left; left &= left - 1) putVertex(vertex++, 64 * w + lowestBit(left), y, z, 0);
      for (int w = 0; w < words; w++)
        for (u64 left = crossings(row, nextY, w); left; left &= left - 1) putVertex(vertex++, 64 * w + lowestBit(left), y, z, 1);
      for (int w = 0; w < words; w++)
        for (u64 left = crossings(row, nextZ, w); left; left &= left - 1) putVertex(vertex++, 64 * w + lowestBit(left), y, z, 2);
    }
}

// ---- triangles
// ----------------------------------------------------------------------------------------------------------------------------

/**
 * The vertices on the twelve edges of a cell: along x in the order of its rows, along y (x, then z), along z (x, then
 * y).
 */
INLINE void edgeVertices(const CellWords *cells, const i64 *rows, int w, int x, u32 *edge) {
  const u64 below = (1ull << x) - 1;
  for (int r = 0; r < 4; r++) edge[r] = self->firstX[rows[r] + w] + (u32)count64((cells->at[r] ^ cells->next[r]) & below);
  for (int k = 0; k < 2; k++) {
    const u64 y = cells->at[2 * k] ^ cells->at[2 * k + 1], z = cells->at[k] ^ cells->at[k + 2];
    edge[4 + 2 * k] = self->firstY[rows[2 * k] + w] + (u32)count64(y & below);
    edge[5 + 2 * k] = edge[4 + 2 * k] + (u32)(y >> x & 1);
    edge[8 + 2 * k] = self->firstZ[rows[k] + w] + (u32)count64(z & below);
    edge[9 + 2 * k] = edge[8 + 2 * k] + (u32)(z >> x & 1);
  }
}

APART static void putTriangles(void) {
  u32 *to = self->indices;
  for (int z = 0; z < self->n[2]; z++)
    for (int y = 0; y < self->n[1]; y++) {
      const i64 rows[4] = {wordsAt(y, z), wordsAt(y + 1, z), wordsAt(y, z + 1), wordsAt(y + 1, z + 1)};
      for (int w = 0; w < self->words; w++) {
        const CellWords cells = cellWords(y, z, w);
        for (u64 left = cells.active; left; left &= left - 1) {
          const int x = lowestBit(left);
          const u8 *entry = self->table[caseAt(&cells, x)];
          u32 edge[12];
          edgeVertices(&cells, rows, w, x, edge);
          for (int i = 1; i <= 3 * entry[0]; i++) *to++ = edge[entry[i]];
        }
      }
    }
}
