// Scalar products of two rows with two others.
#pragma once

typedef double Two __attribute__((vector_size(16)));
typedef double UnalignedTwo __attribute__((vector_size(16), aligned(8)));

#define INLINE static inline __attribute__((always_inline))

INLINE Two load(const double *from) { return *(const UnalignedTwo *)from; }

INLINE void store(double *to, Two value) { *(UnalignedTwo *)to = value; }

// Adds to out[0..3] the products of (a, a + nextA) with (b, b + nextB), rows of `length`, in an order that depends on
// the length alone.
static void addProducts(const double *a, int nextA, const double *b, int nextB, int length, double *out) {
  Two s00 = {0, 0}, s01 = s00, s10 = s00, s11 = s00, t00 = s00, t01 = s00, t10 = s00, t11 = s00;
  const double *c = a + nextA, *d = b + nextB;
  int k = 0;
  for (; k + 4 <= length; k += 4) {
    const Two a0 = load(a + k), c0 = load(c + k), b0 = load(b + k), d0 = load(d + k);
    s00 += a0 * b0;
    s01 += a0 * d0;
    s10 += c0 * b0;
    s11 += c0 * d0;
    const Two a1 = load(a + k + 2), c1 = load(c + k + 2), b1 = load(b + k + 2), d1 = load(d + k + 2);
    t00 += a1 * b1;
    t01 += a1 * d1;
    t10 += c1 * b1;
    t11 += c1 * d1;
  }
  s00 += t00;
  s01 += t01;
  s10 += t10;
  s11 += t11;
  out[0] += s00[0] + s00[1];
  out[1] += s01[0] + s01[1];
  out[2] += s10[0] + s10[1];
  out[3] += s11[0] + s11[1];
  for (; k < length; k++) {
    out[0] += a[k] * b[k];
    out[1] += a[k] * d[k];
    out[2] += c[k] * b[k];
    out[3] += c[k] * d[k];
  }
}
