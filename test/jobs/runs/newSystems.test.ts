import { expect, test } from "vitest";
import { newSystemErrors } from "../../../src/jobs/runs/newSystems.js";
import type { TaskOutcome } from "../../../src/jobs/runs/studyStore.js";
import type { RunManifest } from "../../../src/protocol/runFiles.js";

const FORMULAS = { a: "MgO", b: "Mg2O3", c: "FeO", d: "Fe2MgO4", e: "O4MgFe2", f: "CaO", g: undefined } as const;
const materials = Object.entries(FORMULAS).map(([id, formula]) => ({
  id,
  ...(formula && { formula }),
  values: { gap: 1 },
}));
const manifest = {
  settings: { targets: ["gap"], trainSizes: [2], perTarget: { gap: { trainSizes: [2] } } },
  materials,
} as unknown as RunManifest;

/** Repeat 0 learns MgO and FeO, repeat 1 Fe2MgO4 and CaO. */
const splits = [
  { repeat: 0, test: ["b", "d", "f", "g"], pool: ["a", "c", "e"] },
  { repeat: 1, test: ["e", "a", "g"], pool: ["d", "f", "b"] },
];
const outcome = (repeat: number, errors: Record<string, number>, model = "soap") =>
  ({
    result: { target: "gap", model, trainSize: 2, repeat },
    points: Object.entries(errors).map(([id, error]) => ({ id, actual: 1, predicted: 1 + error })),
  }) as unknown as TaskOutcome;

test("new systems are test materials whose set of elements no training material of the same split has", () => {
  const outcomes = [outcome(0, { b: 1, d: -2, f: 4, g: 8 }), outcome(1, { e: 16, a: 32, g: 64 })];
  // new: Fe2MgO4 and CaO of the first split, MgO of the second; without a formula nothing is known
  expect(newSystemErrors(manifest, splits, outcomes)).toEqual([
    { target: "gap", model: "soap", trainSize: 2, count: 7, mae: 127 / 7, newCount: 3, newMae: (2 + 4 + 32) / 3 },
  ]);
});

test("a model that was tested on no new system is left out, and a run that has not begun says nothing", () => {
  expect(newSystemErrors(manifest, splits, [outcome(0, { b: 1 })])).toEqual([]);
  expect(newSystemErrors({ materials } as unknown as RunManifest, [], [])).toEqual([]);
});
