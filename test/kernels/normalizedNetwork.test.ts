import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LayerSpec, NetworkSpec } from "../../src/core/learning/networks/networkSpec.js";
import { inferenceNetwork } from "../../src/core/learning/networks/normalization.js";
import { expectGradients, isFarFromKinks, randomBatchProblem } from "./gradientChecks.js";
import { breathe, engines, isSmall } from "./networkFixtures.js";
import { referenceLoss, referenceOutputs } from "./referenceNetwork.js";

const normalization = fc.constant("batch" as const);
const convolution = fc.record(
  {
    kind: fc.constant("convolution" as const),
    filters: fc.constantFrom(4, 8, 12, 16, 32, 64),
    padding: fc.constantFrom("valid" as const, "same" as const),
    slope: fc.constantFrom(0.1, 0.3, 1),
    normalization,
  },
  { requiredKeys: ["kind", "filters", "padding", "slope"] },
);
const pool = fc.record({
  kind: fc.constant("pool" as const),
  mode: fc.constantFrom("max" as const, "average" as const),
});
const dense = fc.record(
  {
    kind: fc.constant("dense" as const),
    units: fc.integer({ min: 1, max: 7 }),
    slope: fc.constant(0.3),
    normalization,
  },
  { requiredKeys: ["kind", "units", "slope"] },
);
const dropout = fc.record({ kind: fc.constant("dropout" as const), rate: fc.constantFrom(0, 0.2, 0.6) });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { maxLength: 1 });

/** Small sound networks with all kinds of layers. */
const specs: fc.Arbitrary<NetworkSpec> = fc
  .record({
    size: fc.integer({ min: 3, max: 7 }),
    channels: fc.integer({ min: 1, max: 8 }),
    stages: fc.array(fc.tuple(convolution, maybe(pool), maybe(dropout)), { minLength: 1, maxLength: 3 }),
    hidden: fc.array(fc.tuple(dense, maybe(dropout)), { maxLength: 2 }),
    outputs: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ size, channels, stages, hidden, outputs }) => {
    const output: LayerSpec = { kind: "dense", units: outputs, slope: 1 };
    return { input: { size, channels }, layers: [...stages.flat(2), ...hidden.flat(2), output] };
  })
  .filter(isSmall);

describe("networks of all kinds of layers, on every engine,", () => {
  it("have the loss and, tensor by tensor, the gradient of the definition, with dropout and missing targets", async () => {
    await fc.assert(
      fc.asyncProperty(
        specs,
        fc.nat(1e6),
        fc.constantFrom(0.3, 1),
        fc.constantFrom(0, 0.5),
        async (spec, seed, filled, missing) => {
          await breathe();
          const problem = randomBatchProblem(spec, seed, 3, filled, missing);
          fc.pre(isFarFromKinks(problem));
          const expected = referenceLoss(spec, problem.parameters, problem.samples, problem.targets, problem.seeds);
          const gradients = engines.map(([name, createEngine]) => {
            const engine = createEngine(spec);
            engine.writeParameters(problem.parameters);
            const { loss, gradient } = engine.lossAndGradient(problem.samples, problem.targets, problem.seeds);
            expect(Math.abs(loss - expected), name).toBeLessThan(1e-4 * Math.max(1, expected));
            return [name, gradient] as const;
          });
          expectGradients(problem, gradients);
        },
      ),
      { numRuns: 40, seed: 3 },
    );
  });

  it("predict with a batch's statistics folded in what they gave for that batch", async () => {
    await fc.assert(
      fc.asyncProperty(specs, fc.nat(1e6), async (spec, seed) => {
        await breathe();
        const { parameters, samples, targets } = randomBatchProblem(spec, seed, 3, 0.5);
        const expected = referenceOutputs(spec, parameters, samples).flatMap((outputs) => [...outputs]);
        const scale = Math.max(1, ...expected.map(Math.abs));
        for (const [name, createEngine] of engines) {
          const engine = createEngine(spec);
          engine.writeParameters(parameters);
          const plain = inferenceNetwork(spec, parameters, engine.lossAndGradient(samples, targets).moments);
          const predictor = createEngine(plain.spec);
          predictor.writeParameters(plain.parameters);
          for (const [i, output] of predictor.predict(samples).entries())
            expect(Math.abs(output - (expected[i] ?? Number.NaN)), name).toBeLessThan(1e-4 * scale);
        }
      }),
      { numRuns: 20, seed: 4 },
    );
  });
});

