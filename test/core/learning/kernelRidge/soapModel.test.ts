import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { atomicNumber } from "../../../../src/core/crystal/elements.js";
import type { Atoms } from "../../../../src/core/descriptors/material.js";
import {
  defaultSoapSettings,
  type SoapSettings,
  soapEnvironments,
} from "../../../../src/core/descriptors/soapKernel.js";
import { fitTargetScale, standardise } from "../../../../src/core/learning/evaluation/targetScaling.js";
import { soapKernelMatrix } from "../../../../src/core/learning/kernelRidge/soapKernelMatrix.js";
import { fitSoapModel, predictSoapModel } from "../../../../src/core/learning/kernelRidge/soapModel.js";
import type { Matrix3 } from "../../../../src/core/math/matrix3.js";
import { mean } from "../../../../src/core/math/statistics.js";
import { hasWholeReference, readNpz, readReferenceText, take } from "../../reference.js";
import { readSampleMaterials, type SampleMaterial } from "../sampleMaterials.js";

const oxides = path.resolve(import.meta.dirname, "../../../../../shared/data/oxides");

/** The head of a CHGCAR: scale 1, direct coordinates. */
function readAtoms(id: string): Atoms {
  const lines = gunzipSync(readFileSync(path.join(oxides, id, "CHGCAR.gz")))
    .toString("latin1", 0, 10_000)
    .split("\n");
  const words = (line: number) => (lines[line] ?? "").trim().split(/\s+/);
  const counts = words(6).map(Number);
  const atomicNumbers = words(5).flatMap((symbol, i) =>
    Array<number>(counts[i] ?? 0).fill(atomicNumber(symbol) ?? Number.NaN),
  );
  const lattice = [2, 3, 4].map((line) => words(line).map((x) => Number(x) * Number(lines[1]))) as unknown as Matrix3;
  return {
    lattice,
    atomicNumbers,
    fractional: Float64Array.from(
      atomicNumbers.flatMap((_, i) =>
        words(8 + i)
          .slice(0, 3)
          .map(Number),
      ),
    ),
  };
}

describe.skipIf(!hasWholeReference || !existsSync(oxides))(
  "SOAP kernel ridge against DScribe and scikit-learn, 387 oxides",
  () => {
    it("kernel to 1e-11, coefficients to 1e-10, predictions to 1e-8 eV", () => {
      const arrays = readNpz("krr.npz");
      const ids = readReferenceText("ids.txt").trim().split(/\s+/);
      const settings: SoapSettings = { ...defaultSoapSettings, rCut: 4, nMax: 4, lMax: 3, sigma: 0.4, zeta: 1 };
      const environments = ids.map((id) => soapEnvironments(readAtoms(id), settings));
      const kernel = soapKernelMatrix(environments, environments, settings);
      const expected = take(arrays, "soap.K");
      expect(expected.shape).toEqual([387, 387]);
      expect(
        kernel.reduce((worst, k, at) => Math.max(worst, Math.abs(k - (expected.data[at] ?? Number.NaN))), 0),
      ).toBeLessThan(1e-11);
      const [train, test] = ["train", "test"].map((name) => [...take(arrays, name).data]) as [number[], number[]];
      const y = take(arrays, "y").data;
      const centre = mean(train.map((i) => y[i] ?? Number.NaN));
      const model = fitSoapModel({
        settings,
        environments: train.map((i) => environments[i] as (typeof environments)[number]),
        kernel: Float64Array.from(train.flatMap((i) => train.map((j) => kernel[387 * i + j] ?? Number.NaN))),
        targets: Float64Array.from(train, (i) => (y[i] ?? Number.NaN) - centre),
        seed: 0,
        hyperparameters: "paper",
      });
      expect(model.alpha).toBe(3);
      const dual = take(arrays, "soap.dual_coef").data;
      const largest = Math.max(...[...dual].map(Math.abs));
      expect(Math.max(...model.dual.map((c, i) => Math.abs(c - (dual[i] ?? Number.NaN)))) / largest).toBeLessThan(
        1e-10,
      );
      const predicted = take(arrays, "soap.prediction").data;
      test.forEach((i, at) => {
        const { value } = predictSoapModel(
          model,
          Float64Array.from(train, (j) => kernel[387 * i + j] ?? Number.NaN),
        );
        expect(Math.abs(value + centre - (predicted[at] ?? Number.NaN))).toBeLessThan(1e-8);
      });
    });
  },
);

describe("SOAP on the sample oxides", () => {
  let sample: SampleMaterial[] = [];
  beforeAll(() => {
    sample = readSampleMaterials(120);
  });

  it("learns the cohesive energy far better than a guess, with deviations that hold", () => {
    const environments = sample.map(({ material }) => soapEnvironments(material, defaultSoapSettings));
    const values = sample.map(({ targets }) => targets.get("cohesive_energy_per_atom") ?? Number.NaN);
    const scale = fitTargetScale(values.slice(0, 90));
    const [train, test] = [environments.slice(0, 90), environments.slice(90)];
    const training = {
      settings: defaultSoapSettings,
      environments: train,
      kernel: soapKernelMatrix(train, train, defaultSoapSettings),
      targets: Float64Array.from(values.slice(0, 90), (value) => standardise(value, scale)),
      seed: 1,
    };
    const model = fitSoapModel({ ...training, hyperparameters: "validated" });
    const paper = fitSoapModel({ ...training, hyperparameters: "paper" });
    const rows = test.map((environment) => soapKernelMatrix([environment], train, defaultSoapSettings));
    const actual = values.slice(90).map((value) => standardise(value, scale));
    const errorOf = (fit: typeof model) =>
      mean(rows.map((row, i) => Math.abs(predictSoapModel(fit, row).value - (actual[i] ?? Number.NaN))));
    const guess = mean(actual.map(Math.abs));
    expect(errorOf(model) / guess).toBeLessThan(0.7);
    expect(errorOf(model)).toBeLessThan(errorOf(paper));
    const misses = rows.map((row, i) => {
      const { value, sigma } = predictSoapModel(model, row);
      return Math.abs(value - (actual[i] ?? Number.NaN)) / sigma;
    });
    expect(mean(misses.map((miss) => (miss < 2 ? 1 : 0)))).toBeGreaterThan(0.8);
    expect(mean(misses.map((miss) => (miss < 0.1 ? 1 : 0)))).toBeLessThan(0.5);
    expect(fitSoapModel({ ...training, hyperparameters: "validated" })).toEqual(model);
  });

  it("refuses targets that are not numbers", () => {
    const wrong = {
      settings: defaultSoapSettings,
      environments: [],
      kernel: new Float64Array(0),
      seed: 0,
      hyperparameters: "paper",
    } as const;
    expect(() => fitSoapModel({ ...wrong, targets: new Float64Array(0) })).toThrow("0 materials");
  });
});
