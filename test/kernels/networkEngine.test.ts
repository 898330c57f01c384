import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { networkPreset } from "../../src/core/learning/networkPresets.js";
import { type LayerShape, type NetworkSpec, requireNetworkShapes } from "../../src/core/learning/networkSpec.js";
import { Random } from "../../src/core/math/random.js";
import { breathe, engines, networkSpecs, randomParameters, randomVoxels } from "./networkFixtures.js";
import { referenceDerivative, referenceLoss, referencePredict } from "./referenceNetwork.js";

/** A network with random parameters and a batch for it. */
function randomProblem(spec: NetworkSpec, seed: number, batch: number, filled: number) {
  const random = new Random(seed);
  const parameters = randomParameters(random, spec);
  const samples = Array.from({ length: batch }, () => randomVoxels(random, spec.input.size, spec.input.channels, filled));
  const outputs = requireNetworkShapes(spec).at(-1)?.outputChannels ?? 0;
  const targets = Float32Array.from({ length: batch * outputs }, () => random.normal());
  return { random, parameters, samples, targets };
}

/** Some parameters of each layer, weights and biases. */
function pickParameters(random: Random, shapes: readonly LayerShape[], each: number): number[] {
  return shapes.flatMap(({ offset, weights, biases }) => [
    ...Array.from({ length: weights > 0 ? each : 0 }, () => offset + random.integer(weights)),
    ...Array.from({ length: biases > 0 ? Math.ceil(each / 3) : 0 }, () => offset + weights + random.integer(biases)),
  ]);
}

describe.each(engines)("the network's kernels, %s,", (_, createEngine) => {
  it("predict what the definition in double precision predicts, for random networks", async () => {
    await fc.assert(
      fc.asyncProperty(networkSpecs, fc.nat(1e6), fc.constantFrom(0, 0.05, 0.5, 1), async (spec, seed, filled) => {
        await breathe();
        const { parameters, samples } = randomProblem(spec, seed, 2, filled);
        const engine = createEngine(spec);
        engine.writeParameters(parameters);
        const expected = samples.flatMap((sample) => [...referencePredict(spec, parameters, sample)]);
        const scale = Math.max(1, ...expected.map(Math.abs));
        for (const [i, value] of engine.predict(samples).entries())
          expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThan(2e-5 * scale);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it("give the central differences of the loss, for random networks", async () => {
    await fc.assert(
      fc.asyncProperty(networkSpecs, fc.nat(1e6), fc.constantFrom(0.1, 0.6), async (spec, seed, filled) => {
        await breathe();
        const { random, parameters, samples, targets } = randomProblem(spec, seed, 2, filled);
        const engine = createEngine(spec);
        engine.writeParameters(parameters);
        const { loss, gradient } = engine.lossAndGradient(samples, targets);
        const expected = referenceLoss(spec, parameters, samples, targets);
        expect(Math.abs(loss - expected)).toBeLessThan(1e-4 * Math.max(1, expected));
        const largest = gradient.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-3);
        for (const index of pickParameters(random, requireNetworkShapes(spec), 2)) {
          const slope = referenceDerivative(spec, parameters, samples, targets, index);
          expect(Math.abs((gradient[index] ?? Number.NaN) - slope), `parameter ${index}`).toBeLessThan(1e-4 * largest);
        }
      }),
      { numRuns: 25, seed: 2 },
    );
  });

  it.each(["light", "deep"] as const)("agree with the definition on the %s network", (name) => {
    for (const pooling of ["max", "average"] as const) {
      // The light network needs at least 22 voxels a side.
      const spec = networkPreset(name, name === "light" ? 22 : 16, 2, pooling);
      const { parameters, samples, targets } = randomProblem(spec, 5, 1, 0.05);
      const engine = createEngine(spec);
      engine.writeParameters(parameters);
      expect(engine.lossAndGradient(samples, targets).loss).toBeCloseTo(referenceLoss(spec, parameters, samples, targets), 4);
    }
  });

  it("give the same bits for the same batch, whatever was computed before", () => {
    const spec = networkPreset("light", 32, 2, "max");
    const { parameters, samples, targets } = randomProblem(spec, 3, 3, 0.02);
    const fresh = createEngine(spec);
    fresh.writeParameters(parameters);
    const expected = fresh.lossAndGradient(samples, targets);
    fresh.writeParameters(parameters.map((p) => -p));
    fresh.lossAndGradient(samples.toReversed(), targets);
    fresh.writeParameters(parameters);
    expect(fresh.lossAndGradient(samples, targets)).toEqual(expected);
    expect(fresh.predict(samples)).toEqual(new Float32Array(samples.flatMap((sample) => [...fresh.predict([sample])])));
  });

  it("give the gradient of a tied maximum to the first voxel of the window", () => {
    // One window: voxels (1,1,1) and (1,1,2) of value 1 under a filter of ones tie in all 8 outputs; output (0,0,0) wins.
    const spec: NetworkSpec = {
      input: { size: 4, channels: 1 },
      layers: [
        { kind: "convolution", filters: 4, padding: "valid", slope: 1 },
        { kind: "pool", mode: "max" },
        { kind: "dense", units: 1, slope: 1 },
      ],
    };
    const engine = createEngine(spec);
    engine.writeParameters(new Float32Array(engine.parameterCount).fill(1));
    const sample = { size: 4, channels: 1, index: Int32Array.of(21), value: Float32Array.of(1) };
    const { gradient } = engine.lossAndGradient([sample], Float32Array.of(0));
    const taps = Array.from({ length: 27 }, (_, tap) => gradient[tap * 4] ?? 0);
    expect(taps.flatMap((g, tap) => (g === 0 ? [] : [tap]))).toEqual([13]);
  });

  it("refuse samples and parameters of another shape, and work after disposal", () => {
    const engine = createEngine(networkPreset("light", 32, 1, "max"));
    const random = new Random(1);
    expect(() => engine.predict([randomVoxels(random, 16, 1, 0.1)])).toThrow(RangeError);
    expect(() => engine.predict([randomVoxels(random, 32, 2, 0.1)])).toThrow("1 x 32^3");
    expect(() => engine.writeParameters(new Float32Array(3))).toThrow(RangeError);
    expect(() => engine.lossAndGradient([randomVoxels(random, 32, 1, 0.1)], new Float32Array(2))).toThrow(RangeError);
    engine.dispose();
    expect(() => engine.readParameters()).toThrow("disposed");
  });
});
