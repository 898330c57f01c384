// The engine on TensorFlow.js, here on its plain CPU backend, against the WebAssembly kernels; on TensorFlow itself
// where tfjs-node is installed.
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
// Registers the gradients, which tfjs-core alone does not.
import "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { networkPreset } from "../../src/core/learning/networks/networkPresets.js";
import type { NetworkSpec } from "../../src/core/learning/networks/networkSpec.js";
import { worstDifference } from "../../src/jobs/engines/engineSelfCheck.js";
import type { TensorFlow } from "../../src/kernels/tfjs/tensorFlow.js";
import { tfjsNetworkEngines } from "../../src/kernels/tfjs/tfjsEngine.js";
import { randomBatchProblem } from "./gradientChecks.js";
import { createEngine } from "./networkFixtures.js";

const create = tfjsNetworkEngines(tf as unknown as TensorFlow);

beforeAll(() => tf.setBackend("cpu"));

const TOLERANCE = 1e-4;
const convolution = { kind: "convolution", filters: 8, padding: "same", slope: 0.3 } as const;
const output = { kind: "dense", units: 2, slope: 1 } as const;

const networks: Record<string, NetworkSpec> = {
  "the light network": networkPreset("light", 22, 3, "average"),
  "the deep network": networkPreset("deep", 8, 2, "max"),
  dropout: {
    input: { size: 7, channels: 1 },
    layers: [
      convolution,
      { kind: "pool", mode: "average" },
      { kind: "dropout", rate: 0.3 },
      { ...convolution, filters: 4, padding: "valid" },
      { kind: "dropout", rate: 0.5 },
      { kind: "dense", units: 9, slope: 0.3 },
      { kind: "dropout", rate: 0.2 },
      output,
    ],
  },
  "batch normalisation": {
    input: { size: 6, channels: 2 },
    layers: [
      { ...convolution, normalization: "batch" },
      { kind: "pool", mode: "average" },
      { kind: "dropout", rate: 0.25 },
      { kind: "dense", units: 5, slope: 0.1, normalization: "batch" },
      output,
    ],
  },
};

describe.each(Object.keys(networks))("%s", (name) => {
  const spec = networks[name] as NetworkSpec;
  // Full fields, so that no two values of a max pool's window are alike.
  const problem = randomBatchProblem(spec, 21, 3, 1, 0.3);

  it("has the loss, the gradient and the statistics that the kernels have", () => {
    const [own, other] = [create, createEngine].map((make) => {
      const engine = make(spec);
      engine.writeParameters(problem.parameters);
      expect(engine.readParameters()).toEqual(problem.parameters);
      return engine.lossAndGradient(problem.samples, problem.targets, problem.seeds);
    });
    if (!own || !other) throw new Error("two engines");
    expect(own.loss / other.loss).toBeCloseTo(1, 5);
    expect(distance(own.gradient, other.gradient)).toBeLessThan(TOLERANCE);
    if (name !== "batch normalisation") expect([own.moments, other.moments]).toEqual([undefined, undefined]);
    else expect(distance(own.moments ?? [], other.moments ?? [])).toBeLessThan(TOLERANCE);
  });

  it("keeps no tensors behind, over predictions, steps and its end", () => {
    const before = tf.memory().numTensors;
    const engine = create(spec);
    const parameters = tf.memory().numTensors;
    for (let step = 0; step < 2; step++) {
      engine.writeParameters(problem.parameters);
      engine.lossAndGradient(problem.samples, problem.targets, problem.seeds);
      if (name !== "batch normalisation") engine.predict(problem.samples);
    }
    expect(tf.memory().numTensors).toBe(parameters);
    engine.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(() => engine.readParameters()).toThrow("disposed");
  });
});

it("passes the self-test of engines", () => {
  expect(worstDifference(create, createEngine)).toBeLessThan(TOLERANCE);
});

it("predicts any number of samples", () => {
  const spec = networkPreset("deep", 8, 1, "average");
  const { parameters, samples } = randomBatchProblem(spec, 2, 11, 0.4);
  const [own, other] = [create, createEngine].map((make) => {
    const engine = make(spec);
    engine.writeParameters(parameters);
    return engine.predict(samples);
  });
  expect(own?.length).toBe(11);
  expect(distance(own ?? [], other ?? [])).toBeLessThan(TOLERANCE);
});

it("refuses what is not for its network", () => {
  const spec = networkPreset("deep", 8, 1, "average");
  const engine = create(spec);
  const { samples } = randomBatchProblem(networkPreset("deep", 8, 2, "average"), 2, 1, 0.4);
  expect(() => engine.predict(samples)).toThrow("reads 1 x 8^3 voxels, not 2 x 8^3");
  expect(() => engine.writeParameters(new Float32Array(3))).toThrow("not 3");
  expect(() => engine.lossAndGradient([], new Float32Array(1))).toThrow("0 samples need 0 targets");
  expect(() => create({ ...spec, layers: [] })).toThrow("The first layer");
  expect(() => create(networks["batch normalisation"] as NetworkSpec).predict(samples)).toThrow("inferenceNetwork");
});

/** |a - b| / |b| in the 2-norm. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const difference = Array.from(b, (value, i) => (a[i] ?? Number.NaN) - value);
  return Math.hypot(...difference) / Math.hypot(...Array.from(b));
}
