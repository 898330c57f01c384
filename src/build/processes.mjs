// Child processes of the scripts: each keeps the terminal, and Ctrl-C reaches it before the script goes on to its own end.
import { spawn } from "node:child_process";
import { root } from "./install.mjs";

/** Runs a program to its end; resolves to its exit code (130 after Ctrl-C). */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", ...options });
    // The terminal sends Ctrl-C to the child as well, other signals come to the script alone; either way it waits for the child's own end.
    const wait = () => {};
    const pass = (signal) => child.kill(signal);
    process.on("SIGINT", wait).on("SIGTERM", pass).on("SIGHUP", pass);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("SIGINT", wait).off("SIGTERM", pass).off("SIGHUP", pass);
      resolve(signal ? 130 : code);
    });
  });
}

/** Runs a Node script of the checkout under this Node. */
export const runNode = (args, options) => run(process.execPath, args, options);

/** Builds dist/ in a process of its own: a bundler that failed would keep this one alive. Throws when it fails; the reasons are printed by then. */
export async function build() {
  const code = await runNode(["src/build/build.mjs"]);
  if (code !== 0) throw new Error("the build failed");
}
