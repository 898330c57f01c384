// How the addon reaches the reader, which is compiled apart from it.
#pragma once
#include <stdint.h>

/** What the reader asks of whoever made it; places count from the memory's start. */
typedef struct Host {
  double (*convert)(const struct Host *host, int64_t place, int length);
  void (*fillPowers)(const struct Host *host, int64_t place);
} Host;

typedef enum { RETURNS_NUMBER, RETURNS_PLACE } Returned;

/** `run` answers with a number, or with a place that counts from the memory's start. */
typedef struct {
  const char *name;
  int arguments;
  Returned returned;
  double (*run)(const double *arguments);
} Call;

#define MOST_ARGUMENTS 15

extern const Call calls[];
extern const int callCount;

/** The smallest memory that a reader starts with, in bytes. */
extern const int64_t readerBytes;

/** The memory (aligned to 64 bytes) of the reader that this thread's next calls are for. */
void enter(void *memory, int64_t bytes, const Host *host);
