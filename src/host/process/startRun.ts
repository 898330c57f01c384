import { spawn } from "node:child_process";
import { open } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

/**
 * Starts (or resumes) the run of a prepared folder as a process of its own, which outlives the window.
 * What it prints goes to `run.log` in the folder. Resolves once the process exists.
 */
export async function startRun(script: string, folder: string, environment: NodeJS.ProcessEnv = {}): Promise<void> {
  const log = await open(path.join(folder, "run.log"), "a");
  try {
    const child = spawn(process.execPath, [script, folder], {
      detached: true,
      windowsHide: true,
      stdio: ["ignore", log.fd, log.fd],
      env: { ...process.env, ...environment, ELECTRON_RUN_AS_NODE: "1" },
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    });
    yieldToTheEditor(child.pid);
    child.unref();
  } finally {
    await log.close();
  }
}

/**
 * Training takes every core for hours; whatever the user does meanwhile comes first. Threads inherit it, so it is set
 * before there are any.
 */
function yieldToTheEditor(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    os.setPriority(pid, os.constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not allowed here: it runs at the normal priority.
  }
}
