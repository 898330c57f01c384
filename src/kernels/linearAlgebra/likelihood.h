// The marginal likelihood of a Gaussian process with a sum of kernels, and its derivatives
// (core/learning/gaussianProcess/likelihood.ts).
#pragma once
#include "inverse.h"

typedef __INT64_TYPE__ i64;
typedef __UINT64_TYPE__ u64;

EXPORT int factorCholesky(double *lower, int n);

enum { LINEAR = 0, GAUSSIAN = 1 }; // a term's matrix holds products, or squared distances
#define STRETCH 64 // columns that are worked on together
#define MOST_TERMS 32
#define LEAST_EXPONENT -700.0

typedef struct {
  int n, padded, terms; // `padded`: n rounded up to a multiple of four; the rest is as the identity
  const double *matrices;         // [term][n (n + 1)/2], lower triangles row by row
  const double *weights;          // [atoms, density][n], what a term's kernel is multiplied with on both sides
  const double *targets;
  double *kernel, *work, *alpha;  // [padded][padded] twice, [padded]
  double *result;                 // value, derivative by the logarithm of each term's size, of each length, of the noise
  int form[MOST_TERMS], group[MOST_TERMS];
  double variance[MOST_TERMS], gamma[MOST_TERMS], noise; // of the current point: size², 1/(2 length²), noise²
} Likelihood;

static Likelihood problem;

// exp(a) for a <= 0: 2^k exp(a - k ln 2), the rest by its series to the last digits.
INLINE double exponential(double a) {
  const double shift = 6755399441055744.0; // 1.5 2^52: a whole number then stands in the last bits
  const double within = a < LEAST_EXPONENT ? LEAST_EXPONENT : a;
  const double shifted = within * 1.4426950408889634 + shift, k = shifted - shift;
  const double r = (within - k * 0.693147180369123816490) - k * 1.90821492927058770002e-10;
  double sum = 1. / 479001600;
  sum = sum * r + 1. / 39916800;
  sum = sum * r + 1. / 3628800;
  sum = sum * r + 1. / 362880;
  sum = sum * r + 1. / 40320;
  sum = sum * r + 1. / 5040;
  sum = sum * r + 1. / 720;
  sum = sum * r + 1. / 120;
  sum = sum * r + 1. / 24;
  sum = sum * r + 1. / 6;
  sum = sum * r + 0.5;
  sum = sum * r + 1;
  sum = sum * r + 1;
  u64 bits;
  __builtin_memcpy(&bits, &shifted, 8);
  bits = (bits + 1023) << 52;
  double power;
  __builtin_memcpy(&power, &bits, 8);
  return sum * power;
}

// `count` values of a term's kernel, before its weights.
static void evaluateTerm(int term, const double *from, int count, double *to) {
  const double variance = problem.variance[term], gamma = -problem.gamma[term];
  if (problem.form[term] == LINEAR)
    for (int k = 0; k < count; k++) to[k] = variance * from[k];
  else
    for (int k = 0; k < count; k++) to[k] = variance * exponential(gamma * from[k]);
}

INLINE const double *stretchOf(int term, int i, int j) {
  const i64 size = (i64)problem.n * (problem.n + 1) / 2;
  return problem.matrices + term * size + (i64)i * (i + 1) / 2 + j;
}

static void fillKernel(void) {
  const int n = problem.n, padded = problem.padded;
  for (int i = 0; i < padded; i++) {
    double *row = problem.kernel + (i64)i * padded;
    for (int j = 0; j < padded; j++) row[j] = 0;
    row[i] = 1;
    if (i >= n) continue;
    row[i] = 0;
    for (int j = 0; j <= i; j += STRETCH) {
      const int count = i + 1 - j < STRETCH ? i + 1 - j : STRETCH;
      double sums[2][STRETCH] = {{0}}, values[STRETCH];
      for (int term = 0; term < problem.terms; term++) {
        double *sum = sums[problem.group[term]];
        evaluateTerm(term, stretchOf(term, i, j), count, values);
        for (int k = 0; k < count; k++) sum[k] += values[k];
      }
      for (int group = 0; group < 2; group++) {
        const double *w = problem.weights + group * n;
        for (int k = 0; k < count; k++) row[j + k] += w[i] * w[j + k] * sums[group][k];
      }
    }
    row[i] += problem.noise;
  }
}

// alpha = K^-1 y from the factor's inverse, y^T alpha and the logarithms of the factor's diagonal.
static double fitTargets(void) {
  const int n = problem.n, padded = problem.padded;
  double *alpha = problem.alpha, fitted[STRETCH];
  for (int i = 0; i < padded; i++) alpha[i] = 0;
  double square = 0;
  // L^-1 y, some entries at a time, then (L^-1)^T of it
  for (int from = 0; from < n; from += STRETCH) {
    const int count = n - from < STRETCH ? n - from : STRETCH;
    for (int k = 0; k < count; k++) fitted[k] = 0;
    for (int j = 0; j < from + count; j++) {
      const double *row = problem.work + (i64)j * padded + from, y = problem.targets[j];
      for (int k = 0; k < count; k++) fitted[k] += row[k] * y;
    }
    for (int k = 0; k < count; k++) square += fitted[k] * fitted[k];
    for (int j = 0; j < from + count; j++) alpha[j] += dotRows(problem.work + (i64)j * padded + from, fitted, count);
  }
  return square;
}

static void addDerivatives(void) {
  const int n = problem.n, padded = problem.padded, terms = problem.terms;
  double *size = problem.result + 1, *length = size + terms, *noise = length + terms;
  for (int i = 0; i < n; i++) {
    const double *inverse = problem.kernel + (i64)i * padded;
    for (int j = 0; j <= i; j += STRETCH) {
      const int count = i + 1 - j < STRETCH ? i + 1 - j : STRETCH;
      double sides[2][STRETCH], values[STRETCH], products[STRETCH];
      for (int k = 0; k < count; k++) products[k] = 2 * (inverse[j + k] - problem.alpha[i] * problem.alpha[j + k]);
      if (j + count == i + 1) products[count - 1] *= 0.5;
      if (j + count == i + 1) *noise += problem.noise * products[count - 1];
      for (int group = 0; group < 2; group++) {
        const double *w = problem.weights + group * n;
        for (int k = 0; k < count; k++) sides[group][k] = products[k] * w[i] * w[j + k];
      }
      for (int term = 0; term < terms; term++) {
        const double *from = stretchOf(term, i, j), *side = sides[problem.group[term]];
        evaluateTerm(term, from, count, values);
        for (int k = 0; k < count; k++) values[k] *= side[k];
        double sum = 0;
        for (int k = 0; k < count; k++) sum += values[k];
        size[term] += sum;
        if (problem.form[term] == GAUSSIAN) length[term] += problem.gamma[term] * dotRows(values, from, count);
      }
    }
  }
}

EXPORT Likelihood *likelihoodAt(void) { return &problem; }

// The kernel and its factor, of which the host takes the logarithm of the determinant; 0 where it is not positive
// definite.
EXPORT int factorKernel(void) {
  fillKernel();
  return factorCholesky(problem.kernel, problem.padded);
}

EXPORT void differentiate(void) {
  for (int i = 0; i < 2 + 2 * problem.terms; i++) problem.result[i] = 0;
  invertFactor(problem.kernel, problem.work, problem.padded);
  problem.result[0] = fitTargets();
  multiplyInverses(problem.work, problem.kernel, problem.padded);
  addDerivatives();
}
