// The first convolution, over the few voxels that are not zero: each adds its value times the filter to the outputs
// that see it.
// index: flat [z][y][x], ascending; value: `channels` numbers a voxel; filter: [dz][dy][dx][channel][filters].
#include "vector.h"

/** Outputs o with 0 <= o < extent that see voxel v through tap t are o = v + padding - t: the range of t. */
INLINE int firstTap(int v, int padding, int end) { return v + padding >= end ? v + padding - end + 1 : 0; }
INLINE int lastTap(int v, int padding, int start) { return v + padding - start < 2 ? v + padding - start : 2; }

/** The taps of one row: each adds value times filter to the output one position further down the row. */
INLINE void scatterRow(const float *value, const float *filter, float *out, int taps, const int channels, const int vectors) {
  for (int t = 0; t < taps; t++, filter += channels * vectors * WIDTH, out -= vectors * WIDTH)
    for (int v = 0; v < vectors; v++) {
      Vector sum = load(out + v * WIDTH);
      for (int c = 0; c < channels; c++) sum = multiplyAdd(splatAt(value + c), load(filter + (c * vectors + v) * WIDTH), sum);
      store(out + v * WIDTH, sum);
    }
}

/** The transpose of `scatterRow`: each tap's filter learns from the gradient of the output that it reaches. */
INLINE void gatherRow(const float *value, float *filter, const float *gradient, int taps, const int channels, const int vectors) {
  for (int t = 0; t < taps; t++, filter += channels * vectors * WIDTH, gradient -= vectors * WIDTH)
    for (int v = 0; v < vectors; v++) {
      Vector g = load(gradient + v * WIDTH);
      for (int c = 0; c < channels; c++) {
        float *w = filter + (c * vectors + v) * WIDTH;
        store(w, multiplyAdd(splatAt(value + c), g, load(w)));
      }
    }
}

/** Voxels as the kernels see them; `padding` is the convolution's. */
typedef struct {
  const int *index;
  const float *value;
  int size, padding;
} Voxels;

/** Planes [start, end) of a field of extent^2 positions each; `start`'s first value is at the field's address. */
typedef struct {
  int row, plane, extent, start, end;
} Planes;

/**
 * Between the voxels [from, to) and the planes, row by row of taps: scatters forwards (or gathers the filter's
 * gradient).
 */
INLINE void visitRows(Voxels voxels, int from, int to, float *filter, float *field, Planes planes, const int gathers, const int channels,
                      const int vectors) {
  const int size = voxels.size, padding = voxels.padding, filters = vectors * WIDTH, extent = planes.extent;
  for (int i = from; i < to; i++) {
    const int index = voxels.index[i], x = index % size, y = index / size % size, z = index / size / size;
    const float *value = voxels.value + i * channels;
    const int dx = firstTap(x, padding, extent), taps = lastTap(x, padding, 0) - dx + 1;
    for (int dz = firstTap(z, padding, planes.end); dz <= lastTap(z, padding, planes.start); dz++)
      for (int dy = firstTap(y, padding, extent); dy <= lastTap(y, padding, 0); dy++) {
        float *w = filter + ((dz * 3 + dy) * 3 + dx) * channels * filters;
        float *o = field + (z + padding - dz - planes.start) * planes.plane + (y + padding - dy) * planes.row + (x + padding - dx) * filters;
        if (gathers)
          gatherRow(value, w, o, taps, channels, vectors);
        else
          scatterRow(value, w, o, taps, channels, vectors);
      }
  }
}

/** `visitRows` with the loops over channels and the usual 16 filters unrolled. */
INLINE void visit(Voxels voxels, int channels, int from, int to, float *filter, float *field, int filters, Planes planes,
                  const int gathers) {
#define VISIT(channels) \
  (filters == 16 ? visitRows(voxels, from, to, filter, field, planes, gathers, channels, 16 / WIDTH) \
                 : visitRows(voxels, from, to, filter, field, planes, gathers, channels, filters / WIDTH))
  if (channels == 1) VISIT(1);
  if (channels == 2) VISIT(2);
  if (channels == 3) VISIT(3);
  if (channels > 3) VISIT(channels);
#undef VISIT
}

INLINE void fillRows(float *out, int row, int plane, int planes, int filters, int extent, const float *bias) {
  for (int z = 0; z < planes; z++)
    for (int y = 0; y < extent; y++)
      for (int x = 0; x < extent * filters; x += filters)
        for (int o = 0; o < filters; o += WIDTH) store(out + z * plane + y * row + x + o, load(bias + o));
}

INLINE void activateRows(float *out, int row, int plane, int filters, int extent, float slope) {
  for (int z = 0; z < extent; z++)
    for (int y = 0; y < extent; y++)
      for (int x = 0; x < extent * filters; x += WIDTH) {
        float *p = out + z * plane + y * row + x;
        store(p, leaky(load(p), splat(slope)));
      }
}

/** out = LeakyReLU(bias + convolution) on extent^3 positions. */
EXPORT void convolveFirst(const int *index, const float *value, int count, int size, int channels, int padding, float *filter,
                          const float *bias, float *out, int row, int plane, int filters, int extent, float slope) {
  fillRows(out, row, plane, extent, filters, extent, bias);
  visit((Voxels){index, value, size, padding}, channels, 0, count, filter, out, filters, (Planes){row, plane, extent, 0, extent}, 0);
  activateRows(out, row, plane, filters, extent, slope);
}

/** First voxel at or above plane z. */
INLINE int lowerBound(const int *index, int from, int count, int size, int z) {
  while (from < count && index[from] < z * size * size) from++;
  return from;
}

/**
 * The same and pooled at once, two planes at a time, so that the unpooled field never leaves the cache. `slab`: room
 * for 2 (2 extent)^2 filters; out, code: extent^3 pooled positions, code compact.
 */
EXPORT void convolveFirstPooled(const int *index, const float *value, int count, int size, int channels, int padding, float *filter,
                                const float *bias, float *slab, float *out, int outRow, int outPlane, Byte *code, int filters, int extent,
                                float slope, int average) {
  const int width = 2 * extent, row = width * filters, plane = width * row;
  const Voxels voxels = {index, value, size, padding};
  int from = 0, to = 0;
  for (int z = 0; z < extent; z++) {
    fillRows(slab, row, plane, 2, filters, width, bias);
    from = lowerBound(index, from, count, size, 2 * z - padding);
    to = lowerBound(index, to, count, size, 2 * z + 4 - padding);
    visit(voxels, channels, from, to, filter, slab, filters, (Planes){row, plane, width, 2 * z, 2 * z + 2}, 0);
    (average ? poolAveragePlane : poolMaxPlane)(slab, row, plane, out + z * outPlane, outRow, code + z * extent * extent * filters, filters,
                                                extent, slope);
  }
}

/**
 * filterGradient[tap][channel][filter] += sum over voxels of value times the gradient (before the activation) of the
 * output seen through the tap.
 */
EXPORT void convolveFirstGradient(const int *index, const float *value, int count, int size, int channels, int padding,
                                  float *gradient, int row, int plane, int filters, int extent, float *filterGradient) {
  visit((Voxels){index, value, size, padding}, channels, 0, count, filterGradient, gradient, filters, (Planes){row, plane, extent, 0, extent}, 1);
}
