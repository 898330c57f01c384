import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { networkPreset } from "../../src/core/learning/networks/networkPresets.js";
import type { NetworkSpec } from "../../src/core/learning/networks/networkSpec.js";
import { Random } from "../../src/core/math/random.js";
import { expectGradients, isFarFromKinks, randomBatchProblem } from "./gradientChecks.js";
import { breathe, engines, networkSpecs, randomVoxels } from "./networkFixtures.js";
import { referenceLoss, referencePredict } from "./referenceNetwork.js";

describe("the network's kernels, on every engine,", () => {
  it("predict what the definition in double precision predicts, for random networks", async () => {
    await fc.assert(
      fc.asyncProperty(networkSpecs, fc.nat(1e6), fc.constantFrom(0, 0.05, 0.5, 1), async (spec, seed, filled) => {
        await breathe();
        const { parameters, samples } = randomBatchProblem(spec, seed, 2, filled);
        const expected = samples.flatMap((sample) => [...referencePredict(spec, parameters, sample)]);
        const scale = Math.max(1, ...expected.map(Math.abs));
        for (const [name, createEngine] of engines) {
          const engine = createEngine(spec);
          engine.writeParameters(parameters);
          for (const [i, value] of engine.predict(samples).entries())
            expect(Math.abs(value - (expected[i] ?? Number.NaN)), name).toBeLessThan(2e-5 * scale);
        }
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it("give the central differences of the loss, tensor by tensor, for random networks", async () => {
    await fc.assert(
      fc.asyncProperty(networkSpecs, fc.nat(1e6), fc.constantFrom(0.1, 0.6), async (spec, seed, filled) => {
        await breathe();
        const problem = randomBatchProblem(spec, seed, 2, filled);
        const { parameters, samples, targets } = problem;
        fc.pre(isFarFromKinks(problem));
        const expected = referenceLoss(spec, parameters, samples, targets);
        const gradients = engines.map(([name, createEngine]) => {
          const engine = createEngine(spec);
          engine.writeParameters(parameters);
          const { loss, gradient } = engine.lossAndGradient(samples, targets);
          expect(Math.abs(loss - expected), name).toBeLessThan(1e-4 * Math.max(1, expected));
          return [name, gradient] as const;
        });
        expectGradients(problem, gradients);
      }),
      { numRuns: 30, seed: 2 },
    );
  });

  it.each(["light", "deep"] as const)("agree with the definition on the %s network", (network) => {
    for (const pooling of ["max", "average"] as const) {
      // The light network needs at least 22 voxels a side.
      const spec = networkPreset(network, network === "light" ? 22 : 16, 2, pooling);
      const { parameters, samples, targets } = randomBatchProblem(spec, 5, 1, 0.05);
      const expected = referenceLoss(spec, parameters, samples, targets);
      for (const [name, createEngine] of engines) {
        const engine = createEngine(spec);
        engine.writeParameters(parameters);
        expect(engine.lossAndGradient(samples, targets).loss, name).toBeCloseTo(expected, 4);
      }
    }
  });
});

describe.each(engines)("the network's kernels, %s,", (_, createEngine) => {
  it("give the same bits for the same batch, whatever was computed before", () => {
    const spec = networkPreset("light", 32, 2, "max");
    const { parameters, samples, targets } = randomBatchProblem(spec, 3, 3, 0.02);
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
    // One window: voxels (1,1,1) and (1,1,2) of value 1 under a filter of ones tie in all 8 outputs; output (0,0,0)
    // wins.
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
