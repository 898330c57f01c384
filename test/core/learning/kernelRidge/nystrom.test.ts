import { describe, expect, it } from "vitest";
import { stackFeatures } from "../../../../src/core/learning/kernelRidge/featureMatrix.js";
import {
  describeMaterial,
  fitKernelModelOnFeatures,
  predictFeatures,
} from "../../../../src/core/learning/kernelRidge/kernelModel.js";
import {
  fitKernelRidge,
  predictDeviation,
  predictKernelRidge,
} from "../../../../src/core/learning/kernelRidge/kernelRidge.js";
import { kernelMatrix } from "../../../../src/core/learning/kernelRidge/kernels.js";
import { landmarksOf } from "../../../../src/core/learning/kernelRidge/landmarks.js";
import {
  explainedVariance,
  fitNystrom,
  NYSTROM_BATCH,
  restoreNystrom,
} from "../../../../src/core/learning/kernelRidge/nystrom.js";
import { Random } from "../../../../src/core/math/random.js";
import { plainRowProducts, rowProducts, useRowProducts } from "../../../../src/core/math/rowProducts.js";
import { useFastAlgebra } from "../../../../src/jobs/features/fastAlgebra.js";
import { readSampleMaterials } from "../sampleMaterials.js";

const random = new Random(3);
const N = 420;
const points = { rows: N, columns: 2, values: Float64Array.from({ length: 2 * N }, () => random.uniform()) };
const y = Float64Array.from(
  { length: N },
  (_, i) => Math.sin(6 * (points.values[2 * i] as number)) + (points.values[2 * i + 1] as number) - 0.5,
);
const between = (a: typeof points, b: typeof points) => kernelMatrix({ name: "gaussian", gamma: 8 }, a, b);
const at = (places: readonly number[]) => ({
  rows: places.length,
  columns: 2,
  values: Float64Array.from(places.flatMap((place) => [...points.values.subarray(2 * place, 2 * place + 2)])),
});
const NEW = { rows: 3, columns: 2, values: Float64Array.of(0.5, 0.5, 0.1, 0.9, 3, 3) };
const NOISE = 1e-4;
const all = [...y.keys()];
const exact = fitKernelRidge(between(points, points), y, NOISE);
const exactly = {
  values: predictKernelRidge(exact, between(NEW, points)),
  sigmas: predictDeviation(exact, between(NEW, points), [1, 1, 1], 1),
};

function approximately(landmarks: readonly number[]) {
  const known = at(landmarks);
  const asked: number[] = [];
  const rows = (from: number, to: number) => {
    asked.push(to - from);
    return between(at(all.slice(from, to)), known);
  };
  const fit = fitNystrom(between(known, known), rows, y, NOISE);
  const cross = between(NEW, known);
  const m = landmarks.length;
  const sigmas = [0, 1, 2].map((i) =>
    Math.sqrt(1 + NOISE - explainedVariance(fit, fit.noise, cross.subarray(i * m, (i + 1) * m))),
  );
  return { fit, asked, values: predictKernelRidge(fit, cross), sigmas, kernel: between(known, known) };
}

describe("learning through landmarks", () => {
  it("is the exact way where all are landmarks", () => {
    const { values, sigmas } = approximately(all);
    exactly.values.forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 5);
      expect(sigmas[i]).toBeCloseTo(exactly.sigmas[i] as number, 4);
    });
  });

  it("is close to it with a quarter of them, and asks for few rows at a time", () => {
    const { fit, asked, values, sigmas } = approximately(
      landmarksOf(
        all.map((i) => `material-${i}`),
        100,
      ),
    );
    expect(fit.trainedOn).toBe(N);
    expect([fit.dual.length, fit.lower.length]).toEqual([100, (100 * 101) / 2]);
    expect(Math.max(...asked)).toBe(NYSTROM_BATCH);
    expect(asked.reduce((sum, count) => sum + count, 0)).toBe(N);
    for (const i of [0, 1]) expect(Math.abs((values[i] as number) - (exactly.values[i] as number))).toBeLessThan(0.01);
    // far from all: nothing is known
    expect(sigmas[2]).toBeCloseTo(1, 2);
    for (const [i, sigma] of sigmas.entries()) expect(sigma).toBeGreaterThan(0.9 * (exactly.sigmas[i] as number));
  });

  it("learns from materials that are no landmarks", () => {
    // landmarks on the left alone know nothing of the right by themselves
    const landmarks = landmarksOf(all.map(String), 60);
    const { values } = approximately(landmarks);
    const alone = fitKernelRidge(
      between(at(landmarks), at(landmarks)),
      Float64Array.from(landmarks, (i) => y[i] as number),
      NOISE,
    );
    const own = predictKernelRidge(alone, between(NEW, at(landmarks)));
    const truth = (i: number) => Math.sin(6 * (NEW.values[2 * i] as number)) + (NEW.values[2 * i + 1] as number) - 0.5;
    const error = (list: ArrayLike<number>) =>
      [0, 1].reduce((sum, i) => sum + Math.abs((list[i] as number) - truth(i)), 0);
    expect(error(values)).toBeLessThan(error(own));
  });

  it("predicts the same when both factors have been made again from what is stored", () => {
    const { fit, kernel } = approximately(landmarksOf(all.map(String), 80));
    const { outer, inner } = restoreNystrom(
      kernel,
      structuredClone({ jitter: fit.jitter, lower: fit.lower, trainedOn: N }),
    );
    expect(outer.lower).toEqual(fit.outer.lower);
    for (let i = 0; i < 80; i++)
      expect(inner.lower.subarray(i * 80, i * 80 + i + 1)).toEqual(fit.inner.lower.subarray(i * 80, i * 80 + i + 1));
  });
});

