import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Names a process beyond its end: numbers of processes are used again. */
export interface ProcessFacts {
  readonly pid: number;
  readonly host: string;
  /**
   * Where the kernel tells them (Linux): when the process began, and within which numbering of processes its pid
   * counts.
   */
  readonly birth?: string;
  readonly space?: string;
}

/** Of the calling process. */
export function ownProcess(): ProcessFacts {
  const [birth, space] = [birthOf(process.pid), pidSpace()];
  return {
    pid: process.pid,
    host: hostname(),
    ...(birth !== undefined && { birth }),
    ...(space !== undefined && { space }),
  };
}

/** Whether a process of this machine lives; undefined where only its heartbeat can tell. */
export function isProcessAlive({ pid, host, birth, space }: ProcessFacts): boolean | undefined {
  if (host !== hostname() || (space !== undefined && space !== pidSpace())) return undefined;
  if (!processExists(pid)) return false;
  const now = birth === undefined ? undefined : birthOf(pid);
  return now === undefined ? undefined : now === birth;
}

/** Of a living process, in the kernel's ticks since the machine started; undefined where that is not told. */
function birthOf(pid: number): string | undefined {
  try {
    // behind the name, which stands in brackets and may hold anything
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[19];
  } catch {
    return undefined;
  }
}

/** Containers number their processes again, under one name of the machine. */
function pidSpace(): string | undefined {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return undefined;
  }
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  return !isZombie(pid);
}

/**
 * A killed process that its parent has not asked about still has its number (Linux; elsewhere the heartbeat decides).
 */
function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
