import { beforeAll, describe, expect, it } from "vitest";
import { FUNCTIONAL_COUNT } from "../../../../src/core/descriptors/functionals.js";
import type { Material } from "../../../../src/core/descriptors/material.js";
import {
  fitProcess,
  type ProcessModel,
  predictProcess,
} from "../../../../src/core/learning/gaussianProcess/gaussianProcess.js";
import { fitSparseProcess, stackDescribed } from "../../../../src/core/learning/gaussianProcess/sparseProcess.js";
import { Random } from "../../../../src/core/math/random.js";
import { useFastAlgebra } from "../../../../src/jobs/features/fastAlgebra.js";

const TRAINED = 300;
const TESTED = 300;
const LANDMARKS = 75;
const NOISE = 0.1;

interface Sample {
  readonly functionals: Float64Array;
  readonly value: number;
}

/**
 * Made-up functionals of four hidden numbers, and a smooth function of these with noise. `copies`: how many samples are
 * near-identical to one another.
 */
function samplesOf(copies: number, seed: number): Sample[] {
  const random = new Random(seed);
  const mixing = Float64Array.from({ length: 4 * FUNCTIONAL_COUNT }, () => 0.3 * random.normal());
  let hidden = [0, 0, 0, 0];
  return random.shuffle(
    Array.from({ length: TRAINED + TESTED }, (_, i) => {
      hidden = i % copies === 0 ? hidden.map(() => random.normal()) : hidden.map((h) => h + 0.03 * random.normal());
      const [a = 0, b = 0, c = 0, d = 0] = hidden;
      const functionals = Float64Array.from({ length: FUNCTIONAL_COUNT }, (_, column) =>
        Math.exp(hidden.reduce((sum, h, k) => sum + h * (mixing[4 * column + k] as number), 0)),
      );
      return { functionals, value: Math.sin(1.5 * a) + 0.5 * b * c + 0.3 * d + NOISE * random.normal() };
    }),
  );
}

const size = { volume: 40, atoms: 4 };
const parts = ({ functionals }: Sample) => ({ functionals });

/** Shares of test errors within one and two stated deviations, and the mean absolute error. */
function judge(model: ProcessModel, samples: readonly Sample[]) {
  const ratios: number[] = [];
  let mae = 0;
  for (const { functionals, value } of samples) {
    const material = { id: "", spectrum: { functionals } } as unknown as Material;
    const found = predictProcess(model, { material, size, soap: new Map() }, () => new Map());
    ratios.push(Math.abs(found.value - value) / found.sigma);
    mae += Math.abs(found.value - value) / samples.length;
  }
  const share = (limit: number) => ratios.filter((ratio) => ratio <= limit).length / ratios.length;
  return { one: share(1), two: share(2), mae };
}

describe.each([
  ["samples that are alike in nothing", 1],
  ["pairs", 2],
  ["tens of near-identical samples", 10],
])("deviations through a quarter of %s", (_, copies) => {
  let exact: ReturnType<typeof judge>;
  let sparse: ReturnType<typeof judge>;

  beforeAll(() => {
    useFastAlgebra();
    const samples = samplesOf(copies, 5);
    const [train, test] = [samples.slice(0, TRAINED), samples.slice(TRAINED)];
    const targets = Float64Array.from(train, ({ value }) => value);
    const common = { name: "functionals", normalize: "atom", targets, seed: 1 } as const;
    const sizes = train.map(() => size);
    const materials = train.map(() => ({ id: "" }) as Material);
    exact = judge(fitProcess({ ...common, sizes, materials, parts: train.map(parts), soap: new Map() }), test);
    const model = fitSparseProcess({
      ...common,
      sizes,
      atomsOf: () => ({ lattice: [], fractional: [], atomicNumbers: [] }) as never,
      parts: stackDescribed(TRAINED, (place) => parts(train[place] as Sample)),
      landmarks: Array.from({ length: LANDMARKS }, (_, i) => (i * TRAINED) / LANDMARKS),
      soapOf: () => new Map(),
    });
    sparse = judge(model, test);
  });

  it("cover about as many errors as they say, as those of the exact model do", () => {
    expect(exact.one).toBeGreaterThan(0.58);
    expect(exact.two).toBeGreaterThan(0.89);
    expect(sparse.one).toBeGreaterThan(0.58);
    expect(sparse.two).toBeGreaterThan(0.85); // with pairs tails are heavier than a Gaussian: 0.87
    expect(sparse.one).toBeLessThan(0.9);
  });

  it("go with errors that are not far from the exact model's", () => {
    expect(sparse.mae).toBeLessThan(2.5 * exact.mae);
  });
});
