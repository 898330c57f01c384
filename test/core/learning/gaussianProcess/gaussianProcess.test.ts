import { describe, expect, it } from "vitest";
import { FUNCTIONAL_COUNT } from "../../../../src/core/descriptors/functionals.js";
import type { Material } from "../../../../src/core/descriptors/material.js";
import { soapEnvironments } from "../../../../src/core/descriptors/soapKernel.js";
import { fitTargetScale, standardise } from "../../../../src/core/learning/evaluation/targetScaling.js";
import {
  fitProcess,
  leaveOneOut,
  meanTermShares,
  type ProcessModel,
  predictProcess,
  termShares,
} from "../../../../src/core/learning/gaussianProcess/gaussianProcess.js";
import { describeParts } from "../../../../src/core/learning/gaussianProcess/processFeatures.js";
import {
  type ProcessName,
  processParts,
  processSoapScales,
  SOAP_SCALES,
} from "../../../../src/core/learning/gaussianProcess/processTerms.js";
import { fitSparseProcess, stackDescribed } from "../../../../src/core/learning/gaussianProcess/sparseProcess.js";
import { block } from "../../../../src/core/learning/kernelRidge/crossValidation.js";
import { soapKernelMatrix } from "../../../../src/core/learning/kernelRidge/soapKernelMatrix.js";
import { readSampleMaterials } from "../sampleMaterials.js";

/**
 * The oxides with numbers in place of functionals, of which the first says how much the target has that nothing else
 * tells.
 */
const samples = readSampleMaterials(40).map((sample, i) => {
  const functionals = new Float64Array(FUNCTIONAL_COUNT).fill(1 / FUNCTIONAL_COUNT);
  functionals[0] = 1 + ((7 * i) % 11) / 11;
  return {
    ...sample,
    material: { ...sample.material, spectrum: { ...sample.material.spectrum, functionals } } as Material,
  };
});
const materials = samples.map(({ material }) => material);
const sizes = samples.map(({ volume, material }) => ({ volume, atoms: material.atomicNumbers.length }));
const all = [...samples.keys()];
const train = all.slice(0, 32);
const test = all.slice(32);

const [scale = SOAP_SCALES[0]] = SOAP_SCALES;
if (scale === undefined) throw new Error("there are SOAP scales");
const environments = materials.map((material) => soapEnvironments(material, scale));
const soapMatrix = soapKernelMatrix(environments, environments, scale);
const soapOf = (name: ProcessName, rows: readonly number[], columns: readonly number[]) =>
  new Map(
    processSoapScales(name, train.length).map((number) => [number, block(soapMatrix, all.length, rows, columns)]),
  );

function learn(
  name: ProcessName,
  values: readonly number[],
  normalize: "atom" | "volume" = "atom",
  rows: readonly number[] = train,
) {
  const targetScale = fitTargetScale(rows.map((i) => values[i] as number));
  const model = fitProcess({
    name,
    materials: rows.map((i) => materials[i] as Material),
    sizes: rows.map((i) => sizes[i] as (typeof sizes)[0]),
    parts: rows.map((i) => describeParts(materials[i] as Material, processParts(name, rows.length))),
    soap: soapOf(name, rows, rows),
    normalize,
    targets: Float64Array.from(rows, (i) => standardise(values[i] as number, targetScale)),
    seed: 1,
  });
  return { model, targetScale };
}

function predict(model: ProcessModel, i: number, rows: readonly number[] = train) {
  const input = {
    material: materials[i] as Material,
    size: sizes[i] as (typeof sizes)[0],
    soap: soapOf(model.name, [i], rows),
  };
  return predictProcess(model, input, () => soapOf(model.name, rows, rows));
}

const hartree = samples.map(({ targets }) => targets.get("E_hartree_per_atom") ?? Number.NaN);

describe("a Gaussian process", () => {
  it("over all that is known predicts the Hartree energy of oxides it has not seen, within its deviation", () => {
    const { model, targetScale } = learn("combined", hartree);
    const errors = test.map((i) => {
      const { value, sigma } = predict(model, i);
      return {
        error: Math.abs(value * targetScale.deviation + targetScale.mean - (hartree[i] as number)),
        sigma: sigma * targetScale.deviation,
      };
    });
    const guess = test.reduce((sum, i) => sum + Math.abs((hartree[i] as number) - targetScale.mean), 0) / test.length;
    expect(errors.reduce((sum, { error }) => sum + error, 0) / test.length).toBeLessThan(0.02 * guess);
    expect(errors.filter(({ error, sigma }) => error <= 3 * sigma).length).toBeGreaterThanOrEqual(test.length - 1);
  });

  it("finds a target that is a formula of one functional times the volume", () => {
    const values = materials.map(({ spectrum }, i) => {
      const { volume = Number.NaN, atoms = Number.NaN } = sizes[i] ?? {};
      return ((spectrum.functionals?.[0] ?? Number.NaN) * volume) / atoms;
    });
    const { model, targetScale } = learn("functionals", values);
    for (const i of test)
      expect(predict(model, i).value * targetScale.deviation + targetScale.mean).toBeCloseTo(values[i] as number, 1);
  });

  it("tells by the fit without a material what a fit without it says", () => {
    const { model } = learn("angular", hartree);
    const { residuals, deviations } = leaveOneOut(model, () => new Map());
    expect(residuals).toHaveLength(train.length);
    const y = train.map((i) =>
      standardise(hartree[i] as number, fitTargetScale(train.map((t) => hartree[t] as number))),
    );
    train.forEach((i, row) => {
      const { value, sigma } = predict(model, i);
      // y - prediction = noise times dual, and what is left out is larger than what is fitted
      expect((y[row] as number) - value).toBeCloseTo(model.noise * (model.dual[row] as number), 6);
      expect(Math.abs(residuals[row] as number)).toBeGreaterThanOrEqual(Math.abs((y[row] as number) - value) - 1e-9);
      expect(deviations[row]).toBeGreaterThan(sigma * 0.999 - Math.sqrt(model.noise));
    });
  });

  it("predicts the same when it has been read from a file", () => {
    const { model } = learn("combined", hartree);
    const copy = structuredClone(model);
    for (const i of test) expect(predict(copy, i)).toEqual(predict(model, i));
  });

  it("says which material has no functionals", () => {
    const [{ material } = samples[0] as (typeof samples)[0]] = samples;
    const { functionals: _, ...spectrum } = material.spectrum;
    expect(() => describeParts({ ...material, spectrum }, ["functionals"])).toThrow(
      `${material.id} was encoded without functionals`,
    );
  });
});

