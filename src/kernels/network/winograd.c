// The same 3^3 convolution after Winograd, F(2^3, 3^3) (Lavin and Gray 2016): 64 products for 8 outputs instead of 216.
// Per axis
//   input  (a, b, c, d) -> (a - c, b + c, c - b, b - d)                 filter (a, b, c) -> (a, (a + b + c) / 2, (a - b
// + c) / 2, c)
//   output (a, b, c, d) -> (a + b + c, b - c - d)
// and each gradient is the transpose of these. Transformed filters: [64][in][out], point (z * 4 + y) * 4 + x.
// Tiles are handled some rows of a plane at a time, first along z and y, then one (z, y) after the other along x, so
// that what is multiplied and its products are only those of four points and stay in the first cache. An odd extent is
// not for this file.
#include "blocks.h"

/**
 * Tiles of one pass: whole rows; enough of them that products outweigh the reading of filters, few enough that a row or
 * two stay in the cache.
 */
#define ENOUGH_TILES (WIDTH == 4 ? 12 : 16)

/** Positions from one (z, y) to the next, if that many suffice. */
#define USUAL_PITCH 73

/** An odd number, or all of them would fall into a few sets of the cache. */
INLINE int pitchOf(int positions) { return positions <= USUAL_PITCH ? USUAL_PITCH : positions | 1; }

EXPORT int winogradRowsPerPass(int extent) {
  int tiles = extent / 2, rows = (ENOUGH_TILES + tiles - 1) / tiles;
  return rows < tiles ? rows : tiles;
}

/** Floats of scratch that a convolution of this shape needs, whether forwards or for its filter's gradient. */
EXPORT int winogradScratch(int extent, int inChannels, int outChannels) {
  int rows = winogradRowsPerPass(extent);
  return (16 * pitchOf(rows * (extent + 2)) + 2 * rows * extent) * (inChannels + outChannels);
}

/**
 * The parts of a pass's scratch: [16][position][channel] transformed along z and y, [4][tile][channel] along x too, of
 * both sides.
 */
typedef struct {
  float *inSlices, *outSlices, *inPoints, *outPoints;
} Scratch;

INLINE Scratch divideScratch(float *scratch, int extent, int inChannels, int outChannels) {
  const int rows = winogradRowsPerPass(extent), pitch = pitchOf(rows * (extent + 2));
  float *outSlices = scratch + 16 * pitch * inChannels, *inPoints = outSlices + 16 * pitch * outChannels;
  return (Scratch){scratch, outSlices, inPoints, inPoints + 2 * rows * extent * inChannels};
}

/** Whether the sizes are those that the kernels are compiled for once more, with numbers in the place of variables. */
INLINE int isUsual(int inChannels, int outChannels, int extent) {
  return inChannels == 16 && outChannels == 16 && pitchOf(winogradRowsPerPass(extent) * (extent + 2)) == USUAL_PITCH;
}

INLINE void transformInput(Vector a, Vector b, Vector c, Vector d, Vector *out, int stride) {
  out[0] = a - c;
  out[stride] = b + c;
  out[2 * stride] = c - b;
  out[3 * stride] = b - d;
}

/** One row of tiles along z and y, `width` positions. */
INLINE void sliceInputRow(const float *in, int row, int plane, int channels, int width, float *slices, int pitch) {
  for (int x = 0; x < width * channels; x += WIDTH) {
    const float *p = in + x;
    Vector t[16];
    UNROLL
    for (int y = 0; y < 4; y++)
      transformInput(load(p + y * row), load(p + y * row + plane), load(p + y * row + 2 * plane), load(p + y * row + 3 * plane), t + y, 4);
    UNROLL
    for (int z = 0; z < 4; z++) {
      Vector r[4];
      transformInput(t[z * 4], t[z * 4 + 1], t[z * 4 + 2], t[z * 4 + 3], r, 1);
      for (int y = 0; y < 4; y++) store(slices + x + (z * 4 + y) * pitch, r[y]);
    }
  }
}

/** Some rows of one (z, y) along x: four points, `tiles` apart. */
INLINE void pointInput(const float *slice, int channels, int rows, int count, float *points) {
  const int point = rows * count * channels;
  for (int r = 0; r < rows; r++, slice += (2 * count + 2) * channels, points += count * channels)
    for (int c = 0; c < channels; c += WIDTH) {
      const float *p = slice + c;
      float *q = points + c;
      Vector a = load(p), b = load(p + channels);
      for (int tile = 0; tile < count; tile++, p += 2 * channels, q += channels) {
        Vector r[4], c2 = load(p + 2 * channels), d = load(p + 3 * channels);
        transformInput(a, b, c2, d, r, 1);
        for (int x = 0; x < 4; x++) store(q + x * point, r[x]);
        a = c2;
        b = d;
      }
    }
}

