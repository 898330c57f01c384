import { describe, expect, it } from "vitest";
import {
  DENSITY_BINS,
  differenceMetric,
  FUNCTIONAL_COUNT,
  FUNCTIONAL_MEANS,
  functionalsOfSums,
} from "../../src/core/descriptors/functionals.js";
import type { Matrix3 } from "../../src/core/math/matrix3.js";
import { Random } from "../../src/core/math/random.js";
import { type BlockPart, VolumetricKernel } from "../../src/kernels/volumetric/volumetric.js";
import { nameOf, volumetricCodes, wasmCode } from "./volumetricCodes.js";

type Triple = readonly [number, number, number];

const LATTICE: Matrix3 = [
  [3.1, 0.2, 0],
  [-0.9, 2.7, 0.4],
  [0.3, 0.5, 4.2],
];
const START = { offset: 0, line: 1, lineStart: 0 };
const WAVES = { most: [0, 0, 0] } as const;

/** A smooth periodic density in fractional coordinates: waves of |h| <= 3 over a mean that keeps it positive. */
function smoothDensity(seed: number): (x: number, y: number, z: number) => number {
  const random = new Random(seed);
  const waves = Array.from({ length: 9 }, () => {
    const [h, k, l] = [0, 1, 2].map(() => Math.round(4 * random.uniform() - 2)) as [number, number, number];
    return { h, k, l, size: 0.35 * random.uniform(), phase: random.uniform() };
  });
  return (x, y, z) =>
    0.4 *
    Math.exp(
      waves.reduce(
        (sum, { h, k, l, size, phase }) => sum + size * Math.cos(2 * Math.PI * (h * x + k * y + l * z + phase)),
        0,
      ),
    );
}

function sample([nx, ny, nz]: Triple, density: (x: number, y: number, z: number) => number): Float64Array {
  const values = new Float64Array(nx * ny * nz);
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++) values[i++] = density(x / nx, y / ny, z / nz);
  return values;
}

function read(
  grid: Triple,
  values: Float64Array,
  lattice = LATTICE,
  { code } = wasmCode,
  reversed = false,
): Float64Array {
  const kernel = new VolumetricKernel(code);
  const stored: Triple = reversed ? [grid[2], grid[1], grid[0]] : grid;
  kernel.startBlock(stored, undefined, START, undefined, {
    scale: 1,
    metric: differenceMetric(lattice, grid, reversed),
  });
  expect(kernel.feedValues(values)).toBe("complete");
  return functionalsOfSums(kernel.functionals() ?? new Float64Array(0), values.length);
}

/** Worst differences: of the means relative, of the histograms' shares absolute. */
function difference(a: Float64Array, b: Float64Array) {
  const worst = (from: number, to: number, of: (x: number, y: number) => number) =>
    Math.max(...[...a.subarray(from, to)].map((x, i) => of(x, b[from + i] as number)));
  return {
    means: worst(0, FUNCTIONAL_MEANS, (x, y) => Math.abs(x / y - 1)),
    histograms: worst(FUNCTIONAL_MEANS, FUNCTIONAL_COUNT, (x, y) => Math.abs(x - y)),
  };
}

/** Straight from the definitions, with the gradient of the formula itself. */
function plainMeans(grid: Triple, density: (x: number, y: number, z: number) => number): number[] {
  const metric = differenceMetric(LATTICE, [1, 1, 1]);
  const sums = new Array<number>(FUNCTIONAL_MEANS).fill(0);
  const [nx, ny, nz] = grid;
  const h = 1e-4;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++) {
        const [x, y, z] = [i / nx, j / ny, k / nz];
        const r = density(x, y, z);
        const dx = (density(x + h, y, z) - density(x - h, y, z)) / (2 * h);
        const dy = (density(x, y + h, z) - density(x, y - h, z)) / (2 * h);
        const dz = (density(x, y, z + h) - density(x, y, z - h)) / (2 * h);
        const [xx, yy, zz, xy, xz, yz] = metric;
        const g2 = xx * dx * dx + yy * dy * dy + zz * dz * dz + 2 * (xy * dx * dy + xz * dx * dz + yz * dy * dz);
        const reduced = g2 / r ** (8 / 3);
        const terms = [
          r ** (5 / 3),
          r ** (4 / 3),
          g2 / r,
          (r ** (4 / 3) * reduced) / (1 + 0.1 * reduced),
          r ** 1.5,
          r * r,
          Math.cbrt(r),
          -r * Math.log(r),
          Math.sqrt(g2),
        ];
        for (const [m, term] of terms.entries()) sums[m] = (sums[m] as number) + term / (nx * ny * nz);
      }
  return sums;
}

