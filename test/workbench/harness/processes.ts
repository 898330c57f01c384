import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** The environment variable that every process started under a server inherits. */
export const MARK = "R3DVS_WORKBENCH";

/**
 * Ends every process that carries `mark`, first politely, after `patienceMs` by force, and returns when none is left.
 * The server's process group would not do: a job that outlives a window's reload stands in a group of its own. Linux
 * only (/proc).
 */
export async function endMarked(mark: string, patienceMs = 3000): Promise<void> {
  const deadline = Date.now() + patienceMs;
  signalAll(findMarked(mark), "SIGTERM");
  for (;;) {
    const left = findMarked(mark);
    if (left.length === 0) return;
    if (Date.now() > deadline) signalAll(left, "SIGKILL");
    await sleep(50);
  }
}

/** The same at once, for the moment this process itself ends. */
export function killMarked(mark: string): void {
  signalAll(findMarked(mark), "SIGKILL");
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended between the look and the signal.
    }
  }
}

/** The living processes that carry `mark`. */
export function findMarked(mark: string): number[] {
  const wanted = `${MARK}=${mark}`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && isAlive(pid) && readProc(pid, "environ").split("\0").includes(wanted));
}

/** A zombie still has its folder in /proc, until its parent looks. */
const isAlive = (pid: number): boolean => !/^State:\s+[ZX]/m.test(readProc(pid, "status"));

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
