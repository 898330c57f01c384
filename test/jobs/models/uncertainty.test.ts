import path from "node:path";
import { expect, test } from "vitest";
import { readModel } from "../../../src/jobs/models/modelFile.js";
import { Predictor } from "../../../src/jobs/models/predictor.js";
import { readMaterial } from "../../../src/jobs/spectra/readMaterial.js";
import { createEngine } from "../../kernels/networkFixtures.js";

const root = path.resolve(import.meta.dirname, "../../..");
const id = "mp-1265";

test.each(["band_gap", "cohesive_energy_per_atom", "E_hartree_per_atom"])(
  "a model of %s knows nothing of a material where its uncertainty is more than twice the spread of what it learned",
  async (target) => {
    const model = readModel(path.join(root, "media/models", `${target}-composition`));
    const { value: material } = await readMaterial(
      { id, file: path.join(root, "media/sample/oxides", id, "CHGCAR.gz") },
      { spacing: 0.4, component: "total" },
    );
    if (!material) throw new Error("no material");
    const predictor = new Predictor(model, createEngine);
    const { sigma } = predictor.predict(material);
    expect(predictor.judge(material, sigma)).toMatchObject({ outOfDomain: false, reasons: [] });
    // intensive, per atom, and per volume: 2 atoms of this volume
    const volume = 18.442759730466587;
    const { deviation } = model.scale;
    const spread = {
      band_gap: deviation,
      cohesive_energy_per_atom: deviation,
      E_hartree_per_atom: (deviation * volume) / 2,
    };
    const own = spread[target as keyof typeof spread];
    expect(predictor.judge(material, 1.99 * own).reasons).toEqual([]);
    const { outOfDomain, reasons } = predictor.judge(material, 34 * own);
    expect([outOfDomain, ...reasons.map(({ code, message, args }) => [code, message, args])]).toEqual([
      true,
      [
        "uncertainty",
        "the model knows nothing of it: its uncertainty is 34 times the spread of the training values",
        [34],
      ],
    ]);
    predictor.dispose();
  },
);