INLINE void multiplyBlock(const float *a, int inner, const float *b, int columns, float *out, const int rows, const int vectors) {
  Vector sum[MOST_ROWS][MOST_VECTORS];
  UNROLL
  for (int i = 0; i < rows; i++)
    UNROLL
    for (int v = 0; v < vectors; v++) sum[i][v] = splat(0);
  for (int c = 0; c < inner; c++, b += columns) {
    Vector w[MOST_VECTORS];
    UNROLL
    for (int v = 0; v < vectors; v++) w[v] = load(b + v * WIDTH);
    UNROLL
    for (int i = 0; i < rows; i++) {
      Vector s = splatAt(a + i * inner + c);
      UNROLL
      for (int v = 0; v < vectors; v++) sum[i][v] = multiplyAdd(s, w[v], sum[i][v]);
    }
  }
  UNROLL
  for (int i = 0; i < rows; i++)
    UNROLL
    for (int v = 0; v < vectors; v++) store(out + i * columns + v * WIDTH, sum[i][v]);
}

INLINE void multiplyColumns(const float *a, int inner, const float *b, int columns, float *out, int count, const int rows,
                            const int vectors) {
  int i = 0;
  for (; i + rows <= count; i += rows) multiplyBlock(a + i * inner, inner, b, columns, out + i * columns, rows, vectors);
  for (; rows > 4 && i + 4 <= count; i += 4) multiplyBlock(a + i * inner, inner, b, columns, out + i * columns, 4, vectors);
  for (; i < count; i++) multiplyBlock(a + i * inner, inner, b, columns, out + i * columns, 1, vectors);
}

/** out[count][columns] = a[count][inner] b[inner][columns]. */
INLINE void multiply(const float *a, int inner, const float *b, int columns, float *out, int count) {
  int o = 0;
#define RUN(rows, vectors) multiplyColumns(a, inner, b + o, columns, out + o, count, rows, vectors)
  BLOCKS(columns, RUN)
#undef RUN
}

/** The products of one (z, y) back along x: two positions a tile. */
INLINE void sliceOutput(const float *points, int channels, int tiles, float *slice) {
  const int point = tiles * channels;
  for (int tile = 0; tile < tiles; tile++)
    for (int c = 0; c < channels; c += WIDTH) {
      const float *p = points + tile * channels + c;
      Vector b = load(p + point), d = load(p + 2 * point);
      store(slice + 2 * tile * channels + c, load(p) + b + d);
      store(slice + (2 * tile + 1) * channels + c, b - d - load(p + 3 * point));
    }
}

/** One row of tiles back along z and y to two by two rows of `width` outputs, with bias (may be null) and LeakyReLU. */
INLINE void finishOutputRow(const float *slices, int pitch, int width, const float *bias, float *out, int row, int plane, int channels,
                            float slope) {
  for (int c = 0; c < channels; c += WIDTH) {
    const Vector base = bias ? load(bias + c) : splat(0);
    for (int x = c; x < width * channels; x += channels) {
      Vector r[2][4];
      UNROLL
      for (int z = 0; z < 4; z++) {
        const float *p = slices + x + z * 4 * pitch;
        Vector s[4] = {load(p), load(p + pitch), load(p + 2 * pitch), load(p + 3 * pitch)};
        r[0][z] = s[0] + s[1] + s[2];
        r[1][z] = s[1] - s[2] - s[3];
      }
      UNROLL
      for (int y = 0; y < 2; y++) {
        float *p = out + y * row + x;
        store(p, leaky(r[y][0] + r[y][1] + r[y][2] + base, splat(slope)));
        store(p + plane, leaky(r[y][1] - r[y][2] - r[y][3] + base, splat(slope)));
      }
    }
  }
}

INLINE void winogradWith(const float *in, int inRow, int inPlane, const int inChannels, const float *filter, const float *bias, float *out,
                         int outRow, int outPlane, const int outChannels, int extent, const int pitch, float slope, float *scratch) {
  const int count = extent / 2, step = winogradRowsPerPass(extent), width = extent + 2;
  const Scratch s = divideScratch(scratch, extent, inChannels, outChannels);
  for (int z = 0; z < extent; z += 2)
    for (int first = 0; first < count; first += step) {
      const int rows = first + step <= count ? step : count - first, tiles = rows * count;
      for (int r = 0; r < rows; r++)
        sliceInputRow(in + z * inPlane + 2 * (first + r) * inRow, inRow, inPlane, inChannels, width, s.inSlices + r * width * inChannels,
                      pitch * inChannels);
      for (int zy = 0; zy < 16; zy++) {
        pointInput(s.inSlices + zy * pitch * inChannels, inChannels, rows, count, s.inPoints);
        for (int x = 0; x < 4; x++)
          multiply(s.inPoints + x * tiles * inChannels, inChannels, filter + (zy * 4 + x) * inChannels * outChannels, outChannels,
                   s.outPoints + x * tiles * outChannels, tiles);
        sliceOutput(s.outPoints, outChannels, tiles, s.outSlices + zy * pitch * outChannels);
      }
      for (int r = 0; r < rows; r++)
        finishOutputRow(s.outSlices + r * extent * outChannels, pitch * outChannels, extent, bias, out + z * outPlane + 2 * (first + r) * outRow,
                        outRow, outPlane, outChannels, slope);
    }
}

