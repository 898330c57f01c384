import { setTimeout as sleep } from "node:timers/promises";

/** How long anything in the workbench may take on a slow machine with two busy cores. Nothing waits that long where all is well. */
export const PATIENCE_MS = 90_000;

/** Asks again and again until the answer is yes; for states that no locator can wait for. */
export async function waitFor(isSo: () => Promise<boolean> | boolean, what: string, patienceMs = PATIENCE_MS): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`Waited ${patienceMs / 1000} s in vain for ${what}.`);
    await sleep(100);
  }
}
