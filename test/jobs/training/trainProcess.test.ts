import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { atomicNumber } from "../../../src/core/crystal/elements.js";
import { atomSpecies } from "../../../src/core/crystal/formula.js";
import { defaultVoxelOptions } from "../../../src/core/descriptors/r3dvs.js";
import { defaultSoapSettings } from "../../../src/core/descriptors/soapKernel.js";
import { defaultTraining } from "../../../src/core/learning/networks/trainingSettings.js";
import { landmarksFor, prepareSharedSoaps } from "../../../src/jobs/features/prepareSoap.js";
import { numbersOf, textsOf } from "../../../src/jobs/files/npy.js";
import { readNpz } from "../../../src/jobs/files/npz.js";
import { exportProcess } from "../../../src/jobs/models/exportProcess.js";
import { readModel } from "../../../src/jobs/models/modelFile.js";
import { type ModelName, soapKernelsOf } from "../../../src/jobs/models/modelNames.js";
import { Predictor } from "../../../src/jobs/models/predictor.js";
import { materialProblem } from "../../../src/jobs/models/processInputs.js";
import type { EncodedMaterial } from "../../../src/jobs/spectra/material.js";
import { readMaterial } from "../../../src/jobs/spectra/readMaterial.js";
import { ThreadPool } from "../../../src/jobs/threads/threadPool.js";
import { combineMembers, type TrainingTask } from "../../../src/jobs/training/trainingTask.js";
import { trainTask } from "../../../src/jobs/training/trainTask.js";
import { createEngine } from "../../kernels/networkFixtures.js";

const sample = path.resolve(import.meta.dirname, "../../../media/sample/oxides");
const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-process-"));
afterAll(() => rmSync(folder, { recursive: true }));

const COUNT = 44;
const TRAINED = 36;
const [head = "", ...rows] = readFileSync(path.join(sample, "targets.csv"), "utf8").trim().split("\n");
const cells = rows
  .slice(0, COUNT)
  .map((row) => new Map(head.split(",").map((name, column) => [name, row.split(",")[column] ?? ""])));
const ids = cells.map((row) => row.get("id") ?? "");
const materials = new Map<string, EncodedMaterial>();
const target = { name: "E_hartree_per_atom", kind: "perAtom", unit: "eV/atom", reportedUnit: "eV/atom" } as const;
const targetOf = (i: number) => Number(cells[i]?.get(target.name));

beforeAll(async () => {
  for (const id of ids) {
    const { value } = await readMaterial(
      { id, file: path.join(sample, id, "CHGCAR.gz") },
      { ...defaultVoxelOptions, component: "total" },
    );
    if (value !== undefined) materials.set(id, value);
  }
}, 60_000);

const taskOf = (model: ModelName): TrainingTask => ({
  item: 0,
  model,
  target,
  normalize: "volume",
  training: defaultTraining,
  component: "total",
  hyperparameters: "validated",
  twoStepResiduals: "outOfFold",
  soap: defaultSoapSettings,
  train: ids.slice(0, TRAINED).map((id, i) => ({ id, value: targetOf(i) })),
  test: ids.slice(TRAINED),
  seed: 1,
  firstSeed: 1,
  fingerprint: model,
  checkpoint: path.join(folder, `${model}.state`),
  keep: path.join(folder, model),
});

const hooks = () => ({ materials, createEngine, shouldStop: () => false, onEpoch: () => {} });

describe.each(["combined", "density", "functionals", "angular"] as const)("the model %s", (model) => {
  it("predicts materials it has not seen, and the same from its file, deviations included", {
    timeout: 60_000,
  }, async () => {
    const { predictions } = await trainTask(taskOf(model), hooks());
    const mean = ids.slice(0, TRAINED).reduce((sum, _, i) => sum + targetOf(i) / TRAINED, 0);
    const mae = (guess: (i: number) => number) =>
      predictions.reduce((sum, _, i) => sum + Math.abs(guess(i) - targetOf(TRAINED + i)), 0) / predictions.length;
    expect(mae((i) => predictions[i]?.value ?? Number.NaN)).toBeLessThan(0.35 * mae(() => mean));
    const stored = readModel(path.join(folder, model));
    expect(stored.normalize).toBe("atom");
    const predictor = new Predictor(stored, createEngine);
    for (const { id, value, sigma } of predictions) {
      const again = predictor.predict(materials.get(id) as EncodedMaterial);
      expect(again.value).toBeCloseTo(value, 6);
      expect(again.sigma).toBeCloseTo(sigma, 6);
      expect(sigma).toBeGreaterThan(0);
    }
  });
});

