// Text of a volumetric file -> facts of one block and its low Fourier coefficients, chunk by chunk. One instance reads
// one file.
#include "columns.h"
#include "functionals.h"
#include "heap.h"
#include "numbers.h"
#include "rows.h"
#include "transform.h"

#define FRONT 64        // bytes before the input that vectors may touch
#define BEHIND 64       // and behind it
#define BATCH 2048      // values between two looks at the rows
#define OVERSHOOT 64    // lines of columns beyond a batch

enum { FEED_HUNGRY, FEED_DONE, FEED_UNREADABLE, FEED_MEMORY };

EXPORT double *reportAt(void) { return &self->report.sum; }
EXPORT double *zSumsAt(void) { return self->zCosines; }
EXPORT double *earlierSumsAt(void) { return self->earlierSums; }
EXPORT int zSumsLength(void) { return self->transforming ? (int)zSumsSize() : 0; }
EXPORT float *keptAt(void) { return self->kept; }
EXPORT int patternOf(int what) {
  const Columns *c = &self->pattern;
  return what == 0 ? c->width : what == 1 ? c->columns : what == 2 ? c->lineBytes : c->start;
}
EXPORT double *turnAt(int axis) { return self->axes[axis].turn; }
EXPORT double *coefficientsAt(void) { return self->coefficients; }
EXPORT i32 *wavesAt(void) { return self->waves; }
EXPORT int coefficientStride(void) { return self->planeStride; }
EXPORT u8 *inputAt(void) { return heapPlace(self->inputPlace) + FRONT + TOKEN_LIMIT; }
EXPORT const u8 *unreadableAt(void) { return self->stoppedAt; }

// Takes the input buffer for chunks of at most `capacity` bytes.
EXPORT int open(int capacity) {
  heapRelease(heapStart());
  prepareColumns();
  const u64 bytes = FRONT + TOKEN_LIMIT + (u64)capacity + BEHIND;
  self->inputPlace = heapMark();
  self->inputCapacity = capacity;
  takeDoubles(bytes / 8 + 8);
  self->blockMark = heapMark();
  return !self->heapFailed;
}

// Planes of the first part: a multiple of PLANES, so that the same planes are added at once whoever reads them.
EXPORT int firstPartPlanes(int nz) { return nz < 2 * PLANES ? nz : (nz / 2 + PLANES - 1) / PLANES * PLANES; }

// Starts a block (part 0), or one part of it (1, 2), whose first byte is at `offset`, in a line `line` that began at
// `start`. The host then fills turnAt(0..2) and wavesAt() with `count` waves, whose indices may be `reversed`, and
// calls `prepare`. With `keep` > 0, so many values of a call (besides those that waited before it) are kept as floats,
// times `scale`, for `takeKept`.
EXPORT int begin(int nx, int ny, int nz, int kx, int ky, int kz, int transform, int part, double offset, double line, double start, int count,
                 int reversed, int keep, double scale) {
  heapRelease(self->blockMark);
  __builtin_memset(&self->report, 0, sizeof self->report);
  self->report.minimum = __builtin_inf();
  self->report.maximum = -__builtin_inf();
  self->chunkOffset = (i64)offset;
  self->lineNumber = (i64)line;
  self->lineStart = (i64)start;
  self->report.consumed = offset;
  self->report.line = line;
  self->report.lineStart = start;
  self->carried = self->held = self->patternTries = 0;
  self->pattern.width = 0;
  self->isPart = part != 0;
  const int from = part == 2 ? firstPartPlanes(nz) : 0, to = part == 1 ? firstPartPlanes(nz) : nz;
  self->rowsDone = (i64)from * ny;
  self->secondPartRow = (i64)firstPartPlanes(nz) * ny;
  self->remaining = (i64)nx * ny * (to - from);
  self->transforming = transform;
  setAxis(0, nx, kx);
  setAxis(1, ny, ky);
  setAxis(2, nz, kz);
  self->valueCapacity = (BATCH + LANES * nx - 1) / (LANES * nx) * LANES * nx; // whole groups of rows, so that little is left over
  self->values = takeDoubles((u64)self->valueCapacity + OVERSHOOT);
  self->gathered = takeDoubles((u64)LANES * (u64)(nx + 1));
  self->functionals.on = 0;
  takeWaves(count, reversed);
  self->keptCount = 0;
  self->keepScale = scale;
  self->keepCapacity = keep > 0 ? (i64)keep + self->valueCapacity + OVERSHOOT + TOKEN_LIMIT : 0;
  self->kept = keep > 0 ? (float *)takeDoubles((u64)self->keepCapacity / 2 + 1) : 0;
  return !self->heapFailed;
}

