// Text of a volumetric file -> facts of one block and its low Fourier coefficients, chunk by chunk. One instance reads one file.
#include "columns.h"
#include "heap.h"
#include "numbers.h"
#include "transform.h"

#define FRONT 64        // bytes before the input that vectors may touch
#define BEHIND 64       // and behind it
#define TROUBLES 16     // places of values that are no numbers
#define BATCH 2048      // values between two looks at the rows
#define OVERSHOOT 64    // two lines of columns beyond a batch

enum { FEED_HUNGRY, FEED_DONE, FEED_UNREADABLE, FEED_MEMORY };

// What the host reads after a block or a call, all doubles. Offsets are bytes of the (unpacked) file, lines count from 1.
static struct {
  double sum, minimum, maximum;
  double finite, notFinite;       // values of each sort so far
  double consumed;                // offset of the first byte that is not consumed
  double line, lineStart;         // the line it stands in and where that begins
  double gluedCount, gluedLine, gluedColumn; // numbers that followed without a blank, and the first of them
  double fastValues;              // numbers read two lines at a time
  double earlierSum;              // the sum of the block's first part, which `sum` then leaves out
  double troubles[TROUBLES][3];   // line, column, which of NOT_FINITE_*
} report;

static u8 *input;
static int carried; // the last bytes of the chunk before, which begin a number, wait in `carry`
static u8 carry[TOKEN_LIMIT];
static const u8 *chunk; // what is read now; chunk[0] stands at chunkOffset in the file
static i64 chunkOffset;
static i64 lineStart, lineNumber;
static double *values;
static int valueCapacity, held, transforming;
static i64 remaining, rowsDone; // rows from the block's start, also where its second part alone is read
static i64 secondPartRow;       // the first row of the second part
static int isPart;              // only one part of the block is read
static Columns pattern;
static int patternTries;
static const u8 *stoppedAt;

EXPORT double *reportAt(void) { return &report.sum; }
EXPORT double *zSumsAt(void) { return zCosines; }
EXPORT double *earlierSumsAt(void) { return earlierSums; }
EXPORT int zSumsLength(void) { return transforming ? (int)zSumsSize() : 0; }
EXPORT int patternOf(int what) { return what == 0 ? pattern.width : what == 1 ? pattern.columns : what == 2 ? pattern.lineBytes : pattern.start; }
EXPORT double *turnAt(int axis) { return axes[axis].turn; }
EXPORT double *coefficientsAt(void) { return coefficients; }
EXPORT i32 *wavesAt(void) { return waves; }
EXPORT int coefficientStride(void) { return planeStride; }
EXPORT u8 *inputAt(void) { return input; }
EXPORT const u8 *unreadableAt(void) { return stoppedAt; }

static u64 blockMark;

// Takes the input buffer for chunks of at most `capacity` bytes.
EXPORT int open(int capacity) {
  prepareColumns();
  const u64 bytes = FRONT + TOKEN_LIMIT + (u64)capacity + BEHIND;
  input = (u8 *)takeDoubles(bytes / 8 + 8) + FRONT + TOKEN_LIMIT;
  blockMark = heapMark();
  return !heapFailed;
}

// Planes of the first part: a multiple of PLANES, so that the same planes are added at once whoever reads them.
EXPORT int firstPartPlanes(int nz) { return nz < 2 * PLANES ? nz : (nz / 2 + PLANES - 1) / PLANES * PLANES; }

// Starts a block (part 0), or one part of it (1, 2), whose first byte is at `offset`, in a line `line` that began at `start`. The host then fills
// turnAt(0..2) and wavesAt() with `count` waves, whose indices may be `reversed`, and calls `prepare`.
EXPORT int begin(int nx, int ny, int nz, int kx, int ky, int kz, int transform, int part, double offset, double line, double start, int count,
                 int reversed) {
  heapRelease(blockMark);
  __builtin_memset(&report, 0, sizeof report);
  report.minimum = __builtin_inf();
  report.maximum = -__builtin_inf();
  chunkOffset = (i64)offset;
  lineNumber = (i64)line;
  lineStart = (i64)start;
  carried = held = patternTries = 0;
  pattern.width = 0;
  isPart = part != 0;
  const int from = part == 2 ? firstPartPlanes(nz) : 0, to = part == 1 ? firstPartPlanes(nz) : nz;
  rowsDone = (i64)from * ny;
  secondPartRow = (i64)firstPartPlanes(nz) * ny;
  remaining = (i64)nx * ny * (to - from);
  transforming = transform;
  setAxis(0, nx, kx);
  setAxis(1, ny, ky);
  setAxis(2, nz, kz);
  valueCapacity = (BATCH + LANES * nx - 1) / (LANES * nx) * LANES * nx; // whole groups of rows, so that little is left over
  values = takeDoubles((u64)valueCapacity + OVERSHOOT);
  gathered = takeDoubles((u64)LANES * (u64)(nx + 1));
  takeWaves(count, reversed);
  return !heapFailed;
}

