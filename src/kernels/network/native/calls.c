// The kernels at one WIDTH, each with a caller that spreads an array of arguments.
#include "table.h"

#include "../main.c"

#define p(k) a[k].address
#define i(k) a[k].whole
#define f(k) a[k].number
#define KERNEL(name, signature, ...) \
  static void name##Call(const Argument *a) { name(__VA_ARGS__); }
#include "kernels.def"
#undef KERNEL
#undef p
#undef i
#undef f

static const Kernel kernels[] = {
#define KERNEL(name, signature, ...) {#name, signature, name##Call},
#include "kernels.def"
#undef KERNEL
};

#define JOIN(a, b) a##b
#define NAMED(a, b) JOIN(a, b)
const Table NAMED(table, WIDTH) = {kernels, winogradScratch};

#if WIDTH == 4
const int kernelCount = sizeof kernels / sizeof *kernels;
#endif
