// A model that somebody else made, with sums that fit: whatever stands in it, it is refused or it predicts numbers,
// soon.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { defaultVoxelOptions } from "../../src/core/descriptors/r3dvs.js";
import { defaultSoapSettings } from "../../src/core/descriptors/soapKernel.js";
import { defaultTraining } from "../../src/core/learning/networks/trainingSettings.js";
import { packTensors, unpackTensors } from "../../src/jobs/files/tensorFile.js";
import { type Model, readModel } from "../../src/jobs/models/modelFile.js";
import type { ModelName } from "../../src/jobs/models/modelNames.js";
import { MODEL_SHAPE } from "../../src/jobs/models/modelShape.js";
import { Predictor } from "../../src/jobs/models/predictor.js";
import type { EncodedMaterial } from "../../src/jobs/spectra/material.js";
import { readMaterial } from "../../src/jobs/spectra/readMaterial.js";
import { trainTask } from "../../src/jobs/training/trainTask.js";
import { createEngine } from "../kernels/networkFixtures.js";
import { damagedBytes } from "./bytes.js";
import { Dice } from "./mutate.js";

const seconds = Number(process.env.R3DVS_FUZZ_SECONDS ?? 0);
const SEEDS = 40;
const LONGEST_MS = 5000;
const MODELS: readonly ModelName[] = ["combined", "density", "composition", "soap", "r3dvs", "soap+shells"];

const sample = path.resolve(import.meta.dirname, "../../media/sample/oxides");
const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-fuzz-models-"));
afterAll(() => rmSync(folder, { recursive: true }));

const target = { name: "gap", kind: "intensive", unit: "eV", reportedUnit: "eV" } as const;
const materials = new Map<string, EncodedMaterial>();
const models = new Map<ModelName, Model>();

beforeAll(async () => {
  const ids = readFileSync(path.join(sample, "targets.csv"), "utf8")
    .trim()
    .split("\n")
    .slice(1, 14)
    .map((row) => row.split(",")[0] ?? "");
  for (const id of ids) {
    const { value } = await readMaterial(
      { id, file: path.join(sample, id, "CHGCAR.gz") },
      { ...defaultVoxelOptions, component: "total" },
    );
    if (value !== undefined) materials.set(id, value);
  }
  const hooks = { materials, createEngine, shouldStop: () => false, onEpoch: () => {} };
  for (const model of MODELS) {
    const task = {
      item: 0,
      model,
      target,
      normalize: "volume",
      training: { ...defaultTraining, epochs: 1, rotations: 1, testRotations: 1 },
      component: "total",
      hyperparameters: "paper",
      twoStepResiduals: "inSample",
      soap: defaultSoapSettings,
      train: ids.slice(0, -1).map((id, i) => ({ id, value: (i * 7) % 5 })),
      test: ids.slice(-1),
      seed: 1,
      firstSeed: 1,
      fingerprint: model,
      checkpoint: path.join(folder, `${model}.state`),
      keep: path.join(folder, model),
    } as const;
    await trainTask(task, hooks);
    models.set(model, readModel(path.join(folder, model)));
  }
}, 120_000);

/** What `readModel` does behind the check of its sums, which whoever writes a model computes as well. */
function predictAll(json: Uint8Array, bytes: Uint8Array): string {
  let model: Model;
  try {
    const value = unpackTensors({ json: JSON.parse(new TextDecoder().decode(json)), bytes });
    const problem = MODEL_SHAPE(value, "the model");
    if (problem !== undefined) return "refused";
    model = value as Model;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return "refused";
    throw error;
  }
  const predictor = new Predictor(model, createEngine);
  try {
    for (const material of [...materials.values()].slice(-2)) {
      const { value, sigma } = predictor.predict(material);
      if (!Number.isFinite(value) || !(sigma >= 0 && sigma < Infinity)) return "not finite";
      predictor.judge(material);
    }
    return "predicted";
  } catch (error) {
    if (error instanceof RangeError) return "refused";
    throw error;
  } finally {
    predictor.dispose();
  }
}

function check(name: ModelName, seed: number): string {
  const dice = new Dice(seed);
  const { json, bytes } = packTensors(models.get(name) as Model);
  const text = Buffer.from(JSON.stringify(json));
  const start = process.cpuUsage();
  const [head, body] = dice.below(3) > 0 ? [damagedBytes(text, dice), bytes] : [text, damagedBytes(bytes, dice)];
  let outcome: string;
  try {
    outcome = predictAll(head, body);
  } catch (error) {
    throw new Error(`${name}, seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`);
  }
  const { user, system } = process.cpuUsage(start);
  const took = (user + system) / 1000;
  if (took > LONGEST_MS) throw new Error(`${name}, seed ${seed}: ${Math.round(took)} ms`);
  return outcome;
}

it.each(MODELS)("%s predicts when it is whole", (name) => {
  const { json, bytes } = packTensors(models.get(name) as Model);
  expect(predictAll(Buffer.from(JSON.stringify(json)), bytes)).toBe("predicted");
});

it("damaged ones are refused or predict, without other errors and soon", {
  timeout: (seconds + 120) * 1000,
}, async () => {
  const outcomes: Record<string, number> = {};
  const take = (outcome: string) => {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  };
  for (const name of MODELS) for (let seed = 1; seed <= SEEDS; seed++) take(check(name, seed));
  const first = Math.floor(Math.random() * 2 ** 30);
  const end = performance.now() + seconds * 1000;
  for (let seed = first; performance.now() < end; seed++) {
    for (const name of MODELS) take(check(name, seed));
    await setImmediate(); // the runner wants to hear of a long test
  }
  if (seconds > 0) process.stderr.write(`models from seed ${first}: ${JSON.stringify(outcomes)}\n`);
  expect(outcomes.predicted).toBeGreaterThan(0);
  expect(outcomes.refused).toBeGreaterThan(0);
});
