// LeakyReLU and 2^3 pooling with stride 2 of a convolution's output. The forward pass leaves one byte a pooled value,
// so that the backward pass needs neither the convolution's output nor a second look: for the maximum its place in the
// window (the first of equal ones), for the average one bit a place, set where the activation is positive.
#include "vector.h"

#define PLACE(k, row, plane, channels) (((k) >> 2) * (plane) + ((k) >> 1 & 1) * (row) + ((k) & 1) * (channels))

/**
 * One output plane: out[y][x] = LeakyReLU(max of in[0..1][2y..2y+1][2x..2x+1]), extent^2 positions; `code` is compact.
 */
EXPORT void poolMaxPlane(const float *in, int inRow, int inPlane, float *out, int outRow, Byte *code, int channels, int extent, float slope) {
  for (int y = 0; y < extent; y++)
    for (int x = 0; x < extent; x++)
      for (int c = 0; c < channels; c += WIDTH) {
        const float *p = in + 2 * y * inRow + 2 * x * channels + c;
        Vector best = load(p);
        Mask place = (Mask){0};
        UNROLL
        for (int k = 1; k < 8; k++) {
          Vector a = load(p + PLACE(k, inRow, inPlane, channels));
          Mask larger = a > best;
          place = (larger & k) | (~larger & place);
          best = choose(larger, a, best);
        }
        store(out + y * outRow + x * channels + c, leaky(best, splat(slope)));
        narrow(code + (y * extent + x) * channels + c, place);
      }
}

/**
 * One output plane: out[y][x] = mean of LeakyReLU(in[0..1][2y..2y+1][2x..2x+1]), extent^2 positions; `code` is compact.
 */
EXPORT void poolAveragePlane(const float *in, int inRow, int inPlane, float *out, int outRow, Byte *code, int channels, int extent, float slope) {
  for (int y = 0; y < extent; y++)
    for (int x = 0; x < extent; x++)
      for (int c = 0; c < channels; c += WIDTH) {
        const float *p = in + 2 * y * inRow + 2 * x * channels + c;
        Vector sum = splat(0);
        Mask positive = (Mask){0};
        UNROLL
        for (int k = 0; k < 8; k++) {
          Vector a = load(p + PLACE(k, inRow, inPlane, channels));
          positive |= (Mask)(a > splat(0)) & (1 << k);
          sum += leaky(a, splat(slope));
        }
        store(out + y * outRow + x * channels + c, sum * splat(0.125f));
        narrow(code + (y * extent + x) * channels + c, positive);
      }
}

EXPORT void poolMax(const float *in, int inRow, int inPlane, float *out, int outRow, int outPlane, Byte *code, int channels, int extent, float slope) {
  for (int z = 0; z < extent; z++)
    poolMaxPlane(in + 2 * z * inPlane, inRow, inPlane, out + z * outPlane, outRow, code + z * extent * extent * channels, channels, extent, slope);
}

EXPORT void poolAverage(const float *in, int inRow, int inPlane, float *out, int outRow, int outPlane, Byte *code, int channels,
                        int extent, float slope) {
  for (int z = 0; z < extent; z++)
    poolAveragePlane(in + 2 * z * inPlane, inRow, inPlane, out + z * outPlane, outRow, code + z * extent * extent * channels, channels,
                     extent, slope);
}

/**
 * The gradient before the activation of a pooled convolution: goes to the maximum only. `upstream` and `code` are
 * compact on extent^3 pooled positions; `pooled` (forward output, whose sign is the maximum's) and `gradient` have
 * strides. biasGradient += sum.
 */
EXPORT void poolMaxGradient(const float *upstream, const Byte *code, const float *pooled, int pooledRow, int pooledPlane, float *gradient,
                            int gradientRow, int gradientPlane, int channels, int extent, float slope, float *biasGradient) {
  for (int z = 0; z < extent; z++)
    for (int y = 0; y < extent; y++)
      for (int c = 0; c < channels; c += WIDTH) {
        Vector sum = load(biasGradient + c);
        for (int x = 0; x < extent; x++) {
          int at = ((z * extent + y) * extent + x) * channels + c;
          Vector d = leakyGradient(load(upstream + at), load(pooled + z * pooledPlane + y * pooledRow + x * channels + c), splat(slope));
          Mask place = widen(code + at);
          float *g = gradient + 2 * z * gradientPlane + 2 * y * gradientRow + 2 * x * channels + c;
          UNROLL
          for (int k = 0; k < 8; k++)
            store(g + PLACE(k, gradientRow, gradientPlane, channels), (Vector)((Mask)d & (place == k)));
          sum += d;
        }
        store(biasGradient + c, sum);
      }
}

/**
 * The gradient before the activation of an average-pooled convolution: an eighth each, times LeakyReLU's slope there.
 */
EXPORT void poolAverageGradient(const float *upstream, const Byte *code, float *gradient, int gradientRow, int gradientPlane,
                                int channels, int extent, float slope, float *biasGradient) {
  for (int z = 0; z < extent; z++)
    for (int y = 0; y < extent; y++)
      for (int c = 0; c < channels; c += WIDTH) {
        Vector sum = load(biasGradient + c);
        for (int x = 0; x < extent; x++) {
          int at = ((z * extent + y) * extent + x) * channels + c;
          Vector high = load(upstream + at) * splat(0.125f);
          Vector low = high * splat(slope);
          Mask positive = widen(code + at);
          float *g = gradient + 2 * z * gradientPlane + 2 * y * gradientRow + 2 * x * channels + c;
          UNROLL
          for (int k = 0; k < 8; k++) {
            Vector d = choose((positive & (1 << k)) != 0, high, low);
            store(g + PLACE(k, gradientRow, gradientPlane, channels), d);
            sum += d;
          }
        }
        store(biasGradient + c, sum);
      }
}
