import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { CreateNetworkEngine } from "../core/learning/networkEngine.js";
import { problem } from "../core/text/problem.js";
import { tfjsNetworkEngines } from "../kernels/tfjsEngine.js";
import { TOLERANCE } from "./engineSelfTest.js";
import { kernelPath } from "./kernelModule.js";
import type { Availability, NetworkBackend } from "./networkBackend.js";
import { machineName, recallPassed, rememberPassed } from "./selfTestMemory.js";
import { findTfjsNode, loadTfjsNode, type TfjsNode, tfjsNodeFolder } from "./tfjsNode.js";

/** What the test's process said. */
interface Outcome {
  readonly libraryVersion?: string;
  readonly difference?: number;
  readonly seconds?: number;
  readonly error?: string;
}

/** TensorFlow takes seconds to start, on a cold disk half a minute. */
const TEST_SECONDS = 120;
const START = { line: 1, column: 1 };

/** Networks on the TensorFlow library that tfjs-node brings, where it is installed and has passed its self-test in a process of its own, which may crash. */
export function tfjsBackend(folder = tfjsNodeFolder(), recall = recallPassed, remember = rememberPassed): NetworkBackend {
  let known: Availability | undefined;
  let engines: CreateNetworkEngine | undefined;
  return {
    name: "tfjs-node",
    available: (instructionSet) => {
      known ??= check(folder, recall, remember);
      // Here, before threads have copies of the environment: the library's greetings on stderr.
      if (known.ok) process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
      if (!known.ok || instructionSet === undefined || known.engine.instructionSet === instructionSet) return known;
      const reason = problem("error", START, "tfjs-node now has {0}, not {1}", known.engine.instructionSet, instructionSet);
      return { ok: false, broken: false, reason };
    },
    create: () => {
      engines ??= tfjsNetworkEngines(loadTfjsNode(requireTfjsNode(folder)).tf);
      return engines;
    },
  };
}

function requireTfjsNode(folder: string): TfjsNode {
  const found = findTfjsNode(folder);
  if (found === undefined) throw new Error(`tfjs-node is not installed in ${folder}`);
  return found;
}

function check(folder: string, recall: typeof recallPassed, remember: typeof rememberPassed): Availability {
  const found = findTfjsNode(folder);
  if (found === undefined)
    return {
      ok: false,
      broken: false,
      reason: problem("error", START, "tfjs-node is not installed; r3dvs doctor --install tfjs-node installs it"),
    };
  const key = keyOf(found);
  const passed = recall(key);
  if (passed !== undefined) return { ok: true, engine: factsOf(found, passed), seconds: 0, problems: [] };
  const { libraryVersion, difference, seconds = 0, error } = test(found);
  if (libraryVersion === undefined || difference === undefined)
    return broken(problem("warning", START, "tfjs-node is installed but does not work here: {0}", error ?? "?"));
  if (difference > TOLERANCE)
    return broken(problem("warning", START, "tfjs-node is not used: its gradients are off by {0}", difference.toExponential(1)));
  const name = `TensorFlow ${libraryVersion}`;
  remember(key, name);
  return { ok: true, engine: factsOf(found, name), seconds, problems: [] };
}

const broken = (reason: ReturnType<typeof problem>): Availability => ({ ok: false, broken: true, reason });

const factsOf = ({ version }: TfjsNode, instructionSet: string) => ({ backend: "tfjs-node" as const, instructionSet, build: version });

function test({ folder }: TfjsNode): Outcome {
  const { stdout, stderr, signal, status, error } = spawnSync(process.execPath, [testScript(), folder], {
    encoding: "utf8",
    env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
    timeout: TEST_SECONDS * 1000,
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
  if (error !== undefined) return { error: error.message };
  const outcome = lastOutcome(stdout);
  if (outcome !== undefined) return outcome;
  const last = stderr.trim().split("\n").at(-1) ?? "";
  return { error: `its test ended with ${signal ?? `code ${status}`}${last === "" ? "" : `: ${last}`}` };
}

/** Other lines are TensorFlow's own. */
function lastOutcome(stdout: string): Outcome | undefined {
  const line = stdout.split("\n").findLast((text) => text.startsWith("{"));
  try {
    return line === undefined ? undefined : (JSON.parse(line) as Outcome);
  } catch {
    return undefined;
  }
}

/** Whatever the outcome depends on: this machine, the package, its libraries, what tests them. */
function keyOf({ folder, version }: TfjsNode): string {
  const hash = createHash("sha256").update(`${folder} ${version}`);
  for (const file of [kernelPath("network"), testScript(), ...addons(folder)]) hash.update(readFileSync(file));
  return `${machineName()} tfjs-node ${hash.digest("hex")}`;
}

function addons(folder: string): string[] {
  const place = path.join(folder, "lib");
  if (!existsSync(place)) return [];
  return readdirSync(place, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".node"))
    .map((name) => path.join(place, name));
}

/** Beside this bundle in dist/, or in the checkout's dist/ when the sources run as they are. */
function testScript(): string {
  const beside = path.join(__dirname, "tfjsTest.js");
  return existsSync(beside) ? beside : path.resolve(__dirname, "../../dist/tfjsTest.js");
}
