import { randomUUID } from "node:crypto";
import {
  closeSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { objectShape, textShape, wholeShape } from "../../core/text/shape.js";
import { RUN_FILES } from "../../protocol/runFiles.js";
import { withWriteError } from "../files/atomicFile.js";
import { readSmallJson } from "../files/readSmallFile.js";
import { UsageError } from "../files/usageError.js";
import { isProcessAlive, ownProcess, type ProcessFacts } from "./processFacts.js";

/** How often the owner touches its lock, and after how long without a touch it counts as gone. */
const BEAT_MS = 2_000;
const GONE_AFTER_MS = 60_000;
/** How often it is looked whether the lock is still there, where that is asked for each of many materials. */
const LOOK_MS = 100;

interface Owner extends ProcessFacts {
  readonly token: string;
  readonly started: string;
}

const OWNER_SHAPE = objectShape(
  { token: textShape, pid: wholeShape(1), host: textShape, started: textShape },
  { birth: textShape, space: textShape },
);

/** Another process has taken the run over; nothing more is written. */
export class LostRunError extends UsageError {}

/**
 * Only one process works on a run: a file with the owner's pid and host. On the same machine the owner's process tells
 * whether it lives; of another machine's, the file's time of change is the heartbeat. It is compared with that of a
 * file made now in the same folder: machines' clocks differ.
 */
export class RunLock {
  private readonly timer: NodeJS.Timeout;
  private looked = Number.NEGATIVE_INFINITY;
  private held = true;

  private constructor(
    private readonly file: string,
    private readonly token: string,
    onLost: () => void,
  ) {
    this.timer = setInterval(() => this.beat(onLost), BEAT_MS);
    this.timer.unref();
  }

  /**
   * Throws `UsageError` while another process works on the run. `onLost`: somebody took it for dead (after a long
   * sleep) and took over.
   */
  static acquire(folder: string, onLost: () => void): RunLock {
    const file = path.join(folder, RUN_FILES.lock);
    const owner = newOwner();
    const own = path.join(folder, `.lock.${owner.token}`);
    withWriteError(file, () => writeFileSync(own, JSON.stringify(owner)));
    try {
      for (let attempt = 0; attempt < 3; attempt++) {
        if (tryLink(own, file)) return new RunLock(file, owner.token, onLost);
        const holder = readOwner(file);
        if (isAlive(file, holder, statSync(own).mtimeMs))
          throw new UsageError(`${folder} is in use by process ${holder?.pid} on ${holder?.host}`);
        removeStale(file, holder?.token);
      }
      throw new UsageError(`${folder} is in use by another process`);
    } finally {
      rmSync(own, { force: true });
    }
  }

  release(): void {
    clearInterval(this.timer);
    if (readOwner(this.file)?.token === this.token) rmSync(this.file, { force: true });
  }

  /** Asked before each write. Throws `LostRunError`. */
  assertHeld(): void {
    if (!this.isHeld)
      throw new LostRunError(`another process has taken over ${path.dirname(this.file)}; this one writes nothing more`);
  }

  get isHeld(): boolean {
    return readOwner(this.file)?.token === this.token;
  }

  /** As `isHeld`, of the last LOOK_MS: for what comes in thousands and is only appended. */
  get wasHeldLately(): boolean {
    const now = performance.now();
    if (now - this.looked > LOOK_MS) [this.looked, this.held] = [now, this.isHeld];
    return this.held;
  }

  private beat(onLost: () => void): void {
    if (this.isHeld) {
      touch(this.file);
      return;
    }
    clearInterval(this.timer);
    onLost();
  }
}

/** By writing what stands there: the time is that of the disk's machine then, whatever the clock says here. */
function touch(file: string): void {
  try {
    const descriptor = openSync(file, "r+");
    try {
      writeSync(descriptor, "{", 0);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // A full or unreachable disk: the next beat may reach it.
  }
}

const newOwner = (): Owner => ({ token: randomUUID(), started: new Date().toISOString(), ...ownProcess() });

/** Whether a living process works on the run. */
export function isRunAlive(folder: string): boolean {
  const file = path.join(folder, RUN_FILES.lock);
  const owner = readOwner(file);
  return isAlive(file, owner, Date.now()) || hasBeaten(file, owner);
}

/** `now`: by the clock that dates the file. */
function isAlive(file: string, owner: Owner | undefined, now: number): boolean {
  const facts = statSync(file, { throwIfNoEntry: false });
  if (owner === undefined || facts === undefined) return false;
  const lives = isProcessAlive(owner);
  if (lives !== undefined) return lives;
  return now - facts.mtimeMs < GONE_AFTER_MS;
}

/** Beats that were seen to come, by this process's own clock. */
const beats = new Map<string, { readonly beat: number; readonly seen: number }>();

/** Whether another machine's owner, old by this one's clock, has beaten since an earlier look. */
function hasBeaten(file: string, owner: Owner | undefined): boolean {
  if (owner === undefined || owner.host === hostname()) return false;
  const beat = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  if (beat === undefined) return false;
  const before = beats.get(file);
  if (before === undefined) beats.set(file, { beat, seen: Number.NEGATIVE_INFINITY });
  else if (before.beat !== beat) beats.set(file, { beat, seen: performance.now() });
  return performance.now() - (beats.get(file)?.seen ?? Number.NEGATIVE_INFINITY) < GONE_AFTER_MS;
}

/** A hard link fails where the name exists, so of two processes one wins, and the file is never seen half-written. */
function tryLink(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    return tryCreate(own, file);
  }
}

/** For file systems without hard links. */
function tryCreate(own: string, file: string): boolean {
  try {
    writeFileSync(file, readFileSync(own), { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Takes a dead owner's lock away, and puts it back when another process was faster and it is that one's by now. */
function removeStale(file: string, token: string | undefined): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (readOwner(aside)?.token !== token) tryLink(aside, file);
  rmSync(aside, { force: true });
}

function readOwner(file: string): Owner | undefined {
  try {
    const value = readSmallJson(file);
    return OWNER_SHAPE(value, "") === undefined ? (value as Owner) : undefined;
  } catch {
    return undefined;
  }
}

const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? error.code : undefined);
