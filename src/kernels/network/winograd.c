// The same 3^3 convolution after Winograd, F(2^3, 3^3) (Lavin and Gray 2016): 64 products for 8 outputs instead of 216. Per axis
//   input  (a, b, c, d) -> (a - c, b + c, c - b, b - d)                 filter (a, b, c) -> (a, (a + b + c) / 2, (a - b + c) / 2, c)
//   output (a, b, c, d) -> (a + b + c, b - c - d)
// and each gradient is the transpose of these. Transformed filters: [64][in][out], point (z * 4 + y) * 4 + x.
// Tiles are handled some rows of a plane at a time. An odd extent is not for this file.
#include "blocks.h"

/** Tiles of one pass: whole rows, enough of them that a pass's products outweigh reading the filters. */
#define ENOUGH_TILES (WIDTH == 4 ? 12 : 32)

/** From one point to the next, in tiles: an odd number, or all of them would fall into a few sets of the cache. */
INLINE int pitchOf(int tiles) { return tiles | 1; }

EXPORT int winogradRowsPerPass(int extent) {
  int tiles = extent / 2, rows = (ENOUGH_TILES + tiles - 1) / tiles;
  return rows < tiles ? rows : tiles;
}

/** Floats of scratch that a convolution of this shape needs, whether forwards or for its filter's gradient. */
EXPORT int winogradScratch(int extent, int inChannels, int outChannels) {
  int tiles = pitchOf(extent / 2 * winogradRowsPerPass(extent));
  return (extent + 2) * 16 * inChannels + 64 * tiles * (inChannels + outChannels);
}

INLINE void transformInput(Vector a, Vector b, Vector c, Vector d, Vector *out, int stride) {
  out[0] = a - c;
  out[stride] = b + c;
  out[2 * stride] = c - b;
  out[3 * stride] = b - d;
}

