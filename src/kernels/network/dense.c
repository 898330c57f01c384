// Fully connected layers; weights [in][out].
#include "vector.h"

/** y[j] = LeakyReLU(bias[j] + sum_i x[i] weight[i][j]), n inputs, m outputs. */
EXPORT void dense(const float *x, int n, const float *weight, const float *bias, float *y, int m, float slope) {
  for (int j = 0; j < m; j++) y[j] = bias[j];
  for (int i = 0; i < n; i++) {
    const float *w = weight + i * m;
    int j = 0;
    for (; j + WIDTH <= m; j += WIDTH) store(y + j, multiplyAdd(splat(x[i]), load(w + j), load(y + j)));
    for (; j < m; j++) y[j] += x[i] * w[j];
  }
  for (int j = 0; j < m; j++) y[j] = y[j] > 0 ? y[j] : y[j] * slope;
}

/**
 * From dy (gradient of the output y, overwritten by the one before the activation) to weightGradient += x dy,
 * biasGradient += dy and dx = weight dy.
 */
EXPORT void denseGradient(const float *x, int n, const float *weight, const float *y, float *dy, int m, float slope, float *weightGradient,
                          float *biasGradient, float *dx) {
  for (int j = 0; j < m; j++) {
    if (y[j] <= 0) dy[j] *= slope;
    biasGradient[j] += dy[j];
  }
  for (int i = 0; i < n; i++) {
    const float *w = weight + i * m;
    float *g = weightGradient + i * m;
    Vector sums = splat(0);
    float sum = 0;
    int j = 0;
    for (; j + WIDTH <= m; j += WIDTH) {
      Vector d = load(dy + j);
      store(g + j, multiplyAdd(splat(x[i]), d, load(g + j)));
      sums = multiplyAdd(d, load(w + j), sums);
    }
    for (; j < m; j++) {
      g[j] += x[i] * dy[j];
      sum += dy[j] * w[j];
    }
    dx[i] = sum + sumOf(sums);
  }
}
