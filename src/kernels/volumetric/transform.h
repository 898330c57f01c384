// The pruned Fourier sum of spec section 2, over rows of x as they are parsed:
//   F(h, k, l) = sum over x, y, z of s(x, y, z) exp(-2 pi i (h x/NX + k y/NY + l z/NZ)),  0 <= h <= KX, |k| <= KY, |l|
// <= KZ.
// Rows go through x at once, planes through y when they are full, and every 8 planes are added to the sums over z: what
// is kept does not grow with NZ. Plain matrix products beat a fast transform here, since of N frequencies only a few
// are wanted; before them the symmetries of cosine and sine are folded out of the data, which leaves a fifth of the
// products for N divisible by four.
#pragma once
#include "heap.h"

#define PLANES 8  // planes added at once to the sums over z
#define FOLD (2 * LANES) // a place of folded data: what cosines multiply, then what sines multiply

static void addClass(Axis *axis, int first, int step, int folded) {
  FrequencyClass *class = axis->class + axis->classes++;
  class->first = first;
  class->step = step;
  class->count = first > axis->most ? 0 : (axis->most - first) / step + 1;
  class->folded = folded;
}

APART static void setAxis(int index, int points, int most) {
  Axis *axis = self->axes + index;
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
  if (!self->heapFailed) __builtin_memset(zeros, 0, count * 8);
  return zeros;
}