describe("landmarks", () => {
  const ids = all.map((i) => `mp-${i}`);

  it("of a part of the materials are among those of the whole, in any order", () => {
    const whole = new Set(landmarksOf(ids, 200).map((place) => ids[place]));
    const part = ids.filter((_, i) => i % 10 !== 3);
    for (const place of landmarksOf(part, 150)) expect(whole.has(part[place])).toBe(true);
    const turned = [...ids].reverse();
    expect(new Set(landmarksOf(turned, 200).map((place) => turned[place]))).toEqual(whole);
  });

  it("of near-identical materials stand for every kind of them, in any order, where points tell them apart", () => {
    const [kinds, copies] = [60, 10];
    const random = new Random(5);
    const centres = Array.from({ length: kinds }, () => [random.normal(), random.normal(), random.normal()]);
    const rows = Array.from({ length: kinds * copies }, (_, i) =>
      Float64Array.from(centres[i % kinds] ?? [], (x) => x + 1e-3 * random.normal()),
    );
    const names = rows.map((_, i) => `mp-${i}`);
    const kindsOf = (places: readonly number[]) => new Set(places.map((place) => place % kinds));
    expect(kindsOf(landmarksOf(names, 100)).size).toBeLessThan(kinds);
    const places = landmarksOf(names, 100, stackFeatures(rows));
    expect([places.length, new Set(places).size, kindsOf(places).size]).toEqual([100, 100, kinds]);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    const turned = landmarksOf([...names].reverse(), 100, stackFeatures([...rows].reverse()));
    expect(turned.map((place) => names.length - 1 - place).reverse()).toEqual(places);
    const drawn = landmarksOf(names, 50);
    expect(drawn.every((place) => places.includes(place))).toBe(true);
  });

  it("are drawn by chance where all materials are at one point", () => {
    const points = stackFeatures(ids.map(() => Float64Array.of(1, 2)));
    expect(landmarksOf(ids, 30, points)).toEqual(landmarksOf(ids, 30));
  });

  it("are rising places, half of few materials", () => {
    const places = landmarksOf(ids);
    expect(places).toHaveLength(210);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });
});

describe("a kernel model through landmarks", () => {
  const samples = readSampleMaterials(60);
  const values = samples.map(({ targets }) => targets.get("cohesive_energy_per_atom") ?? Number.NaN);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const targets = Float64Array.from(values.slice(0, 50), (value) => value - mean);

  it.each(["composition", "shells", "cm"] as const)(
    "%s is the exact one where all are landmarks, and near it with half",
    (name) => {
      const vectors = samples.map(({ material }) => describeMaterial(name, material));
      const learn = (landmarks?: readonly number[]) =>
        fitKernelModelOnFeatures(name, vectors.slice(0, 50), targets, 1, undefined, landmarks);
      const [whole, same, half] = [
        learn(),
        learn([...targets.keys()]),
        learn(landmarksOf(samples.slice(0, 50).map(({ material }) => material.id))),
      ];
      expect([whole.sparse, same.sparse?.trainedOn, half.dual.length]).toEqual([undefined, 50, 25]);
      const errors = [0, 0];
      vectors.slice(50).forEach((vector, i) => {
        const [a, b, c] = [whole, same, half].map((model) => predictFeatures(model, vector));
        expect(b?.value).toBeCloseTo(a?.value ?? Number.NaN, 3);
        expect(b?.sigma).toBeCloseTo(a?.sigma ?? Number.NaN, 3);
        expect(c?.sigma).toBeGreaterThan(0);
        [a, c].forEach((one, k) => {
          errors[k] =
            (errors[k] as number) + Math.abs((one?.value ?? Number.NaN) + mean - (values[50 + i] as number)) / 10;
        });
      });
      expect(errors[1]).toBeLessThan(2 * (errors[0] as number));
    },
  );
});

describe("products of rows", () => {
  it("in WebAssembly are those of the definition, to the last digits", () => {
    const a = Float64Array.from({ length: 130 * 111 }, (_, i) => Math.sin(i));
    const b = Float64Array.from({ length: 97 * 111 }, (_, i) => Math.cos(3 * i));
    useFastAlgebra();
    const fast = rowProducts(a, b, 111);
    useRowProducts(undefined);
    const plain = rowProducts(a, b, 111);
    expect(plain).toEqual(plainRowProducts(a, b, 111));
    expect(fast).toHaveLength(130 * 97);
    for (const [i, value] of fast.entries()) expect(value).toBeCloseTo(plain[i] as number, 10);
    expect(plain[97 + 2]).toBeCloseTo(
      a.subarray(111, 222).reduce((sum, x, k) => sum + x * (b[2 * 111 + k] as number), 0),
      10,
    );
  });
});
