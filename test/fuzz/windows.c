// The reader's mapped windows under the address sanitizer: `windows FIRST_SEED COUNT`. Of each seed a text of numbers,
// runs of one sign, blanks and other bytes is read in one piece and in windows cut at random, each a copy that ends
// AROUND bytes behind the window, as far as vectors may touch: a byte further ends the program. Both ways must stop in
// the same state at the same place with the same facts.
#include "../../src/kernels/volumetric/native/calls.c"
#include <stdio.h>
#include <stdlib.h>

static u64 state;
static u32 below(u32 limit) {
  state = state * 6364136223846793005ull + 1442695040888963407ull;
  return (u32)((state >> 33) % (limit ? limit : 1));
}

static double convert(const Host *asked, int64_t place, int length) {
  (void)asked;
  char text[TOKEN_LIMIT + 1] = {0};
  __builtin_memcpy(text, (const u8 *)self + place, (u64)length);
  return strtod(text, NULL);
}
/** Wrong powers, the same for both ways: what is tested is where the reader looks. */
static void fill(const Host *asked, int64_t place) {
  (void)asked;
  u64 *powers = (u64 *)((u8 *)self + place);
  for (int i = 0; i < 2 * (POWER_LAST - POWER_FIRST + 1); i++) powers[i] = 0x8000000000000000ull | (u64)i << 40;
}
static const Host hostOfTest = {convert, fill};

#define MOST 60000
static u8 text[MOST + 4 * TOKEN_LIMIT];
static const char *const TOKENS[] = {" 0.12345678901E+01", " -.12345678901E-01", " NaN", " -Infinity", " inf", " infinit", " 1e400", " 0.5-100", " .", " -", " 1E", " 1E+",
                                     " ******", " 12345678901234567890123", " 0.000000000000000000000000001", " 7", "\t3.5\r", " x", " 0x10", " 1.0E+02-.5E+01"};
static const char RUNS[] = "0793*-.ENi \n\t";

static int makeText(void) {
  int n = 0;
  const int limit = 2000 + (int)below(MOST - 2000);
  const int damage = (int)below(3);
  while (n < limit) {
    const u32 what = damage == 0 ? 99 : below(100);
    if (what < 3) { // a run of one sign, around the longest token or far beyond
      const int length = below(2) ? TOKEN_LIMIT - 3 + (int)below(6) : (int)below((u32)(limit - n) + 1);
      const u8 sign = (u8)RUNS[below(sizeof RUNS - 1)];
      text[n++] = below(4) ? ' ' : '.';
      for (int i = 0; i < length && n < limit; i++) text[n++] = sign;
    } else if (what < 5) {
      text[n++] = (u8)below(256);
    } else if (what < 20) {
      const char *token = TOKENS[below(sizeof TOKENS / sizeof *TOKENS)];
      while (*token) text[n++] = (u8)*token++;
    } else { // some of VASP's lines
      for (int lines = 1 + (int)below(20); lines > 0 && n < limit; lines--) {
        for (int i = 0; i < 5; i++) n += sprintf((char *)text + n, " 0.%011uE+%02u", below(4000000000u), below(8));
        text[n++] = '\n';
      }
    }
  }
  return n;
}

static int start(int capacity, int nx, int ny, int nz) { return open(capacity) && begin(nx, ny, nz, 0, 0, 0, 0, 0, AROUND, 1, AROUND, 0, 0, 0, 1) && prepare(); }

typedef struct {
  int status;
  Report report;
  i64 remaining;
} Outcome;

static Outcome outcome(int status) { return (Outcome){status, self->report, self->remaining}; }

// Through copies of windows; the last bytes of a file are never read in this way.
static Outcome readInWindows(int length) {
  int status = FEED_HUNGRY;
  while (status == FEED_HUNGRY) {
    const int at = (int)self->chunkOffset - AROUND, left = length - at;
    if (left < 2 * TOKEN_LIMIT) break;
    const int size = left < 4 * TOKEN_LIMIT ? left : 2 * TOKEN_LIMIT + (int)below((u32)(left - 2 * TOKEN_LIMIT));
    u8 *window = malloc((u64)size + 2 * AROUND);
    __builtin_memset(window, '7', AROUND);
    __builtin_memcpy(window + AROUND, text + at, (u64)(size + AROUND)); // behind a window the file goes on
    status = readWindow(window + AROUND, size);
    if (status == FEED_UNREADABLE && self->stoppedAt != self->carry) abort();
    free(window);
  }
  if (status != FEED_HUNGRY) return outcome(status);
  const int at = (int)self->chunkOffset - AROUND;
  __builtin_memcpy(inputAt(), text + at, (u64)(length - at));
  return outcome(feed(0, length - at, 1));
}

static int differs(Outcome a, Outcome b) {
  if (a.status != b.status || a.remaining != b.remaining || a.report.consumed != b.report.consumed || a.report.line != b.report.line) return 1;
  if (a.report.notFinite != b.report.notFinite || a.report.gluedCount != b.report.gluedCount || a.report.lineStart != b.report.lineStart) return 1;
  return a.status == FEED_DONE && (a.report.sum != b.report.sum || a.report.finite != b.report.finite);
}

int main(int count, char **values) {
  if (count != 3) return 2;
  const u64 first = strtoull(values[1], NULL, 10), seeds = strtoull(values[2], NULL, 10), bytes = 4 << 20;
  u8 *memory = aligned_alloc(64, bytes);
  for (u64 seed = first; seed < first + seeds; seed++) {
    state = seed * 0x9e3779b97f4a7c15ull + 1;
    const int length = makeText();
    __builtin_memset(text + length, '*', 2 * TOKEN_LIMIT);
    const int nx = 1 + (int)below(40), ny = 1 + (int)below(20), nz = 1 + (int)below(12);
    __builtin_memset(memory, 0, sizeof(Reader));
    enter(memory, (int64_t)bytes, &hostOfTest);
    if (!start(MOST + 4 * TOKEN_LIMIT, nx, ny, nz)) return 3;
    __builtin_memcpy(inputAt(), text, (u64)length);
    const Outcome whole = outcome(feed(0, length, 1));
    if (!start(MOST + 4 * TOKEN_LIMIT, nx, ny, nz)) return 3;
    const Outcome cut = readInWindows(length);
    if (differs(whole, cut)) {
      printf("seed %llu: state %d at %g in one piece, state %d at %g in windows\n", (unsigned long long)seed, whole.status, whole.report.consumed, cut.status,
             cut.report.consumed);
      return 1;
    }
  }
  printf("%llu texts from seed %llu\n", (unsigned long long)seeds, (unsigned long long)first);
  return 0;
}
