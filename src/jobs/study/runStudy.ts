import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { Cancellation } from "../../protocol/rpc.js";
import { removeLeftovers } from "../files/atomicFile.js";
import { readManifest, runFile } from "../runs/runFolder.js";
import { RunLock } from "../runs/runLock.js";
import { hasOtherWorkers } from "../runs/worker.js";
import { ThreadPool } from "../threads/threadPool.js";
import { type RunHooks, type RunOutcome, RunSession } from "./runSession.js";

export type { RunHooks, RunOutcome } from "./runSession.js";

const STOP_POLL_MS = 300;
/** Nothing is written for so long without a byte coming. */
const LEFT_AFTER_MS = 24 * 3_600_000;

/**
 * Works on a run until it is finished or asked to stop; what was done before is not done again, and the result is the
 * same to the bit.
 * Throws `UsageError` for a run that cannot be worked on as it stands and `WriteError`; the run then is `failed` with
 * its message.
 */
export function runStudy(folder: string, hooks: RunHooks): Promise<RunOutcome> {
  return asOwner(folder, hooks, (session) => session.work());
}

/** Decides a run's settings, splits and tasks and keeps its inputs, and works on none of them. Throws as `runStudy`. */
export function prepareStudy(folder: string, hooks: RunHooks): Promise<void> {
  return asOwner(folder, hooks, (session) => session.prepare());
}

async function asOwner<T>(folder: string, hooks: RunHooks, act: (session: RunSession) => Promise<T>): Promise<T> {
  readManifest(folder);
  const stop = new Cancellation();
  hooks.cancellation.onCancel(() => stop.cancel());
  const lock = RunLock.acquire(folder, () => stop.cancel());
  rmSync(runFile(folder, "stop"), { force: true });
  removeRunLeftovers(folder);
  const watch = setInterval(() => existsSync(runFile(folder, "stop")) && stop.cancel(), STOP_POLL_MS);
  const pool = new ThreadPool(hooks.threads ?? readManifest(folder).options.threads);
  const session = new RunSession(folder, hooks, stop, pool, lock);
  try {
    return await act(session);
  } catch (error) {
    session.fail(error);
    throw error;
  } finally {
    clearInterval(watch);
    await pool.dispose();
    session.close();
    if (lock.isHeld) rmSync(runFile(folder, "stop"), { force: true });
    lock.release();
  }
}

/** What killed processes left half-written: all of it where nobody else writes here, else what is old. */
function removeRunLeftovers(folder: string): void {
  const age = hasOtherWorkers(folder) ? LEFT_AFTER_MS : 0;
  const inside = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const place of [folder, ...inside.map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))])
    removeLeftovers(place, age);
}