/** As `convolve`, with a filter from `transformFilter` and an even extent. */
EXPORT void winograd(const float *in, int inRow, int inPlane, int inChannels, const float *filter, const float *bias, float *out,
                     int outRow, int outPlane, int outChannels, int extent, float slope, float *scratch) {
  if (isUsual(inChannels, outChannels, extent))
    winogradWith(in, inRow, inPlane, 16, filter, bias, out, outRow, outPlane, 16, extent, USUAL_PITCH, slope, scratch);
  else
    winogradWith(in, inRow, inPlane, inChannels, filter, bias, out, outRow, outPlane, outChannels, extent, pitchOf(winogradRowsPerPass(extent) * (extent + 2)), slope, scratch);
}

INLINE void spreadGradient(Vector a, Vector b, Vector *out, int stride) {
  out[0] = a;
  out[stride] = a + b;
  out[2 * stride] = a - b;
  out[3 * stride] = -b;
}

/** The transpose of `finishOutputRow`: two by two rows of the output's gradient along z and y. */
INLINE void sliceGradientRow(const float *gradient, int row, int plane, int channels, int width, float *slices, int pitch) {
  for (int x = 0; x < width * channels; x += WIDTH) {
    const float *p = gradient + x;
    Vector q[2][4];
    UNROLL
    for (int y = 0; y < 2; y++) spreadGradient(load(p + y * row), load(p + y * row + plane), q[y], 1);
    UNROLL
    for (int z = 0; z < 4; z++) {
      Vector r[4];
      spreadGradient(q[0][z], q[1][z], r, 1);
      for (int y = 0; y < 4; y++) store(slices + x + (z * 4 + y) * pitch, r[y]);
    }
  }
}

/** The transpose of `sliceOutput`. */
INLINE void pointGradient(const float *slice, int channels, int tiles, float *points) {
  const int point = tiles * channels;
  for (int tile = 0; tile < tiles; tile++)
    for (int c = 0; c < channels; c += WIDTH) {
      const float *p = slice + 2 * tile * channels + c;
      Vector r[4];
      spreadGradient(load(p), load(p + channels), r, 1);
      for (int x = 0; x < 4; x++) store(points + x * point + tile * channels + c, r[x]);
    }
}

INLINE void correlateBlock(const float *a, int inner, const float *b, int columns, float *out, int count,
                           const int rows, const int vectors) {
  Vector sum[MOST_ROWS][MOST_VECTORS];
  UNROLL
  for (int i = 0; i < rows; i++)
    UNROLL
    for (int v = 0; v < vectors; v++) sum[i][v] = load(out + i * columns + v * WIDTH);
  for (int t = 0; t < count; t++, a += inner, b += columns) {
    Vector g[MOST_VECTORS];
    UNROLL
    for (int v = 0; v < vectors; v++) g[v] = load(b + v * WIDTH);
    UNROLL
    for (int i = 0; i < rows; i++) {
      Vector s = splatAt(a + i);
      UNROLL
      for (int v = 0; v < vectors; v++) sum[i][v] = multiplyAdd(s, g[v], sum[i][v]);
    }
  }
  UNROLL
  for (int i = 0; i < rows; i++)
    UNROLL
    for (int v = 0; v < vectors; v++) store(out + i * columns + v * WIDTH, sum[i][v]);
}

/** out[inner][columns] += transposed a[count][inner] times b[count][columns]. */
INLINE void correlate(const float *a, int inner, const float *b, int columns, float *out, int count) {
  for (int c = 0; c < inner; c += GRADIENT_ROWS) {
    int o = 0;
#define RUN(rows, vectors) correlateBlock(a + c, inner, b + o, columns, out + c * columns + o, count, rows, vectors)
    GRADIENT_BLOCKS(columns, RUN)
#undef RUN
  }
}

