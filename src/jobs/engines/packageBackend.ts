import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { CreateNetworkEngine } from "../../core/learning/networks/networkEngine.js";
import { FILE_START, problem } from "../../core/text/problem.js";
import { distFile } from "../files/distFile.js";
import { readSmallJson } from "../files/readSmallFile.js";
import { kernelPath } from "../files/wasmModule.js";
import { machineName, type Recall, type Remember, recallPassed, rememberPassed } from "../native/selfCheckMemory.js";
import { TOLERANCE } from "./engineSelfCheck.js";
import type { Availability, NetworkBackend } from "./networkBackend.js";

/** What the test's process said. */
interface Outcome {
  readonly instructionSet?: string;
  readonly difference?: number;
  readonly seconds?: number;
  readonly error?: string;
}

/** TensorFlow takes seconds to start, on a cold disk half a minute; a GPU that is emulated is slow. */
const TEST_SECONDS = 300;
/** A backend that does not come with R3DVS but is installed with npm, on request. */
export interface BackendPackage {
  readonly name: "tfjs-node" | "webgpu";
  readonly npmName: string;
  readonly npmVersion: string;
  /** Names a folder whose node_modules hold it. */
  readonly variable: string;
  /** Whether it does not work without its packages' install scripts, which run with the user's rights. */
  readonly needsScripts: boolean;
}

/** Used where it is installed below `folder` and has passed its self-check in a process of its own, which may crash. */
export function packageBackend(
  backend: BackendPackage,
  create: () => CreateNetworkEngine,
  folder = packageFolder(backend),
  recall: Recall = recallPassed,
  remember: Remember = rememberPassed,
): NetworkBackend {
  const { name } = backend;
  let known: Availability | undefined;
  let engines: CreateNetworkEngine | undefined;
  return {
    name,
    available: (instructionSet) => {
      known ??= check(backend, folder, recall, remember);
      // Here, before threads have copies of the environment: TensorFlow's greetings on stderr.
      if (known.ok && name === "tfjs-node") process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
      if (!known.ok || instructionSet === undefined || known.engine.instructionSet === instructionSet) return known;
      const reason = problem(
        "error",
        FILE_START,
        "{0} now has {1}, not {2}",
        name,
        known.engine.instructionSet,
        instructionSet,
      );
      return { ok: false, broken: false, reason };
    },
    create: () => {
      if (findPackage(backend, folder) === undefined) throw new Error(`${name} is not installed in ${folder}`);
      engines ??= create();
      return engines;
    },
  };
}

/**
 * Where the package is looked for and installed: what the environment names, else this user's own data. Never beside a
 * dataset or in the working folder, whose code nobody has agreed to run.
 */
export function packageFolder(
  { name, variable }: BackendPackage,
  environment: NodeJS.ProcessEnv = process.env,
): string {
  return environment[variable] ?? path.join(dataFolder(environment), "r3dvs", name);
}

function dataFolder(environment: NodeJS.ProcessEnv): string {
  if (process.platform === "win32") return environment.LOCALAPPDATA ?? path.join(homedir(), "AppData", "Local");
  if (process.platform === "darwin") return path.join(homedir(), "Library", "Application Support");
  return environment.XDG_DATA_HOME ?? path.join(homedir(), ".local", "share");
}

/** An installed package, not loaded yet. */
export interface FoundPackage {
  /** Of the package itself. */
  readonly folder: string;
  readonly version: string;
}

/** The package below `folder`, if it is there. */
export function findPackage({ npmName }: BackendPackage, folder: string): FoundPackage | undefined {
  const place = path.join(folder, "node_modules", npmName);
  try {
    const { version } = readSmallJson(path.join(place, "package.json")) as { version?: unknown };
    return typeof version === "string" ? { folder: place, version } : undefined;
  } catch {
    return undefined;
  }
}

function check(backend: BackendPackage, folder: string, recall: Recall, remember: Remember): Availability {
  const { name } = backend;
  const found = findPackage(backend, folder);
  if (found === undefined) {
    const reason = problem("error", FILE_START, "{0} is not installed; r3dvs doctor --install {0} installs it", name);
    return { ok: false, broken: false, reason };
  }
  const factsOf = (instructionSet: string) => ({ backend: name, instructionSet, build: found.version });
  const key = keyOf(name, found);
  const passed = recall(key);
  if (passed !== undefined) return { ok: true, engine: factsOf(passed), seconds: 0, problems: [] };
  const { instructionSet, difference, seconds = 0, error } = test(name, folder);
  if (instructionSet === undefined || difference === undefined)
    return broken(problem("warning", FILE_START, "{0} is installed but does not work here: {1}", name, error ?? "?"));
  if (difference > TOLERANCE)
    return broken(
      problem(
        "warning",
        FILE_START,
        "{0} is not used: its gradients are off by {1}",
        name,
        difference.toExponential(1),
      ),
    );
  remember(key, instructionSet);
  return { ok: true, engine: factsOf(instructionSet), seconds, problems: [] };
}

const broken = (reason: ReturnType<typeof problem>): Availability => ({ ok: false, broken: true, reason });

function test(name: string, folder: string): Outcome {
  const { stdout, stderr, signal, status, error } = spawnSync(
    process.execPath,
    [distFile("packageTest.js"), name, folder],
    {
      encoding: "utf8",
      env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
      timeout: TEST_SECONDS * 1000,
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    },
  );
  if (error !== undefined) return { error: error.message };
  const outcome = lastOutcome(stdout);
  if (outcome !== undefined) return outcome;
  const last = stderr.trim().split("\n").at(-1) ?? "";
  return { error: `its test ended with ${signal ?? `code ${status}`}${last === "" ? "" : `: ${last}`}` };
}

/** Other lines are the library's own. */
function lastOutcome(stdout: string): Outcome | undefined {
  const line = stdout.split("\n").findLast((text) => text.startsWith("{"));
  try {
    return line === undefined ? undefined : (JSON.parse(line) as Outcome);
  } catch {
    return undefined;
  }
}

/** Whatever the outcome depends on: this machine, the package, its libraries, what tests them. */
function keyOf(name: string, { folder, version }: FoundPackage): string {
  const hash = createHash("sha256").update(`${folder} ${version}`);
  for (const file of [kernelPath("network"), distFile("packageTest.js"), ...addons(folder)])
    hash.update(readFileSync(file));
  return `${machineName()} ${name} ${hash.digest("hex")}`;
}

function addons(folder: string): string[] {
  const places = ["lib", "dist"].map((name) => path.join(folder, name)).filter((place) => existsSync(place));
  const found = places.flatMap((place) =>
    readdirSync(place, { recursive: true, encoding: "utf8" }).map((name) => path.join(place, name)),
  );
  return found.filter((file) => file.endsWith(".node") && isOfThisMachine(file));
}

/** The package webgpu holds those of every machine; some are tens of MB. */
const isOfThisMachine = (file: string) =>
  !/[\\/](darwin|linux|win32)-/.test(file) || file.includes(`${process.platform}-`);