// Where the count of frequencies is odd, the last pair repeats a frequency as a harmless filler.
static void fillTable(const Axis *axis, FrequencyClass *class) {
  class->table = takeDoubles(4ull * (u64)((class->count + 1) / 2) * (u64)class->folded);
  if (self->heapFailed) return;
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

// ---- folding
// ------------------------------------------------------------------------------------------------------------------------------

// Cosines are the same at j and N - j, sines opposite.
APART static void foldOdd(const Axis *axis, const double *in, int stride) {
  const int n = axis->points;
  double *to = axis->class[0].fold;
  for (int i = 0; i < LANES; i += WIDTH) store(to + i, load(in + i));
  for (int j = 1; j < axis->class[0].folded; j++) {
    const double *a = in + j * stride, *b = in + (n - j) * stride;
    for (int i = 0; i < LANES; i += WIDTH) {
      store(to + FOLD * j + i, load(a + i) + load(b + i));
      store(to + FOLD * j + LANES + i, load(a + i) - load(b + i));
    }
  }
}

// About N/4 they are even or odd by the frequency's parity.
APART static void foldEven(const Axis *axis, const double *in, int stride) {
  const int half = axis->points / 2;
  double *even = axis->even, *odd = axis->class[0].fold;
  const double *middle = in + half * stride;
  for (int i = 0; i < LANES; i += WIDTH) {
    store(even + i, load(in + i) + load(middle + i));
    store(odd + i, load(in + i) - load(middle + i));
  }
  const double *a = in + stride, *b = in + (axis->points - 1) * stride, *c = middle - stride, *d = middle + stride;
  for (int j = 1; 2 * j < half; j++, a += stride, b -= stride, c -= stride, d += stride) {
    even += FOLD;
    odd += FOLD;
    for (int i = 0; i < LANES; i += WIDTH) {
      const Doubles va = load(a + i), vb = load(b + i), vc = load(c + i), vd = load(d + i);
      const Doubles outer = va + vb, inner = vc + vd, outerOdd = va - vb, innerOdd = vc - vd;
      store(even + i, outer + inner);
      store(odd + i, outer - inner);
      store(even + LANES + i, outerOdd - innerOdd);
      store(odd + LANES + i, outerOdd + innerOdd);
    }
  }
  if (half % 2 == 0)
    for (int i = 0; i < LANES; i += WIDTH) {
      store(even + FOLD + i, load(a + i) + load(b + i));
      store(odd + FOLD + LANES + i, load(a + i) - load(b + i));
    }
}

// N divisible by four: the even frequencies are those of N/2 points, whose symmetry about N/8 is folded out once more.
APART static void foldAgain(const Axis *axis) {
  const int quarter = axis->points / 4;
  const double *a = axis->even, *b = a + FOLD * quarter;
  double *fours = axis->class[1].fold, *twos = axis->class[2].fold;
  for (int j = 0; 2 * j < quarter; j++, a += FOLD, b -= FOLD, fours += FOLD, twos += FOLD)
    for (int i = 0; i < LANES; i += WIDTH) {
      const Doubles cosA = load(a + i), cosB = load(b + i), sinA = load(a + LANES + i), sinB = load(b + LANES + i);
      store(fours + i, cosA + cosB);
      store(twos + i, cosA - cosB);
      store(fours + LANES + i, sinA - sinB);
      store(twos + LANES + i, sinA + sinB);
    }
  if (quarter % 2 == 0)
    for (int i = 0; i < LANES; i += WIDTH) {
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
  Doubles sum[4 * VECTORS];
  for (int i = 0; i < 4 * VECTORS; i++) sum[i] = splat(0);
  LOOP_AS_IT_IS
  for (int place = 0; place < folded; place++, fold += FOLD, table += 4) {
    Doubles line[2 * VECTORS];
    for (int i = 0; i < 2 * VECTORS; i++) line[i] = load(fold + WIDTH * i);
    for (int i = 0; i < 2; i++) {
      const Doubles cosine = splat(table[2 * i]), sine = splat(table[2 * i + 1]);
      for (int j = 0; j < VECTORS; j++) {
        sum[2 * VECTORS * i + j] += line[j] * cosine;
        sum[2 * VECTORS * i + VECTORS + j] += line[VECTORS + j] * sine;
      }
    }
  }
  for (int i = 0; i < 4 * VECTORS; i++) store(sums + WIDTH * i, sum[i]);
}

// ---- x: rows
// ------------------------------------------------------------------------------------------------------------------------------

// The gathered rows -> their KX + 1 complex frequencies, in the plane's rows from `y` on.
APART static void transformRows(int y) {
  const Axis *axis = self->axes;
  foldLines(axis, self->gathered, LANES);
  const int stride = self->planeStride;
  double *rows = self->plane + (i64)y * stride;
  for (const FrequencyClass *class = axis->class; class < axis->class + axis->classes; class++)
    for (int first = 0; first < class->count; first += 2) {
      double sums[2 * FOLD];
      multiplyPair(class->fold, class->folded, class->table + 2 * first * class->folded, sums);
      for (int i = 0; i < 2 && first + i < class->count; i++) {
        double *to = rows + 2 * (class->first + class->step * (first + i));
        for (int r = 0; r < LANES; r += 2) {
          const Pair cosine = loadPair(sums + FOLD * i + r), sine = -loadPair(sums + FOLD * i + LANES + r);
          storePair(to + r * stride, __builtin_shufflevector(cosine, sine, 0, 2));
          storePair(to + (r + 1) * stride, __builtin_shufflevector(cosine, sine, 1, 3));
        }
      }
    }
}

// ---- y: the columns of a plane
// ------------------------------------------------------------------------------------------------------------

// Cosine and sine sums of complex columns -> the columns at +k and at -k.
INLINE void combine(Doubles cosine, Doubles sine, double *plus, double *minus) {
  const Doubles turned = swap(sine) * (Doubles){SIGNS}; // imaginary, -real
  store(minus, cosine - turned);
  store(plus, cosine + turned); // k = 0: both are the same numbers, since its sines are zero
}

// The full plane -> [2 KY + 1][planeStride] at `out`; what is not wanted there is left as it was.
APART static void transformPlane(double *out) {
  const Axis *axis = self->axes + 1;
  double *origin = out + (i64)axis->most * self->planeStride;
  for (int column = 0; column < self->planeStride; column += LANES) {
    const int most = self->columnMost[column / LANES];
    foldLines(axis, self->plane + column, self->planeStride);
    for (const FrequencyClass *class = axis->class; class < axis->class + axis->classes; class++)
      for (int first = 0; first < class->count && class->first + class->step * first <= most; first += 2) {
        double sums[2 * FOLD];
        multiplyPair(class->fold, class->folded, class->table + 2 * first * class->folded, sums);
        for (int i = 0; i < 2 && first + i < class->count; i++) {
          const int k = class->first + class->step * (first + i);
          double *plus = origin + k * self->planeStride + column, *minus = origin - k * self->planeStride + column;
          for (int j = 0; j < LANES; j += WIDTH) combine(load(sums + FOLD * i + j), load(sums + FOLD * i + LANES + j), plus + j, minus + j);
        }
      }
  }
}

// ---- z: sums over planes
// ------------------------------------------------------------------------------------------------------------------

APART static void fillTurns(void) {
  const Axis *axis = self->axes + 2;
  double *to = self->zTurns;
  for (int l = 0; l <= axis->most; l++)
    for (int b = 0; b < PLANES; b++) {
      const int j = (int)((i64)l * (self->firstPlane + b) % axis->points);
      *to++ = axis->turn[2 * j];
      *to++ = axis->turn[2 * j + 1];
    }
}

// One row of every waiting plane, `width` doubles of it, into the sums of one frequency.
APART static void addRow(const double *row, const double *turns, double *cosines, double *sines, int width) {
  Doubles cosine[PLANES], sine[PLANES];
  for (int b = 0; b < PLANES; b++) {
    cosine[b] = splat(turns[2 * b]);
    sine[b] = splat(turns[2 * b + 1]);
  }
  const int size = self->planeSize;
  int j = 0;
  for (; j + WIDTH <= width; j += WIDTH) {
    Doubles sumC = load(cosines + j), sumS = load(sines + j);
    for (int b = 0; b < PLANES; b++) {
      const Doubles v = load(row + b * size + j);
      sumC += v * cosine[b];
      sumS += v * sine[b];
    }
    store(cosines + j, sumC);
    store(sines + j, sumS);
  }
  for (; j < width; j++) // what is not wanted stays zero
    for (int b = 0; b < PLANES; b++) {
      cosines[j] += row[b * size + j] * turns[2 * b];
      sines[j] += row[b * size + j] * turns[2 * b + 1];
    }
}

// Adds the waiting planes; a place in `planes` beyond them counts as zero.
APART static void addPlanes(void) {
  const int rows = 2 * self->axes[1].most + 1;
  __builtin_memset(self->planes + (i64)self->waitingPlanes * self->planeSize, 0, (u64)(PLANES - self->waitingPlanes) * (u64)self->planeSize * 8);
  fillTurns();
  for (int k = 0; k < rows; k++)
    for (int l = 0; l <= self->axes[2].most; l++) {
      const i64 row = k * self->planeStride, at = (i64)l * self->planeSize + row;
      addRow(self->planes + row, self->zTurns + 2 * PLANES * l, self->zCosines + at, self->zSines + at, 2 * self->reach[l * rows + k]);
    }
  self->firstPlane += self->waitingPlanes;
  self->waitingPlanes = 0;
}

// Sums over z are made in two parts, which are added at the end: so two threads can make one each, and one thread gets
// the same bits.
static u64 zSumsSize(void) { return 2ull * (u64)(self->axes[2].most + 1) * (u64)self->planeSize; }

static void startSecondPart(void) {
  __builtin_memcpy(self->earlierSums, self->zCosines, zSumsSize() * 8);
  __builtin_memset(self->zCosines, 0, zSumsSize() * 8);
}

static void finishPlane(void) {
  transformPlane(self->planes + (i64)self->waitingPlanes * self->planeSize);
  if (++self->waitingPlanes == PLANES) addPlanes();
}

static void takeWaves(int count, int reversed) {
  self->waveCount = count;
  self->wavesReversed = reversed;
  self->waves = (i32 *)takeDoubles(3ull * (u64)count / 2 + 1);
}

INLINE int magnitude(int i) { return i < 0 ? -i : i; }

// A wave as the coefficients hold it, with h >= 0: F(-g) is the conjugate of F(g).
INLINE void waveAt(int i, int *h, int *k, int *l) {
  const i32 *wave = self->waves + 3 * i;
  *h = wave[self->wavesReversed ? 2 : 0];
  *k = *h < 0 ? -wave[1] : wave[1];
  *l = *h < 0 ? -wave[self->wavesReversed ? 0 : 2] : wave[self->wavesReversed ? 0 : 2];
  *h = magnitude(*h);
}

APART static void prepareReach(void) {
  const int most = self->axes[1].most, rows = 2 * most + 1, count = (self->axes[2].most + 1) * rows;
  self->reach = (i32 *)takeDoubles((u64)count / 2 + 1);
  self->columnMost = (i32 *)takeDoubles((u64)self->planeStride / LANES / 2 + 1);
  if (self->heapFailed) return;
  for (int i = 0; i < count; i++) self->reach[i] = self->waveCount > 0 ? 0 : self->axes[0].most + 1;
  for (int i = 0; i < self->waveCount; i++) {
    int h, k, l;
    waveAt(i, &h, &k, &l);
    i32 *row = self->reach + magnitude(l) * rows + most + k;
    if (*row <= h) *row = h + 1;
  }
  for (int tile = 0; tile < self->planeStride / LANES; tile++) self->columnMost[tile] = -1;
  for (int i = 0; i < count; i++)
    for (int tile = 0; tile * LANES < 2 * self->reach[i]; tile++) {
      const int k = magnitude(i % rows - most);
      if (self->columnMost[tile] < k) self->columnMost[tile] = k;
    }
}

// |F|/divisor of every wanted wave.
APART static void findAmplitudes(double divisor) {
  for (int i = 0; i < self->waveCount; i++) {
    int h, k, l;
    waveAt(i, &h, &k, &l);
    const double *at = self->coefficients + (i64)(l + self->axes[2].most) * self->planeSize + (k + self->axes[1].most) * self->planeStride + 2 * h;
    const double square = at[0] * at[0] + at[1] * at[1];
    if (square > 1e-280 && square < 1e300) {
      self->amplitudes[i] = __builtin_sqrt(square) / divisor;
    } else { // squares leave the range of numbers
      const double re = __builtin_fabs(at[0]), im = __builtin_fabs(at[1]), larger = re > im ? re : im, smaller = re > im ? im : re;
      const double ratio = larger > 0 ? smaller / larger : 0;
      self->amplitudes[i] = larger * __builtin_sqrt(1 + ratio * ratio) / divisor;
    }
  }
}

// Takes the memory and builds the tables; the host has filled every axis' `turn`, and `waves`.
APART static void prepareTransform(int startPlane) {
  const Axis *x = self->axes, *y = self->axes + 1, *z = self->axes + 2;
  self->planeStride = (2 * (x->most + 1) + LANES - 1) / LANES * LANES;
  self->planeSize = (2 * y->most + 1) * self->planeStride;
  prepareAxis(self->axes);
  prepareAxis(self->axes + 1);
  prepareReach();
  self->plane = takeZeros((u64)(y->points + LANES - 1) * (u64)self->planeStride); // the fillers at each row's end stay zero
  self->planes = takeDoubles((u64)PLANES * (u64)self->planeSize);
  self->zTurns = takeDoubles(2ull * PLANES * (u64)(z->most + 1));
  const u64 sums = (u64)(z->most + 1) * (u64)self->planeSize;
  self->zCosines = takeZeros(2 * sums);
  self->zSines = self->zCosines + sums;
  self->earlierSums = takeZeros(2 * sums);
  self->coefficients = takeDoubles((u64)(2 * z->most + 1) * (u64)self->planeSize);
  self->amplitudes = takeDoubles((u64)self->waveCount);
  self->firstPlane = startPlane;
  self->waitingPlanes = 0;
}

APART static void finishTransform(void) {
  if (self->waitingPlanes > 0) addPlanes();
  const int most = self->axes[2].most, size = self->planeSize;
  const i64 toSines = self->zSines - self->zCosines;
  const Doubles points = splat((double)self->axes[0].points * self->axes[1].points * self->axes[2].points);
  for (int l = 0; l <= most; l++) {
    double *plus = self->coefficients + (most + l) * (i64)size, *minus = self->coefficients + (most - l) * (i64)size;
    const double *cosines = self->zCosines + (i64)l * size, *earlier = self->earlierSums + (i64)l * size;
    for (int j = 0; j < size; j += WIDTH) {
      const Doubles sine = load(earlier + toSines + j) + load(cosines + toSines + j);
      combine(load(earlier + j) + load(cosines + j), sine, plus + j, minus + j);
      store(plus + j, load(plus + j) / points);
      if (l > 0) store(minus + j, load(minus + j) / points);
    }
  }
}
