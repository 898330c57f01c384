// The pruned Fourier sum of spec section 2, over rows of x as they are parsed:
//   F(h, k, l) = sum over x, y, z of s(x, y, z) exp(-2 pi i (h x/NX + k y/NY + l z/NZ)),  0 <= h <= KX, |k| <= KY, |l| <= KZ.
// Rows go through x at once, planes through y when they are full, and every 8 planes are added to the sums over z: what is kept does not grow
// with NZ. Along x and y the symmetry of cosine and sine about 0 and, for even N, about N/4 is folded out first: a quarter of the products.
// Plain matrix products beat a fast transform here, since of N frequencies only a few are wanted.
#pragma once
#include "heap.h"

#define ROWS 4          // rows of one plane that share each load of the x tables
#define TILE 64         // columns of a plane whose folded sums stay in cache
#define PLANES 8        // planes added at once to the sums over z
#define X_VECTORS 3     // vectors of two frequencies in one pass over a row
#define Y_FREQUENCIES 4 // frequencies in one pass over a column

// An axis of N points. For even N the even and the odd frequencies (parity 0 and 1) see differently folded data; for odd N all are in parity 0.
typedef struct {
  int points, most, even, folded; // N, K, N even, length of the folded data
  int count[2];                   // frequencies of each parity
  double *turn;                   // cos and sin of 2 pi j/N, interleaved, from the host
  double *cosines[2], *sines[2];  // tables in the order in which the products read them
} Axis;

static Axis axes[3];

INLINE v128_t load(const double *p) { return wasm_v128_load(p); }
INLINE v128_t splat(const double *p) { return wasm_v128_load64_splat(p); }
INLINE void store(double *p, v128_t v) { wasm_v128_store(p, v); }
INLINE v128_t add(v128_t a, v128_t b) { return wasm_f64x2_add(a, b); }
INLINE v128_t sub(v128_t a, v128_t b) { return wasm_f64x2_sub(a, b); }
INLINE v128_t mul(v128_t a, v128_t b) { return wasm_f64x2_mul(a, b); }
INLINE v128_t swap(v128_t a) { return wasm_i64x2_shuffle(a, a, 1, 0); }

INLINE int frequency(const Axis *axis, int parity, int i) { return axis->even ? 2 * i + parity : i; }
INLINE int ceilDivide(int a, int b) { return (a + b - 1) / b; }

static void setAxis(int index, int points, int most) {
  Axis *axis = axes + index;
  axis->points = points;
  axis->most = most;
  axis->even = points % 2 == 0;
  axis->folded = axis->even ? points / 4 + 1 : (points + 1) / 2;
  axis->count[0] = axis->even ? most / 2 + 1 : most + 1;
  axis->count[1] = axis->even ? (most + 1) / 2 : 0;
  axis->turn = takeDoubles(2ull * (u64)points);
}

// [block of `width` frequencies][folded place][frequency], frequencies beyond the last repeated as harmless fillers.
static void fillTable(const Axis *axis, int parity, int first, int width, double *cosine, double *sine) {
  for (int place = 0; place < axis->folded; place++)
    for (int i = 0; i < width; i++) {
      const int j = (int)((i64)frequency(axis, parity, first + i) * place % axis->points);
      *cosine++ = axis->turn[2 * j];
      *sine++ = axis->turn[2 * j + 1];
    }
}

// Vectors of the next pass when `left` remain: threes, but 2 + 2 rather than 3 + 1.
INLINE int passVectors(int left) { return left == 4 ? 2 : left < X_VECTORS ? left : X_VECTORS; }

static void prepareRowTables(void) {
  Axis *axis = axes;
  for (int parity = 0; parity < 2; parity++) {
    const int vectors = ceilDivide(axis->count[parity], 2);
    const u64 size = 2ull * (u64)vectors * (u64)axis->folded;
    double *cosine = axis->cosines[parity] = takeDoubles(size), *sine = axis->sines[parity] = takeDoubles(size);
    if (heapFailed) return;
    for (int done = 0, pass; done < vectors; done += pass) {
      pass = passVectors(vectors - done);
      fillTable(axis, parity, 2 * done, 2 * pass, cosine, sine);
      cosine += 2 * pass * axis->folded;
      sine += 2 * pass * axis->folded;
    }
  }
}

