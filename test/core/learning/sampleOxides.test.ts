// The whole way from real charge densities to a learned energy: the sample oxides (provenance in media/sample/oxides).
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { defaultTraining } from "../../../src/core/learning/networks/trainingSettings.js";
import { NetworkTraining, type TrainingMaterial } from "../../../src/core/learning/training/networkTraining.js";
import { determinant } from "../../../src/core/math/matrix3.js";
import { readVolumetric } from "../../../src/jobs/densities/readVolumetric.js";
import { breathe, createEngine } from "../../kernels/networkFixtures.js";

const folder = path.resolve(import.meta.dirname, "../../../media/sample/oxides");
const COUNT = 48;
const TRAINED = 36;

/** The Hartree energy per volume, eV/Å³, of the first materials, in units of its standard deviation. */
async function readMaterials(): Promise<TrainingMaterial[]> {
  const [head = "", ...rows] = readFileSync(path.join(folder, "targets.csv"), "utf8").trim().split("\n");
  const columns = head.split(",");
  const materials: TrainingMaterial[] = [];
  for (const row of rows.slice(0, COUNT).map((line) => line.split(","))) {
    const cell = (name: string) => row[columns.indexOf(name)] ?? "";
    const { value } = await readVolumetric(path.join(folder, cell("id"), "CHGCAR.gz"));
    const spectrum = value?.blocks[0]?.spectrum;
    if (!spectrum) throw new Error(`${cell("id")} cannot be read`);
    const volume = Math.abs(determinant(spectrum.lattice));
    materials.push({ spectrum, target: (Number(cell("E_hartree_per_atom")) * Number(cell("n_atoms"))) / volume });
  }
  const mean = materials.reduce((sum, { target }) => sum + target, 0) / COUNT;
  const spread = Math.sqrt(materials.reduce((sum, { target }) => sum + (target - mean) ** 2, 0) / COUNT);
  return materials.map(({ spectrum, target }) => ({ spectrum, target: (target - mean) / spread }));
}

describe("the default training on the sample oxides", () => {
  it("predicts the Hartree energy of unseen oxides three times better than their mean does, within seconds", {
    timeout: 120_000,
  }, async () => {
    const materials = await readMaterials();
    const validation = materials.slice(TRAINED);
    const settings = { ...defaultTraining, epochs: 12, rotations: 3 };
    const training = new NetworkTraining(createEngine, settings, materials.slice(0, TRAINED), validation, 1);
    while (!training.finished) {
      training.runEpoch();
      await breathe();
    }
    const guess = validation.reduce((sum, { target }) => sum + Math.abs(target), 0) / validation.length;
    expect(guess).toBeGreaterThan(0.4);
    expect(training.result().history.at(-1)?.validationMae).toBeLessThan(guess / 3);
  });
});
