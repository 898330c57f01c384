import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { outlineOutput } from "../../../src/jobs/inspect/outlineOutput.js";

const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-outline-"));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(path.join(folder, name), content);
  return path.join(folder, name);
};

const step = (ionic: number, electronic: number, energy: number) =>
  [
    `--------------------------------------- Iteration ${String(ionic).padStart(6)}(${String(electronic).padStart(4)})  ----`,
    `  free  energy   TOTEN  =       ${energy.toFixed(8)} eV`,
    `  energy  without entropy=  ${energy}  energy(sigma->0) =  ${energy}`,
  ].join("\n");

const OUTCAR = `${[" vasp.6.4.2", step(1, 1, -7), step(1, 2, -7.5), " BRMIX: very serious problems", step(2, 1, -7.6)].join("\n")}\n`;

it("finds each ionic step and warning of an OUTCAR at its line, plain and packed", async () => {
  for (const file of [write("OUTCAR", OUTCAR), write("OUTCAR.gz", gzipSync(OUTCAR))]) {
    const { value, problems } = await outlineOutput(file);
    expect(problems).toEqual([]);
    expect(value?.steps).toEqual([
      { number: 1, line: 1, electronic: 2, energy: -7.5 },
      { number: 2, line: 8, electronic: 1, energy: -7.6 },
    ]);
    expect(value?.warnings.map(({ code, line }) => [code, line])).toEqual([["vasp/brmix", 8]]);
    expect(value?.lines).toBe(11);
  }
});

it("lists the steps of an OSZICAR", async () => {
  const rows = ["       N       E                     dE             d eps       ncg     rms          rms(c)"];
  for (const number of [1, 2]) {
    rows.push("DAV:   1    -0.790000000000E+01   -0.79000E+01   -0.2E+03  1000   0.2E+02");
    rows.push(`   ${number} F= -.75000000E+01 E0= -.7${number}000000E+01  d E =-.1E-02`);
  }
  const { value } = await outlineOutput(write("OSZICAR", `${rows.join("\n")}\n`));
  expect(value?.steps.map(({ number, electronic }) => [number, electronic])).toEqual([
    [1, 1],
    [2, 1],
  ]);
});

it("says so where a file is no output of a run", async () => {
  const { value, problems } = await outlineOutput(write("notes.txt", "nothing\n"));
  expect(value).toBeUndefined();
  expect(problems.map(({ message }) => message)).toEqual([
    "the file holds no ionic or electronic steps: it is no OUTCAR or OSZICAR of a run",
  ]);
});