describe("a Gaussian process through landmarks", () => {
  const through = (name: ProcessName, landmarks: readonly number[]) => {
    const targetScale = fitTargetScale(train.map((i) => hartree[i] as number));
    const parts = processParts(name, train.length);
    const model = fitSparseProcess({
      name,
      atomsOf: (i) => materials[i] as Material,
      sizes: train.map((i) => sizes[i] as (typeof sizes)[0]),
      parts: stackDescribed(train.length, (i) => describeParts(materials[i] as Material, parts)),
      landmarks,
      soapOf: (places) => soapOf(name, places, landmarks),
      normalize: "atom",
      targets: Float64Array.from(train, (i) => standardise(hartree[i] as number, targetScale)),
      seed: 1,
    });
    return { model, targetScale };
  };

  it.each(["combined", "density"] as const)("is the exact %s where all are landmarks", (name) => {
    const [exact, same] = [learn(name, hartree), through(name, train)];
    expect([same.model.sparse?.trainedOn, same.model.terms]).toEqual([train.length, exact.model.terms]);
    for (const i of test) {
      const [a, b] = [predict(exact.model, i), predict(same.model, i)];
      expect(Math.abs(a.value - b.value)).toBeLessThan(0.05 * a.sigma);
      expect(Math.abs(a.sigma - b.sigma)).toBeLessThan(0.05 * a.sigma);
    }
  });

  it("holds its landmarks alone, knows of the others, and predicts the same from a file with or without its factor", () => {
    const landmarks = train.filter((i) => i % 2 === 0);
    const { model, targetScale } = through("combined", landmarks);
    expect([model.dual.length, model.atoms?.length, model.parts.composition?.rows]).toEqual([16, 16, 16]);
    const { lower: _, ...without } = structuredClone(model);
    const guess = test.reduce((sum, i) => sum + Math.abs((hartree[i] as number) - targetScale.mean), 0) / test.length;
    const errors = test.map((i) => {
      const found = predict(model, i, landmarks);
      expect(predict(structuredClone(model), i, landmarks)).toEqual(found);
      const again = predict(without, i, landmarks);
      expect([again.value, again.sigma]).toEqual([found.value, expect.closeTo(found.sigma, 6)]);
      return Math.abs(found.value * targetScale.deviation + targetScale.mean - (hartree[i] as number));
    });
    expect(errors.reduce((sum, error) => sum + error, 0) / test.length).toBeLessThan(0.1 * guess);
    expect(() => leaveOneOut(model, () => soapOf("combined", landmarks, landmarks))).toThrow(
      "does not hold all it learned from",
    );
    const [i = 0] = test;
    const input = {
      material: materials[i] as Material,
      size: sizes[i] as (typeof sizes)[0],
      soap: soapOf("combined", [i], landmarks),
    };
    expect(termShares(model, input).reduce((sum, share) => sum + share, 0)).toBeCloseTo(
      predict(model, i, landmarks).value,
      8,
    );
    expect(meanTermShares(model).reduce((sum, share) => sum + share, 0)).toBeCloseTo(0, 8);
  });
});

describe("what kernels add", () => {
  const values = samples.map(({ material }, i) => 3 + 0.1 * material.atomicNumbers.length + ((5 * i) % 7) / 7);
  const inputOf = (model: ProcessModel, i: number) => ({
    material: materials[i] as Material,
    size: sizes[i] as (typeof sizes)[0],
    soap: soapOf(model.name, [i], train),
  });

  it.each(["atom", "volume"] as const)("is the predicted value, learned per %s", (normalize) => {
    const { model } = learn("combined", values, normalize);
    for (const i of test) {
      const sum = termShares(model, inputOf(model, i)).reduce((total, share) => total + share, 0);
      expect(sum).toBeCloseTo(predict(model, i).value, 9);
    }
  });

  it("has a mean over the training materials that needs no kernel of surroundings", () => {
    const { model } = learn("combined", values);
    const each = train.map((i) => termShares(model, inputOf(model, i)));
    const means = meanTermShares(model);
    model.terms.forEach((_, t) => {
      const mean = each.reduce((total, shares) => total + (shares[t] ?? Number.NaN), 0) / train.length;
      expect(means[t]).toBeCloseTo(mean, 7);
    });
  });
});
