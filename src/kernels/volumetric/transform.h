// The pruned Fourier sum of spec section 2, over rows of x as they are parsed:
//   F(h, k, l) = sum over x, y, z of s(x, y, z) exp(-2 pi i (h x/NX + k y/NY + l z/NZ)),  0 <= h <= KX, |k| <= KY, |l| <= KZ.
// Rows go through x at once, planes through y when they are full, and every 8 planes are added to the sums over z: what is kept does not grow
// with NZ. Plain matrix products beat a fast transform here, since of N frequencies only a few are wanted; before them the symmetries of
// cosine and sine are folded out of the data, which leaves a fifth of the products for N divisible by four.
#pragma once
#include "heap.h"

#define LANES 4   // rows of x, or columns of a plane, that go through an axis together: two vectors
#define PLANES 8  // planes added at once to the sums over z
#define FOLD (2 * LANES) // a place of folded data: what cosines multiply, then what sines multiply

// Frequencies that see the data folded in the same way: first, first + step, ...
typedef struct {
  int first, step, count, folded; // `folded`: places of the folded data
  double *fold;                   // [folded][FOLD]
  double *table;                  // [pair of frequencies][folded][2]: cosine and sine
} FrequencyClass;

// An axis of N points and frequencies up to `most`. Odd N: one class; even N: odd frequencies, then even ones, which for N divisible by four
// are two classes, those divisible by four and the others.
typedef struct {
  int points, most, classes;
  double *turn; // cos and sin of 2 pi j/N, interleaved, from the host
  FrequencyClass class[3];
  double *even; // [N/4 + 1][FOLD], between the first fold and the second
} Axis;

static Axis axes[3];

INLINE v128_t load(const double *p) { return wasm_v128_load(p); }
INLINE v128_t splat(const double *p) { return wasm_v128_load64_splat(p); }
INLINE void store(double *p, v128_t v) { wasm_v128_store(p, v); }
INLINE v128_t add(v128_t a, v128_t b) { return wasm_f64x2_add(a, b); }
INLINE v128_t sub(v128_t a, v128_t b) { return wasm_f64x2_sub(a, b); }
INLINE v128_t mul(v128_t a, v128_t b) { return wasm_f64x2_mul(a, b); }
INLINE v128_t swap(v128_t a) { return wasm_i64x2_shuffle(a, a, 1, 0); }
INLINE v128_t firsts(v128_t a, v128_t b) { return wasm_i64x2_shuffle(a, b, 0, 2); }
INLINE v128_t seconds(v128_t a, v128_t b) { return wasm_i64x2_shuffle(a, b, 1, 3); }

static void addClass(Axis *axis, int first, int step, int folded) {
  FrequencyClass *class = axis->class + axis->classes++;
  class->first = first;
  class->step = step;
  class->count = first > axis->most ? 0 : (axis->most - first) / step + 1;
  class->folded = folded;
}

APART static void setAxis(int index, int points, int most) {
  Axis *axis = axes + index;
  axis->points = points;
  axis->most = most;
  axis->classes = 0;
  if (points % 2) addClass(axis, 0, 1, (points + 1) / 2);
  else addClass(axis, 1, 2, points / 4 + 1);
  if (points % 4 == 2) addClass(axis, 0, 2, points / 4 + 1);
  if (points % 4 == 0) {
    addClass(axis, 0, 4, points / 8 + 1);
    addClass(axis, 2, 4, points / 8 + 1);
  }
  axis->turn = takeDoubles(2ull * (u64)points);
}

static double *takeZeros(u64 count) {
  double *zeros = takeDoubles(count);
  if (!heapFailed) __builtin_memset(zeros, 0, count * 8);
  return zeros;
}

// Where the count of frequencies is odd, the last pair repeats a frequency as a harmless filler.
static void fillTable(const Axis *axis, FrequencyClass *class) {
  class->table = takeDoubles(4ull * (u64)((class->count + 1) / 2) * (u64)class->folded);
  if (heapFailed) return;
  double *to = class->table;
  for (int pair = 0; pair < class->count; pair += 2)
    for (int place = 0; place < class->folded; place++)
      for (int i = pair; i < pair + 2; i++) {
        const int j = (int)((i64)(class->first + class->step * i) * place % axis->points);
        *to++ = axis->turn[2 * j];
        *to++ = axis->turn[2 * j + 1];
      }
}

