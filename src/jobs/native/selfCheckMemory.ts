import { cpus, homedir } from "node:os";
import path from "node:path";
import { WriteError, writeFileAtomically } from "../files/atomicFile.js";
import { readSmallJson } from "../files/readSmallFile.js";

/**
 * Self-tests that were passed on this machine, by what they depend on, so that they need not be repeated by every
 * process.
 */
const FILE = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), ".cache"), "r3dvs", "engines.json");
const MAX_ENTRIES = 20;

/** What a self-check depends on besides the code: processor, Node, system. */
export const machineName = (): string =>
  [process.platform, process.arch, cpus()[0]?.model.trim() ?? "", process.version].join(" ");

export type Recall = (key: string) => string | undefined;
export type Remember = (key: string, instructionSet: string) => void;

/** What passed earlier under this key. */
export function recallPassed(key: string, file = FILE): string | undefined {
  const found = readAll(file)[key];
  return typeof found === "string" ? found : undefined;
}

/** Where nothing can be written, the test is just repeated next time. */
export function rememberPassed(key: string, instructionSet: string, file = FILE): void {
  const entries = Object.entries({ ...readAll(file), [key]: instructionSet }).slice(-MAX_ENTRIES);
  try {
    writeFileAtomically(file, `${JSON.stringify(Object.fromEntries(entries), null, 1)}\n`);
  } catch (error) {
    if (!(error instanceof WriteError)) throw error;
  }
}

function readAll(file: string): Record<string, unknown> {
  try {
    const all: unknown = readSmallJson(file);
    return typeof all === "object" && all !== null ? { ...all } : {};
  } catch {
    return {};
  }
}
