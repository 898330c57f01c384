// The loops that SOAP's time goes into: expansion coefficients of a centre's surroundings, their power spectrum, and
// products of such vectors.
// All numbers are doubles; the host says where everything stands.
#include "products.h"
#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))
#define MOST 16  // of n_max and l_max
#define TERMS 8  // of the polynomials in a cell of the radial table
#define BLOCK 8  // functions that are evaluated together

static double radial[(MOST + 1) * MOST + BLOCK];
static double angular[(MOST + 1) * (MOST + 1)];
static double sums[(MOST + 1) * (MOST + 1) * MOST];

// The polynomials of a cell, [term][function], rows of `width` (a multiple of BLOCK), at t.
static void evaluateRadial(const double *cell, int width, double t) {
  const Two x = {t, t};
  for (int at = 0; at < width; at += BLOCK) {
    const double *row = cell + (TERMS - 1) * width + at;
    Two a = load(row), b = load(row + 2), c = load(row + 4), d = load(row + 6);
    for (int term = TERMS - 2; term >= 0; term--) {
      row -= width;
      a = a * x + load(row);
      b = b * x + load(row + 2);
      c = c * x + load(row + 4);
      d = d * x + load(row + 6);
    }
    store(radial + at, a);
    store(radial + at + 2, b);
    store(radial + at + 4, c);
    store(radial + at + 6, d);
  }
}

// Real orthonormal harmonics of a direction, Y_lm at l² + l + m; the null vector has l = 0 alone. See
// core/math/realHarmonics.ts.
static void evaluateHarmonics(double x, double y, double z, int lMax, const double *factors) {
  if (x == 0 && y == 0 && z == 0) {
    for (int lm = 0; lm < (lMax + 1) * (lMax + 1); lm++) angular[lm] = 0;
    angular[0] = factors[0];
    return;
  }
  double cosine = 1, sine = 0, diagonal = 1;
  for (int m = 0; m <= lMax; m++) {
    double before = 0, value = diagonal;
    for (int l = m; l <= lMax; l++) {
      const int centre = l * l + l;
      angular[centre - m] = factors[centre - m] * value * sine;
      angular[centre + m] = factors[centre + m] * value * cosine;
      const double next = ((2 * l + 1) * z * value - (l + m) * before) / (l + 1 - m);
      before = value;
      value = next;
    }
    const double turned = cosine * x - sine * y;
    sine = cosine * y + sine * x;
    cosine = turned;
    diagonal *= 2 * m + 1;
  }
}

typedef struct {
  double x, y, z; // unit vector, or 0 on the centre
  double t;       // place in the cell, -1 to 1
  double weight;
  int32_t cell;   // address of the cell's coefficients
  int32_t unused;
} Neighbour;

// Adds the neighbours of one species, `out` [lm][n] from 0. `stride`: n_max rounded up to an even number, which the
// cells' rows go by too.
EXPORT void expand(const Neighbour *neighbours, int count, int lMax, int nMax, int stride, int width, const double *factors, double *out) {
  const int harmonics = (lMax + 1) * (lMax + 1);
  for (int at = 0; at < harmonics * stride; at++) sums[at] = 0;
  for (const Neighbour *one = neighbours; one < neighbours + count; one++) {
    evaluateRadial((const double *)(intptr_t)one->cell, width, one->t);
    evaluateHarmonics(one->x, one->y, one->z, lMax, factors);
    double *row = sums;
    for (int l = 0; l <= lMax; l++) {
      const double *functions = radial + l * stride;
      for (int lm = l * l; lm < (l + 1) * (l + 1); lm++, row += stride) {
        const double y = one->weight * angular[lm];
        const Two both = {y, y};
        for (int n = 0; n < stride; n += 2) store(row + n, load(row + n) + both * load(functions + n));
      }
    }
  }
  for (int lm = 0; lm < harmonics; lm++)
    for (int n = 0; n < nMax; n++) out[lm * nMax + n] = sums[lm * stride + n];
}

// factors[l] sum_m c1_nlm c2_n'lm, from n' = n on where `same`; returns how many numbers it wrote. What stands behind
// the last row is read, not used.
EXPORT int spectrum(const double *first, const double *second, int same, int lMax, int nMax, const double *factors, double *out) {
  double *place = out;
  for (int l = 0; l <= lMax; l++) {
    const Two factor = {factors[l], factors[l]};
    const double *rows = first + l * l * nMax, *others = second + l * l * nMax;
    const int count = 2 * l + 1;
    for (int n = 0; n < nMax; n++) {
      double line[MOST];
      for (int m = same ? n & ~1 : 0; m < nMax; m += 4) {
        Two a = {0, 0}, b = {0, 0};
        for (int k = 0; k < count; k++) {
          const double c = rows[k * nMax + n];
          const Two both = {c, c};
          a += both * load(others + k * nMax + m);
          b += both * load(others + k * nMax + m + 2);
        }
        a *= factor;
        b *= factor;
        for (int i = 0; i < 4 && m + i < nMax; i++) line[m + i] = i < 2 ? a[i] : b[i - 2];
      }
      for (int m = same ? n : 0; m < nMax; m++) *place++ = line[m];
    }
  }
  return place - out;
}

// out[i][j] = a_i . b_j over the parts both have: `parts` holds (start in a, start in b, length) of each.
EXPORT void products(const double *a, int rowsA, int widthA, const double *b, int rowsB, int widthB, const int32_t *parts, int count, double *out) {
  for (int i = 0; i < rowsA; i += 2)
    for (int j = 0; j < rowsB; j += 2) {
      const int nextA = i + 1 < rowsA ? widthA : 0, nextB = j + 1 < rowsB ? widthB : 0; // a row alone is taken twice
      double block[4] = {0, 0, 0, 0};
      for (int part = 0; part < count; part++) {
        const int32_t *p = parts + 3 * part;
        addProducts(a + i * widthA + p[0], nextA, b + j * widthB + p[1], nextB, p[2], block);
      }
      out[i * rowsB + j] = block[0];
      if (nextB) out[i * rowsB + j + 1] = block[1];
      if (nextA) out[(i + 1) * rowsB + j] = block[2];
      if (nextA && nextB) out[(i + 1) * rowsB + j + 1] = block[3];
    }
}