// Tables, and buffers whose places that stay zero are never written.
APART static void prepareAxis(Axis *axis) {
  for (int c = 0; c < axis->classes; c++) {
    axis->class[c].fold = takeZeros((u64)FOLD * (u64)axis->class[c].folded);
    fillTable(axis, axis->class + c);
  }
  axis->even = axis->points % 4 ? axis->class[axis->classes - 1].fold : takeZeros((u64)FOLD * (u64)(axis->points / 4 + 1));
}

// ---- folding ------------------------------------------------------------------------------------------------------------------------------

// Cosines are the same at j and N - j, sines opposite.
APART static void foldOdd(const Axis *axis, const double *in, int stride) {
  const int n = axis->points;
  double *to = axis->class[0].fold;
  for (int i = 0; i < LANES; i += 2) store(to + i, load(in + i));
  for (int j = 1; j < axis->class[0].folded; j++) {
    const double *a = in + j * stride, *b = in + (n - j) * stride;
    for (int i = 0; i < LANES; i += 2) {
      store(to + FOLD * j + i, add(load(a + i), load(b + i)));
      store(to + FOLD * j + LANES + i, sub(load(a + i), load(b + i)));
    }
  }
}

// About N/4 they are even or odd by the frequency's parity.
APART static void foldEven(const Axis *axis, const double *in, int stride) {
  const int half = axis->points / 2;
  double *even = axis->even, *odd = axis->class[0].fold;
  const double *middle = in + half * stride;
  for (int i = 0; i < LANES; i += 2) {
    store(even + i, add(load(in + i), load(middle + i)));
    store(odd + i, sub(load(in + i), load(middle + i)));
  }
  const double *a = in + stride, *b = in + (axis->points - 1) * stride, *c = middle - stride, *d = middle + stride;
  for (int j = 1; 2 * j < half; j++, a += stride, b -= stride, c -= stride, d += stride) {
    even += FOLD;
    odd += FOLD;
    for (int i = 0; i < LANES; i += 2) {
      const v128_t va = load(a + i), vb = load(b + i), vc = load(c + i), vd = load(d + i);
      const v128_t outer = add(va, vb), inner = add(vc, vd), outerOdd = sub(va, vb), innerOdd = sub(vc, vd);
      store(even + i, add(outer, inner));
      store(odd + i, sub(outer, inner));
      store(even + LANES + i, sub(outerOdd, innerOdd));
      store(odd + LANES + i, add(outerOdd, innerOdd));
    }
  }
  if (half % 2 == 0)
    for (int i = 0; i < LANES; i += 2) {
      store(even + FOLD + i, add(load(a + i), load(b + i)));
      store(odd + FOLD + LANES + i, sub(load(a + i), load(b + i)));
    }
}

// N divisible by four: the even frequencies are those of N/2 points, whose symmetry about N/8 is folded out once more.
APART static void foldAgain(const Axis *axis) {
  const int quarter = axis->points / 4;
  const double *a = axis->even, *b = a + FOLD * quarter;
  double *fours = axis->class[1].fold, *twos = axis->class[2].fold;
  for (int j = 0; 2 * j < quarter; j++, a += FOLD, b -= FOLD, fours += FOLD, twos += FOLD)
    for (int i = 0; i < LANES; i += 2) {
      const v128_t cosA = load(a + i), cosB = load(b + i), sinA = load(a + LANES + i), sinB = load(b + LANES + i);
      store(fours + i, add(cosA, cosB));
      store(twos + i, sub(cosA, cosB));
      store(fours + LANES + i, sub(sinA, sinB));
      store(twos + LANES + i, add(sinA, sinB));
    }
  if (quarter % 2 == 0)
    for (int i = 0; i < LANES; i += 2) {
      store(fours + i, load(a + i));
      store(twos + LANES + i, load(a + LANES + i));
    }
}

