import { beforeAll, describe, expect, it } from "vitest";
import type { Material } from "../../../../src/core/descriptors/material.js";
import { meanAbsoluteError } from "../../../../src/core/learning/evaluation/metrics.js";
import { fitTargetScale, standardise, unstandardise } from "../../../../src/core/learning/evaluation/targetScaling.js";
import { coordinateDescent } from "../../../../src/core/learning/kernelRidge/coordinateDescent.js";
import {
  defaultKernelModelOptions,
  describeMaterial,
  fitKernelModel,
  type KernelModel,
  predictKernelModel,
} from "../../../../src/core/learning/kernelRidge/kernelModel.js";
import { mean } from "../../../../src/core/math/statistics.js";
import { readSampleMaterials, type SampleMaterial } from "../sampleMaterials.js";

let sample: SampleMaterial[] = [];
beforeAll(() => {
  sample = readSampleMaterials(120);
});

/** Trains on the first 90 oxides, predicts the other 30: errors as a share of those of guessing the mean. */
function learn(name: "composition" | "shells" | "cm", value: (material: SampleMaterial) => number) {
  const [train, test] = [sample.slice(0, 90), sample.slice(90)];
  const scale = fitTargetScale(train.map(value));
  const targets = Float64Array.from(train, (material) => standardise(value(material), scale));
  const model = fitKernelModel(
    name,
    train.map(({ material }) => material),
    targets,
    1,
  );
  const predictions = test.map(({ material }) => predictKernelModel(model, material));
  const actual = test.map(value);
  const values = predictions.map((prediction) => unstandardise(prediction.value, scale));
  const guess = meanAbsoluteError(
    actual,
    actual.map(() => scale.mean),
  );
  const misses = predictions.map(
    ({ value: v, sigma }, i) => Math.abs(v - standardise(actual[i] ?? Number.NaN, scale)) / sigma,
  );
  return { model, ratio: meanAbsoluteError(actual, values) / guess, misses };
}

const hartreePerVolume = ({ targets, volume }: SampleMaterial) =>
  ((targets.get("E_hartree_per_atom") ?? Number.NaN) * (targets.get("n_atoms") ?? Number.NaN)) / volume;
const cohesive = ({ targets }: SampleMaterial) => targets.get("cohesive_energy_per_atom") ?? Number.NaN;

describe("kernel models on the sample oxides", () => {
  it("shells hold the Hartree energy per volume, which is linear in them", () => {
    const { ratio, misses } = learn("shells", hartreePerVolume);
    expect(ratio).toBeLessThan(0.05);
    expect(mean(misses.map((miss) => (miss < 2 ? 1 : 0)))).toBeGreaterThan(0.8);
  });

  it("composition holds most of the cohesive energy, and its deviations hold", () => {
    const { ratio, misses } = learn("composition", cohesive);
    expect(ratio).toBeLessThan(0.6);
    expect(mean(misses.map((miss) => (miss < 2 ? 1 : 0)))).toBeGreaterThan(0.8);
    expect(mean(misses.map((miss) => (miss < 0.1 ? 1 : 0)))).toBeLessThan(0.5);
  });

  it("trains on Coulomb eigenvalues of cells of any size, and predicts larger ones", () => {
    const { model, ratio } = learn("cm", cohesive);
    expect(ratio).toBeLessThan(1.2);
    const { lattice, atomicNumbers, fractional, spectrum, id } = (sample[0] as SampleMaterial).material;
    const doubled: Material = {
      id,
      spectrum,
      lattice: [lattice[0], lattice[1], [2 * lattice[2][0], 2 * lattice[2][1], 2 * lattice[2][2]]],
      atomicNumbers: [0, 1, 2, 3, 4, 5].flatMap(() => atomicNumbers),
      fractional: Float64Array.from(
        { length: 18 * atomicNumbers.length },
        (_, i) => ((fractional[i % (3 * atomicNumbers.length)] ?? 0) + i * 0.013) % 1,
      ),
    };
    expect(doubled.atomicNumbers.length).toBeGreaterThan(model.features.columns);
    const { value, sigma } = predictKernelModel(model, doubled);
    expect(Number.isFinite(value)).toBe(true);
    expect(sigma).toBeGreaterThan(0);
  });

  it("gives the same bits for the same seed, and a copy of the plain data predicts alike", () => {
    const materials = sample.slice(0, 40).map(({ material }) => material);
    const targets = Float64Array.from(sample.slice(0, 40), (material) => cohesive(material) - 4);
    const model = fitKernelModel("composition", materials, targets, 7);
    expect(fitKernelModel("composition", materials, targets, 7)).toEqual(model);
    const copy = structuredClone(model) as KernelModel;
    const stranger = (sample[50] as SampleMaterial).material;
    expect(predictKernelModel(copy, stranger)).toEqual(predictKernelModel(model, stranger));
  });

  it("is surer of what it has seen than of a material unlike all others", () => {
    const { model } = learn("composition", cohesive);
    const known = (sample[0] as SampleMaterial).material;
    const unknown = { ...known, atomicNumbers: known.atomicNumbers.map(() => 94) };
    expect(predictKernelModel(model, unknown).sigma).toBeGreaterThan(1.5 * predictKernelModel(model, known).sigma);
  });

  it("takes the paper's numbers where asked", () => {
    const materials = sample.slice(0, 20).map(({ material }) => material);
    const targets = Float64Array.from(sample.slice(0, 20), cohesive);
    const model = fitKernelModel("cm", materials, targets, 1, { coulombMatrix: "sine", hyperparameters: "paper" });
    expect(model.alpha).toBe(0.01);
    const longest = model.features.columns;
    const row = new Float64Array(longest);
    row.set(describeMaterial("cm", materials[3] as Material, "sine"));
    expect(model.features.values.slice(3 * longest, 4 * longest)).toEqual(row);
    expect(model.coulombMatrix).toBe("sine");
  });

  it.each([1, 2, 3])("learns from %d materials", (count) => {
    const materials = sample.slice(0, count).map(({ material }) => material);
    for (const name of ["composition", "shells", "cm"] as const) {
      const model = fitKernelModel(
        name,
        materials,
        Float64Array.from({ length: count }, (_, i) => i - (count - 1) / 2),
        1,
      );
      const { value, sigma } = predictKernelModel(model, (sample[9] as SampleMaterial).material);
      expect(Number.isFinite(value) && Number.isFinite(sigma)).toBe(true);
    }
  });

  it("refuses what cannot be learned", () => {
    const { material } = sample[0] as SampleMaterial;
    expect(() => fitKernelModel("shells", [], new Float64Array(), 1)).toThrow("0 materials and 0 targets");
    expect(() => fitKernelModel("shells", [material], Float64Array.of(Number.NaN), 1)).toThrow("not a finite number");
    expect(defaultKernelModelOptions).toEqual({ coulombMatrix: "ewald", hyperparameters: "validated" });
  });
});

describe("coordinateDescent", () => {
  it("finds the bottom of a bowl, inside the grid and at its edge, asking once a point", () => {
    for (const bottom of [
      [2, 5],
      [-3, 20],
    ]) {
      const asked: string[] = [];
      const best = coordinateDescent(
        [7, 9],
        [
          [6, 0],
          [5, 1],
        ],
        (point) => {
          asked.push(point.join(" "));
          return point.reduce((sum, index, axis) => sum + (index - (bottom[axis] ?? 0)) ** 2, 0);
        },
      );
      expect(best.point).toEqual(bottom[0] === 2 ? [2, 5] : [0, 8]);
      expect(new Set(asked).size).toBe(asked.length);
    }
  });
});
