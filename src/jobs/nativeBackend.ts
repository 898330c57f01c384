import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { CreateNetworkEngine } from "../core/learning/networkEngine.js";
import { problem } from "../core/text/problem.js";
import { nativeNetworkEngines } from "../kernels/networkEngine.js";
import { TOLERANCE } from "./engineSelfTest.js";
import { kernelPath } from "./kernelModule.js";
import { addonFile, addonFolder, INSTRUCTION_SETS, loadAddon } from "./nativeAddon.js";
import type { Availability, NetworkBackend } from "./networkBackend.js";
import { machineName, recallPassed, rememberPassed } from "./selfTestMemory.js";

/** What the test's process said of one addon. */
interface Outcome {
  readonly instructionSet?: string;
  readonly difference?: number;
  readonly seconds?: number;
  readonly error?: string;
}

const TEST_SECONDS = 30;
const START = { line: 1, column: 1 };

/**
 * Networks in compiled C. The best addon that this processor can run is used after it has passed its self-test in a process of its own, where
 * nothing but that process can crash; one that fails makes way for the next.
 */
export function nativeBackend(folder = addonFolder(), recall = recallPassed, remember = rememberPassed): NetworkBackend {
  const known = new Map<string, Availability>();
  const loaded = new Map<string, CreateNetworkEngine>();
  return {
    name: "native",
    available: (instructionSet) => {
      const key = instructionSet ?? "";
      const found = known.get(key) ?? check(folder, instructionSet, recall, remember);
      known.set(key, found);
      return found;
    },
    retest: () => check(folder, undefined, () => undefined, remember),
    create: ({ instructionSet }) => {
      const engines = loaded.get(instructionSet) ?? nativeNetworkEngines(loadAddon(addonFile(folder, instructionSet)));
      loaded.set(instructionSet, engines);
      return engines;
    },
  };
}

function check(folder: string, asked: string | undefined, recall: typeof recallPassed, remember: typeof rememberPassed): Availability {
  const machine = `${process.platform}-${process.arch}`;
  let allowed = INSTRUCTION_SETS.filter((set) => (asked === undefined || set === asked) && existsSync(addonFile(folder, set)));
  if (allowed.length === 0) return missing(problem("error", START, "this installation has no native engine for {0}", asked ?? machine));
  const key = keyOf(folder, allowed);
  const passed = recall(key);
  if (passed !== undefined && allowed.includes(passed)) return { ok: true, engine: factsOf(folder, passed), seconds: 0, problems: [] };
  let failure: Availability | undefined;
  while (allowed.length > 0) {
    const outcome = test(folder, allowed);
    const { instructionSet, difference, seconds = 0 } = outcome;
    if (instructionSet !== undefined && difference !== undefined && difference <= TOLERANCE) {
      if (failure === undefined) remember(key, instructionSet);
      return { ok: true, engine: factsOf(folder, instructionSet), seconds, problems: failure?.ok === false ? [failure.reason] : [] };
    }
    failure ??= failureOf(outcome, asked);
    if (instructionSet === undefined) break;
    allowed = allowed.slice(allowed.indexOf(instructionSet) + 1);
  }
  return failure ?? missing(problem("error", START, "this installation has no native engine for {0}", machine));
}

const missing = (reason: ReturnType<typeof problem>): Availability => ({ ok: false, broken: false, reason });

function failureOf({ instructionSet, difference, error }: Outcome, asked: string | undefined): Availability {
  if (instructionSet === undefined && error === undefined)
    return missing(problem("error", START, "this processor does not run the native engine's {0}", asked ?? "code"));
  const name = instructionSet ?? "code";
  const reason =
    error !== undefined
      ? problem("warning", START, "the native engine ({0}) failed its self-test and is not used: {1}", name, error)
      : problem(
          "warning",
          START,
          "the native engine ({0}) is not used: its gradients are off by {1}",
          name,
          (difference ?? 0).toExponential(1),
        );
  return { ok: false, broken: true, reason };
}

/** Runs the self-test of the best of some addons. */
function test(folder: string, allowed: readonly string[]): Outcome {
  const { stdout, signal, status, error } = spawnSync(process.execPath, [testScript(), folder, ...allowed], {
    encoding: "utf8",
    env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
    timeout: TEST_SECONDS * 1000,
    stdio: ["ignore", "pipe", "ignore"],
    windowsHide: true,
  });
  const outcome = Object.assign({}, ...(stdout ?? "").split("\n").map(parseLine)) as Outcome;
  if (error !== undefined) return { ...outcome, error: error.message };
  const isWhole = status === 0 && (outcome.difference !== undefined || outcome.error !== undefined || outcome.instructionSet === undefined);
  return isWhole ? outcome : { ...outcome, error: `the test's process ended with ${signal ?? `code ${status}`}` };
}

function parseLine(line: string): object {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

const factsOf = (folder: string, instructionSet: string) => ({
  backend: "native" as const,
  instructionSet,
  build: hashOf([addonFile(folder, instructionSet)]).slice(0, 12),
});

/** Whatever the outcome depends on. */
const keyOf = (folder: string, sets: readonly string[]) =>
  `${machineName()} ${hashOf([...sets.map((set) => addonFile(folder, set)), kernelPath("network"), testScript()])}`;

function hashOf(files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex");
}

/** Beside this bundle in dist/, or in the checkout's dist/ when the sources run as they are. */
function testScript(): string {
  const beside = path.join(__dirname, "selfTest.js");
  return existsSync(beside) ? beside : path.resolve(__dirname, "../../dist/selfTest.js");
}
