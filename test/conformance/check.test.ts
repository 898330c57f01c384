import path from "node:path";
import { describe, expect, it } from "vitest";
import { checkInput } from "../../src/jobs/check/checkInputs.js";
import { manifestRows } from "./manifest.js";

/** Files that a person calls wrong as well: why. */
const WRONG: readonly [name: RegExp, why: string][] = [
  [/INCAR_vasp-language-server/, "values of the wrong type, on purpose"],
  [/POSCAR_overlap$/, "two atoms at one position"],
  [/selective_dynamics\.poscar$/, "two atoms at one position"],
  [/CONTCAR_Mg$/, "atoms at one position"],
  [/scientific-notation\.poscar$/, "a number with `*^`"],
];

const inputs = manifestRows().filter(
  ({ kind, expect: expected, file }) =>
    ["INCAR", "POSCAR", "KPOINTS"].includes(kind) && expected === "" && !WRONG.some(([name]) => name.test(file)),
);

describe("r3dvs check", () => {
  it.skipIf(inputs.length === 0)("finds no error in real inputs that VASP runs", async () => {
    const wrong: string[] = [];
    for (const { file } of inputs) {
      const { problems } = await checkInput(file, { fix: false });
      for (const { severity, line, message } of problems)
        if (severity === "error") wrong.push(`${path.basename(file)}:${line} ${message}`);
    }
    expect(inputs.length).toBeGreaterThan(150);
    expect(wrong).toEqual([]);
  });
});
