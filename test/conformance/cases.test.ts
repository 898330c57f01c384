import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { numbersOf } from "../../src/jobs/files/npy.js";
import { readNpz } from "../../src/jobs/files/npz.js";
import { inspectFile } from "../../src/jobs/inspect/inspect.js";
import { runCli, temporaryFolder } from "../cli/harness.js";

/**
 * Small files after public bug reports and real outputs, each with what must be told of it; see PROVENANCE.md there.
 */
const CASES = path.resolve(import.meta.dirname, "../fixtures/cases");

interface Case {
  readonly file: string;
  readonly expect: Readonly<Record<string, unknown>>;
  readonly why: string;
}

interface Told {
  readonly problems: readonly { readonly severity: string; readonly message: string }[];
  readonly natoms?: number;
  readonly counts?: readonly number[];
}

const cases = JSON.parse(readFileSync(path.join(CASES, "cases.json"), "utf8")) as readonly Case[];
const GRADES: readonly unknown[] = ["information", "warning", "error"];
const root = temporaryFolder();

const at = (told: object, name: string): unknown =>
  name.split(".").reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], told);

const worst = ({ problems }: Told) => Math.max(-1, ...problems.map(({ severity }) => GRADES.indexOf(severity)));

function expectValue(told: object, name: string, value: unknown): void {
  if (typeof value === "number") expect(Math.abs(Number(at(told, name)) / value - 1), name).toBeLessThan(1e-6);
  else expect(at(told, name), name).toEqual(value);
}

/** What `info --json` prints, as `cases.json` speaks of it. */
function expectTold(told: Told, expected: Case["expect"]): void {
  for (const [name, value] of Object.entries(expected)) {
    if (name === "absent") for (const fact of value as string[]) expect(at(told, fact), fact).toBeUndefined();
    else if (name === "notValue")
      for (const [fact, wrong] of Object.entries(value as object)) expect(at(told, fact), fact).not.toBe(wrong);
    else if (name === "problem") expect(worst(told), "problem").toBeGreaterThanOrEqual(GRADES.indexOf(value));
    else if (name === "noProblem") expect(worst(told), "noProblem").toBeLessThan(GRADES.indexOf(value));
    else if (name === "notInMessage") expect(told.problems.map(({ message }) => message).join()).not.toContain(value);
    else if (name === "shortMessage")
      for (const { message } of told.problems)
        expect([message.includes("\n"), message.length <= Number(value)]).toEqual([false, true]);
    else if (name === "countsAddUp") {
      if (told.counts) expect(told.counts.reduce((sum, count) => sum + count, 0)).toBe(told.natoms);
    } else expectValue(told, name, value);
  }
}

describe("files after bug reports: info", () => {
  for (const { file, expect: expected, why } of cases.filter((one) => !("describe" in one.expect))) {
    it(`${file} ${why}`, async () => {
      const { info } = await inspectFile(path.join(CASES, file));
      expectTold(JSON.parse(JSON.stringify(info)) as Told, expected);
    });
  }
});

describe("files after bug reports: describe", () => {
  for (const [index, { file, expect: expected, why }] of cases.filter((one) => "describe" in one.expect).entries()) {
    it(`${file} ${why}`, async () => {
      const out = path.join(root, `${index}.npz`);
      const { code, stderr } = await runCli([
        "describe",
        path.join(CASES, file),
        "--descriptor",
        String(expected.describe),
        "-o",
        out,
      ]);
      const mustFail = expected.problem === "error";
      expect([code, stderr.includes("error: ")]).toEqual(mustFail ? [1, true] : [0, false]);
      if (mustFail) return;
      const features = readNpz(readFileSync(out)).arrays.get("features");
      expect(features && numbersOf(features).every(Number.isFinite)).toBe(true);
    });
  }
});
