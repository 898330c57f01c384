import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Atoms } from "../../src/core/descriptors/material.js";
import { describeSoap } from "../../src/core/descriptors/soap.js";
import { plainSoapArithmetic } from "../../src/core/descriptors/soapArithmetic.js";
import { defaultSoapSettings, soapEnvironments } from "../../src/core/descriptors/soapKernel.js";
import type { SoapOptions } from "../../src/core/descriptors/soapOptions.js";
import { soapKernelMatrix } from "../../src/core/learning/kernelRidge/soapKernelMatrix.js";
import { Random } from "../../src/core/math/random.js";
import { SoapKernels } from "../../src/kernels/soap/soapKernels.js";

const module = new WebAssembly.Module(readFileSync(path.resolve(import.meta.dirname, "../../dist/kernels/soap.wasm")));

/** A crystal of up to three species without symmetry. */
function crystal(seed: number, atoms: number): Atoms {
  const random = new Random(seed);
  const edge = () => 3 + 3 * random.uniform();
  const skew = () => random.uniform() - 0.5;
  return {
    lattice: [
      [edge(), skew(), skew()],
      [skew(), edge(), skew()],
      [skew(), skew(), edge()],
    ],
    fractional: Float64Array.from({ length: 3 * atoms }, () => random.uniform()),
    atomicNumbers: Array.from({ length: atoms }, () => [8, 14, 22][Math.floor(3 * random.uniform())] ?? 8),
  };
}

function expectSame(one: Float64Array, other: Float64Array): void {
  expect(one.length).toBe(other.length);
  const largest = other.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(largest).toBeGreaterThan(0);
  expect(one.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (other[i] ?? Number.NaN))), 0)).toBeLessThan(
    1e-13 * largest,
  );
}

const options = fc.record({
  basis: fc.constantFrom("gto" as const, "polynomial" as const),
  rCut: fc.double({ min: 2, max: 4, noNaN: true }),
  nMax: fc.integer({ min: 1, max: 9 }),
  lMax: fc.integer({ min: 0, max: 7 }),
  sigma: fc.double({ min: 0.3, max: 1, noNaN: true }),
  compression: fc.constantFrom("off" as const, "mu1nu1" as const, "mu2" as const),
  average: fc.constantFrom("off" as const, "inner" as const, "outer" as const),
});

describe("SoapKernels", () => {
  const kernels = new SoapKernels(module);

  it("computes what the plain arithmetic computes, to 1e-13 of the largest, for any options", () => {
    fc.assert(
      fc.property(
        options,
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 5 }),
        (soap: SoapOptions, seed, atoms) => {
          const made = crystal(seed, atoms);
          expectSame(describeSoap(made, soap, kernels).values, describeSoap(made, soap, plainSoapArithmetic).values);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("counts atoms by their weights, and not those of weight 0", () => {
    const soap = {
      ...defaultSoapSettings,
      nMax: 3,
      lMax: 2,
      weighting: { name: "poly", r0: 3, c: 1, m: 2, w0: 0.5 },
    } as const;
    const made = crystal(5, 4);
    expectSame(describeSoap(made, soap, kernels).values, describeSoap(made, soap).values);
    expectSame(
      describeSoap(made, { ...soap, weighting: { ...soap.weighting, r0: 0.1 } }, kernels).values,
      describeSoap(made, { ...soap, weighting: { ...soap.weighting, r0: 0.1 } }).values,
    );
  });

  it.each(["average", "rematch"] as const)(
    "gives the same %s kernels, whichever species two materials share, and after its memory was released",
    (kernel) => {
      const settings = { ...defaultSoapSettings, kernel, nMax: 5, lMax: 3 };
      const materials = [1, 2, 3, 4, 5, 7].map((atoms) => crystal(atoms, atoms));
      const plain = materials.map((atoms) => soapEnvironments(atoms, settings));
      const matrix = soapKernelMatrix(plain, plain, settings);
      for (const between of [() => {}, () => kernels.release()]) {
        between();
        const environments = materials.map((atoms) => soapEnvironments(atoms, settings, kernels));
        expectSame(soapKernelMatrix(environments, environments, settings, kernels), matrix);
        expectSame(
          soapKernelMatrix(environments.slice(0, 2), environments.slice(2), settings, kernels),
          soapKernelMatrix(plain.slice(0, 2), plain.slice(2), settings),
        );
      }
    },
  );

  it("gives the same bits whatever was computed before", () => {
    const settings = { ...defaultSoapSettings, nMax: 4, lMax: 3 };
    const [a, b] = [
      soapEnvironments(crystal(8, 5), settings, kernels),
      soapEnvironments(crystal(9, 4), settings, kernels),
    ];
    const fresh = new SoapKernels(module);
    const one = soapKernelMatrix([a], [b], settings, kernels);
    expectSame(soapKernelMatrix([b], [a], settings, kernels), one);
    expect(soapKernelMatrix([a], [b], settings, fresh)).toEqual(one);
  });
});
