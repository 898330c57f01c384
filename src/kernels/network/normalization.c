// Batch normalisation of fields of any number of channels. `normalized` fields are compact; sums over batch and positions are in double
// precision, since there may be millions of terms. The loops run over neighbouring numbers, which is all a compiler needs.
#include "vector.h"

/** One row of `extent` positions of a compact field. */
#define ROW(field, z, y) ((field) + ((z) * extent + (y)) * extent * channels)

/** sums[channel] += the sum over extent^3 positions. */
EXPORT void addSums(const float *field, int channels, int extent, double *sums) {
  for (int position = 0; position < extent * extent * extent; position++)
    for (int c = 0; c < channels; c++) sums[c] += field[position * channels + c];
}

/** sums[channel] += the sum of (value - mean[channel])^2 over extent^3 positions. */
EXPORT void addSquares(const float *field, int channels, int extent, const float *mean, double *sums) {
  for (int position = 0; position < extent * extent * extent; position++)
    for (int c = 0; c < channels; c++) {
      double difference = (double)field[position * channels + c] - mean[c];
      sums[c] += difference * difference;
    }
}

/** means = sums / terms; the sums are 0 then. */
EXPORT void takeMeans(double *sums, int count, int terms, float *means) {
  for (int i = 0; i < count; i++) {
    means[i] = (float)(sums[i] / terms);
    sums[i] = 0;
  }
}

/** normalized, in place: (value - mean) inverse; out = LeakyReLU(scale normalized + shift). All but the fields: one number a channel. */
EXPORT void normalize(float *normalized, int channels, int extent, const float *mean, const float *inverse, const float *scale,
                      const float *shift, float *out, int outRow, int outPlane, float slope) {
  for (int z = 0; z < extent; z++)
    for (int y = 0; y < extent; y++) {
      float *p = ROW(normalized, z, y), *q = out + z * outPlane + y * outRow;
      for (int x = 0; x < extent; x++, p += channels, q += channels)
        for (int c = 0; c < channels; c++) {
          float value = (p[c] - mean[c]) * inverse[c], a = scale[c] * value + shift[c];
          p[c] = value;
          q[c] = a > 0 ? a : a * slope;
        }
    }
}

/** gradient = LeakyReLU'(output) upstream on extent^3 positions; `upstream` is compact. For any number of channels. */
EXPORT void leakyGradients(const float *upstream, const float *output, int outputRow, int outputPlane, float *gradient, int gradientRow,
                           int gradientPlane, int channels, int extent, float slope) {
  for (int z = 0; z < extent; z++)
    for (int y = 0; y < extent; y++) {
      const float *u = ROW(upstream, z, y), *a = output + z * outputPlane + y * outputRow;
      float *g = gradient + z * gradientPlane + y * gradientRow;
      for (int i = 0; i < extent * channels; i++) g[i] = a[i] > 0 ? u[i] : u[i] * slope;
    }
}

/** sums[channel] += the sum of the gradient, sums[channels + channel] += that of gradient times normalized, over `filled`^3 positions. */
EXPORT void addGradientSums(const float *gradient, int row, int plane, const float *normalized, int channels, int extent, int filled,
                            double *sums) {
  for (int z = 0; z < filled; z++)
    for (int y = 0; y < filled; y++) {
      const float *g = gradient + z * plane + y * row, *p = ROW(normalized, z, y);
      for (int x = 0; x < filled; x++, g += channels, p += channels)
        for (int c = 0; c < channels; c++) {
          sums[c] += g[c];
          sums[channels + c] += (double)g[c] * p[c];
        }
    }
}

/**
 * From the gradient of scale normalized + shift to that of the values before they were normalised, in place: factor (gradient - mean -
 * normalized meanProduct), `factor` = scale inverse. The gradient counts as 0 outside of the first `filled`^3 of extent^3 positions.
 */
EXPORT void normalizeGradient(float *gradient, int row, int plane, const float *normalized, int channels, int extent, int filled,
                              const float *factor, const float *mean, const float *meanProduct) {
  for (int z = 0; z < extent; z++)
    for (int y = 0; y < extent; y++) {
      float *g = gradient + z * plane + y * row;
      const float *p = ROW(normalized, z, y);
      const int inside = z < filled && y < filled ? filled : 0;
      for (int x = 0; x < extent; x++, g += channels, p += channels)
        for (int c = 0; c < channels; c++) g[c] = factor[c] * ((x < inside ? g[c] : 0) - mean[c] - p[c] * meanProduct[c]);
    }
}
#undef ROW
