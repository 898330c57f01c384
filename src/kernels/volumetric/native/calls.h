// How the addon reaches the reader, which is compiled apart from it.
#pragma once
#include "../../native/placeCalls.h"

/** What the reader asks of whoever made it; places count from the memory's start. */
typedef struct Host {
  double (*convert)(const struct Host *host, int64_t place, int length);
  void (*fillPowers)(const struct Host *host, int64_t place);
} Host;

#define MOST_ARGUMENTS 15

/** The memory (aligned to 64 bytes) of the reader that this thread's next calls are for. */
void enter(void *memory, int64_t bytes, const Host *host);