describe("functionals of a density", () => {
  const density = smoothDensity(1);

  it("are what their definitions say", () => {
    const grid: Triple = [36, 30, 40];
    const found = read(grid, sample(grid, density));
    const expected = plainMeans(grid, density);
    for (const [m, value] of expected.entries()) expect(found[m], `${m}`).toBeCloseTo(value, 5);
  });

  it("of a uniform density stand in one place", () => {
    const found = read([7, 5, 9], new Float64Array(7 * 5 * 9).fill(0.5));
    expect(found[0]).toBeCloseTo(0.5 ** (5 / 3), 12);
    expect(found[7]).toBeCloseTo(-0.5 * Math.log(0.5), 12);
    expect([found[2], found[3], found[8]]).toEqual([0, 0, 0]);
    const shares = found.subarray(FUNCTIONAL_MEANS, FUNCTIONAL_MEANS + DENSITY_BINS);
    const place = (Math.log(0.5 / 1e-3) / Math.log(3e4)) * DENSITY_BINS - 0.5;
    expect(shares.reduce((sum, share, bin) => sum + share * bin, 0)).toBeCloseTo(place, 9);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it("count values below the floor as the floor", () => {
    const found = read([4, 4, 4], new Float64Array(64).fill(-1));
    expect(found[1]).toBeCloseTo(1e-4 ** (4 / 3), 15);
    expect(found[FUNCTIONAL_MEANS]).toBeCloseTo(5 / 6, 9);
  });

  it("agree on two grids", () => {
    const [coarse, fine] = [[24, 24, 30] as const, [40, 36, 48] as const].map((grid) =>
      read(grid, sample(grid, density)),
    );
    const { means, histograms } = difference(coarse as Float64Array, fine as Float64Array);
    expect(means).toBeLessThan(1e-3);
    expect(histograms).toBeLessThan(2e-3);
  });

  it("are those of the supercell and of a shifted origin", () => {
    const grid: Triple = [24, 20, 18];
    const one = read(grid, sample(grid, density));
    const twice = read(
      [48, 20, 18],
      sample([48, 20, 18], (x, y, z) => density(2 * x, y, z)),
      [[6.2, 0.4, 0], LATTICE[1], LATTICE[2]],
    );
    const shifted = read(
      grid,
      sample(grid, (x, y, z) => density(x + 5 / 24, y + 3 / 20, z - 7 / 18)),
    );
    for (const other of [twice, shifted]) {
      const { means, histograms } = difference(one, other);
      expect(means).toBeLessThan(1e-10);
      expect(histograms).toBeLessThan(1e-10);
    }
  });

  it("are those of values with the third axis fastest", () => {
    const grid: Triple = [20, 16, 26];
    const straight = read(grid, sample(grid, density));
    const turned = read(
      grid,
      sample([26, 16, 20], (x, y, z) => density(z, y, x)),
      LATTICE,
      wasmCode,
      true,
    );
    expect(difference(straight, turned).means).toBeLessThan(1e-10);
    expect(difference(straight, turned).histograms).toBeLessThan(1e-10);
  });
});

describe.each(volumetricCodes.map((each) => [nameOf(each), each] as const))("read by %s", (_, { code }) => {
  it.each([
    [17, 9, 64],
    [16, 16, 33],
    [5, 30, 47],
    [33, 4, 8],
    [1, 1, 40],
  ] as Triple[])("give the same bits in one go, in two halves, and as WebAssembly: %i x %i x %i", (...grid) => {
    const values = sample(grid, smoothDensity(2)).map((value) => 30 * value - 3);
    const functionals = { scale: 1 / 30, metric: differenceMetric(LATTICE, grid) };
    const readPart = (from: number, to: number, part?: BlockPart, by = code) => {
      const kernel = new VolumetricKernel(by);
      kernel.startBlock(grid, WAVES, START, part, functionals);
      expect(kernel.feedValues(values.subarray(from, to))).toBe("complete");
      return kernel;
    };
    const whole = readPart(0, values.length).functionals();
    expect(readPart(0, values.length, undefined, wasmCode.code).functionals()).toEqual(whole);
    const kernel = new VolumetricKernel(code);
    const planes = kernel.firstPartPlanes(grid[2]);
    if (planes === grid[2]) return;
    const middle = grid[0] * grid[1] * planes;
    const halves = [readPart(0, middle, "first"), readPart(middle, values.length, "second")].map((half) =>
      half.partResult(),
    );
    kernel.startBlock(grid, WAVES, START, undefined, functionals);
    kernel.adoptParts(...(halves as [(typeof halves)[0], (typeof halves)[0]]));
    expect(kernel.functionals()).toEqual(whole);
  });
});
