import { describe, expect, it } from "vitest";
import type { Spectrum } from "../../../../src/core/descriptors/spectrum.js";
import type { TrainedNetwork } from "../../../../src/core/learning/networks/networkModel.js";
import type { LayerSpec } from "../../../../src/core/learning/networks/networkSpec.js";
import { NetworkEnsemble, predictNetworks } from "../../../../src/core/learning/networks/predictNetworks.js";
import {
  defaultTraining,
  paperTraining,
  type TrainingSettings,
} from "../../../../src/core/learning/networks/trainingSettings.js";
import { NetworkTraining, type TrainingMaterial } from "../../../../src/core/learning/training/networkTraining.js";
import type { TrainingState } from "../../../../src/core/learning/training/trainingState.js";
import { Random } from "../../../../src/core/math/random.js";
import { createEngine } from "../../../kernels/networkFixtures.js";

const CUTOFF = Math.PI / 0.4;
/** 22 voxels a side, the fewest of the light network. */
const settings: TrainingSettings = {
  ...defaultTraining,
  epochs: 4,
  rotations: 2,
  batchSize: 4,
  testRotations: 3,
  voxels: { spacing: 0.4, length: 8.8, assignment: "nearest" },
};

/** A cubic crystal with a random smooth density; its target is the sum of |s|²/g², as the Hartree energy's. */
function randomMaterial(random: Random): TrainingMaterial {
  const a = 2.5 + 2 * random.uniform();
  const width = 0.3 + 0.2 * random.uniform();
  const step = (2 * Math.PI) / a;
  const limit = Math.floor(CUTOFF / step);
  const hkl = [0, 0, 0];
  const amplitude = [0.5];
  let target = 0;
  for (let l = 0; l <= limit; l++)
    for (let k = -limit; k <= limit; k++)
      for (let h = -limit; h <= limit; h++) {
        const g = step * Math.hypot(h, k, l);
        if (g > CUTOFF || !(l > 0 || k > 0 || (k === 0 && h > 0))) continue;
        const s = 0.5 * Math.exp(-((width * g) ** 2) / 2) * random.uniform();
        hkl.push(h, k, l);
        amplitude.push(s);
        target += (20 * s * s) / g ** 2;
      }
  const spectrum: Spectrum = {
    lattice: [
      [a, 0, 0],
      [0, a, 0],
      [0, 0, a],
    ],
    cutoff: CUTOFF,
    hkl: Int32Array.from(hkl),
    amplitude: Float64Array.from(amplitude),
    unit: "e/Å³",
  };
  return { spectrum, target };
}

function standardised(count: number, seed: number): TrainingMaterial[] {
  const random = new Random(seed);
  const materials = Array.from({ length: count }, () => randomMaterial(random));
  const mean = materials.reduce((sum, { target }) => sum + target, 0) / count;
  const spread = Math.sqrt(materials.reduce((sum, { target }) => sum + (target - mean) ** 2, 0) / count);
  return materials.map(({ spectrum, target }) => ({ spectrum, target: (target - mean) / spread }));
}

const materials = standardised(30, 7);
const training = materials.slice(0, 22);
const validation = materials.slice(22);

function train(options: TrainingSettings, seed: number): TrainedNetwork {
  const networkTraining = new NetworkTraining(createEngine, options, training, validation, seed);
  while (!networkTraining.finished) networkTraining.runEpoch();
  const result = networkTraining.result();
  networkTraining.dispose();
  return result;
}

