// What the descriptor must not depend on, on real densities: origin, order of atoms, choice of cell.
import { describe, expect, it } from "vitest";
import { reciprocalLattice, volume } from "../../../src/core/crystal/lattice.js";
import { defaultVoxelOptions, encodeVoxels } from "../../../src/core/descriptors/r3dvs.js";
import type { Spectrum } from "../../../src/core/descriptors/spectrum.js";
import { type Matrix3, multiply, norm, rowTimes, type Vector3 } from "../../../src/core/math/matrix3.js";
import { type Density, readDensity, sampleFolder, spectrumOf } from "./density.js";

const cutoff = Math.PI / 0.4;

/** The density at grid point `at(i, j, k)` of another grid of `grid` points. */
function resample(
  density: Density,
  lattice: Matrix3,
  grid: Density["grid"],
  at: (i: number, j: number, k: number) => Vector3,
): Density {
  const values = new Float64Array(grid[0] * grid[1] * grid[2]);
  const [m1, m2, m3] = density.grid;
  const wrap = (index: number, size: number) => ((index % size) + size) % size;
  let n = 0;
  for (let k = 0; k < grid[2]; k++)
    for (let j = 0; j < grid[1]; j++)
      for (let i = 0; i < grid[0]; i++) {
        const [x, y, z] = at(i, j, k);
        values[n++] = density.values[(wrap(z, m3) * m2 + wrap(y, m2)) * m1 + wrap(x, m1)] ?? Number.NaN;
      }
  return { lattice, grid, values };
}

/** (|g| vector, |s_g|) of both halves, those above `smallest` only, in an order that depends on g alone. */
function coefficients(spectrum: Spectrum, smallest = 0): number[][] {
  const reciprocal = reciprocalLattice(spectrum.lattice);
  const list: number[][] = [];
  spectrum.amplitude.forEach((s, i) => {
    const g = rowTimes([...spectrum.hkl.subarray(3 * i, 3 * i + 3)] as unknown as Vector3, reciprocal);
    if (s > smallest) for (const sign of i === 0 ? [1] : [1, -1]) list.push([sign * g[0], sign * g[1], sign * g[2], s]);
  });
  const key = (row: number[]) => row.slice(0, 3).map((x) => Math.round(x * 1e6));
  return list.sort((a, b) => {
    const [p, q] = [key(a), key(b)];
    return (p[0] ?? 0) - (q[0] ?? 0) || (p[1] ?? 0) - (q[1] ?? 0) || (p[2] ?? 0) - (q[2] ?? 0);
  });
}

function expectSame(a: number[][], b: number[][], tolerance: number): void {
  expect(a.length).toBe(b.length);
  a.forEach((row, i) => {
    row.forEach((x, j) => {
      expect(Math.abs(x - (b[i]?.[j] ?? Number.NaN))).toBeLessThan(tolerance);
    });
  });
}

describe.each(["mp-1778", "mp-11540", "mp-714944"])("the spectrum of %s", (id) => {
  const density = readDensity(sampleFolder, id);
  const spectrum = spectrumOf(density, cutoff);
  const [m1, m2, m3] = density.grid;

  it("keeps its amplitudes when the origin moves", () => {
    const shifted = resample(density, density.lattice, density.grid, (i, j, k) => [i + 5, j - 3, k + 7]);
    const moved = spectrumOf(shifted, cutoff);
    expectSame(coefficients(moved), coefficients(spectrum), 1e-10);
    expect(encodeVoxels(moved, defaultVoxelOptions).map((s) => Math.round(s * 1e6))).toEqual(
      encodeVoxels(spectrum, defaultVoxelOptions).map((s) => Math.round(s * 1e6)),
    );
  });

  it("is that of a supercell, whose further waves are empty", () => {
    const lattice: Matrix3 = multiply(
      [
        [2, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      density.lattice,
    );
    const supercell = spectrumOf(
      resample(density, lattice, [2 * m1, m2, m3], (i, j, k) => [i, j, k]),
      cutoff,
    );
    expect(supercell.amplitude.length).toBeGreaterThan(1.5 * spectrum.amplitude.length);
    expectSame(coefficients(supercell, 1e-13), coefficients(spectrum, 1e-13), 1e-10);
    expect(largest(encodeVoxels(supercell, trilinear), encodeVoxels(spectrum, trilinear))).toBeLessThan(1e-6);
  });

  it.skipIf(m1 !== m2)("is that of another primitive cell", () => {
    // a1' = a1 + a2: on the same grid of points, since both axes have as many.
    const lattice: Matrix3 = multiply(
      [
        [1, 1, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      density.lattice,
    );
    const other = spectrumOf(
      resample(density, lattice, density.grid, (i, j, k) => [i, i + j, k]),
      cutoff,
    );
    expectSame(coefficients(other, 1e-13), coefficients(spectrum, 1e-13), 1e-10);
  });

  it("turns a permutation of the axes into the same permutation of g", () => {
    const [a1, a2, a3] = density.lattice;
    const permuted = spectrumOf(
      resample(density, [a3, a1, a2], [m3, m1, m2], (i, j, k) => [j, k, i]),
      cutoff,
    );
    expectSame(coefficients(permuted), coefficients(spectrum), 1e-10);
  });

  it("begins with the electrons per volume", () => {
    const mean = density.values.reduce((sum, value) => sum + value, 0) / density.values.length;
    const electrons = mean * volume(density.lattice);
    expect(Math.abs((spectrum.amplitude[0] ?? Number.NaN) * volume(density.lattice) - electrons)).toBeLessThan(1e-10);
    expect(Math.abs(electrons - Math.round(electrons))).toBeLessThan(1e-4);
    expect([...spectrum.hkl.subarray(0, 3)]).toEqual([0, 0, 0]);
  });

  it("holds most of the field's mean square below the cutoff, never more than all of it (Parseval)", () => {
    const reciprocal = reciprocalLattice(density.lattice);
    const total = 2 * spectrum.amplitude.reduce((sum, s) => sum + s * s, 0) - (spectrum.amplitude[0] ?? 0) ** 2;
    const meanSquare = density.values.reduce((sum, value) => sum + value * value, 0) / density.values.length;
    expect(total / meanSquare).toBeLessThanOrEqual(1);
    expect(total / meanSquare).toBeGreaterThan(0.9);
    const longest = Math.max(...coefficients(spectrum).map(([x = 0, y = 0, z = 0]) => Math.hypot(x, y, z)));
    expect(longest).toBeLessThanOrEqual(cutoff * (1 + 1e-9));
    expect(longest).toBeGreaterThan(cutoff - 2 * Math.max(...reciprocal.map((b) => norm(b))));
  });
});

const trilinear = { ...defaultVoxelOptions, assignment: "trilinear" } as const;

function largest(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);
}
