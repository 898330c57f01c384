// How the addon reaches the kernel, which is compiled apart from it.
#pragma once
#include "../../native/placeCalls.h"

#define MOST_ARGUMENTS 10

/** The memory (aligned to 64 bytes) of the kernel that this thread's next calls are for. */
void enter(void *memory, int64_t bytes);
