// How the addon reaches the kernel, which is compiled apart from it.
#pragma once
#include <stdint.h>

typedef enum { RETURNS_NUMBER, RETURNS_PLACE } Returned;

/** `run` answers with a number, or with a place that counts from the memory's start. */
typedef struct {
  const char *name;
  int arguments;
  Returned returned;
  double (*run)(const double *arguments);
} Call;

#define MOST_ARGUMENTS 10

extern const Call calls[];
extern const int callCount;

/** The smallest memory that a kernel starts with, in bytes. */
extern const int64_t stateBytes;

/** The memory (aligned to 64 bytes) of the kernel that this thread's next calls are for. */
void enter(void *memory, int64_t bytes);
