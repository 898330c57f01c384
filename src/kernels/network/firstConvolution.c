// The first convolution, over the few voxels that are not zero: each adds its value times the filter to the outputs that see it.
// index: flat [z][y][x], ascending; value: `channels` numbers a voxel; filter: [dz][dy][dx][channel][filters].
#include "vector.h"

/** Outputs o with 0 <= o < extent that see voxel v through tap t are o = v + padding - t: the range of t. */
INLINE int firstTap(int v, int padding, int end) { return v + padding >= end ? v + padding - end + 1 : 0; }
INLINE int lastTap(int v, int padding, int start) { return v + padding - start < 2 ? v + padding - start : 2; }

INLINE void scatterVoxel(const float *value, int channels, const float *filter, float *out, int filters, int taps) {
  // Towards lower x, as the tap grows.
  for (int t = 0; t < taps; t++, filter += channels * filters, out -= filters)
    for (int o = 0; o < filters; o += 4) {
      Vector sum = load(out + o);
      for (int c = 0; c < channels; c++) sum += splatAt(value + c) * load(filter + c * filters + o);
      store(out + o, sum);
    }
}

/** Adds what the voxels [from, to) give to the output planes [zStart, zEnd); `out` is the first value of plane zStart. */
INLINE void scatter(const int *index, const float *value, int from, int to, int size, int channels, int padding, const float *filter,
                    float *out, int row, int plane, int filters, int extent, int zStart, int zEnd) {
  for (int i = from; i < to; i++) {
    int x = index[i] % size, y = index[i] / size % size, z = index[i] / size / size;
    int xFirst = firstTap(x, padding, extent), xTaps = lastTap(x, padding, 0) - xFirst + 1;
    for (int dz = firstTap(z, padding, zEnd); dz <= lastTap(z, padding, zStart); dz++)
      for (int dy = firstTap(y, padding, extent); dy <= lastTap(y, padding, 0); dy++)
        scatterVoxel(value + i * channels, channels, filter + ((dz * 3 + dy) * 3 + xFirst) * channels * filters,
                     out + (z + padding - dz - zStart) * plane + (y + padding - dy) * row + (x + padding - xFirst) * filters, filters,
                     xTaps);
  }
}

INLINE void fillRows(float *out, int row, int plane, int planes, int filters, int extent, const float *bias) {
  for (int z = 0; z < planes; z++)
    for (int y = 0; y < extent; y++)
      for (int x = 0; x < extent * filters; x += filters)
        for (int o = 0; o < filters; o += 4) store(out + z * plane + y * row + x + o, load(bias + o));
}

INLINE void activateRows(float *out, int row, int plane, int planes, int floats, int extent, float slope) {
  for (int z = 0; z < planes; z++)
    for (int y = 0; y < extent; y++)
      for (int x = 0; x < floats; x += 4) {
        float *p = out + z * plane + y * row + x;
        store(p, leaky(load(p), splat(slope)));
      }
}

/** out = LeakyReLU(bias + convolution) on extent^3 positions. */
EXPORT void convolveFirst(const int *index, const float *value, int count, int size, int channels, int padding, const float *filter,
                          const float *bias, float *out, int row, int plane, int filters, int extent, float slope) {
  fillRows(out, row, plane, extent, filters, extent, bias);
  scatter(index, value, 0, count, size, channels, padding, filter, out, row, plane, filters, extent, 0, extent);
  activateRows(out, row, plane, extent, extent * filters, extent, slope);
}

/** First voxel at or above plane z. */
INLINE int lowerBound(const int *index, int from, int count, int size, int z) {
  while (from < count && index[from] < z * size * size) from++;
  return from;
}

/**
 * The same and pooled at once, two planes at a time, so that the unpooled field never leaves the cache. `slab`: room for 2 (2 extent)^2
 * filters; out, code: extent^3 pooled positions, code compact.
 */
EXPORT void convolveFirstPooled(const int *index, const float *value, int count, int size, int channels, int padding, const float *filter,
                                const float *bias, float *slab, float *out, int outRow, int outPlane, Byte *code, int filters, int extent,
                                float slope, int average) {
  const int width = 2 * extent, row = width * filters, plane = width * row;
  int from = 0, to = 0;
  for (int z = 0; z < extent; z++) {
    fillRows(slab, row, plane, 2, filters, width, bias);
    from = lowerBound(index, from, count, size, 2 * z - padding);
    to = lowerBound(index, to, count, size, 2 * z + 4 - padding);
    scatter(index, value, from, to, size, channels, padding, filter, slab, row, plane, filters, width, 2 * z, 2 * z + 2);
    activateRows(slab, row, plane, 2, row, width, slope);
    (average ? poolAveragePlane : poolMaxPlane)(slab, row, plane, out + z * outPlane, outRow, code + z * extent * extent * filters, filters,
                                                extent);
  }
}

/** filterGradient[tap][channel][filter] += sum over voxels of value times the gradient (before the activation) of the output seen through the tap. */
EXPORT void convolveFirstGradient(const int *index, const float *value, int count, int size, int channels, int padding,
                                  const float *gradient, int row, int plane, int filters, int extent, float *filterGradient) {
  for (int i = 0; i < count; i++) {
    int x = index[i] % size, y = index[i] / size % size, z = index[i] / size / size;
    for (int dz = firstTap(z, padding, extent); dz <= lastTap(z, padding, 0); dz++)
      for (int dy = firstTap(y, padding, extent); dy <= lastTap(y, padding, 0); dy++)
        for (int dx = firstTap(x, padding, extent); dx <= lastTap(x, padding, 0); dx++) {
          const float *g = gradient + (z + padding - dz) * plane + (y + padding - dy) * row + (x + padding - dx) * filters;
          float *w = filterGradient + ((dz * 3 + dy) * 3 + dx) * channels * filters;
          for (int c = 0; c < channels; c++)
            for (int o = 0; o < filters; o += 4)
              store(w + c * filters + o, load(w + c * filters + o) + splatAt(value + i * channels + c) * load(g + o));
        }
  }
}