EXPORT int prepare(void) {
  if (self->transforming) prepareTransform((int)(self->rowsDone / self->axes[1].points));
  return !self->heapFailed;
}

// After `begin` and `prepare`: the block's functionals are wanted. Stored value times `scale` is the density; the
// metric is that of differences by points.
// `joined`: both parts are read elsewhere, and the host fills edgesAt(0..1) and planeSumsAt() before `finishParts`.
EXPORT int wantFunctionals(double scale, double xx, double yy, double zz, double xy, double xz, double yz, int joined) {
  const double metric[6] = {xx, yy, zz, xy, xz, yz};
  prepareFunctionals(scale, metric, joined);
  return !self->heapFailed;
}

// Sums over all points of a complete block, NUMBERS of them; the same of a complete part, plane by plane, and the
// planes at its ends.
EXPORT double *functionalsAt(void) { return self->functionals.totals; }
EXPORT double *planeSumsAt(void) { return self->functionals.sums; }
EXPORT double *edgesAt(int part) {
  if (self->isPart) gatherEdges();
  return self->functionals.edges[part];
}
EXPORT int planesRead(void) { return self->functionals.count; }
EXPORT int edgeLength(void) { return edgePlanes(self->functionals.count) * (int)planePoints(); }

// Both parts have been read elsewhere, and the host has filled zSumsAt() from the second and earlierSumsAt() from the
// first.
EXPORT void finishParts(void) {
  self->waitingPlanes = 0;
  if (self->transforming) finishTransform();
  if (self->functionals.on) finishFunctionals();
}

// ---- facts
// --------------------------------------------------------------------------------------------------------------------------------

// The sum of a row with values that are not numbers.
APART static double noteDamagedRow(const double *row, int n) {
  double sums[2] = {0, 0};
  for (int x = 0; x < n; x++) {
    if (row[x] - row[x] != 0) continue;
    sums[x % 2] += row[x];
    self->report.finite++;
    if (row[x] < self->report.minimum) self->report.minimum = row[x];
    if (row[x] > self->report.maximum) self->report.maximum = row[x];
  }
  return sums[0] + sums[1];
}

// Puts `rows` <= LANES rows side by side and notes their facts. A row's even places are summed, then its odd ones: that
// depends on the row alone, so that the same file gives the same bits however it is cut into chunks, and for vectors of
// any width.
APART static void gatherRows(const double *v, int rows) {
  const int n = self->axes[0].points;
  const double *row[LANES];
  for (int r = 0; r < LANES; r++) row[r] = v + (i64)(r < rows ? r : rows - 1) * n;
  double total[LANES], least, most, check = 0;
  sumRows(row, n, self->gathered, total, &least, &most);
  for (int r = 0; r < LANES; r++) check += total[r];
  const int clean = check - check == 0;
  for (int r = 0; r < rows; r++) self->report.sum += clean ? total[r] : noteDamagedRow(row[r], n);
  if (!clean) return;
  self->report.finite += (double)rows * n;
  if (least < self->report.minimum) self->report.minimum = least;
  if (most > self->report.maximum) self->report.maximum = most;
}

APART static void noteTrouble(i64 offset, int kind) {
  const int i = (int)self->report.notFinite++;
  if (i >= TROUBLES) return;
  self->report.troubles[i][0] = (double)self->lineNumber;
  self->report.troubles[i][1] = (double)(offset - self->lineStart + 1);
  self->report.troubles[i][2] = kind;
}

