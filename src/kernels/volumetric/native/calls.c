// The reader for a processor itself, each function with a caller that spreads an array of numbers.
#ifdef __linux__
#define _GNU_SOURCE
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

#include "calls.h"

#include "../main.c"
#include "mapped.h"

static _Thread_local const Host *host;

const int64_t stateBytes = sizeof(Reader);

void enter(void *memory, int64_t bytes, const Host *asked) {
  self = memory;
  self->heapEnd = (u64)bytes;
  host = asked;
}

/** The text may stand in a window of a file, where the host cannot look. */
static double convertByHost(const u8 *text, int length) {
  __builtin_memcpy(self->carry, text, (u64)length); // shorter than a token's limit, and free while a chunk is read
  return host->convert(host, self->carry - (const u8 *)self, length);
}

static void fillPowersByHost(u64 *powers) { host->fillPowers(host, (const u8 *)powers - (const u8 *)self); }

/** Whether these bytes lie in the input. */
static int isInput(int from, int length) { return from >= 0 && length >= 0 && (i64)from + length <= self->inputCapacity; }

#define CALLS "../volumetric/native/calls.def"
#include "../../native/tabulate.h"
