export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  interrupted: 130,
  /** EX_TEMPFAIL, by which schedulers know that it may be begun again. */ stopped: 75,
} as const;
