// The closed faces of the cell: what of each face is enclosed, in triangles, with vertices of their own, since their
// normals are the face's.
#pragma once
#include "mesh.h"

/**
 * A face: the axis it is across, the other two (so that the three are in cyclic order), and whether it is that at 1.
 */
typedef struct {
  int axis, u, v, far;
  Point normal;
  int writing; // else vertices and indices are only counted
  u32 *corner, *alongU, *alongV; // [nv + 1][nu + 1]: the vertex there, from 1; 0: none yet
} Face;

INLINE int faceIndex(const Face *f, int u, int v) { return v * (self->n[f->u] + 1) + u; }

INLINE void facePoint(const Face *f, int u, int v, int *point) {
  point[f->axis] = f->far ? self->n[f->axis] : 0;
  point[f->u] = u;
  point[f->v] = v;
}

INLINE float faceValue(const Face *f, int u, int v) {
  int p[3];
  facePoint(f, u, v, p);
  return self->grid[placeOf(p[0], p[1], p[2])];
}

/** The vertex at a point (t = 0), or t of the way to the next along u or v. */
static u32 faceVertex(const Face *f, u32 *known, int u, int v, float tu, float tv) {
  if (*known) return *known - 1;
  const u32 vertex = self->capVertices++;
  *known = vertex + 1;
  if (!f->writing) return vertex;
  int p[3];
  facePoint(f, u, v, p);
  float at[3] = {(float)p[0], (float)p[1], (float)p[2]};
  at[f->u] += tu;
  at[f->v] += tv;
  putPosition(vertex, at[0], at[1], at[2]);
  float *to = self->normals + 3 * (i64)vertex;
  to[0] = f->normal.x;
  to[1] = f->normal.y;
  to[2] = f->normal.z;
  return vertex;
}

/** The vertex on a side of a square: 0 from (u, v) along u, 1 along v at u + 1, 2 along u at v + 1, 3 along v. */
static u32 sideVertex(const Face *f, int side, int u, int v) {
  const int u0 = u + (side == 1), v0 = v + (side == 2), alongU = side % 2 == 0;
  const float from = faceValue(f, u0, v0), to = faceValue(f, u0 + alongU, v0 + !alongU);
  const float t = (self->level - from) / (to - from);
  u32 *known = (alongU ? f->alongU : f->alongV) + faceIndex(f, u0, v0);
  return faceVertex(f, known, u0, v0, alongU ? t : 0, alongU ? 0 : t);
}

static u32 cornerVertex(const Face *f, int corner, int u, int v) {
  const int u0 = u + (corner == 1 || corner == 2), v0 = v + (corner >= 2);
  return faceVertex(f, f->corner + faceIndex(f, u0, v0), u0, v0, 0, 0);
}

/** A convex polygon as a fan, counterclockwise from outside. */
static void putPolygon(const Face *f, const u32 *polygon, int count) {
  for (int i = 1; i + 1 < count; i++) {
    u32 *to = self->indices + self->capIndices;
    self->capIndices += 3;
    if (!f->writing) continue;
    to[0] = polygon[0];
    to[1] = polygon[f->far ? i : i + 1];
    to[2] = polygon[f->far ? i + 1 : i];
  }
}

/** Each run of enclosed corners around a square makes a polygon; two corners across are two runs, as in the mesh. */
static void putSquare(const Face *f, int u, int v) {
  const float value[4] = {faceValue(f, u, v), faceValue(f, u + 1, v), faceValue(f, u + 1, v + 1), faceValue(f, u, v + 1)};
  int inside[4], count = 0;
  for (int i = 0; i < 4; i++) count += inside[i] = self->negative ? value[i] < self->level : value[i] > self->level;
  u32 polygon[6];
  if (count == 4) {
    for (int i = 0; i < 4; i++) polygon[i] = cornerVertex(f, i, u, v);
    putPolygon(f, polygon, 4);
    return;
  }
  for (int start = 0; start < 4; start++) {
    if (!inside[start] || inside[(start + 3) % 4]) continue;
    int size = 0, i = start;
    polygon[size++] = sideVertex(f, (start + 3) % 4, u, v);
    for (; inside[i]; i = (i + 1) % 4) polygon[size++] = cornerVertex(f, i, u, v);
    polygon[size++] = sideVertex(f, (i + 3) % 4, u, v);
    putPolygon(f, polygon, size);
  }
}

static Point faceNormal(int axis, int far) {
  const float *m = self->dual[axis];
  const float length = __builtin_sqrtf(m[0] * m[0] + m[1] * m[1] + m[2] * m[2]), sign = far ? 1 : -1;
  return (Point){sign * m[0] / length, sign * m[1] / length, sign * m[2] / length};
}

/** All six, behind the vertices and indices that there are; 0 where there is no memory. */
static int putFaces(int writing) {
  for (int k = 0; k < 6; k++) {
    Face f = {.axis = k / 2, .u = (k / 2 + 1) % 3, .v = (k / 2 + 2) % 3, .far = k % 2, .writing = writing};
    f.normal = faceNormal(f.axis, f.far);
    const u64 mark = self->heapTop, bytes = 4ull * (u64)(self->n[f.u] + 1) * (u64)(self->n[f.v] + 1);
    f.corner = take(bytes);
    f.alongU = take(bytes);
    f.alongV = take(bytes);
    if (self->heapFailed) return 0;
    __builtin_memset(f.corner, 0, bytes);
    __builtin_memset(f.alongU, 0, bytes);
    __builtin_memset(f.alongV, 0, bytes);
    for (int v = 0; v < self->n[f.v]; v++)
      for (int u = 0; u < self->n[f.u]; u++) putSquare(&f, u, v);
    heapRelease(mark);
  }
  return 1;
}