// LANES lines of an axis, their points `stride` doubles apart, into the axis' folds.
static void foldLines(const Axis *axis, const double *in, int stride) {
  if (axis->points % 2) foldOdd(axis, in, stride);
  else foldEven(axis, in, stride);
  if (axis->points % 4 == 0) foldAgain(axis);
}

// Cosine and sine sums of LANES folded lines for two frequencies: [frequency][cosines, sines][LANES].
APART static void multiplyPair(const double *fold, int folded, const double *table, double *sums) {
  v128_t sum[8];
  for (int i = 0; i < 8; i++) sum[i] = wasm_f64x2_const_splat(0);
#pragma clang loop unroll(disable)
  for (int place = 0; place < folded; place++, fold += FOLD, table += 4) {
    const v128_t c0 = load(fold), c1 = load(fold + 2), s0 = load(fold + 4), s1 = load(fold + 6);
    for (int i = 0; i < 2; i++) {
      const v128_t cosine = splat(table + 2 * i), sine = splat(table + 2 * i + 1);
      sum[4 * i] = add(sum[4 * i], mul(c0, cosine));
      sum[4 * i + 1] = add(sum[4 * i + 1], mul(c1, cosine));
      sum[4 * i + 2] = add(sum[4 * i + 2], mul(s0, sine));
      sum[4 * i + 3] = add(sum[4 * i + 3], mul(s1, sine));
    }
  }
  for (int i = 0; i < 8; i++) store(sums + 2 * i, sum[i]);
}

// ---- x: rows ------------------------------------------------------------------------------------------------------------------------------

static double *gathered; // [NX][LANES]: rows side by side
static double *plane;    // [NY + LANES - 1][planeStride]: rows after x; the last ones are never read
static int planeStride;

// The gathered rows -> their KX + 1 complex frequencies, in the plane's rows from `y` on.
APART static void transformRows(int y) {
  const Axis *axis = axes;
  foldLines(axis, gathered, LANES);
  double *rows = plane + (i64)y * planeStride;
  for (const FrequencyClass *class = axis->class; class < axis->class + axis->classes; class++)
    for (int first = 0; first < class->count; first += 2) {
      double sums[16];
      multiplyPair(class->fold, class->folded, class->table + 2 * first * class->folded, sums);
      for (int i = 0; i < 2 && first + i < class->count; i++) {
        double *to = rows + 2 * (class->first + class->step * (first + i));
        for (int r = 0; r < LANES; r += 2) {
          const v128_t cosine = load(sums + 8 * i + r), sine = wasm_f64x2_neg(load(sums + 8 * i + LANES + r));
          store(to + r * planeStride, firsts(cosine, sine));
          store(to + (r + 1) * planeStride, seconds(cosine, sine));
        }
      }
    }
}

// ---- y: the columns of a plane ------------------------------------------------------------------------------------------------------------

static i32 *reach;      // [KZ + 1][2 KY + 1]: how many h are wanted at |l| and k; the rest is left out
static i32 *columnMost; // [planeStride / LANES]: the largest |k| that is wanted in these columns

// Cosine and sine sums of complex columns -> the columns at +k and at -k.
INLINE void combine(v128_t cosine, v128_t sine, double *plus, double *minus) {
  const v128_t turned = mul(swap(sine), wasm_f64x2_const(1, -1)); // imaginary, -real
  store(minus, sub(cosine, turned));
  store(plus, add(cosine, turned)); // k = 0: both are the same numbers, since its sines are zero
}

// The full plane -> [2 KY + 1][planeStride] at `out`; what is not wanted there is left as it was.
APART static void transformPlane(double *out) {
  const Axis *axis = axes + 1;
  double *origin = out + (i64)axis->most * planeStride;
  for (int column = 0; column < planeStride; column += LANES) {
    const int most = columnMost[column / LANES];
    foldLines(axis, plane + column, planeStride);
    for (const FrequencyClass *class = axis->class; class < axis->class + axis->classes; class++)
      for (int first = 0; first < class->count && class->first + class->step * first <= most; first += 2) {
        double sums[16];
        multiplyPair(class->fold, class->folded, class->table + 2 * first * class->folded, sums);
        for (int i = 0; i < 2 && first + i < class->count; i++) {
          const int k = class->first + class->step * (first + i);
          double *plus = origin + k * planeStride + column, *minus = origin - k * planeStride + column;
          for (int j = 0; j < LANES; j += 2) combine(load(sums + 8 * i + j), load(sums + 8 * i + LANES + j), plus + j, minus + j);
        }
      }
  }
}

