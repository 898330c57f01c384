import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { withWriteError } from "../files/atomicFile.js";
import { runFile } from "./runFolder.js";

/**
 * Asks all who work on a run to stop. Each request has a mark of its own, since nobody but the run's owner may take the
 * file away. Throws `WriteError`.
 */
export function writeStop(folder: string): void {
  withWriteError(runFile(folder, "stop"), () => writeFileSync(runFile(folder, "stop"), randomBytes(6).toString("hex")));
}

/** Calls once somebody asks for a stop from now on; an earlier request is not meant. Returns how to end that. */
export function watchStop(folder: string, pollMs: number, onStop: () => void): () => void {
  const before = markOf(folder);
  const timer = setInterval(() => {
    const mark = markOf(folder);
    if (mark === "" || mark === before) return;
    clearInterval(timer);
    onStop();
  }, pollMs);
  timer.unref();
  return () => clearInterval(timer);
}

function markOf(folder: string): string {
  try {
    return readFileSync(runFile(folder, "stop"), "utf8");
  } catch {
    return "";
  }
}
