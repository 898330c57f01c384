// The kernels against TensorFlow.js on its plain CPU backend, which is slow and right.
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
// Registers the gradients, which tfjs-core alone does not.
import "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { networkPreset } from "../../src/core/learning/networks/networkPresets.js";
import { isNormalized, type NetworkSpec, requireNetworkShapes } from "../../src/core/learning/networks/networkSpec.js";
import { Adam } from "../../src/core/learning/training/adam.js";
import { Random } from "../../src/core/math/random.js";
import { breathe, engines, randomParameters, randomVoxels } from "./networkFixtures.js";
import { oracleLoss, toTensor } from "./oracleNetwork.js";

beforeAll(() => tf.setBackend("cpu"));

/** All kinds of layers that tfjs has in the same form, and two targets. */
const normalized: NetworkSpec = {
  input: { size: 7, channels: 4 },
  layers: [
    { kind: "convolution", filters: 12, padding: "same", slope: 0.3, normalization: "batch" },
    { kind: "pool", mode: "average" },
    { kind: "convolution", filters: 8, padding: "same", slope: 0.3 },
    { kind: "convolution", filters: 8, padding: "valid", slope: 0.1, normalization: "batch" },
    { kind: "dense", units: 6, slope: 0.3, normalization: "batch" },
    { kind: "dense", units: 2, slope: 1 },
  ],
};

const plain: NetworkSpec = {
  input: { size: 9, channels: 2 },
  layers: [
    { kind: "convolution", filters: 8, padding: "valid", slope: 0.3 },
    { kind: "convolution", filters: 12, padding: "same", slope: 0.1 },
    { kind: "pool", mode: "max" },
    { kind: "convolution", filters: 8, padding: "same", slope: 0.3 },
    { kind: "dense", units: 9, slope: 0.3 },
    { kind: "dense", units: 2, slope: 1 },
  ],
};

const problems: readonly { name: string; spec: NetworkSpec; filled: number; steps: number }[] = [
  // Full input for max pooling: tfjs and the kernels settle ties differently.
  { name: "light, max pooling", spec: networkPreset("light", 22, 2, "max"), filled: 1, steps: 5 },
  { name: "light, average pooling", spec: networkPreset("light", 22, 2, "average"), filled: 0.05, steps: 5 },
  { name: "deep, max pooling", spec: networkPreset("deep", 8, 2, "max"), filled: 1, steps: 20 },
  { name: "deep, average pooling", spec: networkPreset("deep", 8, 2, "average"), filled: 0.3, steps: 10 },
  { name: "plain, max pooling, two targets", spec: plain, filled: 1, steps: 50 },
  { name: "batch normalisation, two targets", spec: normalized, filled: 0.4, steps: 50 },
];

describe.each(problems)("a network ($name), on every engine,", ({ spec, filled, steps }) => {
  const random = new Random(4);
  // Two values brought to mean 0 and variance 1 are -1 and 1, whatever they are.
  const batch = isNormalized(spec) ? 6 : 2;
  const outputs = requireNetworkShapes(spec).at(-1)?.outputChannels ?? 0;
  const samples = Array.from({ length: batch }, () =>
    randomVoxels(random, spec.input.size, spec.input.channels, filled),
  );
  const targets = Float32Array.from({ length: batch * outputs }, () => random.normal());
  const initial = randomParameters(random, spec);

  it("has the loss and the gradient that tfjs computes", () => {
    const input = toTensor(samples, spec);
    const oracle = tf.valueAndGrad((p: tf.Tensor) =>
      oracleLoss(spec, p as tf.Tensor1D, input, tf.tensor2d(targets, [batch, outputs])),
    );
    const { value, grad } = oracle(tf.tensor1d(initial));
    const expected = grad.dataSync();
    for (const [name, createEngine] of engines) {
      const engine = createEngine(spec);
      engine.writeParameters(initial);
      const { loss, gradient } = engine.lossAndGradient(samples, targets);
      expect(loss / (value.dataSync()[0] ?? Number.NaN), name).toBeCloseTo(1, 5);
      for (const { offset, weights, biases, scales, layer } of requireNetworkShapes(spec)) {
        const range = [offset, offset + weights + biases + scales] as const;
        expect(
          distance(gradient.subarray(...range), expected.subarray(...range)),
          `${name}, ${layer.kind}`,
        ).toBeLessThan(5e-5);
      }
    }
  });

  it(`follows tfjs over ${steps} steps of Adam`, { timeout: 120_000 }, async () => {
    // With the usual 1e-7, gradients of rounding errors alone would make steps of full length.
    const epsilon = 1e-4;
    const learningRate = 3e-4;
    const followers = engines.map(([name, createEngine]) => {
      return {
        name,
        engine: createEngine(spec),
        adam: new Adam(initial.length, { epsilon }),
        parameters: initial.slice(),
      };
    });
    const input = toTensor(samples, spec);
    const oracleParameters = tf.variable(tf.tensor1d(initial));
    const optimizer = tf.train.adam(learningRate, 0.9, 0.999, epsilon);
    const losses: number[] = [];
    for (let step = 0; step < steps; step++) {
      await breathe();
      const oracleValue = optimizer.minimize(
        () =>
          oracleLoss(spec, oracleParameters as unknown as tf.Tensor1D, input, tf.tensor2d(targets, [batch, outputs])),
        true,
      );
      const expected = oracleValue?.dataSync()[0] ?? Number.NaN;
      losses.push(expected);
      for (const { name, engine, adam, parameters } of followers) {
        engine.writeParameters(parameters);
        const { loss, gradient } = engine.lossAndGradient(samples, targets);
        adam.update(parameters, gradient, learningRate);
        expect(Math.abs(loss - expected), `${name}, step ${step}`).toBeLessThan(1e-3 * Math.max(0.05, expected));
      }
    }
    if (steps === 50) expect(losses.at(-1)).toBeLessThan(0.9 * (losses[0] ?? 0));
  });
});

/** |a - b| / |b| in the 2-norm. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0;
  let square = 0;
  for (let i = 0; i < b.length; i++) {
    difference += ((a[i] ?? Number.NaN) - (b[i] ?? 0)) ** 2;
    square += (b[i] ?? 0) ** 2;
  }
  return Math.sqrt(difference) / Math.max(Math.sqrt(square), 1e-12);
}
