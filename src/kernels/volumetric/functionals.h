// Means over the cell of functions of a density and its gradient, and histograms of both, from planes of z as they are
// read; what they are for stands in core/descriptors/functionals.ts. Derivatives are central differences of twelfth
// order, so a window of planes is kept, and the first ones for the period's end. Sums stand by planes and are added in
// their order, so that the bits do not depend on who read which planes, nor on vectors' widths.
#pragma once
#include "elementary.h"
#include "heap.h"

#define HALF 6             // points on either side that a derivative sees
#define EDGE (2 * HALF)    // planes at either end of a part that its neighbour's derivatives see
#define WINDOW (EDGE + 1)
#define MEANS 10           // nine functions, and the density itself
#define DENSITY_BINS 40
#define GRADIENT_BINS 20
#define NUMBERS (MEANS + 2 * DENSITY_BINS + GRADIENT_BINS)
#define SPREAD 4           // a value is spread over so many bins, from the one before its own
#define BLOCK 16
#define SUMS 8             // side by side, whatever the vectors' width

static const double STENCIL[HALF] = {6. / 7, -15. / 56, 5. / 63, -1. / 56, 1. / 385, -1. / 5544};
#define DENSITY_FLOOR 1e-4
#define LOWEST -6.907755278982137       // ln 1e-3
#define BINS_PER_LOG 3.8801225805124675 // 40 / ln(30 / 1e-3)
#define BINS_PER_GRADIENT 4.0           // 20 / 5
#define REDUCED 0.1616204596739955      // 1 / (2 (3 pi^2)^(1/3))

typedef struct {
  double means[MEANS][SUMS];
  // of every other point, since the next one often falls into the same bin
  double density[2][DENSITY_BINS][2 * SPREAD]; // by volume, by electrons
  double gradient[2][GRADIENT_BINS][SPREAD];
} PlaneSums;

static i64 planePoints(void) { return (i64)self->axes[0].points * self->axes[1].points; }

/** A plane that is still kept; `z` counts from the block's start. */
static double *planeAt(int z) {
  const Functionals *f = &self->functionals;
  const i64 size = planePoints();
  for (int part = 0; part < 2 && f->joined; part++) {
    const int from = part ? f->parted : 0, n = (part ? self->axes[2].points : f->parted) - from, at = z - from;
    if (at < 0 || at >= n) continue;
    return f->edges[part] + (n <= 2 * EDGE || at < EDGE ? at : 2 * EDGE - (n - at)) * size;
  }
  const int at = z - f->from;
  return f->planes + (f->whole || at < EDGE ? at : EDGE + (at - EDGE) % WINDOW) * size;
}

static int wrapped(int i, int n) { return (i % n + n) % n; }

// ---- one row
// ------------------------------------------------------------------------------------------------------------------------------

/** Derivatives along one axis of a row, from the rows (or the same row, shifted) ahead and behind. */
APART static void differentiate(int n, const double *const *ahead, const double *const *behind, double *restrict to) {
  int x = 0;
  for (; x + WIDTH <= n; x += WIDTH) {
    Doubles sum = splat(0);
    UNROLL
    for (int k = 0; k < HALF; k++) sum += splat(STENCIL[k]) * (load(ahead[k] + x) - load(behind[k] + x));
    store(to + x, sum);
  }
  for (; x < n; x++) {
    double sum = 0;
    for (int k = 0; k < HALF; k++) sum += STENCIL[k] * (ahead[k][x] - behind[k][x]);
    to[x] = sum;
  }
}

