// Windows of a file, read where the system holds them: what is not copied first is fetched while numbers are made of
// what came before.
#pragma once

enum { FEED_NOT_MAPPED = 4, FEED_LOST = 5 };

#ifdef __linux__
#define CAN_MAP 1
#define AROUND 64 // bytes on either side of a chunk that vectors may touch

// A file that became shorter has pages without anything behind them, and touching one is a signal. It then comes back
// to `lost`.
static _Thread_local sigjmp_buf lost;
static _Thread_local const u8 *volatile windowStart, *volatile windowEnd;
static struct sigaction earlierAction;

static void onFault(int number, siginfo_t *info, void *context) {
  const u8 *at = info->si_addr;
  if (at >= windowStart && at < windowEnd) siglongjmp(lost, 1);
  if (earlierAction.sa_flags & SA_SIGINFO) earlierAction.sa_sigaction(number, info, context);
  else if (earlierAction.sa_handler != SIG_DFL && earlierAction.sa_handler != SIG_IGN) earlierAction.sa_handler(number);
  else sigaction(SIGBUS, &earlierAction, NULL); // it happens again, and is the system's
}

/** Once a process, before the first window. */
static int catchFaults(void) {
  static int state; // 0 not yet, 1 being done, 2 done, 3 failed
  int expected = 0;
  if (__atomic_compare_exchange_n(&state, &expected, 1, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
    struct sigaction action = {.sa_sigaction = onFault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    __atomic_store_n(&state, sigaction(SIGBUS, &action, &earlierAction) == 0 ? 2 : 3, __ATOMIC_RELEASE);
  }
  while (__atomic_load_n(&state, __ATOMIC_ACQUIRE) == 1) sched_yield();
  return __atomic_load_n(&state, __ATOMIC_ACQUIRE) == 2;
}

/** What cannot be read outlives its window. */
static void keepUnreadable(const u8 *end) {
  const i64 rest = end - self->stoppedAt, length = rest < TOKEN_LIMIT ? rest : TOKEN_LIMIT;
  __builtin_memset(self->carry, 0, TOKEN_LIMIT);
  __builtin_memcpy(self->carry, self->stoppedAt, (u64)length);
  self->stoppedAt = self->carry;
}

static int readWindow(const u8 *start, int length) {
  if (sigsetjmp(lost, 1)) return FEED_LOST;
  const u8 *stopped;
  self->carried = 0;
  const int status = readChunk(start, start + length, 0, &stopped);
  if (status == FEED_UNREADABLE) keepUnreadable(start + length);
  return status;
}

// Reads `length` bytes of an open file from `offset` on, where the last call said that reading goes on; AROUND bytes
// more must stand on either side.
// FEED_NOT_MAPPED: the system gives no such window, and nothing was read. FEED_LOST: the file became shorter, and the
// block must be started again.
static int feedMapped(int descriptor, double offset, int length) {
  if (offset != (double)self->chunkOffset || offset < AROUND || length < 0 || !catchFaults()) return FEED_NOT_MAPPED;
  const i64 from = ((i64)offset - AROUND) / sysconf(_SC_PAGESIZE) * sysconf(_SC_PAGESIZE), before = (i64)offset - from;
  const u64 bytes = (u64)(before + length + AROUND);
  u8 *window = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, from);
  if (window == MAP_FAILED) return FEED_NOT_MAPPED;
  windowStart = window;
  windowEnd = window + bytes;
  const int status = readWindow(window + before, length);
  windowStart = windowEnd = NULL;
  munmap(window, bytes);
  return status;
}
#else
#define CAN_MAP 0
static int feedMapped(int descriptor, double offset, int length) { return (void)descriptor, (void)offset, (void)length, FEED_NOT_MAPPED; }
#endif
