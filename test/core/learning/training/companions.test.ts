import { describe, expect, it } from "vitest";
import { sparseVoxels } from "../../../../src/core/descriptors/r3dvs.js";
import type { Spectrum } from "../../../../src/core/descriptors/spectrum.js";
import { firstOutputOf } from "../../../../src/core/learning/networks/firstOutput.js";
import { initialParameters } from "../../../../src/core/learning/networks/initialParameters.js";
import { networkOf } from "../../../../src/core/learning/networks/networkPresets.js";
import { defaultTraining, type TrainingSettings } from "../../../../src/core/learning/networks/trainingSettings.js";
import { NetworkTraining, type TrainingMaterial } from "../../../../src/core/learning/training/networkTraining.js";
import { Random } from "../../../../src/core/math/random.js";
import { createEngine } from "../../../kernels/networkFixtures.js";

const settings: TrainingSettings = {
  ...defaultTraining,
  network: [
    { kind: "convolution", filters: 4, padding: "same", slope: 0.3 },
    { kind: "pool", mode: "average" },
    { kind: "dense", units: 6, slope: 0.3 },
  ],
  epochs: 4,
  rotations: 2,
  batchSize: 4,
  testRotations: 2,
  voxels: { spacing: 0.4, length: 3.2, assignment: "nearest" },
};

function spectrumOf(random: Random): Spectrum {
  const hkl = [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 0, 1];
  const a = 3 + random.uniform();
  const lattice = [
    [a, 0, 0],
    [0, a, 0],
    [0, 0, a],
  ] as const;
  const amplitude = Float64Array.from({ length: hkl.length / 3 }, () => random.uniform());
  return { lattice, cutoff: Math.PI / 0.4, hkl: Int32Array.from(hkl), amplitude, unit: "e/Å³" };
}

const random = new Random(3);
const materials: readonly TrainingMaterial[] = Array.from({ length: 14 }, () => ({
  spectrum: spectrumOf(random),
  target: 2 * random.uniform() - 1,
}));
const withOthers = (others: (i: number) => number[]) =>
  materials.map((material, i) => ({ ...material, others: Float32Array.from(others(i)) }));

function learn(samples: readonly TrainingMaterial[], pauseAfter?: number) {
  let training = new NetworkTraining(createEngine, settings, samples.slice(0, 11), samples.slice(11), 5);
  while (!training.finished) {
    training.runEpoch();
    if (training.saveState().epoch !== pauseAfter) continue;
    const state = training.saveState();
    training.dispose();
    training = new NetworkTraining(createEngine, settings, samples.slice(0, 11), samples.slice(11), 5, state);
  }
  const result = training.result();
  training.dispose();
  return result;
}

describe("companion targets", () => {
  it("are learned on a common trunk; what is kept is the trunk with the target's own output", () => {
    const alone = learn(materials);
    const others = withOthers((i) => [Math.sin(i), i % 3 === 0 ? Number.NaN : Math.cos(i)]);
    const shared = learn(others);
    expect(shared.spec).toEqual(alone.spec);
    expect(shared.parameters).toHaveLength(alone.parameters.length);
    expect(shared.parameters.every(Number.isFinite)).toBe(true);
    expect([...shared.parameters]).not.toEqual([...alone.parameters]);
    expect(learn(others, 2).parameters).toEqual(shared.parameters);
    // what a companion is decides the trunk
    expect(learn(withOthers((i) => [Math.cos(i), Math.sin(i)])).parameters).not.toEqual(shared.parameters);
    // the errors of validation are those of the target's own output
    expect(shared.history.at(-1)?.validationMae).toBeLessThan(2);
  });

  it("that are not known of any material leave the learning of the target as it was, but for the first weights", () => {
    const shared = learn(withOthers(() => [Number.NaN]));
    expect(shared.history.map(({ loss }) => loss).every(Number.isFinite)).toBe(true);
  });

  it("are cut off so that the first output stays what it was", () => {
    const spec = networkOf(settings, 8, 3);
    const parameters = initialParameters(spec, 11);
    const own = firstOutputOf(spec, parameters);
    const random = new Random(8);
    const samples = [0, 1].map(() => sparseVoxels(spectrumOf(random), settings.voxels, settings.channels));
    const [whole, cut] = [createEngine(spec), createEngine(own.spec)];
    whole.writeParameters(parameters);
    cut.writeParameters(own.parameters);
    const outputs = whole.predict(samples);
    expect([...cut.predict(samples)]).toEqual([outputs[0], outputs[3]]);
    expect(firstOutputOf(own.spec, own.parameters)).toEqual(own);
    whole.dispose();
    cut.dispose();
  });
});
