// How many sums a kernel keeps in registers: BLOCKS(columns, RUN) walks over `columns` channels, RUN(rows, vectors)
// does `rows` rows of `vectors` vectors from channel `o` on. Shapes are those for which the processor's registers
// suffice and its adders never wait.
#pragma once
#include "vector.h"

#if WIDTH == 4
#define BLOCKS(columns, RUN) \
  for (; o + 16 <= (columns); o += 16) RUN(2, 4); \
  switch (((columns) - o) / 4) { \
    case 3: RUN(2, 3); break; \
    case 2: RUN(4, 2); break; \
    case 1: RUN(4, 1); break; \
  }
/** Rows are here the channels of a gradient's other side, of which there are a multiple of WIDTH. */
#define GRADIENT_ROWS 2
#define GRADIENT_BLOCKS(columns, RUN) \
  for (; o + 16 <= (columns); o += 16) RUN(2, 4); \
  switch (((columns) - o) / 4) { \
    case 3: RUN(2, 3); break; \
    case 2: RUN(2, 2); break; \
    case 1: RUN(2, 1); break; \
  }
#elif WIDTH == 8
#define BLOCKS(columns, RUN) \
  for (; o + 16 <= (columns); o += 16) RUN(6, 2); \
  if (o < (columns)) RUN(8, 1);
#define GRADIENT_ROWS 4
#define GRADIENT_BLOCKS(columns, RUN) \
  for (; o + 16 <= (columns); o += 16) RUN(4, 2); \
  if (o < (columns)) RUN(4, 1);
#else
#define BLOCKS(columns, RUN) \
  for (; o < (columns); o += 16) RUN(16, 1);
#define GRADIENT_ROWS 16
#define GRADIENT_BLOCKS(columns, RUN) \
  for (; o < (columns); o += 16) RUN(16, 1);
#endif

#define MOST_ROWS 16
#define MOST_VECTORS 4