static void prepareColumnTables(void) {
  Axis *axis = axes + 1;
  for (int parity = 0; parity < 2; parity++) {
    const int blocks = ceilDivide(axis->count[parity], Y_FREQUENCIES), size = Y_FREQUENCIES * axis->folded;
    axis->cosines[parity] = takeDoubles((u64)blocks * (u64)size);
    axis->sines[parity] = takeDoubles((u64)blocks * (u64)size);
    if (heapFailed) return;
    for (int b = 0; b < blocks; b++)
      fillTable(axis, parity, b * Y_FREQUENCIES, Y_FREQUENCIES, axis->cosines[parity] + b * size, axis->sines[parity] + b * size);
  }
}

// ---- x: rows ------------------------------------------------------------------------------------------------------------------------------

static double *rowFolds, *rowSums; // [even cos, even sin, odd cos, odd sin][ROWS][stride]
static int foldStride, rowSumStride;

// Even N: with a = f[x], b = f[N-x], c = f[N/2-x], d = f[N/2+x] the four sums that cosines and sines of even and odd frequencies multiply.
static void foldEvenRow(const double *f, int n, double *evenCos, double *evenSin, double *oddCos, double *oddSin) {
  const int half = n / 2, last = (half - 1) / 2;
  evenCos[0] = f[0] + f[half];
  oddCos[0] = f[0] - f[half];
  evenSin[0] = oddSin[0] = 0;
  int x = 1;
  for (; x + 1 <= last; x += 2) {
    const v128_t a = load(f + x), b = swap(load(f + n - x - 1)), c = swap(load(f + half - x - 1)), d = load(f + half + x);
    const v128_t outer = add(a, b), inner = add(c, d), outerOdd = sub(a, b), innerOdd = sub(c, d);
    store(evenCos + x, add(outer, inner));
    store(oddCos + x, sub(outer, inner));
    store(evenSin + x, sub(outerOdd, innerOdd));
    store(oddSin + x, add(outerOdd, innerOdd));
  }
  for (; x <= last; x++) {
    const double outer = f[x] + f[n - x], inner = f[half - x] + f[half + x];
    const double outerOdd = f[x] - f[n - x], innerOdd = f[half - x] - f[half + x];
    evenCos[x] = outer + inner;
    oddCos[x] = outer - inner;
    evenSin[x] = outerOdd - innerOdd;
    oddSin[x] = outerOdd + innerOdd;
  }
  if (half % 2 == 0) {
    x = half / 2;
    evenCos[x] = f[x] + f[n - x];
    oddSin[x] = f[x] - f[n - x];
    oddCos[x] = evenSin[x] = 0;
  }
}

static void foldOddRow(const double *f, int n, double *cosines, double *sines) {
  cosines[0] = f[0];
  sines[0] = 0;
  for (int x = 1; x < (n + 1) / 2; x++) {
    cosines[x] = f[x] + f[n - x];
    sines[x] = f[x] - f[n - x];
  }
}

// ROWS rows of folded data times a table of `vectors` vectors of frequencies.
INLINE void multiplyRows(const double *fold, int folded, const double *table, double *out, const int vectors) {
  v128_t sum[ROWS][X_VECTORS];
  for (int r = 0; r < ROWS; r++)
    for (int j = 0; j < vectors; j++) sum[r][j] = wasm_f64x2_splat(0);
  for (int x = 0; x < folded; x++, table += 2 * vectors) {
    v128_t t[X_VECTORS];
    for (int j = 0; j < vectors; j++) t[j] = load(table + 2 * j);
    for (int r = 0; r < ROWS; r++) {
      const v128_t s = splat(fold + r * foldStride + x);
      for (int j = 0; j < vectors; j++) sum[r][j] = add(sum[r][j], mul(s, t[j]));
    }
  }
  for (int r = 0; r < ROWS; r++)
    for (int j = 0; j < vectors; j++) store(out + r * rowSumStride + 2 * j, sum[r][j]);
}

