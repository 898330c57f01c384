// What one reader of a volumetric file knows. WebAssembly has one in each instance; compiled for a processor, it stands
// at the start of the memory that the host gives it, so that a thread may have several.
#pragma once
#include <stdint.h>
#include "vector.h"

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t i32;
typedef int64_t i64;

#define APART __attribute__((noinline)) // engines optimise function by function, large ones long, and only those that run often

#define TOKEN_LIMIT 512 // a longer run of characters is no number of VASP; it also bounds what is carried from one chunk of the file to the next
#define TROUBLES 16     // places of values that are not numbers

// 5^q cut to 128 bits with its first bit set, high word then low word, q = POWER_FIRST..POWER_LAST.
#define POWER_FIRST (-342)
#define POWER_LAST 308

// What the host reads after a block or a call, all doubles. Offsets are bytes of the (unpacked) file, lines count from
// 1.
typedef struct {
  double sum, minimum, maximum;
  double finite, notFinite;       // values of each sort so far
  double consumed;                // offset of the first byte that is not consumed
  double line, lineStart;         // the line it stands in and where that begins
  double gluedCount, gluedLine, gluedColumn; // numbers that followed without a blank, and the first of them
  double fastValues;              // numbers read in columns
  double earlierSum;              // the sum of the block's first part, which `sum` then leaves out
  double troubles[TROUBLES][3];   // line, column, which of NOT_FINITE_*
} Report;

// Lines of equal columns; see columns.h.
typedef struct {
  int width;       // bytes a number, blanks before it included; 0: no pattern
  int start;       // where a line's first number begins: 0, or -1 where it lacks the blank that parts the others
  int columns;     // numbers a line
  int lineBytes;   // with the line end
  int lead;        // place of the byte before the point: a digit, a blank or a minus sign
  int digits;      // behind the point
  u8 letter;       // of the exponent
  u32 prefixMask;  // which of the four bytes before `lead` belong to this number
  u32 firstMask;   // the same for a line's first number
  v128_t gather;   // 16 last bytes -> free place, 11 digits (0 where there are fewer), exponent letter, its sign, two digits
  v128_t fill;     // '0' where `gather` takes nothing
  v128_t origin;   // what to subtract from each byte
} Columns;

// Frequencies that see the data folded in the same way: first, first + step, ...
typedef struct {
  int first, step, count, folded; // `folded`: places of the folded data
  double *fold;                   // [folded][FOLD]
  double *table;                  // [pair of frequencies][folded][2]: cosine and sine
} FrequencyClass;

// An axis of N points and frequencies up to `most`. Odd N: one class; even N: odd frequencies, then even ones, which
// for N divisible by four are two classes, those divisible by four and the others.
typedef struct {
  int points, most, classes;
  double *turn; // cos and sin of 2 pi j/N, interleaved, from the host
  FrequencyClass class[3];
  double *even; // [N/4 + 1][FOLD], between the first fold and the second
} Axis;

// What functionals.h keeps of a block whose functionals are wanted; planes count from the block's start.
typedef struct {
  int on, from, count, whole;   // the first plane of this reading, how many there are, whether all of them are kept
  double scale, metric[6];      // stored value -> density; metric of differences by points: xx, yy, zz, xy, xz, yz
  double *planes;               // [2 HALF], the first ones, then a window of [2 HALF + 1] that go round
  double *sums;                 // [planes][NUMBERS]
  double *line, *slopes, *squares;
  double *totals;
  int joined, parted;           // two parts were read elsewhere, the second from plane `parted` on
  double *edges[2];             // planes at the ends of each
} Functionals;

typedef struct {
  Report report;

  // heap.h
  u64 heapTop;
  u64 heapEnd; // of the memory there is; WebAssembly asks its engine
  int heapFailed;
  u64 blockMark;

  // the bytes
  u64 inputPlace; // of the input buffer in the heap
  i64 inputCapacity;
  int carried; // the last bytes of the chunk before, which begin a number, wait in `carry`
  u8 carry[TOKEN_LIMIT];
  const u8 *chunk; // what is read now; chunk[0] stands at chunkOffset in the file
  i64 chunkOffset;
  i64 lineStart, lineNumber;
  const u8 *stoppedAt;

  // the values
  double *values;
  int valueCapacity, held, transforming;
  i64 remaining, rowsDone; // rows from the block's start, also where its second part alone is read
  i64 secondPartRow;       // the first row of the second part
  int isPart;              // only one part of the block is read
  float *kept;             // rows since the host asked last, times keepScale; NULL: none are kept
  i64 keptCount, keepCapacity;
  double keepScale;
  Columns pattern;
  int patternTries;

  // columns.h
  double divisors[3][3][100];
  u8 leadClass[256];
  u16 zeroLead[256];

  // numbers.h; the host fills it in when it is first needed, which for VASP's own numbers is never
  u64 powersOfFive[2 * (POWER_LAST - POWER_FIRST + 1)];

  // transform.h
  Axis axes[3];
  double *gathered; // [NX][LANES]: rows side by side
  double *plane;    // [NY + LANES - 1][planeStride]: rows after x; the last ones are never read
  i32 *reach;       // [KZ + 1][2 KY + 1]: how many h are wanted at |l| and k; the rest is left out
  i32 *columnMost;  // [planeStride / LANES]: the largest |k| that is wanted in these columns
  double *planes;                // [PLANES][planeSize], the planes after y that wait
  double *zTurns;                // [KZ + 1][PLANES][2]: their cosines and sines
  double *zCosines, *zSines;     // [KZ + 1][planeSize], one behind the other
  double *earlierSums;           // the same of the block's first part
  double *coefficients;          // [2 KZ + 1][2 KY + 1][planeStride]
  int planeStride, planeSize, firstPlane, waitingPlanes;
  i32 *waves;        // h, k, l of each that is wanted, from the host; none: all of the box
  int waveCount;
  int wavesReversed; // they are l, k, h
  double *amplitudes;

  Functionals functionals;
} Reader;

#ifdef __wasm__
static Reader onlyReader;
#define self (&onlyReader)
#else
static _Thread_local Reader *self; // whoever calls sets it first
#endif
