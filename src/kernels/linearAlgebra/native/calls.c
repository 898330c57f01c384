// The kernels for a processor itself, each function with a caller that spreads an array of numbers.
#include "calls.h"

#include "../main.c"

INLINE double larger(double a, double b) { return a > b ? a : b; }

#define i(k) ((int)a[k])
#define at(k) ((double *)(memory + (i64)a[k]))
#define CALL(name, count, end, call) \
  static double name##End(const double *a) { return (double)(end); } \
  static double name##Call(char *memory, const double *a) { return (double)(call); }
#include "calls.def"
#undef i
#undef at
#undef CALL

#define CALL(name, count, end, call) {#name, count, name##End, name##Call},
const Call calls[] = {
#include "calls.def"
};
const int callCount = sizeof calls / sizeof *calls;