static void multiplyRowTable(const double *fold, const double *table, double *out, int vectors) {
  const int folded = axes[0].folded;
  for (int done = 0, pass; done < vectors; done += pass) {
    pass = passVectors(vectors - done);
    if (pass == 3) multiplyRows(fold, folded, table, out + 2 * done, 3);
    else if (pass == 2) multiplyRows(fold, folded, table, out + 2 * done, 2);
    else multiplyRows(fold, folded, table, out + 2 * done, 1);
    table += 2 * pass * folded;
  }
}

// `rows` <= ROWS rows of values -> their KX + 1 complex frequencies, `stride` doubles apart.
static void transformRows(const double *values, int rows, double *out, int stride) {
  const Axis *axis = axes;
  const int n = axis->points, block = ROWS * foldStride, sums = ROWS * rowSumStride;
  for (int r = 0; r < rows; r++) {
    double *fold = rowFolds + r * foldStride;
    if (axis->even) foldEvenRow(values + (i64)r * n, n, fold, fold + block, fold + 2 * block, fold + 3 * block);
    else foldOddRow(values + (i64)r * n, n, fold, fold + block);
  }
  for (int parity = 0; parity < 2; parity++) {
    const int vectors = ceilDivide(axis->count[parity], 2);
    multiplyRowTable(rowFolds + 2 * parity * block, axis->cosines[parity], rowSums + 2 * parity * sums, vectors);
    multiplyRowTable(rowFolds + (2 * parity + 1) * block, axis->sines[parity], rowSums + (2 * parity + 1) * sums, vectors);
  }
  for (int r = 0; r < rows; r++)
    for (int parity = 0; parity < 2; parity++) {
      const double *cosine = rowSums + 2 * parity * sums + r * rowSumStride, *sine = cosine + sums;
      for (int i = 0; i < axis->count[parity]; i++) {
        const int h = frequency(axis, parity, i);
        out[r * stride + 2 * h] = cosine[i];
        out[r * stride + 2 * h + 1] = -sine[i];
      }
    }
}

// ---- y: the columns of a plane ------------------------------------------------------------------------------------------------------------

static double *plane;                       // [NY][planeStride]: rows after x
static double *columnFolds;                 // [4][folded][TILE]
static double *columnCosines, *columnSines; // [KY + 1][planeStride]
static int planeStride;

// Four (odd N: two) folded sums of TILE columns, as foldEvenRow and foldOddRow make them of a row.
static void foldColumns(const double *in, int width) {
  const Axis *axis = axes + 1;
  const int n = axis->points, half = n / 2, folded = axis->folded, block = folded * width;
  for (int y = 0; y < folded; y++) {
    double *evenCos = columnFolds + y * width, *evenSin = evenCos + block, *oddCos = evenSin + block, *oddSin = oddCos + block;
    const double *a = in + (i64)y * planeStride, *b = in + (i64)(n - y) * planeStride;
    const double *c = in + (i64)(half - y) * planeStride, *d = in + (i64)(half + y) * planeStride;
    for (int j = 0; j < width; j += 2) {
      const v128_t zero = wasm_f64x2_splat(0), va = load(a + j);
      if (!axis->even) {
        const v128_t vb = y == 0 ? zero : load(b + j);
        store(evenCos + j, add(va, vb));
        store(evenSin + j, y == 0 ? zero : sub(va, vb));
      } else if (y == 0) {
        const v128_t vd = load(d + j);
        store(evenCos + j, add(va, vd));
        store(oddCos + j, sub(va, vd));
        store(evenSin + j, zero);
        store(oddSin + j, zero);
      } else if (2 * y == half) {
        const v128_t vb = load(b + j);
        store(evenCos + j, add(va, vb));
        store(oddSin + j, sub(va, vb));
        store(evenSin + j, zero);
        store(oddCos + j, zero);
      } else {
        const v128_t vb = load(b + j), vc = load(c + j), vd = load(d + j);
        const v128_t outer = add(va, vb), inner = add(vc, vd), outerOdd = sub(va, vb), innerOdd = sub(vc, vd);
        store(evenCos + j, add(outer, inner));
        store(oddCos + j, sub(outer, inner));
        store(evenSin + j, sub(outerOdd, innerOdd));
        store(oddSin + j, add(outerOdd, innerOdd));
      }
    }
  }
}