INLINE void filterGradientWith(const float *in, int inRow, int inPlane, const int inChannels, const float *gradient, int gradientRow,
                               int gradientPlane, const int outChannels, float *filterGradient, int extent, const int pitch, float *scratch) {
  const int count = extent / 2, step = winogradRowsPerPass(extent), width = extent + 2;
  const Scratch s = divideScratch(scratch, extent, inChannels, outChannels);
  for (int z = 0; z < extent; z += 2)
    for (int first = 0; first < count; first += step) {
      const int rows = first + step <= count ? step : count - first, tiles = rows * count;
      for (int r = 0; r < rows; r++) {
        sliceInputRow(in + z * inPlane + 2 * (first + r) * inRow, inRow, inPlane, inChannels, width, s.inSlices + r * width * inChannels,
                      pitch * inChannels);
        sliceGradientRow(gradient + z * gradientPlane + 2 * (first + r) * gradientRow, gradientRow, gradientPlane, outChannels, extent,
                         s.outSlices + r * extent * outChannels, pitch * outChannels);
      }
      for (int zy = 0; zy < 16; zy++) {
        pointInput(s.inSlices + zy * pitch * inChannels, inChannels, rows, count, s.inPoints);
        pointGradient(s.outSlices + zy * pitch * outChannels, outChannels, tiles, s.outPoints);
        for (int x = 0; x < 4; x++)
          correlate(s.inPoints + x * tiles * inChannels, inChannels, s.outPoints + x * tiles * outChannels, outChannels,
                    filterGradient + (zy * 4 + x) * inChannels * outChannels, tiles);
      }
    }
}

/** Adds to the gradient of the transformed filter; `transformFilterGradient` brings the sum of a batch back. */
EXPORT void winogradFilterGradient(const float *in, int inRow, int inPlane, int inChannels, const float *gradient, int gradientRow,
                                   int gradientPlane, int outChannels, float *filterGradient, int extent, float *scratch) {
  if (isUsual(inChannels, outChannels, extent))
    filterGradientWith(in, inRow, inPlane, 16, gradient, gradientRow, gradientPlane, 16, filterGradient, extent, USUAL_PITCH, scratch);
  else
    filterGradientWith(in, inRow, inPlane, inChannels, gradient, gradientRow, gradientPlane, outChannels, filterGradient, extent, pitchOf(winogradRowsPerPass(extent) * (extent + 2)), scratch);
}

/** Along one axis, [outer][3][inner] to [outer][4][inner]. */
INLINE void expandAxis(const Vector *in, Vector *out, const int outer, const int inner) {
  for (int i = 0; i < outer; i++)
    for (int j = 0; j < inner; j++) {
      const Vector *p = in + i * 3 * inner + j;
      Vector *q = out + i * 4 * inner + j;
      Vector half = splat(0.5f), ends = (p[0] + p[2 * inner]) * half, middle = p[inner] * half;
      q[0] = p[0];
      q[inner] = ends + middle;
      q[2 * inner] = ends - middle;
      q[3 * inner] = p[2 * inner];
    }
}

/** The transpose of `expandAxis`. */
INLINE void contractAxis(const Vector *in, Vector *out, const int outer, const int inner) {
  for (int i = 0; i < outer; i++)
    for (int j = 0; j < inner; j++) {
      const Vector *p = in + i * 4 * inner + j;
      Vector *q = out + i * 3 * inner + j;
      Vector half = splat(0.5f), sum = (p[inner] + p[2 * inner]) * half;
      q[0] = p[0] + sum;
      q[inner] = (p[inner] - p[2 * inner]) * half;
      q[2 * inner] = sum + p[3 * inner];
    }
}

/** From [27][in][out] to [64][in][out]; `values` = in * out, a multiple of WIDTH. */
EXPORT void transformFilter(const float *filter, float *points, int values) {
  for (int i = 0; i < values; i += WIDTH) {
    Vector a[64], b[48];
    for (int t = 0; t < 27; t++) a[t] = load(filter + t * values + i);
    expandAxis(a, b, 9, 1);
    expandAxis(b, a, 3, 4);
    for (int j = 0; j < 48; j++) b[j] = a[j];
    expandAxis(b, a, 1, 16);
    for (int k = 0; k < 64; k++) store(points + k * values + i, a[k]);
  }
}

/** filterGradient[27][in][out] += the gradient of the transformed filter, [64][in][out], brought back. */
EXPORT void transformFilterGradient(const float *points, float *filterGradient, int values) {
  for (int i = 0; i < values; i += WIDTH) {
    Vector a[64], b[48];
    for (int k = 0; k < 64; k++) a[k] = load(points + k * values + i);
    contractAxis(a, b, 1, 16);
    contractAxis(b, a, 3, 4);
    contractAxis(a, b, 9, 1);
    for (int t = 0; t < 27; t++) store(filterGradient + t * values + i, load(filterGradient + t * values + i) + b[t]);
  }
}