EXPORT int prepare(void) {
  if (transforming) prepareTransform((int)(rowsDone / axes[1].points));
  return !heapFailed;
}

// Both parts have been read elsewhere, and the host has filled zSumsAt() from the second and earlierSumsAt() from the first.
EXPORT void finishParts(void) {
  waitingPlanes = 0;
  if (transforming) finishTransform();
}

// ---- facts --------------------------------------------------------------------------------------------------------------------------------

// The sum of a row with values that are no numbers.
APART static double noteDamagedRow(const double *row, int n) {
  double sum = 0;
  for (int x = 0; x < n; x++) {
    if (row[x] - row[x] != 0) continue;
    sum += row[x];
    report.finite++;
    if (row[x] < report.minimum) report.minimum = row[x];
    if (row[x] > report.maximum) report.maximum = row[x];
  }
  return sum;
}

// Puts `rows` <= LANES rows side by side and notes their facts. The order in which a row is summed depends on the row alone, so that the same
// file gives the same bits however it is cut into chunks.
APART static void gatherRows(const double *v, int rows) {
  const int n = axes[0].points;
  const double *row[LANES];
  for (int r = 0; r < LANES; r++) row[r] = v + (i64)(r < rows ? r : rows - 1) * n;
  v128_t sum[LANES], least = wasm_f64x2_splat(__builtin_inf()), most = wasm_f64x2_splat(-__builtin_inf());
  for (int r = 0; r < LANES; r++) sum[r] = wasm_f64x2_const_splat(0);
  double *to = gathered;
  for (int x = 0; x + 1 < n; x += 2, to += 2 * LANES) {
    v128_t pair[LANES];
    for (int r = 0; r < LANES; r++) {
      pair[r] = load(row[r] + x);
      sum[r] = add(sum[r], pair[r]);
    }
    for (int r = 0; r < LANES; r += 2) {
      store(to + r, firsts(pair[r], pair[r + 1]));
      store(to + LANES + r, seconds(pair[r], pair[r + 1]));
    }
    least = wasm_f64x2_pmin(least, wasm_f64x2_pmin(wasm_f64x2_pmin(pair[0], pair[1]), wasm_f64x2_pmin(pair[2], pair[3])));
    most = wasm_f64x2_pmax(most, wasm_f64x2_pmax(wasm_f64x2_pmax(pair[0], pair[1]), wasm_f64x2_pmax(pair[2], pair[3])));
  }
  for (int r = 0; n % 2 && r < LANES; r++) {
    const v128_t last = splat(row[r] + n - 1);
    to[r] = row[r][n - 1];
    sum[r] = add(sum[r], wasm_v128_and(last, wasm_i64x2_const(-1, 0)));
    least = wasm_f64x2_pmin(least, last);
    most = wasm_f64x2_pmax(most, last);
  }
  double total[LANES], check = 0;
  for (int r = 0; r < LANES; r++) check += total[r] = wasm_f64x2_extract_lane(sum[r], 0) + wasm_f64x2_extract_lane(sum[r], 1);
  const int clean = check - check == 0;
  for (int r = 0; r < rows; r++) report.sum += clean ? total[r] : noteDamagedRow(row[r], n);
  if (!clean) return;
  report.finite += (double)rows * n;
  const v128_t low = wasm_f64x2_pmin(least, swap(least)), high = wasm_f64x2_pmax(most, swap(most));
  if (wasm_f64x2_extract_lane(low, 0) < report.minimum) report.minimum = wasm_f64x2_extract_lane(low, 0);
  if (wasm_f64x2_extract_lane(high, 0) > report.maximum) report.maximum = wasm_f64x2_extract_lane(high, 0);
}

APART static void noteTrouble(i64 offset, int kind) {
  const int i = (int)report.notFinite++;
  if (i >= TROUBLES) return;
  report.troubles[i][0] = (double)lineNumber;
  report.troubles[i][1] = (double)(offset - lineStart + 1);
  report.troubles[i][2] = kind;
}

// ---- rows ---------------------------------------------------------------------------------------------------------------------------------

APART static void startPart(void) {
  if (isPart) return;
  report.earlierSum = report.sum;
  report.sum = 0;
  if (transforming) startSecondPart();
}

