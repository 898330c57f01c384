// The functions of CALLS as the table of `placeCalls.h`, each with a caller that spreads an array of numbers.
// CALLS has lines `NUMBER(name, count, call)` and `PLACE(name, count, call)`; `a[k]` and `i(k)` are an argument as a
// number and as an int.
#define i(k) ((int)a[k])
#define NUMBER(name, count, call) \
  static double name##Call(const double *a) { return (void)a, (double)(call); }
#define PLACE(name, count, call) \
  static double name##Call(const double *a) { return (void)a, (double)((const u8 *)(call) - (const u8 *)self); }
#include CALLS
#undef i
#undef NUMBER
#undef PLACE

#define NUMBER(name, count, call) {#name, count, RETURNS_NUMBER, name##Call},
#define PLACE(name, count, call) {#name, count, RETURNS_PLACE, name##Call},
const Call calls[] = {
#include CALLS
};
const int callCount = sizeof calls / sizeof *calls;
