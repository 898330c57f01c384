// The marginal likelihood of a Gaussian process with a sum of kernels, and its derivatives
// (core/learning/gaussianProcess/likelihood.ts).
#pragma once
#include "inverse.h"

enum { LINEAR = 0, GAUSSIAN = 1 }; // a term's matrix holds products, or squared distances
#define STRETCH 64 // columns that are worked on together; behind a row's end stand zeros
#define MOST_TERMS 32
#define LEAST_EXPONENT -700.0

// Places are bytes from the start of this record.
typedef struct {
  int n, padded, terms;              // `padded`: n rounded up to a multiple of STRIP; the rest is as the identity
  unsigned matrices;                 // lower triangles row by row, each row in stretches: [stretch][term][STRETCH]
  unsigned weights;                  // [atoms, density][n], what a term's kernel is multiplied with on both sides
  unsigned targets;                  // [n]
  unsigned kernel, work;             // [padded][padded] each; `work` at least [padded][PANEL]
  unsigned alpha;                    // [padded]
  unsigned result;                   // value, derivative by the logarithm of each term's size, of each length, of the noise
  int form[MOST_TERMS], group[MOST_TERMS];
  double variance[MOST_TERMS], gamma[MOST_TERMS], noise; // of the current point: size², 1/(2 length²), noise²
} Likelihood;

INLINE double *at(Likelihood *own, unsigned place) { return (double *)((char *)own + place); }

// exp(a) for a <= 0: 2^k exp(a - k ln 2), the rest by its series to the last digits.
INLINE Vector exponential(Vector a) {
  const Vector shift = spread(6755399441055744.0); // 1.5 2^52: a whole number then stands in the last bits
  const Vector least = spread(LEAST_EXPONENT);
  const Whole low = (Whole)(a < least);
  const Vector within = (Vector)(((Whole)least & low) | ((Whole)a & ~low));
  const Vector shifted = within * 1.4426950408889634 + shift, k = shifted - shift;
  const Vector r = (within - k * 0.693147180369123816490) - k * 1.90821492927058770002e-10;
  const Vector r2 = r * r, r4 = r2 * r2;
  const Vector p0 = (r + 1) + r2 * (r * (1. / 6) + 0.5);
  const Vector p4 = (r * (1. / 120) + 1. / 24) + r2 * (r * (1. / 5040) + 1. / 720);
  const Vector p8 = (r * (1. / 362880) + 1. / 40320) + r2 * (r * (1. / 39916800) + 1. / 3628800);
  const Vector sum = p0 + r4 * (p4 + r4 * (p8 + r4 * (1. / 479001600)));
  return sum * (Vector)(((Whole)shifted + 1023) << 52);
}

// A term's kernel, before its weights.
INLINE Vector termValue(int form, Vector variance, Vector gamma, Vector m) {
  return form == LINEAR ? variance * m : variance * exponential(gamma * m);
}

// sum += a stretch of a term's kernel
INLINE void addTerm(int form, double variance, double gamma, const double *from, double *sum) {
  const Vector v = spread(variance), g = spread(-gamma);
  for (int k = 0; k < STRETCH; k += WHOLE)
    for (int lane = k; lane < k + WHOLE; lane += LANES) store(sum + lane, load(sum + lane) + termValue(form, v, g, load(from + lane)));
}

// The sums over a stretch of side times the term's kernel, and of that times m.
INLINE void sumTerm(int form, double variance, double gamma, const double *from, const double *side, double *plain, double *byLength) {
  const Vector v = spread(variance), g = spread(-gamma);
  Vector sums[2][WHOLE / LANES];
  for (int lane = 0; lane < WHOLE / LANES; lane++) sums[0][lane] = sums[1][lane] = spread(0);
  for (int k = 0; k < STRETCH; k += WHOLE)
    for (int lane = 0; lane < WHOLE / LANES; lane++) {
      const Vector m = load(from + k + lane * LANES);
      const Vector value = load(side + k + lane * LANES) * termValue(form, v, g, m);
      sums[0][lane] += value;
      if (form == GAUSSIAN) sums[1][lane] += value * m;
    }
  *plain += addParts(sums[0]);
  if (form == GAUSSIAN) *byLength += gamma * addParts(sums[1]);
}

