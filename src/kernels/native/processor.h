// What the processor and its operating system can do, best first; names are those of the libraries.
#pragma once

#define MOST_INSTRUCTION_SETS 3

#if defined(__x86_64__) || defined(_M_X64)
#include <cpuid.h>

/** Registers that the operating system saves: bits 1, 2 (AVX) and 5 to 7 (AVX-512). */
static unsigned savedRegisters(void) {
  unsigned low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

static int findInstructionSets(const char **names) {
  const unsigned osxsave = 1u << 27, fma = 1u << 12, avx2 = 1u << 5;
  const unsigned avx512 = 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31; // F, DQ, BW, VL
  unsigned a, b, c, d, count = 0, saved = 0, extended = 0;
  const int known = __get_cpuid(1, &a, &b, &c, &d) && (c & osxsave) && (c & fma);
  if (known) saved = savedRegisters();
  if (known && __get_cpuid_count(7, 0, &a, &b, &c, &d)) extended = b;
  if ((extended & avx512) == avx512 && (extended & avx2) && (saved & 0xe6) == 0xe6) names[count++] = "avx512";
  if ((extended & avx2) && (saved & 0x06) == 0x06) names[count++] = "avx2";
  names[count++] = "baseline";
  return (int)count;
}
#else
static int findInstructionSets(const char **names) {
  names[0] = "neon";
  return 1;
}
#endif
