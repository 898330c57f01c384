// Pairs of doubles, and products of rows.
#pragma once

#define EXPORT __attribute__((visibility("default")))
#define INLINE static inline __attribute__((always_inline))

typedef double Two __attribute__((vector_size(16)));
typedef double UnalignedTwo __attribute__((vector_size(16), aligned(8)));

INLINE Two load(const double *from) { return *(const UnalignedTwo *)from; }

INLINE double sumOf(Two a) { return a[0] + a[1]; }

static double dotRows(const double *a, const double *b, int count) {
  Two s = {0, 0}, t = s;
  int k = 0;
  for (; k + 4 <= count; k += 4) {
    s += load(a + k) * load(b + k);
    t += load(a + k + 2) * load(b + k + 2);
  }
  double sum = sumOf(s + t);
  for (; k < count; k++) sum += a[k] * b[k];
  return sum;
}

// Products of four rows of `a` with two of `b`, all `stride` apart, over `count` columns: out[row of a][row of b].
static void dotBlock(const double *a, const double *b, int stride, int count, double out[4][2]) {
  const double *p = a + stride, *q = p + stride, *r = q + stride, *f = b + stride;
  Two ae = {0, 0}, af = ae, pe = ae, pf = ae, qe = ae, qf = ae, re = ae, rf = ae;
  int k = 0;
  for (; k + 2 <= count; k += 2) {
    const Two x = load(b + k), y = load(f + k);
    const Two u = load(a + k), v = load(p + k), w = load(q + k), z = load(r + k);
    ae += u * x;
    af += u * y;
    pe += v * x;
    pf += v * y;
    qe += w * x;
    qf += w * y;
    re += z * x;
    rf += z * y;
  }
  const double sums[8] = {sumOf(ae), sumOf(af), sumOf(pe), sumOf(pf), sumOf(qe), sumOf(qf), sumOf(re), sumOf(rf)};
  const double *rows[4] = {a, p, q, r};
  for (int i = 0; i < 4; i++) {
    const int odd = k < count;
    out[i][0] = sums[2 * i] + (odd ? rows[i][k] * b[k] : 0);
    out[i][1] = sums[2 * i + 1] + (odd ? rows[i][k] * f[k] : 0);
  }
}