static void fillKernel(Likelihood *own) {
  const int n = own->n, padded = own->padded;
  const double *from = at(own, own->matrices);
  for (int i = 0; i < padded; i++) {
    double *row = at(own, own->kernel) + (i64)i * padded;
    for (int j = 0; j < padded; j++) row[j] = 0;
    row[i] = 1;
    if (i >= n) continue;
    row[i] = 0;
    for (int j = 0; j <= i; j += STRETCH) {
      const int count = i + 1 - j < STRETCH ? i + 1 - j : STRETCH;
      double sums[2][STRETCH] = {{0}};
      for (int term = 0; term < own->terms; term++, from += STRETCH) {
        const double variance = own->variance[term], gamma = own->gamma[term];
        if (own->form[term] == GAUSSIAN) addTerm(GAUSSIAN, variance, gamma, from, sums[own->group[term]]);
        else addTerm(LINEAR, variance, gamma, from, sums[own->group[term]]);
      }
      for (int group = 0; group < 2; group++) {
        const double *w = at(own, own->weights) + group * n;
        for (int k = 0; k < count; k++) row[j + k] += w[i] * w[j + k] * sums[group][k];
      }
    }
    row[i] += own->noise;
  }
}

// alpha = K^-1 y by the factor; returns y^T alpha.
static double fitTargets(Likelihood *own) {
  const int n = own->n, padded = own->padded;
  const double *lower = at(own, own->kernel), *y = at(own, own->targets);
  double *alpha = at(own, own->alpha), square = 0;
  for (int i = 0; i < padded; i++) {
    const double *row = lower + (i64)i * padded;
    alpha[i] = i < n ? (y[i] - dotRows(row, alpha, i)) / row[i] : 0;
    square += alpha[i] * alpha[i];
  }
  for (int i = n - 1; i >= 0; i--) {
    const double *row = lower + (i64)i * padded;
    const double x = alpha[i] = alpha[i] / row[i];
    for (int j = 0; j < i; j++) alpha[j] -= x * row[j];
  }
  return square;
}

// `side`: by how much the sum changes with a term's kernel, before its weights, for both kinds of weights.
static void weighSides(Likelihood *own, int i, int j, int count, double side[2][STRETCH]) {
  const double *inverse = at(own, own->kernel) + (i64)i * own->padded + j, *alpha = at(own, own->alpha);
  double products[STRETCH];
  for (int k = 0; k < count; k++) products[k] = 2 * (inverse[k] - alpha[i] * alpha[j + k]);
  if (j + count == i + 1) products[count - 1] *= 0.5;
  for (int group = 0; group < 2; group++) {
    const double *w = at(own, own->weights) + group * own->n;
    for (int k = 0; k < STRETCH; k++) side[group][k] = k < count ? products[k] * w[i] * w[j + k] : 0;
  }
  if (j + count == i + 1) at(own, own->result)[1 + 2 * own->terms] += own->noise * products[count - 1];
}

static void addDerivatives(Likelihood *own) {
  double *size = at(own, own->result) + 1, *length = size + own->terms;
  const double *from = at(own, own->matrices);
  for (int i = 0; i < own->n; i++)
    for (int j = 0; j <= i; j += STRETCH) {
      const int count = i + 1 - j < STRETCH ? i + 1 - j : STRETCH;
      double sides[2][STRETCH];
      weighSides(own, i, j, count, sides);
      for (int term = 0; term < own->terms; term++, from += STRETCH) {
        const double *side = sides[own->group[term]];
        const double variance = own->variance[term], gamma = own->gamma[term];
        if (own->form[term] == GAUSSIAN) sumTerm(GAUSSIAN, variance, gamma, from, side, size + term, length + term);
        else sumTerm(LINEAR, variance, gamma, from, side, size + term, length + term);
      }
    }
}

// The kernel and its factor, of which the host takes the logarithm of the determinant; 0 where it is not positive
// definite.
EXPORT int factorKernel(Likelihood *own) {
  fillKernel(own);
  return factorMatrix(at(own, own->kernel), own->padded, at(own, own->work));
}

EXPORT void differentiate(Likelihood *own) {
  double *result = at(own, own->result);
  for (int i = 0; i < 2 + 2 * own->terms; i++) result[i] = 0;
  result[0] = fitTargets(own);
  invertFactor(at(own, own->kernel), own->padded, at(own, own->work));
  multiplyInverses(at(own, own->work), own->padded, at(own, own->kernel));
  addDerivatives(own);
}