describe("the training of a network", () => {
  it("learns a target that the density determines far better than the mean does", () => {
    const { history } = train({ ...settings, epochs: 12, rotations: 6 }, 1);
    const guess = validation.reduce((sum, { target }) => sum + Math.abs(target), 0) / validation.length;
    expect(history).toHaveLength(12);
    expect(Math.min(...history.map(({ validationMae }) => validationMae))).toBeLessThan(0.3 * guess);
    expect(history.at(-1)?.loss).toBeLessThan(0.15 * (history[0]?.loss ?? 0));
  });

  it("comes to the same bits from the same seed, and to others from another", () => {
    const once = train(settings, 5);
    expect(train(settings, 5)).toEqual(once);
    expect(train(settings, 6).parameters).not.toEqual(once.parameters);
  });

  it.each([1, 2, 3])("comes to the same bits when it is stopped after epoch %i and goes on", (stop) => {
    const expected = train(settings, 5);
    const before = new NetworkTraining(createEngine, settings, training, validation, 5);
    for (let epoch = 0; epoch < stop; epoch++) before.runEpoch();
    const state = structuredClone(before.saveState());
    before.runEpoch();
    const after = new NetworkTraining(createEngine, settings, training, validation, 5, state);
    expect(state.epoch).toBe(stop);
    while (!after.finished) after.runEpoch();
    expect(after.result()).toEqual(expected);
  });

  it.each([1, 7, 13])(
    "comes to the same bits when it is stopped within an epoch, after batch %i, and goes on",
    (stop) => {
      const dropping: TrainingSettings = { ...settings, dropout: 0.3, epochs: 2 };
      const expected = train(dropping, 5);
      const before = new NetworkTraining(createEngine, dropping, training, validation, 5);
      let batches = 0;
      const states: TrainingState[] = [];
      const count = () => {
        if (++batches === stop) states.push(structuredClone(before.saveState()));
      };
      for (let epoch = 0; epoch < 2; epoch++) before.runEpoch(count);
      const after = new NetworkTraining(createEngine, dropping, training, validation, 5, states[0]);
      expect([states[0]?.epoch, states[0]?.batch]).toEqual([stop > 11 ? 1 : 0, stop % 11]);
      while (!after.finished) after.runEpoch();
      expect(after.result()).toEqual(expected);
    },
  );

  it("learns with batch normalisation, stopped within an epoch or not, and gives a plain network", () => {
    const network: readonly LayerSpec[] = [
      { kind: "convolution", filters: 8, padding: "same", slope: 0.3, normalization: "batch" },
      { kind: "pool", mode: "average" },
      { kind: "dense", units: 8, slope: 0.3, normalization: "batch" },
    ];
    const normalized: TrainingSettings = { ...settings, network, epochs: 8, rotations: 3 };
    const expected = train(normalized, 2);
    expect(expected.history.at(-1)?.loss).toBeLessThan(0.7 * (expected.history[0]?.loss ?? 0));
    const guess = validation.reduce((sum, { target }) => sum + Math.abs(target), 0) / validation.length;
    expect(Math.min(...expected.history.map(({ validationMae }) => validationMae))).toBeLessThan(0.6 * guess);
    expect(expected.spec.layers.some((layer) => "normalization" in layer)).toBe(false);
    const before = new NetworkTraining(createEngine, normalized, training, validation, 2);
    const stopped = () => {
      before.runEpoch();
      before.runEpoch((fraction) => {
        if (fraction > 0.4) throw new Error("stopped");
      });
    };
    expect(stopped).toThrow("stopped");
    const after = new NetworkTraining(
      createEngine,
      normalized,
      training,
      validation,
      2,
      structuredClone(before.saveState()),
    );
    while (!after.finished) after.runEpoch();
    expect(after.result()).toEqual(expected);
  });

  it("drops values while learning and none while predicting", () => {
    const { parameters } = train({ ...settings, epochs: 1 }, 5);
    const dropped = train({ ...settings, epochs: 1, dropout: 0.5 }, 5);
    expect(dropped.parameters).not.toEqual(parameters);
    expect(dropped.spec.layers.some(({ kind }) => kind === "dropout")).toBe(false);
    expect(dropped.history).not.toEqual(train({ ...settings, epochs: 1, dropout: 0.1 }, 5).history);
  });

  it("keeps the parameters of the best epoch, and of the last without validation materials", () => {
    const { history, ...result } = train({ ...settings, learningRate: 0.02, schedule: "constant", epochs: 6 }, 3);
    const errors = history.map(({ validationMae }) => validationMae);
    const best = new NetworkTraining(createEngine, result.settings, training, validation, 3);
    for (let epoch = 0; epoch <= errors.indexOf(Math.min(...errors)); epoch++) best.runEpoch();
    expect(best.saveState().parameters).toEqual(result.parameters);
    const blind = new NetworkTraining(createEngine, settings, training, [], 3);
    expect(blind.runEpoch().validationMae).toBeNaN();
    expect(blind.result().parameters).toEqual(blind.saveState().parameters);
  });

  it("keeps the last epoch where the rate falls to 0, whatever a few validation materials say", () => {
    const falling = new NetworkTraining(
      createEngine,
      { ...settings, learningRate: 0.02, epochs: 5 },
      training,
      validation.slice(0, 1),
      4,
    );
    while (!falling.finished) falling.runEpoch();
    const errors = falling.result().history.map(({ validationMae }) => validationMae);
    expect(errors.indexOf(Math.min(...errors))).toBeLessThan(4);
    expect(falling.result().parameters).toEqual(falling.saveState().parameters);
  });

  it("stops after `patience` epochs without a better one", () => {
    const networkTraining = new NetworkTraining(
      createEngine,
      { ...settings, epochs: 50, patience: 2, learningRate: 0 },
      training,
      validation,
      3,
    );
    while (!networkTraining.finished) networkTraining.runEpoch();
    expect(networkTraining.result().history).toHaveLength(3);
  });

  it("tells its progress, and can be stopped from there", () => {
    const networkTraining = new NetworkTraining(createEngine, settings, training, validation, 3);
    const fractions: number[] = [];
    networkTraining.runEpoch((fraction) => fractions.push(fraction));
    expect(fractions).toEqual(Array.from({ length: 11 }, (_, i) => (i + 1) / 11));
    expect(() =>
      networkTraining.runEpoch(() => {
        throw new Error("stopped by the user");
      }),
    ).toThrow("stopped by the user");
    expect(networkTraining.saveState()).toMatchObject({ epoch: 1, batch: 1 });
    expect(networkTraining.runEpoch().epoch).toBe(2);
  });

  it("refuses what it cannot train", () => {
    expect(() => new NetworkTraining(createEngine, settings, [], validation, 1)).toThrow(RangeError);
    const tooCoarse: TrainingSettings = { ...settings, voxels: { ...settings.voxels, length: 4 } };
    expect(() => new NetworkTraining(createEngine, tooCoarse, training, validation, 1)).toThrow("nothing is left");
    const networkTraining = new NetworkTraining(createEngine, { ...settings, learningRate: 1e20 }, training, [], 1);
    expect(() => networkTraining.runEpoch()).toThrow("diverged");
  });
});