// ---- rows
// ---------------------------------------------------------------------------------------------------------------------------------

APART static void startPart(void) {
  if (self->isPart) return;
  self->report.earlierSum = self->report.sum;
  self->report.sum = 0;
  if (self->transforming) startSecondPart();
}

// What does not fit is counted all the same, so that the host sees that it is lost.
APART static void keepRows(const double *v, i64 count) {
  if (self->keptCount + count <= self->keepCapacity)
    for (i64 i = 0; i < count; i++) self->kept[self->keptCount + i] = (float)(v[i] * self->keepScale);
  self->keptCount += count;
}

// How many stand at keptAt(); the next ones take their place. -1: some were lost.
EXPORT double takeKept(void) {
  const i64 count = self->keptCount;
  self->keptCount = 0;
  return count <= self->keepCapacity ? (double)count : -1;
}

// Uses the complete groups of rows among the held values and moves what is left to the front.
APART static void useRows(void) {
  const int nx = self->axes[0].points, ny = self->axes[1].points;
  const double *v = self->values;
  int rows = self->held / nx;
  while (rows > 0) {
    const int y = (int)(self->rowsDone % ny), group = ny - y < LANES ? ny - y : LANES;
    if (rows < group) break;
    gatherRows(v, group);
    if (self->kept) keepRows(v, (i64)group * nx);
    if (self->transforming) {
      transformRows(y);
      if (y + group == ny) finishPlane();
    }
    if (self->functionals.on)
      for (int r = 0; r < group; r++) takeRow(v + (i64)r * nx, self->rowsDone + r);
    v += (i64)group * nx;
    rows -= group;
    self->rowsDone += group;
    if (self->rowsDone == self->secondPartRow && self->rowsDone < (i64)ny * self->axes[2].points) startPart();
  }
  self->held -= (int)(v - self->values);
  if (v != self->values)
    for (int i = 0; i < self->held; i++) self->values[i] = v[i];
}

// ---- numbers
// ------------------------------------------------------------------------------------------------------------------------------

INLINE i64 offsetOf(const u8 *p) { return self->chunkOffset + (p - self->chunk); }

static void startLine(const u8 *p) {
  self->lineNumber++;
  self->lineStart = offsetOf(p);
}

static const u8 *skipBlanks(const u8 *p, const u8 *end) {
  for (; p < end && isBlank(*p); p++)
    if (*p == '\n') startLine(p + 1);
  return p;
}

static void noteGlued(const u8 *p) {
  if (self->report.gluedCount++ > 0) return;
  self->report.gluedLine = (double)self->lineNumber;
  self->report.gluedColumn = (double)(offsetOf(p) - self->lineStart + 1);
}

// Pairs of lines in columns, from the start of a line.
APART static const u8 *parseLines(const u8 *p, const u8 *end) {
  if (self->pattern.width == 0 && self->patternTries < 3) {
    self->patternTries++;
    findColumns(p, end, &self->pattern);
  }
  if (self->pattern.width == 0) return p;
  // a pair of lines may run over the batch; the block's last value is left, so that reading always ends right behind it
  const i64 free = self->valueCapacity + OVERSHOOT - self->held, room = self->remaining - 1 < free ? self->remaining - 1 : free;
  const int lines = readColumnLines(p, end, &self->pattern, self->values + self->held, room);
  const int count = lines * self->pattern.columns;
  if (count == 0) return p;
  self->held += count;
  self->remaining -= count;
  self->report.fastValues += count;
  self->lineNumber += lines;
  p += (i64)lines * self->pattern.lineBytes;
  self->lineStart = offsetOf(p);
  return p;
}

