// How the addon reaches the kernels, which are compiled apart from it.
#pragma once
#include <stdint.h>

/** `end`: behind what a call touches, in bytes from the memory's start, as far as its arguments tell. */
typedef struct {
  const char *name;
  int arguments;
  double (*end)(const double *arguments);
  double (*run)(char *memory, const double *arguments);
} Call;

#define MOST_ARGUMENTS 13

extern const Call calls[];
extern const int callCount;
