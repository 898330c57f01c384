import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { distFile } from "../files/distFile.js";
import { kernelPath } from "../files/wasmModule.js";
import { type AddonName, addonFile } from "./nativeAddon.js";
import { machineName } from "./selfCheckMemory.js";

/** What the test's process said of one addon; without an instruction set there is none for this processor. */
export interface SelfCheckOutcome {
  readonly instructionSet?: string;
  /** From what WebAssembly gives. */
  readonly difference?: number;
  readonly seconds?: number;
  readonly error?: string;
}

const TEST_SECONDS = 30;

/** Runs the self-check of the best of some addons, in a process of its own, which may crash. */
export function runSelfCheck(folder: string, name: AddonName, allowed: readonly string[]): SelfCheckOutcome {
  const { stdout, signal, status, error } = spawnSync(
    process.execPath,
    [distFile("selfTest.js"), folder, name, ...allowed],
    {
      encoding: "utf8",
      env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
      timeout: TEST_SECONDS * 1000,
      stdio: ["ignore", "pipe", "ignore"],
      windowsHide: true,
    },
  );
  const outcome = Object.assign({}, ...(stdout ?? "").split("\n").map(parseLine)) as SelfCheckOutcome;
  if (error !== undefined) return { ...outcome, error: error.message };
  const isWhole =
    status === 0 &&
    (outcome.difference !== undefined || outcome.error !== undefined || outcome.instructionSet === undefined);
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

/** Whatever the outcome depends on. */
export const selfCheckKey = (folder: string, name: AddonName, sets: readonly string[]): string =>
  `${machineName()} ${name} ${hashOf([...sets.map((set) => addonFile(folder, name, set)), kernelPath(name), distFile("selfTest.js")])}`;

export function hashOf(files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex");
}