// Numbers from *at until a batch is full, the block ends or the bytes do.
static int parseBatch(const u8 **at, const u8 *end, int last) {
  const u8 *p = *at;
  int status = FEED_DONE;
  while (self->remaining > 0 && self->held < self->valueCapacity) {
    if (offsetOf(p) == self->lineStart) {
      p = parseLines(p, end);
      if (self->remaining == 0 || self->held >= self->valueCapacity) break;
    }
    p = skipBlanks(p, end);
    if (p == end) {
      status = FEED_HUNGRY;
      break;
    }
    Token token;
    const int kind = readToken(p, end, last, &token);
    if (kind == TOKEN_INCOMPLETE || kind == TOKEN_UNREADABLE) {
      status = kind == TOKEN_INCOMPLETE ? FEED_HUNGRY : FEED_UNREADABLE;
      break;
    }
    if (kind == TOKEN_NOT_FINITE) noteTrouble(offsetOf(p), token.notFinite);
    self->values[self->held++] = token.value;
    self->remaining--;
    p = token.at;
    if (token.glued) noteGlued(p);
    // straight to the next line's start, where lines in columns may begin
    const u8 *next = p + (p < end && *p == '\r');
    if (self->remaining > 0 && next < end && *next == '\n') {
      p = next + 1;
      startLine(p);
    }
  }
  *at = p;
  return status;
}

// Reads the bytes from `start` on, of which the first stands at chunkOffset; `*stopped` is where the next chunk must
// begin.
static int readChunk(const u8 *start, const u8 *end, int last, const u8 **stopped) {
  self->chunk = start;
  const u8 *p = start;
  int status;
  do {
    status = parseBatch(&p, end, last);
    useRows();
  } while (status == FEED_DONE && self->remaining > 0);
  if (status == FEED_DONE && self->transforming && self->report.notFinite == 0) {
    if (!self->isPart) finishTransform();
    else if (self->waitingPlanes > 0) addPlanes();
  }
  if (status == FEED_DONE && self->functionals.on && self->report.notFinite == 0 && !self->isPart) finishFunctionals();
  self->stoppedAt = p;
  self->report.consumed = (double)offsetOf(p);
  self->report.line = (double)self->lineNumber;
  self->report.lineStart = (double)self->lineStart;
  if (status == FEED_HUNGRY) self->chunkOffset = offsetOf(p);
  *stopped = p;
  return status;
}

// Reads `length` bytes that the host has put `from` bytes behind inputAt(); only a block's first bytes may stand
// elsewhere than at its start.
// FEED_DONE: the block is complete and `consumed` says where.
EXPORT int feed(int from, int length, int last) {
  u8 *start = inputAt() + from - self->carried, *end = inputAt() + from + length;
  __builtin_memcpy(start, self->carry, (u32)self->carried);
  for (int i = 0; i < BEHIND; i++) end[i] = 0;
  const u8 *stopped;
  const int status = readChunk(start, end, last, &stopped);
  if (status == FEED_HUNGRY) {
    self->carried = (int)(end - stopped);
    __builtin_memcpy(self->carry, stopped, (u32)self->carried);
  }
  return status;
}

// Room for values that come as numbers and not as text, and how many.
EXPORT double *valuesAt(void) { return self->values + self->held; }
EXPORT int valuesRoom(void) { return self->valueCapacity - self->held < self->remaining ? self->valueCapacity - self->held : (int)self->remaining; }

// Takes `count` values that the host has put at valuesAt().
EXPORT int takeValues(int count) {
  for (int i = 0; i < count; i++)
    if (self->values[self->held + i] - self->values[self->held + i] != 0) self->report.notFinite++;
  self->held += count;
  self->remaining -= count;
  useRows();
  if (self->remaining > 0) return FEED_HUNGRY;
  if (self->transforming && self->report.notFinite == 0) finishTransform();
  if (self->functionals.on && self->report.notFinite == 0) finishFunctionals();
  return FEED_DONE;
}

// |F|/divisor of the wanted waves of a complete block.
EXPORT double *amplitudesAt(double divisor) {
  findAmplitudes(divisor);
  return self->amplitudes;
}

EXPORT double remainingValues(void) { return (double)self->remaining; }
