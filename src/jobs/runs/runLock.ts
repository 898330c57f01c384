import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { RUN_FILES } from "../../protocol/runFiles.js";
import { explained } from "../files/atomicFile.js";
import { UsageError } from "../files/usageError.js";

/** How often the owner touches its lock, and after how long without a touch it counts as gone. */
const BEAT_MS = 2_000;
const GONE_AFTER_MS = 60_000;

interface Owner {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  readonly started: string;
}

/** Only one process works on a run: a file with the owner's pid and host, whose time of change is the owner's heartbeat. */
export class RunLock {
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly file: string,
    private readonly token: string,
    onLost: () => void,
  ) {
    this.timer = setInterval(() => this.beat(onLost), BEAT_MS);
    this.timer.unref();
  }

  /** Throws `UsageError` while another process works on the run. `onLost`: somebody took it for dead (after a long sleep) and took over. */
  static acquire(folder: string, onLost: () => void): RunLock {
    const file = path.join(folder, RUN_FILES.lock);
    const owner: Owner = { token: randomUUID(), pid: process.pid, host: hostname(), started: new Date().toISOString() };
    const own = path.join(folder, `.lock.${owner.token}`);
    explained(file, () => writeFileSync(own, JSON.stringify(owner)));
    try {
      for (let attempt = 0; attempt < 3; attempt++) {
        if (tryLink(own, file)) return new RunLock(file, owner.token, onLost);
        const holder = readOwner(file);
        if (isAlive(file, holder)) throw new UsageError(`${folder} is being worked on by process ${holder?.pid} on ${holder?.host}`);
        removeStale(file, holder?.token);
      }
      throw new UsageError(`${folder} is being worked on by another process`);
    } finally {
      rmSync(own, { force: true });
    }
  }

  release(): void {
    clearInterval(this.timer);
    if (readOwner(this.file)?.token === this.token) rmSync(this.file, { force: true });
  }

  private beat(onLost: () => void): void {
    if (readOwner(this.file)?.token !== this.token) {
      clearInterval(this.timer);
      onLost();
      return;
    }
    const now = new Date();
    utimesSync(this.file, now, now);
  }
}

/** Whether a living process works on the run. */
export function isRunAlive(folder: string): boolean {
  const file = path.join(folder, RUN_FILES.lock);
  return isAlive(file, readOwner(file));
}

function isAlive(file: string, owner: Owner | undefined): boolean {
  const facts = statSync(file, { throwIfNoEntry: false });
  if (owner === undefined || facts === undefined) return false;
  if (owner.host === hostname() && !processExists(owner.pid)) return false;
  return Date.now() - facts.mtimeMs < GONE_AFTER_MS;
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
    return JSON.parse(readFileSync(file, "utf8")) as Owner;
  } catch {
    return undefined;
  }
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
  return !isZombie(pid);
}

/** A killed process that its parent has not asked about still has its number (Linux; elsewhere the heartbeat decides). */
function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? error.code : undefined);
