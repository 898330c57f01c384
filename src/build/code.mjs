// `npm run code`: VS Code with this checkout's extension and a copy of the sample open. An installed VS Code is taken
// where there is one, else (or with --server) the real VS Code is served from npm packages to any browser. Options:
// --server, --port N.
import { spawn, spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { ensureInstalled, ensureWorkbench, root, whyNoWorkbench } from "./install.mjs";
import { build, run } from "./processes.mjs";
import { copySample } from "./sample.mjs";

const { values: options } = parseArgs({
  options: { server: { type: "boolean" }, port: { type: "string", default: "8080" } },
});

async function openCode() {
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new Error(`--port takes a number from 1 to 65535, not ${options.port}`);
  await ensureInstalled();
  await build();
  const sample = copySample();
  if (!options.server && hasInstalledCode()) {
    console.log("Opening the installed VS Code (--server serves one to the browser instead).");
    return runCode([`--extensionDevelopmentPath=${root}`, sample]);
  }
  const reason = whyNoWorkbench();
  if (reason) throw new Error(`there is no \`code\` on PATH, and ${reason}`);
  const { node, folder } = await ensureWorkbench();
  return run(node, [`${folder}/serve.ts`, sample, String(port)]);
}

const onWindows = process.platform === "win32";

const hasInstalledCode = () =>
  spawnSync("code", ["--version"], { shell: onWindows, stdio: "ignore", timeout: 20_000 }).status === 0;

/** Windows has `code` as a script, which only a shell starts, and a shell splits paths at blanks. */
function runCode(args) {
  const child = spawn("code", onWindows ? args.map((arg) => `"${arg}"`) : args, { shell: onWindows, stdio: "inherit" });
  return new Promise((resolve) => child.once("close", resolve));
}

openCode().then(
  (code) => {
    process.exitCode = code ?? 0;
  },
  (error) => {
    console.error(`npm run code: ${error.message}`);
    process.exitCode = 1;
  },
);