describe.each(["combined", "density", "soap", "composition", "shells", "cm", "soap+cm"] as const)(
  "the model %s through landmarks",
  (model) => {
    it("predicts about as well as the exact one, the same from its file and with kernels that are shared", {
      timeout: 60_000,
    }, async () => {
      const task = {
        ...taskOf(model),
        exactUpTo: 20,
        keep: path.join(folder, `${model}-sparse`),
        fingerprint: `${model} sparse`,
      };
      const [exact, sparse] = [await trainTask(taskOf(model), hooks()), await trainTask(task, hooks())];
      const mae = ({ predictions }: typeof exact) =>
        predictions.reduce((sum, { value }, i) => sum + Math.abs(value - targetOf(TRAINED + i)), 0) /
        predictions.length;
      expect(mae(sparse)).toBeLessThan(2.5 * mae(exact));
      const stored = readModel(task.keep);
      const predictor = new Predictor(stored, createEngine);
      expect(stored.materials).toHaveLength(TRAINED);
      for (const { id, value, sigma } of sparse.predictions) {
        const again = predictor.predict(materials.get(id) as EncodedMaterial);
        expect([again.value, again.sigma]).toEqual([expect.closeTo(value, 6), expect.closeTo(sigma, 6)]);
        expect(sigma).toBeGreaterThan(0);
      }
      if (model === "soap+cm") return; // its folds have other landmarks where none are shared
      const shared = await sharedSoaps(model);
      const other = await trainTask(task, { ...hooks(), soap: shared });
      expect(other.predictions.map(({ value }) => value)).toEqual(
        sparse.predictions.map(({ value }) => expect.closeTo(value, 6)),
      );
    });
  },
);

/** As a study shares them: of all materials with the landmarks among them, of which the test materials are none. */
async function sharedSoaps(model: ModelName) {
  const pool = new ThreadPool(1);
  try {
    const list = [...materials.values()].slice(0, TRAINED);
    return await prepareSharedSoaps(
      list,
      soapKernelsOf([model], defaultSoapSettings, TRAINED),
      { pool },
      landmarksFor(list, TRAINED, 20),
    );
  } finally {
    await pool.dispose();
  }
}

describe("a Gaussian process over all that is known", () => {
  const ewald = { ...target, name: "E_ewald_per_atom" };
  const ewaldOf = (i: number) => Number(cells[i]?.get(ewald.name));
  const train = ids.slice(0, TRAINED).map((id, i) => ({ id, value: ewaldOf(i) }));

  it("knows the ion-ion energy of elements whose valence electrons it has seen, as a formula", {
    timeout: 60_000,
  }, async () => {
    const keep = path.join(folder, "combined-ewald");
    const task = { ...taskOf("combined"), target: ewald, train, fingerprint: "ewald", keep };
    const { predictions } = await trainTask(task, hooks());
    const { learned } = readModel(keep);
    const valences = learned.kind === "process" ? learned.process.valences : undefined;
    const told = new Set(valences?.elements.filter((_, i) => Number.isFinite(valences.electrons[i])));
    const isTold = ({ structure }: EncodedMaterial) =>
      (atomSpecies(structure) ?? []).every((symbol) => told.has(atomicNumber(symbol) ?? 0));
    const known = predictions.filter(({ id }) => isTold(materials.get(id) as EncodedMaterial));
    expect(known.length).toBeGreaterThan(2);
    for (const { id, value, sigma } of known) {
      const error = Math.abs(value - ewaldOf(ids.indexOf(id)));
      expect(error).toBeLessThan(0.3); // of 200; without the formula 20
      expect(error).toBeLessThan(5 * sigma);
    }
  });

  it("learns where densities contradict each other's valence electrons", { timeout: 60_000 }, async () => {
    const mixed = new Map(materials);
    for (const id of ids.slice(0, TRAINED / 2)) {
      const material = materials.get(id) as EncodedMaterial;
      const amplitude = material.spectrum.amplitude.map((s, i) => (i === 0 ? 1.5 * s : s));
      mixed.set(id, { ...material, spectrum: { ...material.spectrum, amplitude } });
    }
    const task = {
      ...taskOf("combined"),
      target: ewald,
      train,
      fingerprint: "mixed",
      keep: path.join(folder, "mixed"),
    };
    const { predictions } = await trainTask(task, { ...hooks(), materials: mixed });
    for (const { value, sigma } of predictions) expect([value, sigma].every(Number.isFinite)).toBe(true);
  });
});

