// How an addon reaches a kernel that stands at the start of its memory and is compiled apart from it. `calls.c` makes
// the table with `tabulate.h`.
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

extern const Call calls[];
extern const int callCount;

/** The smallest memory that a kernel starts with, in bytes. */
extern const int64_t stateBytes;
