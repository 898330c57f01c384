import { describe, expect, it } from "vitest";
import type { Atoms } from "../../../src/core/descriptors/material.js";
import { describeSoap, type SoapVectors } from "../../../src/core/descriptors/soap.js";
import {
  gaussianExponents,
  gaussianOrthonormaliser,
  polynomialOrthonormaliser,
} from "../../../src/core/descriptors/soapBasis.js";
import { defaultSoapOptions, type SoapOptions, type SoapWeighting } from "../../../src/core/descriptors/soapOptions.js";
import type { Matrix3, Vector3 } from "../../../src/core/math/matrix3.js";
import { Random } from "../../../src/core/math/random.js";
import { randomRotation, rotateLattice } from "../../../src/core/math/rotation.js";
import { type NpyArray, readNpz, readReferenceJson, take } from "../reference.js";

interface Structures {
  readonly order: readonly string[];
  readonly structures: readonly {
    readonly lattice: Matrix3;
    readonly numbers: readonly number[];
    readonly frac: readonly number[][];
  }[];
}

interface Locations {
  readonly species_global: readonly number[];
  readonly sets: Record<
    string,
    {
      readonly locations:
        | Record<string, readonly [number, number]>
        | Record<string, Record<string, readonly [number, number]>>;
    }
  >;
}

const small: SoapOptions = { basis: "gto", rCut: 4, nMax: 4, lMax: 3, sigma: 0.4 };
const poly: SoapWeighting = { name: "poly", r0: 4, c: 1, m: 2 };
const pow: SoapWeighting = { name: "pow", r0: 2, c: 1, d: 1, m: 4, w0: 0.5 };

describe("SOAP against DScribe", () => {
  const structures = readReferenceJson<Structures>("structures.json");
  const locations = readReferenceJson<Locations>("soap_locations.json");
  const gto = readNpz("soap_gto.npz");
  const polynomial = readNpz("soap_poly.npz");
  const materials = structures.structures.map(({ lattice, numbers, frac }, m) => ({
    id: structures.order[m] ?? "",
    atoms: { lattice, atomicNumbers: numbers, fractional: Float64Array.from(frac.flat()) } satisfies Atoms,
  }));

  /** Largest difference over the largest feature; every block of ours against its slice of the reference. */
  function worst(set: string, arrays: ReadonlyMap<string, NpyArray>, options: SoapOptions, name = set): number {
    let error = 0;
    for (const { id, atoms } of materials) {
      const reference = arrays.get(`${name}.${id}`);
      if (reference === undefined) continue;
      const ours = describeSoap(atoms, options);
      const width = reference.shape.at(-1) ?? 0;
      const scale = Math.max(...[...reference.data].map(Math.abs));
      let covered = 0;
      ours.blocks.forEach((block, b) => {
        const [from, to] = sliceOf(set, id, block, width, ours);
        const start = ours.starts[b] ?? 0;
        expect(to - from).toBe((ours.starts[b + 1] ?? 0) - start);
        for (let row = 0; row < ours.weights.length; row++)
          for (let c = 0; c < to - from; c++) {
            const value = ours.values[row * (ours.starts.at(-1) ?? 0) + start + c] ?? Number.NaN;
            const expected = reference.data[row * width + from + c] ?? Number.NaN;
            error = Math.max(error, Number.isNaN(value - expected) ? Infinity : Math.abs(value - expected) / scale);
            if (expected !== 0) covered++;
          }
      });
      expect(covered).toBe(reference.data.filter((x) => x !== 0).length);
    }
    return error;
  }

  function sliceOf(
    set: string,
    id: string,
    block: number,
    width: number,
    ours: SoapVectors,
  ): readonly [number, number] {
    const all = locations.sets[set]?.locations ?? {};
    const own = (all.all ?? all[id] ?? {}) as Record<string, readonly [number, number]>;
    const first = Math.floor(block / 1000);
    const found = own[`${first}-${block % 1000 || first}`];
    return found ?? (ours.blocks.length === 1 ? [0, width] : [0, -1]);
  }

  it("Gaussian basis: 1e-9 of the largest feature, and 1e-11 of the exact basis", () => {
    expect(worst("A", gto, defaultSoapOptions)).toBeLessThan(1e-9);
    expect(worst("A", gto, defaultSoapOptions, "A_exact")).toBeLessThan(1e-11);
  });

  it("polynomial basis: 1e-9 of the exact basis, from which the reference itself is 2e-6 away", () => {
    const options: SoapOptions = { ...defaultSoapOptions, basis: "polynomial" };
    expect(worst("A", polynomial, options, "A_exact")).toBeLessThan(1e-9);
    expect(worst("A", polynomial, options)).toBeLessThan(5e-6);
  });

  it.each([
    ["B", {}, true],
    ["W", { weighting: poly }, true],
    ["W0", { weighting: pow }, false],
    ["MU1NU1", { compression: "mu1nu1" }, true],
    ["MU2", { compression: "mu2" }, false],
    ["INNER", { average: "inner" }, false],
    ["OUTER", { average: "outer" }, false],
  ] as const)("the set %s to 1e-10, in both bases where the reference has both", (set, more, both) => {
    expect(worst(set, gto, { ...small, ...more })).toBeLessThan(1e-10);
    if (both) expect(worst(set, polynomial, { ...small, basis: "polynomial", ...more })).toBeLessThan(1e-10);
  });

  it("orthonormalises in extended precision: a rounded double each", () => {
    const exact = take(gto, "basis.A.betas_exact").data;
    for (let l = 0; l <= 6; l++)
      gaussianOrthonormaliser(defaultSoapOptions, l).forEach((beta, at) => {
        // The exponents differ in their last place, which the condition of 5e8 magnifies.
        expect(Math.abs(beta / (exact[64 * l + at] ?? Number.NaN) - 1)).toBeLessThan(1e-7);
      });
    const alphas = take(gto, "basis.A.alphas.l0").data;
    gaussianExponents(defaultSoapOptions, 0).forEach((alpha, k) => {
      expect(Math.abs(alpha / (alphas[k] ?? Number.NaN) - 1)).toBeLessThan(1e-15);
    });
    const powers = take(polynomial, "basis.A.betas_exact").data;
    polynomialOrthonormaliser({ ...defaultSoapOptions, basis: "polynomial" }).forEach((beta, at) => {
      expect(Math.abs(beta / (powers[at] ?? Number.NaN) - 1)).toBeLessThan(1e-15);
    });
  });
});