describe("a Gaussian process", () => {
  it("keeps its own deviation in the tables", () => {
    expect(combineMembers([{ id: "a", value: 2, sigma: 0.3, count: 1 }])).toEqual({ value: 2, sigma: 0.3 });
  });

  it("says of which materials the functionals are not known, before it learns and when it predicts", async () => {
    const [first = "", ...others] = ids;
    const without = new Map(materials);
    const { functionals: _, ...spectrum } = (materials.get(first) as EncodedMaterial).spectrum;
    const bare = { ...(materials.get(first) as EncodedMaterial), spectrum };
    without.set(first, bare);
    await expect(trainTask(taskOf("functionals"), { ...hooks(), materials: without })).rejects.toThrow(
      `1 of ${TRAINED} materials (${first})`,
    );
    expect(others).toHaveLength(COUNT - 1);
    const { learned } = readModel(path.join(folder, "functionals"));
    expect(materialProblem(learned, bare)?.message).toContain("functionals of the total density");
    expect(materialProblem(readModel(path.join(folder, "angular")).learned, bare)).toBeUndefined();
  });

  it("learns what is left over after another model, and is the first of two steps", { timeout: 60_000 }, async () => {
    const { predictions } = await trainTask(taskOf("composition+functionals"), hooks());
    const { predictions: other } = await trainTask(taskOf("angular+composition"), hooks());
    for (const { value } of [...predictions, ...other]) expect(Number.isFinite(value)).toBe(true);
  });

  it("is exported with all that a prediction needs", () => {
    const file = exportProcess(path.join(folder, "density"), path.join(folder, "density.npz"));
    const npz = readNpz(readFileSync(file));
    const array = (name: string) => npz.arrays.get(name) ?? expect.fail(`no ${name}`);
    const numbers = (name: string) => numbersOf(array(name));
    const [sources, forms, reads] = ["source", "form", "reads"].map((key) => textsOf(array(`term_${key}`)));
    const [units, variances, gammas] = ["unit", "variance", "gamma"].map((key) => numbers(`term_${key}`));
    const { learned, scale } = readModel(path.join(folder, "density"));
    if (learned.kind !== "process" || !sources || !forms || !reads || !units || !variances || !gammas)
      throw new Error("a process was exported");
    // the first training material as a new one, from the file alone
    const dual = numbers("dual");
    let value = 0;
    for (let j = 0; j < dual.length; j++) {
      sources.forEach((source, term) => {
        const columns = source === "constant" ? 0 : array(`x_${source}`).shape[1];
        const x = (row: number, c: number) => numbers(`x_${source}`)[row * (columns as number) + c] as number;
        let m =
          source === "constant" ? 1 : forms[term] === "linear" && reads[term] === "density" ? (columns as number) : 0;
        for (let c = 0; c < (columns as number); c++)
          m += forms[term] === "linear" ? x(0, c) * x(j, c) : (x(0, c) - x(j, c)) ** 2;
        const scaled = m / (units[term] as number);
        const w = numbers(`weight_${reads[term]}`);
        const kernel =
          (variances[term] as number) *
          (forms[term] === "linear" ? scaled : Math.exp(-(gammas[term] as number) * scaled));
        value += (w[0] as number) * (w[j] as number) * kernel * (dual[j] as number);
      });
    }
    const predicted = new Predictor(readModel(path.join(folder, "density")), createEngine).predict(
      materials.get(ids[0] ?? "") as EncodedMaterial,
    );
    expect(value * scale.deviation + scale.mean).toBeCloseTo(predicted.value, 6);
    expect(() => exportProcess(sample, file)).toThrow();
  });
});
