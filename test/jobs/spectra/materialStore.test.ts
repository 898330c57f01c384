import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, expect, test } from "vitest";
import { defaultSoapSettings } from "../../../src/core/descriptors/soapKernel.js";
import { defaultTraining } from "../../../src/core/learning/networks/trainingSettings.js";
import { WriteError } from "../../../src/jobs/files/atomicFile.js";
import type { EncodedMaterial } from "../../../src/jobs/spectra/material.js";
import { MaterialStore } from "../../../src/jobs/spectra/materialStore.js";
import { readPackedSpectra } from "../../../src/jobs/spectra/packedSpectra.js";
import type { TrainingTask } from "../../../src/jobs/training/trainingTask.js";
import { trainTask } from "../../../src/jobs/training/trainTask.js";
import { createEngine } from "../../kernels/networkFixtures.js";

const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-store-"));
afterAll(() => rmSync(folder, { recursive: true }));
const materials =
  readPackedSpectra(path.resolve(import.meta.dirname, "../../../media/oxides/spectra.npz"))?.materials ?? [];
/** Nothing fits: each record is read from the file each time. */
const NOTHING = { inMemory: 0, decoded: 0 };

function storeOf(all: readonly EncodedMaterial[], name: string, limits = {}): MaterialStore {
  const store = new MaterialStore(path.join(folder, name), limits);
  for (const material of all) store.add(material);
  return store;
}

const fields = ({ id, file, hash, kind, structure, components, grid, electrons, spectrum }: EncodedMaterial) => ({
  ...{ id, file, hash, kind, structure, components, grid, electrons, spectrum },
});

test.each([
  ["in memory", {}, false],
  ["partly in a file", { inMemory: 4 * 2 ** 20, decoded: 1e5 }, true],
  ["in a file alone", NOTHING, true],
])("materials come back to the last bit, here and in another thread: %s", (name, limits, inFile) => {
  // some of them twice, so that there is more than one segment
  const all = [...materials, ...materials.map((material) => ({ ...material, id: `${material.id} again` }))];
  const store = storeOf(all, name, limits);
  const other = MaterialStore.open(structuredClone({ ...store.share(), segments: [], places: new Float64Array(0) }));
  expect(other.ids).toEqual(all.map(({ id }) => id));
  const shared = MaterialStore.open(store.share());
  for (const opened of [store, shared]) {
    for (const [i, material] of all.entries())
      if (!isDeepStrictEqual(fields(opened.at(i)), fields(material))) expect.fail(material.id);
    expect(opened.get("no such material")).toBeUndefined();
    expect(opened.get(all[700]?.id ?? "")).toBe(opened.at(700));
  }
  expect(existsSync(path.join(folder, name))).toBe(inFile);
  shared.dispose();
  expect(existsSync(path.join(folder, name))).toBe(inFile);
  store.dispose();
  expect(readdirSync(folder)).toEqual([]);
});

test("a folder that cannot be written is said in words", () => {
  const store = new MaterialStore(path.join(process.execPath, "spectra"), NOTHING);
  expect(() => {
    for (const material of materials) store.add(material);
    store.share();
  }).toThrow(WriteError);
});

test.each(["r3dvs", "shells", "combined"] as const)(
  "%s learns the same from records in a file as from objects",
  { timeout: 60_000 },
  async (model) => {
    const used = materials.slice(0, 40);
    const store = storeOf(used, model, NOTHING);
    const shared = MaterialStore.open(store.share());
    const task: TrainingTask = {
      ...{
        item: 0,
        model,
        normalize: "volume",
        component: "total",
        hyperparameters: "paper",
        twoStepResiduals: "inSample",
      },
      target: { name: "E", kind: "perAtom", unit: "eV/atom", reportedUnit: "eV/atom" },
      training: { ...defaultTraining, epochs: 2, rotations: 2, validationFraction: 0.1 },
      soap: defaultSoapSettings,
      train: used.slice(0, 30).map(({ id, structure }, i) => ({ id, value: structure.counts.length + (i % 7) })),
      test: used.slice(30).map(({ id }) => id),
      ...{ seed: 1, firstSeed: 1, fingerprint: model, checkpoint: path.join(folder, `${model}.state`) },
    };
    const hooks = { createEngine, shouldStop: () => false, onEpoch: () => {} };
    const objects = new Map(used.map((material) => [material.id, material]));
    const { predictions } = await trainTask(task, { ...hooks, materials: objects });
    rmSync(task.checkpoint, { force: true });
    const stored = await trainTask({ ...task }, { ...hooks, materials: shared });
    rmSync(task.checkpoint, { force: true });
    expect(stored.predictions).toEqual(predictions);
    shared.dispose();
    store.dispose();
  },
);
