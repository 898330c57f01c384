// The kernel for a processor itself, each function with a caller that spreads an array of numbers.
#include "calls.h"

#include "../main.c"

const int64_t stateBytes = sizeof(State);

void enter(void *memory, int64_t bytes) {
  self = memory;
  self->heapEnd = (u64)bytes;
}

#define i(k) ((int)a[k])
#define NUMBER(name, count, call) \
  static double name##Call(const double *a) { return (void)a, (double)(call); }
#define PLACE(name, count, call) \
  static double name##Call(const double *a) { return (void)a, (double)((const u8 *)(call) - (const u8 *)self); }
#include "calls.def"
#undef i
#undef NUMBER
#undef PLACE

#define NUMBER(name, count, call) {#name, count, RETURNS_NUMBER, name##Call},
#define PLACE(name, count, call) {#name, count, RETURNS_PLACE, name##Call},
const Call calls[] = {
#include "calls.def"
};
const int callCount = sizeof calls / sizeof *calls;