describe("describeSoap", () => {
  const atoms: Atoms = {
    lattice: [
      [4.1, 0.2, -0.3],
      [0.5, 5.2, 0.1],
      [-0.7, 0.4, 4.6],
    ],
    atomicNumbers: [22, 8, 8, 3],
    fractional: Float64Array.of(0.02, 0.01, 0.03, 0.31, 0.3, 0.33, 0.71, 0.66, 0.6, 0.5, 0.02, 0.45),
  };
  const reference = describeSoap(atoms, small);

  it("does not depend on the crystal's orientation, origin and choice of cell", () => {
    const rotation = randomRotation(new Random(3));
    const turned: Atoms = {
      lattice: rotateLattice(rotation, [
        atoms.lattice[0],
        atoms.lattice[1].map((x, k) => x + (atoms.lattice[0][k] ?? 0)) as unknown as Vector3,
        atoms.lattice[2],
      ]),
      atomicNumbers: atoms.atomicNumbers,
      // f . A = f' . A' with a2' = a1 + a2: f1' = f1 - f2
      fractional: atoms.fractional.map(
        (f, at) => (at % 3 === 0 ? f - (atoms.fractional[at + 1] ?? 0) : f) + ([0.3, -1.2, 0.7][at % 3] ?? 0),
      ),
    };
    expectClose(describeSoap(turned, small).values, reference.values);
  });

  it("orders its rows as the atoms, whatever their order", () => {
    const order = [2, 0, 3, 1];
    const shuffled: Atoms = {
      lattice: atoms.lattice,
      atomicNumbers: order.map((i) => atoms.atomicNumbers[i] ?? 0),
      fractional: Float64Array.from(order.flatMap((i) => [...atoms.fractional.subarray(3 * i, 3 * i + 3)])),
    };
    const width = reference.starts.at(-1) ?? 0;
    const expected = order.flatMap((i) => [...reference.values.subarray(i * width, (i + 1) * width)]);
    expectClose(describeSoap(shuffled, small).values, Float64Array.from(expected));
  });

  it("gives each copy in a supercell the primitive cell's vector", () => {
    const doubled: Atoms = {
      lattice: [atoms.lattice[0], atoms.lattice[1], atoms.lattice[2].map((x) => 2 * x) as unknown as Vector3],
      atomicNumbers: [...atoms.atomicNumbers, ...atoms.atomicNumbers],
      fractional: Float64Array.from(
        [0, 1].flatMap((copy) => [...atoms.fractional].map((f, at) => (at % 3 === 2 ? (f + copy) / 2 : f))),
      ),
    };
    expectClose(describeSoap(doubled, small).values, Float64Array.of(...reference.values, ...reference.values));
  });

  it.each([
    [{ rCut: 0.5 }, "r_cut"],
    [{ sigma: 0 }, "sigma"],
    [{ nMax: 0 }, "n_max"],
    [{ lMax: 2.5 }, "l_max"],
  ])("refuses %o", (wrong, word) => {
    expect(() => describeSoap(atoms, { ...small, ...wrong })).toThrow(word);
  });
});

function expectClose(actual: Float64Array, expected: Float64Array): void {
  expect(actual).toHaveLength(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  expect(Math.max(...actual.map((value, at) => Math.abs(value - (expected[at] ?? Number.NaN)))) / scale).toBeLessThan(
    1e-12,
  );
}