/** One row of tiles: points[64][tile][channel] of the input, `tiles` apart; `slices` is scratch for (2 count + 2) * 16 * channels. */
static void transformInputRow(const float *in, int row, int plane, int channels, int count, float *slices, float *points, int tiles) {
  const int width = 2 * count + 2;
  for (int x = 0; x < width; x++)
    for (int c = 0; c < channels; c += WIDTH) {
      const float *p = in + x * channels + c;
      Vector t[16];
      UNROLL
      for (int y = 0; y < 4; y++)
        transformInput(load(p + y * row), load(p + y * row + plane), load(p + y * row + 2 * plane), load(p + y * row + 3 * plane), t + y, 4);
      float *slice = slices + x * 16 * channels + c;
      UNROLL
      for (int z = 0; z < 4; z++) {
        Vector r[4];
        transformInput(t[z * 4], t[z * 4 + 1], t[z * 4 + 2], t[z * 4 + 3], r, 1);
        for (int y = 0; y < 4; y++) store(slice + (z * 4 + y) * channels, r[y]);
      }
    }
  const int next = 16 * channels, point = tiles * channels;
  for (int zy = 0; zy < 16; zy++)
    for (int c = 0; c < channels; c += WIDTH) {
      const float *p = slices + zy * channels + c;
      float *q = points + zy * 4 * point + c;
      Vector a = load(p), b = load(p + next);
      for (int tile = 0; tile < count; tile++, p += 2 * next, q += channels) {
        Vector r[4], c2 = load(p + 2 * next), d = load(p + 3 * next);
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
static void multiply(const float *a, int inner, const float *b, int columns, float *out, int count) {
  int o = 0;
#define RUN(rows, vectors) multiplyColumns(a, inner, b + o, columns, out + o, count, rows, vectors)
  BLOCKS(columns, RUN)
#undef RUN
}

/** One row of tiles back to two by two rows of outputs, with bias (may be null) and LeakyReLU. */
static void transformOutputRow(const float *points, int tiles, int count, const float *bias, float *out, int row, int plane, int channels,
                               float slope) {
  const int point = tiles * channels;
  for (int tile = 0; tile < count; tile++)
    for (int c = 0; c < channels; c += WIDTH) {
      Vector q[2][16], base = bias ? load(bias + c) : splat(0);
      UNROLL
      for (int zy = 0; zy < 16; zy++) {
        const float *p = points + zy * 4 * point + tile * channels + c;
        Vector b = load(p + point), d = load(p + 2 * point);
        q[0][zy] = load(p) + b + d;
        q[1][zy] = b - d - load(p + 3 * point);
      }
      UNROLL
      for (int x = 0; x < 2; x++) {
        Vector r[2][4];
        for (int z = 0; z < 4; z++) {
          const Vector *s = q[x] + z * 4;
          r[0][z] = s[0] + s[1] + s[2];
          r[1][z] = s[1] - s[2] - s[3];
        }
        for (int y = 0; y < 2; y++) {
          float *p = out + y * row + (2 * tile + x) * channels + c;
          store(p, leaky(r[y][0] + r[y][1] + r[y][2] + base, splat(slope)));
          store(p + plane, leaky(r[y][1] - r[y][2] - r[y][3] + base, splat(slope)));
        }
      }
    }
}

/** As `convolve`, with a filter from `transformFilter` and an even extent. */
EXPORT void winograd(const float *in, int inRow, int inPlane, int inChannels, const float *filter, const float *bias, float *out,
                     int outRow, int outPlane, int outChannels, int extent, float slope, float *scratch) {
  const int count = extent / 2, step = winogradRowsPerPass(extent);
  float *slices = scratch, *input = slices + (extent + 2) * 16 * inChannels, *product = input + 64 * pitchOf(count * step) * inChannels;
  for (int z = 0; z < extent; z += 2)
    for (int first = 0; first < count; first += step) {
      const int rows = first + step <= count ? step : count - first, tiles = rows * count, pitch = pitchOf(tiles);
      for (int r = 0; r < rows; r++)
        transformInputRow(in + z * inPlane + 2 * (first + r) * inRow, inRow, inPlane, inChannels, count, slices,
                          input + r * count * inChannels, pitch);
      for (int k = 0; k < 64; k++)
        multiply(input + k * pitch * inChannels, inChannels, filter + k * inChannels * outChannels, outChannels,
                 product + k * pitch * outChannels, tiles);
      for (int r = 0; r < rows; r++)
        transformOutputRow(product + r * count * outChannels, pitch, count, bias, out + z * outPlane + 2 * (first + r) * outRow, outRow,
                           outPlane, outChannels, slope);
    }
}

INLINE void spreadGradient(Vector a, Vector b, Vector *out, int stride) {
  out[0] = a;
  out[stride] = a + b;
  out[2 * stride] = a - b;
  out[3 * stride] = -b;
}

/** The transpose of `transformOutputRow`: a row of tiles of the output's gradient to points. */
static void transformGradientRow(const float *gradient, int row, int plane, int channels, int count, float *points, int tiles) {
  const int point = tiles * channels;
  for (int tile = 0; tile < count; tile++)
    for (int c = 0; c < channels; c += WIDTH) {
      Vector r[2][16];
      UNROLL
      for (int x = 0; x < 2; x++) {
        const float *p = gradient + (2 * tile + x) * channels + c;
        Vector q[2][4];
        for (int y = 0; y < 2; y++) spreadGradient(load(p + y * row), load(p + y * row + plane), q[y], 1);
        for (int z = 0; z < 4; z++) spreadGradient(q[0][z], q[1][z], r[x] + z * 4, 1);
      }
      UNROLL
      for (int zy = 0; zy < 16; zy++) {
        Vector s[4];
        spreadGradient(r[0][zy], r[1][zy], s, 1);
        for (int x = 0; x < 4; x++) store(points + (zy * 4 + x) * point + tile * channels + c, s[x]);
      }
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
static void correlate(const float *a, int inner, const float *b, int columns, float *out, int count) {
  for (int c = 0; c < inner; c += GRADIENT_ROWS) {
    int o = 0;
#define RUN(rows, vectors) correlateBlock(a + c, inner, b + o, columns, out + c * columns + o, count, rows, vectors)
    GRADIENT_BLOCKS(columns, RUN)
#undef RUN
  }
}

/** Adds to the gradient of the transformed filter; `transformFilterGradient` brings the sum of a batch back. */
EXPORT void winogradFilterGradient(const float *in, int inRow, int inPlane, int inChannels, const float *gradient, int gradientRow,
                                   int gradientPlane, int outChannels, float *filterGradient, int extent, float *scratch) {
  const int count = extent / 2, step = winogradRowsPerPass(extent);
  float *slices = scratch, *input = slices + (extent + 2) * 16 * inChannels, *points = input + 64 * pitchOf(count * step) * inChannels;
  for (int z = 0; z < extent; z += 2)
    for (int first = 0; first < count; first += step) {
      const int rows = first + step <= count ? step : count - first, tiles = rows * count, pitch = pitchOf(tiles);
      for (int r = 0; r < rows; r++) {
        transformInputRow(in + z * inPlane + 2 * (first + r) * inRow, inRow, inPlane, inChannels, count, slices,
                          input + r * count * inChannels, pitch);
        transformGradientRow(gradient + z * gradientPlane + 2 * (first + r) * gradientRow, gradientRow, gradientPlane, outChannels, count,
                             points + r * count * outChannels, pitch);
      }
      for (int k = 0; k < 64; k++)
        correlate(input + k * pitch * inChannels, inChannels, points + k * pitch * outChannels, outChannels,
                  filterGradient + k * inChannels * outChannels, tiles);
    }
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
