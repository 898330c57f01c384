// LeakyReLU backwards, where no pool follows the convolution.
#include "vector.h"

/**
 * gradient = LeakyReLU'(activation) * upstream on extent^3 positions, and biasGradient += its sum over positions.
 * `upstream` is compact; `activation` (the forward output) and `gradient` have strides.
 */
EXPORT void activationGradient(const float *upstream, const float *activation, int activationRow, int activationPlane, float *gradient,
                               int gradientRow, int gradientPlane, int channels, int extent, float slope, float *biasGradient) {
  for (int z = 0; z < extent; z++)
    for (int y = 0; y < extent; y++) {
      const float *u = upstream + (z * extent + y) * extent * channels;
      const float *a = activation + z * activationPlane + y * activationRow;
      float *g = gradient + z * gradientPlane + y * gradientRow;
      for (int c = 0; c < channels; c += WIDTH) {
        Vector sum = load(biasGradient + c);
        for (int x = 0; x < extent * channels; x += channels) {
          Vector d = leakyGradient(load(u + x + c), load(a + x + c), splat(slope));
          store(g + x + c, d);
          sum += d;
        }
        store(biasGradient + c, sum);
      }
    }
}