// ---- z: sums over planes ------------------------------------------------------------------------------------------------------------------

static double *planes;                // [PLANES][planeSize], the planes after y that wait
static double *zTurns;                // [KZ + 1][PLANES][2]: their cosines and sines
static double *zCosines, *zSines;     // [KZ + 1][planeSize], one behind the other
static double *earlierSums;           // the same of the block's first part
static double *coefficients;          // [2 KZ + 1][2 KY + 1][planeStride]
static int planeSize, firstPlane, waitingPlanes;

APART static void fillTurns(void) {
  const Axis *axis = axes + 2;
  double *to = zTurns;
  for (int l = 0; l <= axis->most; l++)
    for (int b = 0; b < PLANES; b++) {
      const int j = (int)((i64)l * (firstPlane + b) % axis->points);
      *to++ = axis->turn[2 * j];
      *to++ = axis->turn[2 * j + 1];
    }
}

// One row of every waiting plane, `width` doubles of it, into the sums of one frequency.
APART static void addRow(const double *row, const double *turns, double *cosines, double *sines, int width) {
  v128_t cosine[PLANES], sine[PLANES];
  for (int b = 0; b < PLANES; b++) {
    cosine[b] = splat(turns + 2 * b);
    sine[b] = splat(turns + 2 * b + 1);
  }
  for (int j = 0; j < width; j += 2) {
    v128_t sumC = load(cosines + j), sumS = load(sines + j);
    for (int b = 0; b < PLANES; b++) {
      const v128_t v = load(row + b * planeSize + j);
      sumC = add(sumC, mul(v, cosine[b]));
      sumS = add(sumS, mul(v, sine[b]));
    }
    store(cosines + j, sumC);
    store(sines + j, sumS);
  }
}

// Adds the waiting planes; a place in `planes` beyond them counts as zero.
APART static void addPlanes(void) {
  const int rows = 2 * axes[1].most + 1;
  __builtin_memset(planes + (i64)waitingPlanes * planeSize, 0, (u64)(PLANES - waitingPlanes) * (u64)planeSize * 8);
  fillTurns();
  for (int k = 0; k < rows; k++)
    for (int l = 0; l <= axes[2].most; l++) {
      const i64 at = (i64)l * planeSize + k * planeStride;
      addRow(planes + k * planeStride, zTurns + 2 * PLANES * l, zCosines + at, zSines + at, 2 * reach[l * rows + k]);
    }
  firstPlane += waitingPlanes;
  waitingPlanes = 0;
}

// Sums over z are made in two parts, which are added at the end: so two threads can make one each, and one thread gets the same bits.
static u64 zSumsSize(void) { return 2ull * (u64)(axes[2].most + 1) * (u64)planeSize; }

static void startSecondPart(void) {
  __builtin_memcpy(earlierSums, zCosines, zSumsSize() * 8);
  __builtin_memset(zCosines, 0, zSumsSize() * 8);
}

static void finishPlane(void) {
  transformPlane(planes + (i64)waitingPlanes * planeSize);
  if (++waitingPlanes == PLANES) addPlanes();
}

static i32 *waves;      // h, k, l of each that is wanted, from the host; none: all of the box
static int waveCount;
static int wavesReversed; // they are l, k, h
static double *amplitudes;

static void takeWaves(int count, int reversed) {
  waveCount = count;
  wavesReversed = reversed;
  waves = (i32 *)takeDoubles(3ull * (u64)count / 2 + 1);
}

INLINE int magnitude(int i) { return i < 0 ? -i : i; }

// A wave as the coefficients hold it, with h >= 0: F(-g) is the conjugate of F(g).
INLINE void waveAt(int i, int *h, int *k, int *l) {
  const i32 *wave = waves + 3 * i;
  *h = wave[wavesReversed ? 2 : 0];
  *k = *h < 0 ? -wave[1] : wave[1];
  *l = *h < 0 ? -wave[wavesReversed ? 0 : 2] : wave[wavesReversed ? 0 : 2];
  *h = magnitude(*h);
}

