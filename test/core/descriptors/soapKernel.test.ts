import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Atoms } from "../../../src/core/descriptors/material.js";
import { describeSoap } from "../../../src/core/descriptors/soap.js";
import {
  defaultSoapKernelOptions,
  globalSimilarity,
  localSimilarities,
  prepareSoap,
  rematch,
  type SoapKernelOptions,
  soapKernel,
} from "../../../src/core/descriptors/soapKernel.js";
import { defaultSoapOptions, type SoapOptions } from "../../../src/core/descriptors/soapOptions.js";
import type { Matrix3, Vector3 } from "../../../src/core/math/matrix3.js";
import { Random } from "../../../src/core/math/random.js";
import { randomRotation, rotateLattice } from "../../../src/core/math/rotation.js";
import { readNpz, readReferenceJson, take } from "../reference.js";

interface Structures {
  readonly structures: readonly {
    readonly lattice: Matrix3;
    readonly numbers: readonly number[];
    readonly frac: readonly number[][];
  }[];
}

const small: SoapOptions = { basis: "gto", rCut: 4, nMax: 4, lMax: 3, sigma: 0.4 };

describe("SOAP kernels against DScribe", () => {
  const arrays = readNpz("soap_kernels.npz");
  const materials: Atoms[] = readReferenceJson<Structures>("structures.json").structures.map(
    ({ lattice, numbers, frac }) => ({
      lattice,
      atomicNumbers: numbers,
      fractional: Float64Array.from(frac.flat()),
    }),
  );
  const vectors = materials.map((atoms) => describeSoap(atoms, small));

  /** Largest difference from the reference over all 144 pairs. */
  function worst(name: string, value: (i: number, j: number) => number): number {
    const { data } = take(arrays, name);
    expect(data).toHaveLength(144);
    return Math.max(...[...data].map((expected, at) => Math.abs(value(Math.floor(at / 12), at % 12) - expected)));
  }

  const unitRows = (m: number) => {
    const one = vectors[m] as (typeof vectors)[number];
    const width = one.starts.at(-1) ?? 0;
    const norms = Array.from(one.weights, (_, row) =>
      Math.hypot(...one.values.subarray(row * width, (row + 1) * width)),
    );
    return { ...one, values: one.values.map((x, at) => x / (norms[Math.floor(at / width)] ?? Number.NaN)) };
  };

  it.each([
    ["average.linear", { kernel: "average", zeta: 1, alpha: 1 }, 1e-12],
    ["average.zeta2", { kernel: "average", zeta: 2, alpha: 1 }, 1e-12],
    ["rematch.linear.alpha0.1.converged", { kernel: "rematch", zeta: 1, alpha: 0.1 }, 1e-10],
    ["rematch.zeta2.alpha0.1.converged", { kernel: "rematch", zeta: 2, alpha: 0.1 }, 1e-10],
    ["rematch.linear.alpha1.0.converged", { kernel: "rematch", zeta: 1, alpha: 1 }, 1e-10],
    ["rematch.zeta2.alpha1.0.converged", { kernel: "rematch", zeta: 2, alpha: 1 }, 1e-10],
  ] as const)("%s, centres alike by symmetry merged", (name, options, tolerance) => {
    const prepared = vectors.map((one) => prepareSoap(one, options));
    const rows = prepared.reduce((sum, { weights }) => sum + weights.length, 0);
    expect(rows).toBeLessThan(materials.reduce((sum, { atomicNumbers }) => sum + atomicNumbers.length, 0));
    expect(worst(name, (i, j) => soapKernel(prepared[i] as never, prepared[j] as never, options))).toBeLessThan(
      tolerance,
    );
  });

  it("vectors that are not normalised", () => {
    const linear: SoapKernelOptions = { kernel: "average", zeta: 1, alpha: 1 };
    const similarity = (i: number, j: number) => globalSimilarity(vectors[i] as never, vectors[j] as never, linear);
    const error = worst(
      "average.linear.rawvectors",
      (i, j) => similarity(i, j) / Math.sqrt(similarity(i, i) * similarity(j, j)),
    );
    expect(error).toBeLessThan(1e-12);
  });

  it("one local matrix and its matches", () => {
    const local = take(arrays, "example.local");
    const data = Float64Array.from(local.data);
    const [rows = 0, columns = 0] = local.shape;
    const similarities = localSimilarities(unitRows(4), unitRows(9));
    expect(Math.max(...similarities.map((c, at) => Math.abs(c - (data[at] ?? Number.NaN))))).toBeLessThan(1e-12);
    for (const alpha of [0.1, 1]) {
      const [value = Number.NaN] = take(arrays, `example.rematch.alpha${alpha === 1 ? "1.0" : alpha}`).data;
      const matched = rematch(data, new Float64Array(rows).fill(1), new Float64Array(columns).fill(1), alpha);
      expect(Math.abs(matched - value)).toBeLessThan(1e-12);
    }
  });

  it("stops where the published rule stops", () => {
    const matched = (i: number, j: number) => {
      const [a, b] = [unitRows(Math.min(i, j)), unitRows(Math.max(i, j))]; // unfinished, it is not quite symmetric
      return rematch(localSimilarities(a, b), a.weights, b.weights, 0.1, 1e-6);
    };
    const error = worst(
      "rematch.linear.alpha0.1.default",
      (i, j) => matched(i, j) / Math.sqrt(matched(i, i) * matched(j, j)),
    );
    expect(error).toBeLessThan(1e-12);
  });
});

