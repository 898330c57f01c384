// 3^3 convolution of NDHWC fields, by definition. Fields are given by the address of their first value and the strides
// (in floats) of a row and a plane; a zero halo around the input makes the borders no special case. Filters:
// [dz][dy][dx][in][out].
#include "blocks.h"

/** One run of `positions` neighbouring outputs times `vectors` * WIDTH filters, kept in registers over all taps. */
INLINE void convolveBlock(const float *in, int row, int plane, int inChannels, const float *filter, int outChannels, const float *bias,
                          float *out, float slope, const int positions, const int vectors) {
  Vector sum[MOST_ROWS][MOST_VECTORS];
  UNROLL
  for (int i = 0; i < positions; i++)
    UNROLL
    for (int v = 0; v < vectors; v++) sum[i][v] = bias ? load(bias + v * WIDTH) : splat(0);
  for (int zy = 0; zy < 9; zy++) {
    const float *p = in + zy / 3 * plane + zy % 3 * row;
    // The three taps of a row and their channels are neighbours in memory, in the input as in the filter.
    for (int c = 0; c < 3 * inChannels; c++, filter += outChannels) {
      Vector w[MOST_VECTORS];
      UNROLL
      for (int v = 0; v < vectors; v++) w[v] = load(filter + v * WIDTH);
      UNROLL
      for (int i = 0; i < positions; i++) {
        Vector s = splatAt(p + i * inChannels + c);
        UNROLL
        for (int v = 0; v < vectors; v++) sum[i][v] = multiplyAdd(s, w[v], sum[i][v]);
      }
    }
  }
  UNROLL
  for (int i = 0; i < positions; i++)
    UNROLL
    for (int v = 0; v < vectors; v++) store(out + i * outChannels + v * WIDTH, leaky(sum[i][v], splat(slope)));
}

INLINE void convolveRow(const float *in, int row, int plane, int inChannels, const float *filter, int outChannels, const float *bias,
                        float *out, int extent, float slope, const int positions, const int vectors) {
  int x = 0;
  for (; x + positions <= extent; x += positions)
    convolveBlock(in + x * inChannels, row, plane, inChannels, filter, outChannels, bias, out + x * outChannels, slope, positions, vectors);
  for (; positions > 8 && x + 4 <= extent; x += 4)
    convolveBlock(in + x * inChannels, row, plane, inChannels, filter, outChannels, bias, out + x * outChannels, slope, 4, vectors);
  for (; x < extent; x++)
    convolveBlock(in + x * inChannels, row, plane, inChannels, filter, outChannels, bias, out + x * outChannels, slope, 1, vectors);
}

/**
 * out[z][y][x] = LeakyReLU(bias + sum over taps of in[z + dz][y + dy][x + dx] filter[dz][dy][dx]) on extent^3
 * positions.
 * `bias` may be null. With a filter from `flipFilter` and slope 1 this is the gradient with respect to a convolution's
 * input.
 */
EXPORT void convolve(const float *in, int inRow, int inPlane, int inChannels, const float *filter, const float *bias, float *out,
                     int outRow, int outPlane, int outChannels, int extent, float slope) {
  for (int z = 0; z < extent; z++)
    for (int y = 0; y < extent; y++) {
      const float *p = in + z * inPlane + y * inRow;
      float *q = out + z * outPlane + y * outRow;
      int o = 0;
#define ROW(positions, vectors)                                                                                                     \
  convolveRow(p, inRow, inPlane, inChannels, filter + o, outChannels, bias ? bias + o : 0, q + o, extent, slope, positions, vectors)
      BLOCKS(outChannels, ROW)
#undef ROW
    }
}

/** The filter of the transposed convolution: flipped[26 - tap][out][in] = filter[tap][in][out]. */
EXPORT void flipFilter(const float *filter, float *flipped, int inChannels, int outChannels) {
  for (int tap = 0; tap < 27; tap++, filter += inChannels * outChannels)
    for (int i = 0; i < inChannels; i++)
      for (int o = 0; o < outChannels; o++)
        flipped[((26 - tap) * outChannels + o) * inChannels + i] = filter[i * outChannels + o];
}

/** `rows` input channels times `vectors` * WIDTH filters of one tap, kept in registers over a row. */
INLINE void gradientBlock(const float *in, int inChannels, const float *gradient, int outChannels, float *filter, int extent,
                          const int rows, const int vectors) {
  Vector sum[MOST_ROWS][MOST_VECTORS];
  UNROLL
  for (int i = 0; i < rows; i++)
    UNROLL
    for (int v = 0; v < vectors; v++) sum[i][v] = load(filter + i * outChannels + v * WIDTH);
  for (int x = 0; x < extent; x++) {
    Vector g[MOST_VECTORS];
    UNROLL
    for (int v = 0; v < vectors; v++) g[v] = load(gradient + x * outChannels + v * WIDTH);
    UNROLL
    for (int i = 0; i < rows; i++) {
      Vector s = splatAt(in + x * inChannels + i);
      UNROLL
      for (int v = 0; v < vectors; v++) sum[i][v] = multiplyAdd(s, g[v], sum[i][v]);
    }
  }
  UNROLL
  for (int i = 0; i < rows; i++)
    UNROLL
    for (int v = 0; v < vectors; v++) store(filter + i * outChannels + v * WIDTH, sum[i][v]);
}

/**
 * filterGradient[tap][in][out] += sum over positions of in[position + tap] gradient[position]; numbers of channels are
 * multiples of WIDTH.
 */
EXPORT void convolveFilterGradient(const float *in, int inRow, int inPlane, int inChannels, const float *gradient, int gradientRow,
                                   int gradientPlane, int outChannels, float *filterGradient, int extent) {
  for (int z = 0; z < extent; z++)
    for (int y = 0; y < extent; y++) {
      const float *g = gradient + z * gradientPlane + y * gradientRow;
      for (int tap = 0; tap < 27; tap++) {
        const float *p = in + (z + tap / 9) * inPlane + (y + tap / 3 % 3) * inRow + tap % 3 * inChannels;
        for (int c = 0; c < inChannels; c += GRADIENT_ROWS) {
          float *filter = filterGradient + (tap * inChannels + c) * outChannels;
          int o = 0;
#define BLOCK(rows, vectors) gradientBlock(p + c, inChannels, g + o, outChannels, filter + o, extent, rows, vectors)
          GRADIENT_BLOCKS(outChannels, BLOCK)
#undef BLOCK
        }
      }
    }
}
