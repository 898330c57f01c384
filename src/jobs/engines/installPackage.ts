import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { FILE_START, type Problem, problem } from "../../core/text/problem.js";
import { type Cancellation, RpcError } from "../../protocol/rpc.js";
import type { EngineFacts } from "../../protocol/runFiles.js";
import { reasonOf, WriteError, withWriteError } from "../files/atomicFile.js";
import { folderAside, recoverFolder, replaceFolder } from "../files/atomicFolder.js";
import { type BackendPackage, packageFolder } from "./packageBackend.js";
import { TFJS_NODE, tfjsBackend } from "./tfjsBackend.js";
import { WEBGPU, webgpuBackend } from "./webgpuBackend.js";

export interface InstallOptions {
  readonly cancellation?: Cancellation;
  /** Hears each line that npm and the package's own script print. */
  readonly onLine?: (line: string) => void;
  /** Default: where the backend looks. */
  readonly folder?: string;
  readonly npm?: string;
}

export type InstallOutcome = { readonly engine: EngineFacts } | { readonly reason: Problem };

const INSTALLABLE = {
  "tfjs-node": { backend: TFJS_NODE, make: tfjsBackend },
  webgpu: { backend: WEBGPU, make: webgpuBackend },
} as const;

/** The backends that do not come with R3DVS. */
export type Installable = keyof typeof INSTALLABLE;
export const INSTALLABLE_NAMES = Object.keys(INSTALLABLE) as readonly Installable[];

/** Where a backend is installed. */
export const installFolder = (name: Installable): string => packageFolder(INSTALLABLE[name].backend);

/**
 * Installs a backend's package with npm in a folder aside, lets it pass the backend's self-check there, and only then
 * puts it in the place of an earlier one.
 * Rejects with `cancelled` when stopped; nothing of it stays then, nor after a failure.
 */
export async function installPackage(name: Installable, options: InstallOptions = {}): Promise<InstallOutcome> {
  const { backend, make } = INSTALLABLE[name];
  const folder = options.folder ?? packageFolder(backend);
  const aside = folderAside(folder);
  try {
    withWriteError(folder, () => {
      mkdirSync(aside, { recursive: true });
      recoverFolder(folder);
      writeFileSync(path.join(aside, "package.json"), '{ "private": true }\n');
    });
    const failure = await runNpm(backend, aside, options);
    if (failure !== undefined) return { reason: failure };
    const forgetful = make(
      aside,
      () => undefined,
      () => {},
    ).available();
    if (!forgetful.ok) return { reason: forgetful.reason };
    withWriteError(folder, () => replaceFolder(aside, folder));
    return { engine: forgetful.engine };
  } catch (error) {
    if (error instanceof WriteError)
      return { reason: problem("error", FILE_START, "{0} cannot be installed: {1}", name, error.message) };
    throw error;
  } finally {
    if (existsSync(aside)) rmSync(aside, { recursive: true, force: true });
  }
}

const ARGUMENTS = ["install", "--no-audit", "--no-fund"];
/** Lines of npm's output that may say why it failed. */
const KEPT_LINES = 200;

/** Why npm failed, in words; undefined where it did not. */
async function runNpm(
  backend: BackendPackage,
  folder: string,
  { cancellation, onLine, npm = "npm" }: InstallOptions,
): Promise<Problem | undefined> {
  const lines: string[] = [];
  const hear = (line: string) => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    onLine?.(line);
  };
  const isWindows = process.platform === "win32";
  const scripts = backend.needsScripts ? "--foreground-scripts" : "--ignore-scripts";
  const child = spawn(npm, [...ARGUMENTS, scripts, `${backend.npmName}@${backend.npmVersion}`], {
    cwd: folder,
    // npm is a script there.
    shell: isWindows,
    // A group of its own, which can be stopped as a whole.
    detached: !isWindows,
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  const forget = cancellation?.onCancel(() => stopAll(child));
  for (const stream of [child.stdout, child.stderr]) readLines(stream, hear);
  try {
    const ended = await endOf(child);
    if (cancellation?.cancelled) throw new RpcError("cancelled", "stopped");
    if (ended === 0) return undefined;
    if (typeof ended !== "number") return npmMissing(backend, ended);
    return reasonOfFailure(backend, lines, ended);
  } finally {
    forget?.();
  }
}

function stopAll(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === "win32") {
    spawn("taskkill", ["/pid", String(child.pid), "/t", "/f"], { stdio: "ignore", windowsHide: true });
    return;
  }
  try {
    process.kill(-child.pid, "SIGTERM");
  } catch {
    // It has just ended by itself.
  }
}

/** The exit code, or why it did not start. */
function endOf(child: ChildProcess): Promise<number | Error> {
  return new Promise((resolve) => {
    child.on("error", resolve);
    child.on("close", (code) => resolve(code ?? -1));
  });
}

function npmMissing({ name }: BackendPackage, error: Error): Problem {
  const isAbsent = "code" in error && error.code === "ENOENT";
  if (isAbsent)
    return problem("error", FILE_START, "{0} cannot be installed: npm was not found; it comes with Node.js", name);
  return problem("error", FILE_START, "{0} cannot be installed: {1}", name, reasonOf(error));
}

const NETWORK =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|CERT_|status(?: code)? [45]\d\d|\b[45]\d\d\b/;

/**
 * The package fetches the native library itself, from elsewhere than npm: where npm's own downloads work, that one may
 * be blocked.
 */
function reasonOfFailure({ name }: BackendPackage, lines: readonly string[], code: number): Problem {
  const errors = lines.filter((line) => /error/i.test(line) && !/^\s*at /.test(line) && !/^\s*throw er\b/.test(line));
  const cause = (errors.find((line) => NETWORK.test(line)) ?? errors[0] ?? `npm ended with code ${code}`)
    .replace(/^(npm (error|ERR!)|Error:)\s*/, "")
    .trim();
  const isLibrary = lines.some((line) => line.includes("Downloading libtensorflow"));
  if (isLibrary && errors.some((line) => NETWORK.test(line)))
    return problem(
      "error",
      FILE_START,
      "{0} was downloaded, but not the TensorFlow library it needs: {1}",
      name,
      cause,
    );
  return problem("error", FILE_START, "{0} cannot be installed: {1}", name, cause);
}

function readLines(stream: NodeJS.ReadableStream | null, hear: (line: string) => void): void {
  let rest = "";
  stream?.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split(/\r?\n|\r/);
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") hear(line);
  });
  stream?.on("end", () => rest.trim() !== "" && hear(rest));
}
