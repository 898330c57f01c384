import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { readTargets, type TargetsReading } from "../../src/jobs/outputs/targetsReading.js";
import { COLLECTION, hasCollection } from "./manifest.js";

const RUNS = path.join(COLLECTION, "runs");

/** The folders of the collection that hold both outputs of a run. */
const both = (hasCollection ? readdirSync(RUNS) : []).flatMap((name) => {
  const files = readdirSync(path.join(RUNS, name));
  const [outcar, vasprun] = [/^OUTCAR/, /^vasprun\.xml/].map((pattern) => files.find((file) => pattern.test(file)));
  return outcar === undefined || vasprun === undefined ? [] : [{ name, place: path.join(RUNS, name), outcar, vasprun }];
});

const TARGETS = ["hartree", "exchangeCorrelation", "ionIon", "oneElectron", "total"] as const;

describe.skipIf(!hasCollection)("OUTCAR alone and vasprun.xml alone tell the same of one run", () => {
  it("are found", () => {
    expect(both.length).toBeGreaterThan(10);
  });

  for (const { name, place, outcar, vasprun } of both) {
    it(name, async () => {
      const of = (files: object): Promise<TargetsReading> =>
        readTargets({ id: name, place: "", ...files }, { checkDensity: false });
      const one = await of({ outcar: path.join(place, outcar) });
      const other = await of({ vasprun: path.join(place, vasprun) });
      for (const { targets } of [one, other])
        for (const target of TARGETS) expect(targets[target], target).toBeDefined();
      for (const target of TARGETS)
        expect(one.targets[target], target).toBeCloseTo(other.targets[target] ?? Number.NaN, 5);
      const { atoms, formula, elements, volume } = one.targets;
      expect({ atoms, formula, elements }).toEqual({
        atoms: other.targets.atoms,
        formula: other.targets.formula,
        elements: other.targets.elements,
      });
      expect((volume ?? 0) / (other.targets.volume ?? 1)).toBeCloseTo(1, 6);
      // together they tell what each tells alone
      const together = await of({ outcar: path.join(place, outcar), vasprun: path.join(place, vasprun) });
      expect(together.targets).toEqual({ ...one.targets, ...(other.targets.gap && { gap: other.targets.gap }) });
      expect(together.problems.filter(({ problem: { message } }) => message.includes("not of one run"))).toEqual([]);
    });
  }
});