// Four frequencies of four columns.
static void multiplyColumns(const double *fold, int width, const double *table, v128_t sum[Y_FREQUENCIES][2]) {
  for (int i = 0; i < Y_FREQUENCIES; i++) sum[i][0] = sum[i][1] = wasm_f64x2_splat(0);
  for (int y = 0; y < axes[1].folded; y++, table += Y_FREQUENCIES, fold += width) {
    const v128_t left = load(fold), right = load(fold + 2);
    for (int i = 0; i < Y_FREQUENCIES; i++) {
      const v128_t t = splat(table + i);
      sum[i][0] = add(sum[i][0], mul(t, left));
      sum[i][1] = add(sum[i][1], mul(t, right));
    }
  }
}

static void multiplyColumnTable(const double *fold, int width, int parity, const double *table, double *out) {
  const Axis *axis = axes + 1;
  for (int first = 0; first < axis->count[parity]; first += Y_FREQUENCIES, table += Y_FREQUENCIES * axis->folded)
    for (int j = 0; j < width; j += 4) {
      v128_t sum[Y_FREQUENCIES][2];
      multiplyColumns(fold + j, width, table, sum);
      for (int i = 0; i < Y_FREQUENCIES && first + i < axis->count[parity]; i++) {
        double *row = out + (i64)frequency(axis, parity, first + i) * planeStride + j;
        store(row, sum[i][0]);
        store(row + 2, sum[i][1]);
      }
    }
}

// Cosine and sine sums of complex columns -> the columns at +k and at -k.
static void combine(const double *cosine, const double *sine, int width, double *plus, double *minus) {
  for (int j = 0; j < width; j += 2) {
    const v128_t c = load(cosine + j), s = swap(load(sine + j)); // s: imaginary, real
    const v128_t turned = mul(s, wasm_f64x2_make(1, -1));
    store(minus + j, sub(c, turned));
    store(plus + j, add(c, turned)); // k = 0: both are the same numbers, since its sines are zero
  }
}

// The full plane -> [2 KY + 1][planeStride] at `out`.
static void transformPlane(double *out) {
  const Axis *axis = axes + 1;
  for (int first = 0; first < planeStride; first += TILE) {
    const int width = planeStride - first < TILE ? planeStride - first : TILE, block = axis->folded * width;
    foldColumns(plane + first, width);
    for (int parity = 0; parity < 2; parity++) {
      multiplyColumnTable(columnFolds + 2 * parity * block, width, parity, axis->cosines[parity], columnCosines + first);
      multiplyColumnTable(columnFolds + (2 * parity + 1) * block, width, parity, axis->sines[parity], columnSines + first);
    }
  }
  for (int k = 0; k <= axis->most; k++) {
    const i64 row = (i64)k * planeStride;
    combine(columnCosines + row, columnSines + row, planeStride, out + (axis->most + k) * (i64)planeStride,
            out + (axis->most - k) * (i64)planeStride);
  }
}

// ---- z: sums over planes ------------------------------------------------------------------------------------------------------------------

static double *planes;                // [PLANES][planeSize], the planes after y that wait
static double *zCosines, *zSines;     // [KZ + 1][planeSize], one behind the other
static double *earlierSums;           // the same of the block's first part
static double *coefficients;          // [2 KZ + 1][2 KY + 1][planeStride]
static int planeSize, firstPlane, waitingPlanes;