/** Squares of the gradient of a row, from differences along the three axes. */
APART static void squareGradients(int y, double *const *planes, double *restrict out) {
  const Functionals *f = &self->functionals;
  const int nx = self->axes[0].points, ny = self->axes[1].points;
  const double *row = planes[HALF] + (i64)y * nx;
  double *line = f->line + HALF, *dx = f->slopes, *dy = dx + nx, *dz = dy + nx;
  for (int i = 0; i < HALF; i++) line[-1 - i] = row[wrapped(-1 - i, nx)], line[nx + i] = row[i % nx];
  __builtin_memcpy(line, row, (u64)nx * 8);
  const double *plane = planes[HALF], *ahead[3][HALF], *behind[3][HALF];
  for (int k = 0; k < HALF; k++) {
    ahead[0][k] = line + k + 1, behind[0][k] = line - k - 1;
    ahead[1][k] = plane + (i64)wrapped(y + k + 1, ny) * nx, behind[1][k] = plane + (i64)wrapped(y - k - 1, ny) * nx;
    ahead[2][k] = planes[HALF + k + 1] + (i64)y * nx, behind[2][k] = planes[HALF - k - 1] + (i64)y * nx;
  }
  for (int axis = 0; axis < 3; axis++) differentiate(nx, ahead[axis], behind[axis], dx + (i64)axis * nx);
  const double *m = f->metric;
  for (int x = 0; x < nx; x++) {
    const double square = dx[x] * (m[0] * dx[x] + 2 * m[3] * dy[x] + 2 * m[4] * dz[x]) + dy[x] * (m[1] * dy[x] + 2 * m[5] * dz[x]) + m[2] * dz[x] * dz[x];
    out[x] = square > 0 ? square : 0;
  }
}

typedef struct {
  double density[BLOCK], logarithm[BLOCK], reduced[BLOCK], terms[MEANS][BLOCK];
} Points;

/** The functions at BLOCK points. */
APART static void evaluatePoints(const double *restrict rho, const double *restrict square, Points *restrict p) {
  double *restrict r = p->density, *restrict l = p->logarithm, cube[BLOCK];
  for (int i = 0; i < BLOCK; i++) r[i] = rho[i] > DENSITY_FLOOR ? rho[i] : DENSITY_FLOOR;
  for (int i = 0; i < BLOCK; i++) l[i] = logarithmOf(r[i]);
  for (int i = 0; i < BLOCK; i++) cube[i] = exponentialOf(l[i] * (1. / 3));
  for (int i = 0; i < BLOCK; i++) {
    const double c = cube[i], inverse = 1 / r[i], norm = __builtin_sqrt(square[i]), dirac = r[i] * c;
    const double small = c * c * inverse; // r^(-1/3)
    const double weizsaecker = square[i] * inverse, x = weizsaecker * inverse * small * small;
    p->terms[0][i] = dirac * c;
    p->terms[1][i] = dirac;
    p->terms[2][i] = weizsaecker;
    p->terms[3][i] = dirac * x / (1 + 0.1 * x);
    p->terms[4][i] = r[i] * __builtin_sqrt(r[i]);
    p->terms[5][i] = r[i] * r[i];
    p->terms[6][i] = c;
    p->terms[7][i] = -r[i] * l[i];
    p->terms[8][i] = norm;
    p->terms[9][i] = r[i];
    p->reduced[i] = REDUCED * norm * inverse * small;
  }
}

// A value is spread by a cubic B-spline. In each bin the four Bernstein polynomials of where values stand are summed; the
// spline's weights, of which none is negative, are taken from these sums at the end of a plane.

typedef double Four __attribute__((vector_size(32), aligned(8)));

INLINE Four loadFour(const double *p) { return *(const Four *)p; }
INLINE void storeFour(double *p, Four v) { *(Four *)p = v; }

/** u^3, u^2 t, u t^2, t^3 with u = 1 - t. */
INLINE Four bernstein(double t) {
  const double u = 1 - t, uu = u * u, tt = t * t;
  const Four squares = {uu, uu, tt, tt}, others = {u, t, u, t};
  return squares * others;
}

typedef struct {
  double within[BLOCK]; // 0 to 1
  int bin[BLOCK];
} Places;