describe("an ensemble's prediction", () => {
  const members = [1, 2].map((seed) => train({ ...paperTraining, ...settings, epochs: 1 }, seed));
  const { spectrum } = validation[0] as TrainingMaterial;

  it("is the mean over members and orientations, with their spread", () => {
    const [first, second] = members.map((member) => predictNetworks(createEngine, [member], spectrum, 9));
    const both = predictNetworks(createEngine, members, spectrum, 9);
    expect(both.value).toBeCloseTo(((first?.value ?? 0) + (second?.value ?? 0)) / 2, 12);
    expect(both.sigma).toBeGreaterThan(0);
    const between = Math.abs((first?.value ?? 0) - (second?.value ?? 0)) / 2;
    expect(both.sigma).toBeGreaterThanOrEqual(between);
  });

  it("depends on nothing but its arguments", () => {
    const ensemble = new NetworkEnsemble(createEngine, members);
    const once = ensemble.predict(spectrum, 9);
    ensemble.predict(validation[1]?.spectrum ?? spectrum, 4);
    expect(ensemble.predict(spectrum, 9)).toEqual(once);
    expect(predictNetworks(createEngine, members, spectrum, 9)).toEqual(once);
    expect(() => new NetworkEnsemble(createEngine, [])).toThrow(RangeError);
  });
});
