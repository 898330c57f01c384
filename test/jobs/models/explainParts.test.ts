import path from "node:path";
import { expect, test } from "vitest";
import { explainPrediction } from "../../../src/jobs/models/explainPrediction.js";
import { PredictorCache, predictFile } from "../../../src/jobs/models/predictFile.js";
import { SAMPLE } from "../../cli/harness.js";

const MODELS = path.resolve(import.meta.dirname, "../../../media/models");
const noNetworks = () => {
  throw new Error("a Gaussian process needs no network");
};
const entry = { id: "mp-1778", file: path.join(SAMPLE, "mp-1778", "CHGCAR.gz") };

test.each(["band_gap", "E_hartree_per_atom"])(
  "a bundled combined model's prediction of %s is the sum that explains it",
  async (target) => {
    const model = path.join(MODELS, `${target}-combined`);
    const { value: explanation } = await explainPrediction(noNetworks, model, entry);
    const { value: [prediction] = [] } = await predictFile(new PredictorCache(noNetworks), [model], entry);
    if (explanation?.kind !== "parts") throw new Error("a Gaussian process is explained by parts");
    const { start, parts, value } = explanation;
    expect(parts.map(({ part }) => part)).toEqual([
      "composition",
      "volume",
      "surroundings",
      "shells",
      "angular",
      "functionals",
      "electrostatics",
    ]);
    expect(parts.reduce((sum, { effect }) => sum + effect, start)).toBeCloseTo(value, 10);
    expect(prediction?.explainable).toBe(true);
    // The value may be held within physical bounds; these two are inside them.
    expect(value).toBeCloseTo(prediction?.value ?? Number.NaN, 4);
  },
);