APART static void prepareReach(void) {
  const int most = axes[1].most, rows = 2 * most + 1, count = (axes[2].most + 1) * rows;
  reach = (i32 *)takeDoubles((u64)count / 2 + 1);
  columnMost = (i32 *)takeDoubles((u64)planeStride / LANES / 2 + 1);
  if (heapFailed) return;
  for (int i = 0; i < count; i++) reach[i] = waveCount > 0 ? 0 : axes[0].most + 1;
  for (int i = 0; i < waveCount; i++) {
    int h, k, l;
    waveAt(i, &h, &k, &l);
    i32 *row = reach + magnitude(l) * rows + most + k;
    if (*row <= h) *row = h + 1;
  }
  for (int tile = 0; tile < planeStride / LANES; tile++) columnMost[tile] = -1;
  for (int i = 0; i < count; i++)
    for (int tile = 0; tile * LANES < 2 * reach[i]; tile++) {
      const int k = magnitude(i % rows - most);
      if (columnMost[tile] < k) columnMost[tile] = k;
    }
}

// |F|/divisor of every wanted wave.
APART static void findAmplitudes(double divisor) {
  for (int i = 0; i < waveCount; i++) {
    int h, k, l;
    waveAt(i, &h, &k, &l);
    const double *at = coefficients + (i64)(l + axes[2].most) * planeSize + (k + axes[1].most) * planeStride + 2 * h;
    const double square = at[0] * at[0] + at[1] * at[1];
    if (square > 1e-280 && square < 1e300) {
      amplitudes[i] = __builtin_sqrt(square) / divisor;
    } else { // squares leave the range of numbers
      const double re = __builtin_fabs(at[0]), im = __builtin_fabs(at[1]), larger = re > im ? re : im, smaller = re > im ? im : re;
      const double ratio = larger > 0 ? smaller / larger : 0;
      amplitudes[i] = larger * __builtin_sqrt(1 + ratio * ratio) / divisor;
    }
  }
}

// Takes the memory and builds the tables; the host has filled every axis' `turn`, and `waves`.
APART static void prepareTransform(int startPlane) {
  const Axis *x = axes, *y = axes + 1, *z = axes + 2;
  planeStride = (2 * (x->most + 1) + LANES - 1) / LANES * LANES;
  planeSize = (2 * y->most + 1) * planeStride;
  prepareAxis(axes);
  prepareAxis(axes + 1);
  prepareReach();
  plane = takeZeros((u64)(y->points + LANES - 1) * (u64)planeStride); // the fillers at each row's end stay zero
  planes = takeDoubles((u64)PLANES * (u64)planeSize);
  zTurns = takeDoubles(2ull * PLANES * (u64)(z->most + 1));
  const u64 sums = (u64)(z->most + 1) * (u64)planeSize;
  zCosines = takeZeros(2 * sums);
  zSines = zCosines + sums;
  earlierSums = takeZeros(2 * sums);
  coefficients = takeDoubles((u64)(2 * z->most + 1) * (u64)planeSize);
  amplitudes = takeDoubles((u64)waveCount);
  firstPlane = startPlane;
  waitingPlanes = 0;
}

APART static void finishTransform(void) {
  if (waitingPlanes > 0) addPlanes();
  const int most = axes[2].most;
  const v128_t points = wasm_f64x2_splat((double)axes[0].points * axes[1].points * axes[2].points);
  for (int l = 0; l <= most; l++) {
    double *plus = coefficients + (most + l) * (i64)planeSize, *minus = coefficients + (most - l) * (i64)planeSize;
    for (int j = 0; j < planeSize; j += 2) {
      const i64 at = (i64)l * planeSize + j;
      combine(add(load(earlierSums + at), load(zCosines + at)), add(load(earlierSums + (zSines - zCosines) + at), load(zSines + at)), plus + j, minus + j);
      store(plus + j, wasm_f64x2_div(load(plus + j), points));
      if (l > 0) store(minus + j, wasm_f64x2_div(load(minus + j), points));
    }
  }
}
