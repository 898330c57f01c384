import { setTimeout as sleep } from "node:timers/promises";
import { errors } from "playwright-core";

/**
 * How long anything in the workbench may take on a slow machine with two busy cores. Nothing waits that long where all
 * is well.
 */
export const PATIENCE_MS = 90_000;

/** Asks again and again until the answer is yes; for states that no locator can wait for. */
export async function waitFor(
  isSo: () => Promise<boolean> | boolean,
  what: string,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new WaitedInVain(`Waited ${patienceMs / 1000} s in vain for ${what}.`);
    await sleep(100);
  }
}

/** A state that did not come within its time. */
class WaitedInVain extends Error {
  override readonly name = "WaitedInVain";
}

/** Begins what a test says of itself when it passed only then; `npm test` prints such tests by name. */
export const SECOND_TRY = "passed at the second try: ";

/**
 * Does a piece of work once more if something did not come in time (by the browser's driver or by `waitFor`), and
 * returns whether it had to.
 * Throws any other error at once, and the second try's.
 */
export async function tryTwice(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return false;
  } catch (error) {
    if (!(error instanceof WaitedInVain || error instanceof errors.TimeoutError)) throw error;
    console.error("Waited in vain, tried once more:", error);
  }
  await work();
  return true;
}
