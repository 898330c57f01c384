// Dropout: each value's fate is a hash of the seed and its place in the whole field, so nothing is kept between forward
// and backward pass.
#include "vector.h"

/** Number `i` of splitmix32's stream. */
INLINE unsigned randomWord(unsigned seed, unsigned i) {
  unsigned word = seed + (i + 1) * 0x9e3779b9u;
  word = (word ^ word >> 16) * 0x21f0aaadu;
  word = (word ^ word >> 15) * 0x735a2d97u;
  return word ^ word >> 15;
}

/**
 * Sets the values whose 31-bit random number is below `threshold` to 0 and multiplies the others by `factor`, in place;
 * of values and of their gradients alike. extent^3 positions of a field that has size^3 of them as a whole; any number
 * of channels.
 */
EXPORT void dropout(float *field, int row, int plane, int channels, int extent, int size, int seed, int threshold, float factor) {
  for (int z = 0; z < extent; z++)
    for (int y = 0; y < extent; y++) {
      float *p = field + z * plane + y * row;
      const unsigned first = (unsigned)((z * size + y) * size * channels);
      for (int i = 0; i < extent * channels; i++)
        p[i] = (int)(randomWord((unsigned)seed, first + (unsigned)i) >> 1) < threshold ? 0 : p[i] * factor;
    }
}