describe.each(engines)("batch normalisation, %s,", (_, createEngine) => {
  const spec: NetworkSpec = {
    input: { size: 9, channels: 2 },
    layers: [
      { kind: "convolution", filters: 8, padding: "same", slope: 0.3, normalization: "batch" },
      { kind: "pool", mode: "max" },
      { kind: "convolution", filters: 8, padding: "same", slope: 0.3, normalization: "batch" },
      { kind: "dense", units: 5, slope: 0.3, normalization: "batch" },
      { kind: "dropout", rate: 0.4 },
      { kind: "dense", units: 2, slope: 1 },
    ],
  };

  it("gives the same bits whatever batch, larger or smaller, was computed before", () => {
    const { parameters, samples, targets, seeds } = randomBatchProblem(spec, 1, 4, 0.2);
    const engine = createEngine(spec);
    engine.writeParameters(parameters);
    const expected = engine.lossAndGradient(samples, targets, seeds);
    const [first, second] = samples;
    if (!first || !second) throw new Error("there are four samples");
    const once = engine.lossAndGradient([first, second], targets.slice(0, 4), seeds);
    const small = createEngine(spec);
    small.writeParameters(parameters);
    expect(small.lossAndGradient([first, second], targets.slice(0, 4), seeds)).toEqual(once);
    expect(small.lossAndGradient(samples, targets, seeds)).toEqual(expected);
    expect(small.readParameters()).toEqual(parameters);
  });

  it("refuses to predict before it is folded, and what is not for it", () => {
    const { parameters, samples } = randomBatchProblem(spec, 1, 1, 0.2);
    const engine = createEngine(spec);
    expect(() => engine.predict(samples)).toThrow("inferenceNetwork");
    expect(() => engine.writeParameters(new Float32Array(3))).toThrow(RangeError);
    expect(() => engine.lossAndGradient(samples, new Float32Array(1))).toThrow("1 samples need 2 targets");
    expect(() => inferenceNetwork(spec, parameters)).toThrow("42 moments, not 0");
    engine.dispose();
    expect(() => engine.readParameters()).toThrow("disposed");
  });
});

describe.each(engines)("dropout, %s,", (_, createEngine) => {
  it("drops the asked share of the values, others with another seed, and keeps their mean", () => {
    const spec: NetworkSpec = {
      input: { size: 20, channels: 1 },
      layers: [
        { kind: "convolution", filters: 4, padding: "same", slope: 1 },
        { kind: "dropout", rate: 0.3 },
        { kind: "dense", units: 1, slope: 1 },
      ],
    };
    const engine = createEngine(spec);
    // All biases 1: the output is the number of kept values over 0.7, its mean 32000.
    const parameters = new Float32Array(engine.parameterCount);
    parameters.fill(1, 108, 112 + 32000);
    engine.writeParameters(parameters);
    const empty = { size: 20, channels: 1, index: new Int32Array(), value: new Float32Array() };
    const kept = [1, 2, 3].map(
      (seed) => Math.sqrt(engine.lossAndGradient([empty], Float32Array.of(0), [seed]).loss) / 32000,
    );
    expect(new Set(kept).size).toBe(3);
    // A standard deviation is 0.0037.
    for (const share of kept) expect(Math.abs(share - 1)).toBeLessThan(0.015);
    expect(engine.predict([empty])[0]).toBe(32000);
  });
});