/** Where values stand in `bins` bins, of which the first begins at -0.5; those beyond stand at the ends. */
INLINE void findPlaces(const double *restrict values, double from, double perUnit, int bins, Places *restrict out) {
  for (int i = 0; i < BLOCK; i++) {
    const double p = (values[i] - from) * perUnit - 0.5, low = p > 0 ? p : 0, place = low > bins - 1 ? bins - 1 : low;
    out->bin[i] = (int)place;
    out->within[i] = place - (double)out->bin[i];
  }
}

INLINE void addFour(double *to, Four v) { storeFour(to, loadFour(to) + v); }

APART static void countPoints(const Points *p, int count, PlaneSums *sums) {
  Places density, reduced;
  findPlaces(p->logarithm, LOWEST, BINS_PER_LOG, DENSITY_BINS, &density);
  findPlaces(p->reduced, 0, BINS_PER_GRADIENT, GRADIENT_BINS, &reduced);
  for (int i = 0; i < count; i++) {
    const double r = p->density[i];
    const Four electrons = {r, r, r, r}, weights = bernstein(density.within[i]);
    double *to = sums->density[i % 2][density.bin[i]];
    addFour(to, weights);
    addFour(to + SPREAD, weights * electrons);
    addFour(sums->gradient[i % 2][reduced.bin[i]], bernstein(reduced.within[i]) * electrons);
  }
}

APART static void addPoints(const Points *p, int count, PlaneSums *sums) {
  for (int m = 0; m < MEANS; m++) {
    if (count == BLOCK)
      for (int i = 0; i < BLOCK; i += SUMS)
        for (int j = 0; j < SUMS; j++) sums->means[m][j] += p->terms[m][i + j];
    else
      for (int i = 0; i < count; i++) sums->means[m][i % SUMS] += p->terms[m][i];
  }
  countPoints(p, count, sums);
}

// ---- planes
// -------------------------------------------------------------------------------------------------------------------------------

/** Adds to `out` what the values of one bin give to four; what would stand beside the first or last counts there. */
static void spreadBin(const double *even, const double *odd, int bin, int bins, double *out) {
  double b[SPREAD];
  for (int k = 0; k < SPREAD; k++) b[k] = even[k] + odd[k];
  const double weights[SPREAD] = {b[0], 4 * b[0] + 12 * b[1] + 6 * b[2] + b[3], b[0] + 6 * b[1] + 12 * b[2] + 4 * b[3], b[3]};
  for (int k = 0; k < SPREAD; k++) {
    const int at = bin + k - 1;
    out[at < 0 ? 0 : at > bins - 1 ? bins - 1 : at] += weights[k] * (1. / 6);
  }
}

static void writeSums(const PlaneSums *sums, double *out) {
  for (int i = 0; i < NUMBERS; i++) out[i] = 0;
  for (int m = 0; m < MEANS; m++)
    for (int j = 0; j < SUMS; j++) out[m] += sums->means[m][j];
  double *by = out + MEANS, *steep = by + 2 * DENSITY_BINS;
  for (int which = 0; which < 2; which++)
    for (int i = 0; i < DENSITY_BINS; i++)
      spreadBin(sums->density[0][i] + which * SPREAD, sums->density[1][i] + which * SPREAD, i, DENSITY_BINS, by + which * DENSITY_BINS);
  for (int i = 0; i < GRADIENT_BINS; i++) spreadBin(sums->gradient[0][i], sums->gradient[1][i], i, GRADIENT_BINS, steep);
}

/** Writes the sums of a plane whose neighbours are all kept. */
APART static void sumPlane(int z) {
  Functionals *f = &self->functionals;
  const int nx = self->axes[0].points, ny = self->axes[1].points, nz = self->axes[2].points;
  double *planes[WINDOW];
  for (int k = -HALF; k <= HALF; k++) planes[HALF + k] = planeAt(wrapped(z + k, nz));
  PlaneSums sums;
  __builtin_memset(&sums, 0, sizeof sums);
  for (int y = 0; y < ny; y++) {
    const double *row = planes[HALF] + (i64)y * nx;
    squareGradients(y, planes, f->squares);
    for (int x = 0; x < nx; x += BLOCK) {
      const int count = nx - x < BLOCK ? nx - x : BLOCK;
      Points points;
      double rho[BLOCK], squares[BLOCK];
      for (int i = 0; i < BLOCK; i++) rho[i] = i < count ? row[x + i] : 1, squares[i] = i < count ? f->squares[x + i] : 0;
      evaluatePoints(rho, squares, &points);
      addPoints(&points, count, &sums);
    }
  }
  writeSums(&sums, f->sums + (i64)NUMBERS * (z - f->from));
}

