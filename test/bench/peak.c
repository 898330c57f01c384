// Twelve chains of multiplications and additions, WIDTH floats at a time, with nothing to wait for but the arithmetic
// itself.
typedef float V __attribute__((vector_size(4 * WIDTH)));
#define CHAINS 12

__attribute__((visibility("default"))) float chains(int steps, float by, float plus) {
  V chain[CHAINS], x, y;
  for (int k = 0; k < WIDTH; k++) {
    x[k] = by;
    y[k] = plus;
    for (int c = 0; c < CHAINS; c++) chain[c][k] = c + k;
  }
  for (int i = 0; i < steps; i++)
#pragma GCC unroll 12
    for (int c = 0; c < CHAINS; c++) chain[c] = chain[c] * x + y;
  float sum = 0;
  for (int c = 0; c < CHAINS; c++)
    for (int k = 0; k < WIDTH; k++) sum += chain[c][k];
  return sum;
}

#ifdef PROGRAM
#include <stdio.h>
#include <time.h>
int main(void) {
  double best = 0;
  volatile float sink;
  for (int round = 0; round < 20; round++) {
    const clock_t began = clock(); // CPU time, which other programs do not add to
    sink = chains(3000000, 0.999f, 0.001f);
    const double seconds = (double)(clock() - began) / CLOCKS_PER_SEC;
    const double rate = 3e6 * CHAINS * WIDTH * 2 / seconds / 1e9;
    if (rate > best) best = rate;
  }
  (void)sink;
  printf("%.2f\n", best);
}
#endif