describe("soapKernel", () => {
  const salt = (edge: number, copies = 1): Atoms => ({
    lattice: [
      [edge * copies, 0, 0],
      [0, edge, 0],
      [0, 0, edge],
    ],
    atomicNumbers: Array.from({ length: 2 * copies }, (_, i) => (i % 2 === 0 ? 11 : 17)),
    fractional: Float64Array.from(
      Array.from({ length: copies }, (_, i) => [i / copies, 0, 0, (i + 0.5) / copies, 0.5, 0.5]).flat(),
    ),
  });
  const other: Atoms = { ...salt(3.9), atomicNumbers: [12, 8] };
  const environments = (atoms: Atoms, options = defaultSoapKernelOptions) =>
    prepareSoap(describeSoap(atoms, defaultSoapOptions), options);

  it.each(["average", "rematch"] as const)("%s: a supercell is the same material", (kernel) => {
    const options = { ...defaultSoapKernelOptions, kernel };
    const [one, three] = [environments(salt(3.4), options), environments(salt(3.4, 3), options)];
    expect(three.weights).toEqual(Float64Array.of(3, 3));
    expect(soapKernel(one, three, options)).toBeCloseTo(1, 10);
    expect(soapKernel(one, environments(salt(3.6), options), options)).toBeLessThan(0.9999);
  });

  it.each(["average", "rematch"] as const)(
    "%s: any crystal turned, moved, reordered and doubled is itself",
    (kernel) => {
      const options = { ...defaultSoapKernelOptions, kernel };
      const describeAll = (atoms: Atoms) => prepareSoap(describeSoap(atoms, small), options);
      const other = describeAll({ ...salt(3.7), atomicNumbers: [8, 12] });
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 0, max: 2 }), (seed, axis) => {
          const atoms = randomCrystal(new Random(seed));
          const [before, after] = [describeAll(atoms), describeAll(disguised(atoms, axis, new Random(seed + 1)))];
          expect(soapKernel(before, { ...after }, options)).toBeCloseTo(1, 9);
          expect(soapKernel(after, other, options)).toBeCloseTo(soapKernel(before, other, options), 9);
        }),
        { numRuns: 25 },
      );
    },
  );

  it("takes any positive power of similarities, also of those below 0", () => {
    const row = (...values: number[]) => ({
      blocks: [8008],
      starts: [0, 2],
      weights: Float64Array.of(1),
      values: Float64Array.from(values),
    });
    const similarity = (zeta: number) =>
      globalSimilarity(row(1, 0), row(-0.5, 1), { kernel: "average", zeta, alpha: 1 });
    expect([1, 2, 3, 1.5].map(similarity)).toEqual([-0.5, 0.25, -0.125, 0]);
  });

  it("is 0 for materials that share no species and 1 with itself", () => {
    expect(soapKernel(environments(salt(3.4)), environments(other), defaultSoapKernelOptions)).toBe(0);
    const one = environments(salt(3.4));
    expect(soapKernel(one, { ...one }, defaultSoapKernelOptions)).toBeCloseTo(1, 14);
  });
});

/** One to four atoms of three elements, nowhere nearer than the cell's edges allow. */
function randomCrystal(random: Random): Atoms {
  const n = 1 + random.integer(4);
  const edge = () => 3.5 + 1.5 * random.uniform();
  const skew = () => 1.2 * (random.uniform() - 0.5);
  return {
    lattice: [
      [edge(), skew(), skew()],
      [skew(), edge(), skew()],
      [skew(), skew(), edge()],
    ],
    atomicNumbers: Array.from({ length: n }, () => [8, 12, 22][random.integer(3)] ?? 8),
    fractional: Float64Array.from({ length: 3 * n }, () => random.uniform()),
  };
}

/** The same crystal: doubled along one axis, shuffled, shifted and rotated. */
function disguised({ lattice, atomicNumbers, fractional }: Atoms, axis: number, random: Random): Atoms {
  const shift = [random.uniform(), random.uniform(), random.uniform()];
  const sites = [0, 1].flatMap((copy) =>
    atomicNumbers.map((z, i) => {
      const f = shift.map((s, k) => (fractional[3 * i + k] ?? 0) + s);
      return { z, f: f.map((x, k) => (k === axis ? (x + copy) / 2 : x)) };
    }),
  );
  const shuffled = random.shuffle(sites);
  const doubled = lattice.map((row, k) => (k === axis ? row.map((x) => 2 * x) : row)) as unknown as readonly [
    Vector3,
    Vector3,
    Vector3,
  ];
  return {
    lattice: rotateLattice(randomRotation(random), doubled),
    atomicNumbers: shuffled.map(({ z }) => z),
    fractional: Float64Array.from(shuffled.flatMap(({ f }) => f)),
  };
}