// Uses the complete groups of rows among the held values and moves what is left to the front.
APART static void useRows(void) {
  const int nx = axes[0].points, ny = axes[1].points;
  const double *v = values;
  int rows = held / nx;
  while (rows > 0) {
    const int y = (int)(rowsDone % ny), group = ny - y < LANES ? ny - y : LANES;
    if (rows < group) break;
    gatherRows(v, group);
    if (transforming) {
      transformRows(y);
      if (y + group == ny) finishPlane();
    }
    v += (i64)group * nx;
    rows -= group;
    rowsDone += group;
    if (rowsDone == secondPartRow && rowsDone < (i64)ny * axes[2].points) startPart();
  }
  held -= (int)(v - values);
  if (v != values)
    for (int i = 0; i < held; i++) values[i] = v[i];
}

// ---- numbers ------------------------------------------------------------------------------------------------------------------------------

INLINE i64 offsetOf(const u8 *p) { return chunkOffset + (p - chunk); }

static void startLine(const u8 *p) {
  lineNumber++;
  lineStart = offsetOf(p);
}

static const u8 *skipBlanks(const u8 *p, const u8 *end) {
  for (; p < end && isBlank(*p); p++)
    if (*p == '\n') startLine(p + 1);
  return p;
}

static void noteGlued(const u8 *p) {
  if (report.gluedCount++ > 0) return;
  report.gluedLine = (double)lineNumber;
  report.gluedColumn = (double)(offsetOf(p) - lineStart + 1);
}

// Pairs of lines in columns, from the start of a line.
APART static const u8 *parseLines(const u8 *p, const u8 *end) {
  if (pattern.width == 0 && patternTries < 3) {
    patternTries++;
    findColumns(p, end, &pattern);
  }
  if (pattern.width == 0) return p;
  // a pair of lines may run over the batch; the block's last value is left, so that reading always ends right behind it
  const i64 free = valueCapacity + OVERSHOOT - held, room = remaining - 1 < free ? remaining - 1 : free;
  const int lines = readColumnLines(p, end, &pattern, values + held, room);
  const int count = lines * pattern.columns;
  if (count == 0) return p;
  held += count;
  remaining -= count;
  report.fastValues += count;
  lineNumber += lines;
  p += (i64)lines * pattern.lineBytes;
  lineStart = offsetOf(p);
  return p;
}

// Numbers from *at until a batch is full, the block ends or the bytes do.
static int parseBatch(const u8 **at, const u8 *end, int last) {
  const u8 *p = *at;
  int status = FEED_DONE;
  while (remaining > 0 && held < valueCapacity) {
    if (offsetOf(p) == lineStart) {
      p = parseLines(p, end);
      if (remaining == 0 || held >= valueCapacity) break;
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
    values[held++] = token.value;
    remaining--;
    p = token.at;
    if (token.glued) noteGlued(p);
    // straight to the next line's start, where lines in columns may begin
    const u8 *next = p + (p < end && *p == '\r');
    if (remaining > 0 && next < end && *next == '\n') {
      p = next + 1;
      startLine(p);
    }
  }
  *at = p;
  return status;
}

// Reads `length` bytes that the host has put `from` bytes behind inputAt(); only a block's first bytes may stand elsewhere than at its start.
// FEED_DONE: the block is complete and `consumed` says where.
EXPORT int feed(int from, int length, int last) {
  u8 *start = input + from - carried, *end = input + from + length;
  __builtin_memcpy(start, carry, (u32)carried);
  for (int i = 0; i < BEHIND; i++) end[i] = 0;
  chunk = start;
  const u8 *p = start;
  int status;
  do {
    status = parseBatch(&p, end, last);
    useRows();
  } while (status == FEED_DONE && remaining > 0);
  if (status == FEED_DONE && transforming && report.notFinite == 0) {
    if (!isPart) finishTransform();
    else if (waitingPlanes > 0) addPlanes();
  }
  stoppedAt = p;
  report.consumed = (double)offsetOf(p);
  report.line = (double)lineNumber;
  report.lineStart = (double)lineStart;
  if (status == FEED_HUNGRY) {
    chunkOffset = offsetOf(p);
    carried = (int)(end - p);
    __builtin_memcpy(carry, p, (u32)carried);
  }
  return status;
}

// Room for values that come as numbers and not as text, and how many.
EXPORT double *valuesAt(void) { return values + held; }
EXPORT int valuesRoom(void) { return valueCapacity - held < remaining ? valueCapacity - held : (int)remaining; }

// Takes `count` values that the host has put at valuesAt().
EXPORT int takeValues(int count) {
  for (int i = 0; i < count; i++)
    if (values[held + i] - values[held + i] != 0) report.notFinite++;
  held += count;
  remaining -= count;
  useRows();
  if (remaining > 0) return FEED_HUNGRY;
  if (transforming && report.notFinite == 0) finishTransform();
  return FEED_DONE;
}

// |F|/divisor of the wanted waves of a complete block.
EXPORT double *amplitudesAt(double divisor) {
  findAmplitudes(divisor);
  return amplitudes;
}

EXPORT double remainingValues(void) { return (double)remaining; }
