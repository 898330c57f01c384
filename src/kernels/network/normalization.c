// Batch normalisation of fields of any number of channels. `normalized` fields are compact. A row is summed in single,
// the rows in double precision, since there may be millions of terms. The channels of a block stand side by side, which
// is all a compiler needs.
#include "vector.h"

/** Runs RUN(width) for the channels from `c` on, by blocks of 16, 4 and 1. */
#define CHANNEL_BLOCKS(RUN) \
  int c = 0; \
  for (; c + 16 <= channels; c += 16) RUN(16); \
  for (; c + 4 <= channels; c += 4) RUN(4); \
  for (; c < channels; c++) RUN(1);

/** One row of `extent` positions of a compact field. */
#define COMPACT_ROW(field, z, y) ((field) + ((z) * extent + (y)) * extent * channels)

INLINE void addRow(const float *restrict p, int channels, int positions, double *restrict sums, const int width) {
  float row[16] = {0};
  for (int x = 0; x < positions; x++, p += channels)
    for (int k = 0; k < width; k++) row[k] += p[k];
  for (int k = 0; k < width; k++) sums[k] += row[k];
}

/** sums[channel] += the sum over extent^3 positions. */
EXPORT void addSums(const float *field, int channels, int extent, double *sums) {
  for (int zy = 0; zy < extent * extent; zy++) {
    const float *p = field + zy * extent * channels;
#define RUN(width) addRow(p + c, channels, extent, sums + c, width)
    CHANNEL_BLOCKS(RUN)
#undef RUN
  }
}

INLINE void addSquaresRow(const float *restrict p, int channels, int positions, const float *restrict mean, double *restrict sums,
                          const int width) {
  float row[16] = {0};
  for (int x = 0; x < positions; x++, p += channels)
    for (int k = 0; k < width; k++) row[k] += (p[k] - mean[k]) * (p[k] - mean[k]);
  for (int k = 0; k < width; k++) sums[k] += row[k];
}

/** sums[channel] += the sum of (value - mean[channel])^2 over extent^3 positions. */
EXPORT void addSquares(const float *field, int channels, int extent, const float *mean, double *sums) {
  for (int zy = 0; zy < extent * extent; zy++) {
    const float *p = field + zy * extent * channels;
#define RUN(width) addSquaresRow(p + c, channels, extent, mean + c, sums + c, width)
    CHANNEL_BLOCKS(RUN)
#undef RUN
  }
}

/** means = sums / terms; the sums are 0 then. */
EXPORT void takeMeans(double *sums, int count, int terms, float *means) {
  for (int i = 0; i < count; i++) {
    means[i] = (float)(sums[i] / terms);
    sums[i] = 0;
  }
}

INLINE void normalizeRow(float *restrict p, float *restrict q, int channels, int positions, const float *restrict mean,
                         const float *restrict inverse, const float *restrict scale, const float *restrict shift, float slope,
                         const int width) {
  for (int x = 0; x < positions; x++, p += channels, q += channels)
    for (int k = 0; k < width; k++) {
      float value = (p[k] - mean[k]) * inverse[k], a = scale[k] * value + shift[k];
      p[k] = value;
      q[k] = a > 0 ? a : a * slope;
    }
}

/**
 * normalized, in place: (value - mean) inverse; out = LeakyReLU(scale normalized + shift). All but the fields: one
 * number a channel.
 */
EXPORT void normalize(float *normalized, int channels, int extent, const float *mean, const float *inverse, const float *scale,
                      const float *shift, float *out, int outRow, int outPlane, float slope) {
  for (int z = 0; z < extent; z++)
    for (int y = 0; y < extent; y++) {
      float *p = COMPACT_ROW(normalized, z, y), *q = out + z * outPlane + y * outRow;
#define RUN(width) normalizeRow(p + c, q + c, channels, extent, mean + c, inverse + c, scale + c, shift + c, slope, width)
      CHANNEL_BLOCKS(RUN)
#undef RUN
    }
}

/** gradient = LeakyReLU'(output) upstream on extent^3 positions; `upstream` is compact. For any number of channels. */
EXPORT void leakyGradients(const float *upstream, const float *output, int outputRow, int outputPlane, float *gradient, int gradientRow,
                           int gradientPlane, int channels, int extent, float slope) {
  for (int z = 0; z < extent; z++)
    for (int y = 0; y < extent; y++) {
      const float *u = COMPACT_ROW(upstream, z, y), *a = output + z * outputPlane + y * outputRow;
      float *g = gradient + z * gradientPlane + y * gradientRow;
      for (int i = 0; i < extent * channels; i++) g[i] = a[i] > 0 ? u[i] : u[i] * slope;
    }
}

INLINE void addGradientRow(const float *restrict g, const float *restrict p, int channels, int positions, double *restrict sums,
                           double *restrict products, const int width) {
  float row[16] = {0}, product[16] = {0};
  for (int x = 0; x < positions; x++, g += channels, p += channels)
    for (int k = 0; k < width; k++) {
      row[k] += g[k];
      product[k] += g[k] * p[k];
    }
  for (int k = 0; k < width; k++) {
    sums[k] += row[k];
    products[k] += product[k];
  }
}

/**
 * sums[channel] += the sum of the gradient, sums[channels + channel] += that of gradient times normalized, over
 * `filled`^3 positions.
 */
EXPORT void addGradientSums(const float *gradient, int row, int plane, const float *normalized, int channels, int extent, int filled,
                            double *sums) {
  for (int z = 0; z < filled; z++)
    for (int y = 0; y < filled; y++) {
      const float *g = gradient + z * plane + y * row, *p = COMPACT_ROW(normalized, z, y);
#define RUN(width) addGradientRow(g + c, p + c, channels, filled, sums + c, sums + channels + c, width)
      CHANNEL_BLOCKS(RUN)
#undef RUN
    }
}

/** The first `inside` positions of a row have a gradient, the others 0. */
INLINE void normalizeGradientRow(float *restrict g, const float *restrict p, int channels, int positions, int inside,
                                 const float *restrict factor, const float *restrict mean, const float *restrict meanProduct,
                                 const int width) {
  for (int x = 0; x < inside; x++, g += channels, p += channels)
    for (int k = 0; k < width; k++) g[k] = factor[k] * (g[k] - mean[k] - p[k] * meanProduct[k]);
  for (int x = inside; x < positions; x++, g += channels, p += channels)
    for (int k = 0; k < width; k++) g[k] = factor[k] * (-mean[k] - p[k] * meanProduct[k]);
}

/**
 * From the gradient of scale normalized + shift to that of the values before they were normalised, in place: factor
 * (gradient - mean - normalized meanProduct), `factor` = scale inverse. The gradient counts as 0 outside of the first
 * `filled`^3 of extent^3 positions.
 */
EXPORT void normalizeGradient(float *gradient, int row, int plane, const float *normalized, int channels, int extent, int filled,
                              const float *factor, const float *mean, const float *meanProduct) {
  for (int z = 0; z < extent; z++)
    for (int y = 0; y < extent; y++) {
      float *g = gradient + z * plane + y * row;
      const float *p = COMPACT_ROW(normalized, z, y);
      const int inside = z < filled && y < filled ? filled : 0;
#define RUN(width) normalizeGradientRow(g + c, p + c, channels, extent, inside, factor + c, mean + c, meanProduct + c, width)
      CHANNEL_BLOCKS(RUN)
#undef RUN
    }
}
#undef COMPACT_ROW
#undef CHANNEL_BLOCKS
