// The kernel for a processor itself.
#include "calls.h"

#include "../main.c"

const int64_t stateBytes = sizeof(State);

void enter(void *memory, int64_t bytes) {
  self = memory;
  self->heapEnd = (u64)bytes;
}

#define CALLS "../surfaces/native/calls.def"
#include "../../native/tabulate.h"