// Adds the waiting planes; a place in `planes` beyond them counts as zero.
static void addPlanes(void) {
  const Axis *axis = axes + 2;
  for (int b = waitingPlanes; b < PLANES; b++)
    for (int j = 0; j < planeSize; j += 2) store(planes + (i64)b * planeSize + j, wasm_f64x2_splat(0));
  for (int first = 0; first < planeSize; first += TILE) {
    const int stop = first + TILE < planeSize ? first + TILE : planeSize;
    for (int l = 0; l <= axis->most; l++) {
      v128_t cosine[PLANES], sine[PLANES];
      for (int b = 0; b < PLANES; b++) {
        const int j = (int)((i64)l * (firstPlane + b) % axis->points);
        cosine[b] = splat(axis->turn + 2 * j);
        sine[b] = splat(axis->turn + 2 * j + 1);
      }
      double *c = zCosines + (i64)l * planeSize, *s = zSines + (i64)l * planeSize;
      for (int j = first; j < stop; j += 2) {
        v128_t sumC = load(c + j), sumS = load(s + j);
        for (int b = 0; b < PLANES; b++) {
          const v128_t v = load(planes + (i64)b * planeSize + j);
          sumC = add(sumC, mul(v, cosine[b]));
          sumS = add(sumS, mul(v, sine[b]));
        }
        store(c + j, sumC);
        store(s + j, sumS);
      }
    }
  }
  firstPlane += waitingPlanes;
  waitingPlanes = 0;
}

// Sums over z are made in two parts, which are added at the end: so two threads can make one each, and one thread gets the same bits.
static u64 zSumsSize(void) { return 2ull * (u64)(axes[2].most + 1) * (u64)planeSize; }

static void startSecondPart(void) {
  for (u64 i = 0; i < zSumsSize(); i++) {
    earlierSums[i] = zCosines[i];
    zCosines[i] = 0;
  }
}

static void finishPlane(void) {
  transformPlane(planes + (i64)waitingPlanes * planeSize);
  if (++waitingPlanes == PLANES) addPlanes();
}

// Takes the memory and builds the tables; the host has filled every axis' `turn`.
static void prepareTransform(int startPlane) {
  const Axis *x = axes, *y = axes + 1, *z = axes + 2;
  foldStride = (x->folded + 1) & ~1;
  rowSumStride = x->most + 1 + 2 * X_VECTORS;
  planeStride = (2 * (x->most + 1) + 3) & ~3;
  planeSize = (2 * y->most + 1) * planeStride;
  prepareRowTables();
  prepareColumnTables();
  rowFolds = takeDoubles(4ull * ROWS * (u64)foldStride);
  rowSums = takeDoubles(4ull * ROWS * (u64)rowSumStride);
  plane = takeDoubles((u64)y->points * (u64)planeStride);
  columnFolds = takeDoubles(4ull * (u64)y->folded * TILE);
  columnCosines = takeDoubles((u64)(y->most + 1) * (u64)planeStride);
  columnSines = takeDoubles((u64)(y->most + 1) * (u64)planeStride);
  planes = takeDoubles((u64)PLANES * (u64)planeSize);
  const u64 sums = (u64)(z->most + 1) * (u64)planeSize;
  zCosines = takeDoubles(2 * sums);
  zSines = zCosines + sums;
  earlierSums = takeDoubles(2 * sums);
  coefficients = takeDoubles((u64)(2 * z->most + 1) * (u64)planeSize);
  if (heapFailed) return;
  for (u64 i = 0; i < 2 * sums; i++) zCosines[i] = earlierSums[i] = 0;
  for (u64 i = 0; i < (u64)y->points * (u64)planeStride; i++) plane[i] = 0; // the fillers at each row's end
  for (u64 i = 0; i < 4ull * ROWS * (u64)foldStride; i++) rowFolds[i] = 0;
  firstPlane = startPlane;
  waitingPlanes = 0;
}

static void finishTransform(void) {
  if (waitingPlanes > 0) addPlanes();
  for (u64 i = 0; i < zSumsSize(); i++) zCosines[i] = earlierSums[i] + zCosines[i];
  const int most = axes[2].most;
  for (int l = 0; l <= most; l++) {
    const i64 row = (i64)l * planeSize;
    combine(zCosines + row, zSines + row, planeSize, coefficients + (most + l) * (i64)planeSize, coefficients + (most - l) * (i64)planeSize);
  }
}