/** Takes a row of values as they are stored. */
static void takeRow(const double *v, i64 row) {
  Functionals *f = &self->functionals;
  const int nx = self->axes[0].points, ny = self->axes[1].points, z = (int)(row / ny), y = (int)(row % ny);
  double *to = planeAt(z) + (i64)y * nx;
  for (int x = 0; x < nx; x++) to[x] = v[x] * f->scale;
  if (y == ny - 1 && !f->whole && z - f->from >= EDGE) sumPlane(z - HALF);
}

/** Whether all neighbours of a plane were there when it was read. */
static int isSummed(int z) {
  const Functionals *f = &self->functionals;
  const int from = z < f->parted ? 0 : f->parted, to = z < f->parted ? f->parted : self->axes[2].points;
  return to - from > 2 * EDGE && z >= from + HALF && z < to - HALF;
}

/** Completes a block that was read in one go, or of which the parts are there. */
static void finishFunctionals(void) {
  Functionals *f = &self->functionals;
  const int nz = self->axes[2].points;
  for (int i = 0; i < NUMBERS; i++) f->totals[i] = 0;
  for (int z = 0; z < nz; z++) {
    if (!isSummed(z)) sumPlane(z);
    for (int i = 0; i < NUMBERS; i++) f->totals[i] += f->sums[(i64)NUMBERS * z + i];
  }
}

/** Room for `planes` of a part's two ends, or of the whole part where it has few. */
static int edgePlanes(int planes) { return planes <= 2 * EDGE ? planes : 2 * EDGE; }

/** The planes that a part's neighbours need, in order, from what is kept of it. */
static void gatherEdges(void) {
  const Functionals *f = &self->functionals;
  const i64 size = planePoints();
  double *to = f->edges[0];
  for (int i = 0; i < edgePlanes(f->count); i++) {
    const int at = f->whole || i < EDGE ? i : f->count - 2 * EDGE + i;
    __builtin_memcpy(to + i * size, planeAt(f->from + at), (u64)size * 8);
  }
}

/** `joined`: the block's two parts have been read elsewhere. */
static void prepareFunctionals(double scale, const double *metric, int joined) {
  Functionals *f = &self->functionals;
  const int nx = self->axes[0].points, ny = self->axes[1].points, nz = self->axes[2].points, first = (int)(self->secondPartRow / ny);
  __builtin_memset(f, 0, sizeof *f);
  f->scale = scale;
  __builtin_memcpy(f->metric, metric, sizeof f->metric);
  f->from = (int)(self->rowsDone / ny);
  f->count = (int)(self->remaining / (nx * (i64)ny));
  f->whole = f->count <= 2 * EDGE;
  f->joined = joined;
  f->parted = joined ? first : nz;
  const u64 size = (u64)planePoints();
  if (!joined) f->planes = takeDoubles(size * (u64)(f->whole ? f->count : EDGE + WINDOW));
  if (self->isPart || joined) f->edges[0] = takeDoubles(size * (u64)edgePlanes(joined ? first : f->count));
  if (joined) f->edges[1] = takeDoubles(size * (u64)edgePlanes(nz - first));
  f->sums = takeDoubles((u64)NUMBERS * (u64)nz);
  f->line = takeDoubles((u64)nx + EDGE);
  f->slopes = takeDoubles(3ull * (u64)nx);
  f->squares = takeDoubles((u64)nx);
  f->totals = takeDoubles(NUMBERS);
  f->on = !self->heapFailed;
}
