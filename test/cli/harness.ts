import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

export const SAMPLE = fileURLToPath(new URL("../../media/sample/oxides", import.meta.url));
const HOLD = fileURLToPath(new URL("../hold.cjs", import.meta.url));
const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

const rows = readFileSync(path.join(SAMPLE, "targets.csv"), "utf8").trim().split("\n");
export const SAMPLE_IDS: readonly string[] = rows.slice(1).map((row) => row.split(",")[0] ?? "");

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as JSON Lines. */
  readonly events: readonly Record<string, unknown>[];
}

export interface Watch {
  /** Called with each whole line of stdout and the process. */
  readonly onLine?: (line: string, child: ChildProcess) => void;
  /** Called with the process once it is there, for what is done to it. */
  readonly onStart?: (child: ChildProcess) => void;
  /** Called with what it writes on stderr. */
  readonly onError?: (text: string) => void;
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly uid?: number;
  /** The program of Node; the one of the tests if absent. */
  readonly node?: string;
  /** Where the process waits, for the test to do something to it: see test/hold.cjs. */
  readonly hold?: { readonly epoch: number } | { readonly line: string } | { readonly task: true };
}

/** Runs the real command line as a process of its own. */
export function runCli(
  args: readonly string[],
  { onLine, onStart, onError, cwd, env, uid, hold, node = process.execPath }: Watch = {},
): Promise<Outcome> {
  const child = spawn(node, [...(hold ? ["--require", HOLD] : []), CLI, ...args], {
    cwd,
    env: { ...process.env, ...env, ...holdEnvironment(hold) },
    stdio: ["ignore", "pipe", "pipe"],
    ...(uid !== undefined && { uid }),
  });
  onStart?.(child);
  let stdout = "";
  let stderr = "";
  let seen = 0;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    for (let end = stdout.indexOf("\n", seen); end >= 0; end = stdout.indexOf("\n", seen)) {
      onLine?.(stdout.slice(seen, end), child);
      seen = end + 1;
    }
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    onError?.(text);
  });
  return new Promise((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr, events: parseLines(stdout) }));
  });
}

/** For a process that was started with `--require test/hold.cjs`. */
function holdEnvironment(hold: Watch["hold"]): Record<string, string> {
  if (hold === undefined) return {};
  if ("task" in hold) return { R3DVS_HOLD_TASK: "1" };
  return "line" in hold ? { R3DVS_HOLD_LINE: hold.line } : { R3DVS_HOLD_EPOCH: String(hold.epoch) };
}

/** A folder that is gone after the file's tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A dataset of some of the sample's materials with all their targets. */
export function sampleDataset(parent: string, ids: readonly string[], name = "data"): string {
  const folder = path.join(parent, name);
  mkdirSync(folder);
  for (const id of ids) cpSync(path.join(SAMPLE, id), path.join(folder, id), { recursive: true });
  writeFileSync(path.join(folder, "targets.csv"), `${[rows[0], ...ids.map(rowOf)].join("\n")}\n`);
  return folder;
}

/** Every file below a folder with its bytes, except what `skip` names. */
export function snapshot(folder: string, skip: (file: string) => boolean = () => false): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const named = files
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((file) => !skip(file));
  return new Map(named.sort().map((file) => [file, readFileSync(path.join(folder, file)).toString("base64")]));
}

export const rowOf = (id: string): string => rows.find((row) => row.startsWith(`${id},`)) ?? "";

function parseLines(stdout: string): Record<string, unknown>[] {
  return stdout.split("\n").flatMap((line) => {
    try {
      return line.startsWith("{") ? [JSON.parse(line) as Record<string, unknown>] : [];
    } catch {
      return [];
    }
  });
}
