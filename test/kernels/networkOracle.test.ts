// The kernels against TensorFlow.js on its plain CPU backend, which is slow and right.
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
// Registers the gradients, which tfjs-core alone does not.
import "@tensorflow/tfjs-layers";
import { beforeAll, describe, expect, it } from "vitest";
import { Adam } from "../../src/core/learning/adam.js";
import { networkPreset } from "../../src/core/learning/networkPresets.js";
import { type NetworkName, type Pooling, requireNetworkShapes } from "../../src/core/learning/networkSpec.js";
import { Random } from "../../src/core/math/random.js";
import { breathe, engines, randomParameters, randomVoxels } from "./networkFixtures.js";
import { oracleLoss, toTensor } from "./oracleNetwork.js";

beforeAll(() => tf.setBackend("cpu"));

const problems: readonly { name: NetworkName; size: number; pooling: Pooling; filled: number; steps: number }[] = [
  { name: "light", size: 22, pooling: "max", filled: 1, steps: 5 },
  { name: "light", size: 22, pooling: "average", filled: 0.05, steps: 5 },
  { name: "deep", size: 8, pooling: "max", filled: 1, steps: 20 },
  { name: "deep", size: 8, pooling: "average", filled: 0.3, steps: 20 },
];

const cases = engines.flatMap(([engine, createEngine]) => problems.map((problem) => ({ ...problem, engine, createEngine })));

describe.each(cases)("$engine: the $name network with $pooling pooling", ({ name, size, pooling, filled, steps, createEngine }) => {
  const random = new Random(4);
  const spec = networkPreset(name, size, 2, pooling);
  // Full input for max pooling: tfjs and the kernels settle ties differently.
  const samples = [0, 1].map(() => randomVoxels(random, size, 2, filled));
  const targets = Float32Array.of(0.7, -1.1);
  const initial = randomParameters(random, spec);

  it("has the loss and the gradient that tfjs computes", () => {
    const engine = createEngine(spec);
    engine.writeParameters(initial);
    const { loss, gradient } = engine.lossAndGradient(samples, targets);
    const input = toTensor(samples, spec);
    const oracle = tf.valueAndGrad((p: tf.Tensor) => oracleLoss(spec, p as tf.Tensor1D, input, tf.tensor2d(targets, [2, 1])));
    const { value, grad } = oracle(tf.tensor1d(initial));
    expect(loss / (value.dataSync()[0] ?? Number.NaN)).toBeCloseTo(1, 5);
    const expected = grad.dataSync();
    for (const shape of requireNetworkShapes(spec)) {
      const range = [shape.offset, shape.offset + shape.weights + shape.biases] as const;
      expect(distance(gradient.subarray(...range), expected.subarray(...range)), shape.layer.kind).toBeLessThan(2e-5);
    }
  });

  it(`follows tfjs over ${steps} steps of Adam`, { timeout: 120_000 }, async () => {
    const engine = createEngine(spec);
    // With the usual 1e-7, gradients of rounding errors alone would make steps of full length.
    const epsilon = 1e-4;
    const learningRate = 3e-4;
    const adam = new Adam(initial.length, { epsilon });
    const parameters = initial.slice();
    const input = toTensor(samples, spec);
    const oracleParameters = tf.variable(tf.tensor1d(initial));
    const optimizer = tf.train.adam(learningRate, 0.9, 0.999, epsilon);
    for (let step = 0; step < steps; step++) {
      await breathe();
      engine.writeParameters(parameters);
      const { loss, gradient } = engine.lossAndGradient(samples, targets);
      adam.update(parameters, gradient, learningRate);
      const oracleValue = optimizer.minimize(
        () => oracleLoss(spec, oracleParameters as unknown as tf.Tensor1D, input, tf.tensor2d(targets, [2, 1])),
        true,
      );
      const expected = oracleValue?.dataSync()[0] ?? Number.NaN;
      expect(Math.abs(loss - expected), `step ${step}`).toBeLessThan(1e-3 * Math.max(0.05, expected));
    }
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
