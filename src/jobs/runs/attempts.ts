import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { objectShape, textShape, wholeShape } from "../../core/text/shape.js";
import { withWriteError } from "../files/atomicFile.js";
import { readCheckedJson, writeCheckedJson } from "../files/checkedJson.js";
import { readSmallJson } from "../files/readSmallFile.js";
import type { ItemFiles } from "./runListing.js";
import type { StudyItem } from "./studyPlan.js";
import { type RunWorker, workerName } from "./worker.js";

/**
 * What a worker notes before it begins a work item; the note goes when the item ends. One that stays tells of a worker
 * that died.
 */
export interface Attempt extends RunWorker {
  readonly time: string;
  /** Names the checkpoint that it began from, or that it left. */
  readonly checkpoint: string;
}

const NOTE_SHAPE = objectShape(
  { pid: wholeShape(1), host: textShape, restart: wholeShape(0), time: textShape, checkpoint: textShape },
  { job: textShape, birth: textShape, space: textShape },
);

/**
 * Notes that a worker begins; returns how to take that back. A note is no result: it may be lost in a crash. Throws
 * `WriteError`.
 */
export function noteAttempt(run: string, item: StudyItem, worker: RunWorker): () => void {
  const file = noteFile(run, item, "attempt", worker);
  writeNote(file, noteOf(run, item, worker));
  return () => rmSync(file, { force: true });
}

/** Notes that a worker stopped and left the rest for later. Throws `WriteError`. */
export function noteStop(run: string, item: StudyItem, worker: RunWorker): void {
  writeNote(noteFile(run, item, "stopped", worker), noteOf(run, item, worker));
}

/** The notes of these names, those that can be read. */
export function readNotes(run: string, item: StudyItem, names: readonly string[]): Attempt[] {
  return names.flatMap((name) => {
    try {
      const value = readSmallJson(path.join(run, path.dirname(item.place), name));
      return NOTE_SHAPE(value, "") === undefined ? [value as Attempt] : [];
    } catch {
      return [];
    }
  });
}

/** Forgets the notes of earlier workers, once there is a result. */
export function dropNotes(run: string, item: StudyItem, { attempts, stops }: ItemFiles): void {
  for (const name of [...attempts, ...stops]) rmSync(path.join(run, path.dirname(item.place), name), { force: true });
}

/** Names what is kept of a half-done training; empty where there is nothing. The same state has the same name. */
export function checkpointName(run: string, { place }: StudyItem): string {
  const folder = path.join(run, path.dirname(place));
  const front = `${path.basename(place)}.state.npz`;
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(front)) : [];
  if (names.length === 0) return "";
  const hash = createHash("sha256");
  for (const name of names.sort()) hash.update(name).update(readIfThere(path.join(folder, name)));
  return hash.digest("hex");
}

/** Why a work item was given up. */
export interface Failure {
  readonly message: string;
  readonly time: string;
}

const FAILURE_SHAPE = objectShape({ message: textShape, time: textShape });

/** Throws `WriteError`. */
export function writeFailure(run: string, item: StudyItem, message: string): void {
  writeCheckedJson(failureFile(run, item), { message, time: new Date().toISOString() } satisfies Failure);
}

export function readFailure(run: string, item: StudyItem): Failure | undefined {
  try {
    const value = readCheckedJson(failureFile(run, item));
    return FAILURE_SHAPE(value, "") === undefined ? (value as Failure) : undefined;
  } catch {
    return undefined;
  }
}

/** The item may be tried again. */
export function dropFailure(run: string, item: StudyItem): void {
  withWriteError(failureFile(run, item), () => rmSync(failureFile(run, item), { force: true }));
}

const failureFile = (run: string, { place }: StudyItem) => path.join(run, `${place}.failed.json`);
const noteFile = (run: string, { place }: StudyItem, what: string, worker: RunWorker) =>
  path.join(run, `${place}.${what}.${workerName(worker)}.json`);
const noteOf = (run: string, item: StudyItem, worker: RunWorker): Attempt => ({
  ...worker,
  time: new Date().toISOString(),
  checkpoint: checkpointName(run, item),
});

function writeNote(file: string, note: Attempt): void {
  withWriteError(file, () => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(note));
  });
}

function readIfThere(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch {
    return new Uint8Array(0);
  }
}
