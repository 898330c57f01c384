// Child processes of the scripts: each keeps the terminal, and Ctrl-C reaches it before the script goes on to its own
// end.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { root } from "./install.mjs";

/** Signals by which somebody ends a program; after any other it has crashed. */
const ENDED = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs a program to its end; resolves to its exit code: 130 after Ctrl-C, as shells have it 128 and the signal's number
 * after a crash.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", ...options });
    // The terminal sends Ctrl-C to the child as well, other signals come to the script alone; either way it waits for
    // the child's own end.
    const wait = () => {};
    const pass = (signal) => child.kill(signal);
    process.on("SIGINT", wait).on("SIGTERM", pass).on("SIGHUP", pass);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("SIGINT", wait).off("SIGTERM", pass).off("SIGHUP", pass);
      if (signal === null) resolve(code);
      else resolve(ENDED.includes(signal) ? 130 : 128 + constants.signals[signal]);
    });
  });
}

/** Runs a Node script of the checkout under this Node. */
export const runNode = (args, options) => run(process.execPath, args, options);

/**
 * Builds dist/ in a process of its own: a bundler that failed would keep this one alive. Throws when it fails; the
 * reasons are printed by then.
 */
export async function build() {
  const code = await runNode(["src/build/build.mjs"]);
  if (code !== 0) throw new Error("the build failed");
}
