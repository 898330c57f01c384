import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reciprocalLattice, volume } from "../../../src/core/crystal/lattice.js";
import { defaultVoxelOptions, encodeVoxels, sparseVoxels, voxelsPerSide } from "../../../src/core/descriptors/r3dvs.js";
import type { Channel } from "../../../src/core/descriptors/sparseVoxels.js";
import type { Spectrum } from "../../../src/core/descriptors/spectrum.js";
import { IDENTITY, type Matrix3, norm, rowTimes, timesColumn } from "../../../src/core/math/matrix3.js";
import { Random } from "../../../src/core/math/random.js";
import { randomRotation, rotateLattice, rotationAboutAxis } from "../../../src/core/math/rotation.js";
import { hasWholeReference, readNpz, readReferenceJson, take } from "../reference.js";
import { oxidesFolder, readDensity, sampleFolder, spectrumOf } from "./density.js";

const cutoff = Math.PI / 0.4;
const trilinear = { ...defaultVoxelOptions, assignment: "trilinear" } as const;
const BEO = readDensity(sampleFolder, "mp-1778");
const beo = spectrumOf(BEO, cutoff);

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs((a[i] ?? Number.NaN) - (b[i] ?? Number.NaN)));
  return largest;
}

/** A spectrum of random amplitudes on a random lattice. */
function randomSpectrum(seed: number): Spectrum {
  const random = new Random(seed);
  const edge = () => 3 + 2 * random.uniform();
  const tilt = () => random.uniform() - 0.5;
  const lattice: Matrix3 = [
    [edge(), tilt(), tilt()],
    [tilt(), edge(), tilt()],
    [tilt(), tilt(), edge()],
  ];
  const reciprocal = reciprocalLattice(lattice);
  const hkl: number[] = [];
  for (let l = 0; l <= 9; l++)
    for (let k = l === 0 ? 0 : -9; k <= 9; k++)
      for (let h = l === 0 && k === 0 ? 0 : -9; h <= 9; h++)
        if (norm(rowTimes([h, k, l], reciprocal)) <= cutoff) hkl.push(h, k, l);
  const amplitude = Float64Array.from({ length: hkl.length / 3 }, () => random.uniform());
  return { lattice, cutoff, hkl: Int32Array.from(hkl), amplitude, unit: "e/Å³" };
}

/** The definition once more, without any cleverness: every g, one map. */
function voxelsByDefinition(
  spectrum: Spectrum,
  rotation: Matrix3,
  value: (amplitude: number, g: number) => number,
): Map<number, number> {
  const reciprocal = reciprocalLattice(spectrum.lattice);
  const step = (2 * Math.PI) / 12.8;
  const voxels = new Map<number, number>();
  spectrum.amplitude.forEach((amplitude, i) => {
    const miller = [...spectrum.hkl.subarray(3 * i, 3 * i + 3)] as [number, number, number];
    for (const sign of i === 0 ? [1] : [1, -1]) {
      const g = timesColumn(rotation, rowTimes(miller, reciprocal)).map((x) => sign * x);
      const [x = 0, y = 0, z = 0] = g.map((component) => Math.floor(component / step + 0.5 + 1e-9) + 16);
      if (Math.min(x, y, z) < 0 || Math.max(x, y, z) > 31) continue;
      const voxel = (z * 32 + y) * 32 + x;
      voxels.set(voxel, (voxels.get(voxel) ?? 0) + value(amplitude, Math.hypot(...g)));
    }
  });
  return voxels;
}

describe("voxels against the reference", () => {
  const arrays = readNpz("r3dvs.npz");
  const ids = readReferenceJson<{ materials: readonly { readonly id: string }[] }>("r3dvs.json").materials.map(
    ({ id }) => id,
  );

  it.skipIf(!hasWholeReference).each(["nearest", "trilinear"] as const)("agrees on twelve oxides, %s", (assignment) => {
    const expected = take(arrays, assignment).data;
    expect(ids).toHaveLength(12);
    ids.forEach((id, material) => {
      const spectrum = spectrumOf(readDensity(oxidesFolder, id), cutoff);
      const voxels = encodeVoxels(spectrum, { ...defaultVoxelOptions, assignment });
      expect(largestDifference(voxels, expected.subarray(material * 32 ** 3, (material + 1) * 32 ** 3))).toBeLessThan(
        5e-8,
      );
    });
  });

  it.each(["tie", "sphere", "nyquist"])("agrees on the edge case %s", (name) => {
    const rows = take(arrays, `edge.${name}.lattice`).data;
    const lattice = [rows.slice(0, 3), rows.slice(3, 6), rows.slice(6, 9)].map((row) => [...row]) as unknown as Matrix3;
    const { shape, data } = take(arrays, `edge.${name}.values`);
    const [m3 = 0, m2 = 0, m1 = 0] = shape;
    const values = Float64Array.from(data, (value) => value / volume(lattice));
    const spectrum = spectrumOf({ lattice, grid: [m1, m2, m3], values }, cutoff);
    for (const assignment of ["nearest", "trilinear"] as const) {
      const expected = take(arrays, `edge.${name}.${assignment}`).data;
      const voxels = encodeVoxels(spectrum, { ...defaultVoxelOptions, assignment });
      expect(largestDifference(voxels, Float32Array.from(expected))).toBeLessThan(5e-8);
    }
  });
});

describe("encodeVoxels", () => {
  it("puts g = 0, N_electrons/V, into voxel (16, 16, 16)", () => {
    const voxels = encodeVoxels(beo, defaultVoxelOptions);
    expect(voxels).toHaveLength(32 ** 3);
    expect(voxels[(16 * 32 + 16) * 32 + 16]).toBeCloseTo(8 / volume(BEO.lattice), 6);
  });

  it("keeps the sum of the amplitudes of both halves, but for what falls outside the box", () => {
    const sum = 2 * beo.amplitude.reduce((total, s) => total + s, 0) - (beo.amplitude[0] ?? 0);
    for (const options of [defaultVoxelOptions, trilinear])
      expect(encodeVoxels(beo, options).reduce((total, s) => total + s, 0)).toBeCloseTo(sum, 5);
  });

  it("takes from a larger spectrum the sphere it needs, and refuses a smaller one", () => {
    const larger = spectrumOf(BEO, cutoff * 1.1);
    expect(larger.amplitude.length).toBeGreaterThan(beo.amplitude.length);
    expect(largestDifference(encodeVoxels(larger, defaultVoxelOptions), encodeVoxels(beo, defaultVoxelOptions))).toBe(
      0,
    );
    expect(() => encodeVoxels(beo, { spacing: 0.2, length: 12.8, assignment: "nearest" })).toThrow(RangeError);
  });

  it("turning the crystal is turning its lattice", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const spectrum = randomSpectrum(seed);
        const rotation = randomRotation(new Random(seed));
        const turned = { ...spectrum, lattice: rotateLattice(rotation, spectrum.lattice) };
        expect(
          largestDifference(encodeVoxels(spectrum, trilinear, rotation), encodeVoxels(turned, trilinear)),
        ).toBeLessThan(1e-6);
      }),
      { numRuns: 20 },
    );
  });

  it("is the same after a symmetry of the crystal: BeO's threefold axis", () => {
    // Trilinear voxels are continuous in g, so that the roundoff of the rotation cannot move a coefficient to another
    // voxel.
    const threefold = rotationAboutAxis([1, 1, 1], (2 * Math.PI) / 3);
    const voxels = encodeVoxels(beo, trilinear);
    expect(largestDifference(encodeVoxels(beo, trilinear, threefold), voxels)).toBeLessThan(2e-7);
    const other = rotationAboutAxis([1, 1, 1], Math.PI / 3);
    expect(largestDifference(encodeVoxels(beo, trilinear, other), voxels)).toBeGreaterThan(1e-3);
  });

  it("holds Friedel's law: voxel n and voxel -n are equal where no coefficient lies on a tie", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const spectrum = randomSpectrum(seed);
        const rotation = randomRotation(new Random(seed + 1));
        for (const options of [defaultVoxelOptions, trilinear]) {
          const voxels = encodeVoxels(spectrum, options, rotation);
          for (let z = 1; z < 32; z++)
            for (let y = 1; y < 32; y++)
              for (let x = 1; x < 32; x++) {
                const here = voxels[(z * 32 + y) * 32 + x] ?? Number.NaN;
                const there = voxels[((32 - z) * 32 + 32 - y) * 32 + 32 - x] ?? Number.NaN;
                if (Math.abs(here - there) > 1e-6 * Math.max(here, 1))
                  throw new Error(`voxel ${x} ${y} ${z}: ${here} and ${there}`);
              }
        }
      }),
      { numRuns: 10 },
    );
  });
});

describe("sparseVoxels", () => {
  const values: Record<Exclude<Channel, "magnetization">, (amplitude: number, g: number) => number> = {
    amplitude: (s) => s,
    power: (s) => s * s,
    coulomb: (s, g) => (g > 0 ? (s * s) / (g * g) : 0),
  };

  it("sums each channel over the coefficients of a voxel, at any rotation, in ascending order", () => {
    const channels = ["amplitude", "power", "coulomb"] as const;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const spectrum = randomSpectrum(seed);
        const rotation = randomRotation(new Random(seed));
        const sparse = sparseVoxels(spectrum, defaultVoxelOptions, channels, rotation);
        channels.forEach((channel, c) => {
          const expected = [...voxelsByDefinition(spectrum, rotation, values[channel])].sort(([a], [b]) => a - b);
          expect([...sparse.index]).toEqual(expected.map(([voxel]) => voxel));
          const got = sparse.index.map((_, i) => i).length;
          for (let i = 0; i < got; i++) {
            const value = expected[i]?.[1] ?? Number.NaN;
            expect(Math.abs((sparse.value[i * 3 + c] ?? Number.NaN) - value)).toBeLessThanOrEqual(1e-7 * value);
          }
        });
      }),
      { numRuns: 20 },
    );
  });

  it("holds what encodeVoxels holds, again and again", () => {
    for (const options of [
      defaultVoxelOptions,
      trilinear,
      { spacing: 0.8, length: 12.8, assignment: "nearest" } as const,
    ])
      for (let seed = 0; seed < 3; seed++) {
        const spectrum = randomSpectrum(seed);
        const rotation = randomRotation(new Random(seed));
        const dense = encodeVoxels(spectrum, options, rotation);
        const sparse = sparseVoxels(spectrum, options, ["amplitude"], rotation);
        const spread = new Float32Array(sparse.size ** 3);
        sparse.index.forEach((voxel, i) => {
          spread[voxel] = sparse.value[i] ?? Number.NaN;
        });
        expect(spread).toEqual(dense);
      }
  });

  it("leaves voxels out whose channels are all zero", () => {
    const empty = { ...beo, amplitude: new Float64Array(beo.amplitude.length) };
    expect(sparseVoxels(empty, trilinear, ["amplitude", "coulomb"]).index).toHaveLength(0);
    const withoutOrigin = sparseVoxels(beo, defaultVoxelOptions, ["coulomb"], IDENTITY);
    expect(withoutOrigin.index).not.toContain((16 * 32 + 16) * 32 + 16);
    expect(withoutOrigin.index).toHaveLength(sparseVoxels(beo, defaultVoxelOptions, ["amplitude"]).index.length - 1);
  });
});

describe("voxelsPerSide", () => {
  it("is L/dL where that is an even integer", () => {
    expect(voxelsPerSide(defaultVoxelOptions)).toEqual({ value: 32 });
    expect(voxelsPerSide({ spacing: 0.1, length: 0.6 })).toEqual({ value: 6 }); // 0.6/0.1 = 5.999...
    expect(voxelsPerSide({ spacing: 0.35, length: 12.6 })).toEqual({ value: 36 });
  });

  it.each([
    [0.4, 12.4, "L/dL = 12.4/0.4 = 31 must be an even integer"],
    [0.4, 12.7, "L/dL = 12.7/0.4 = 31.75 must be an even integer"],
    [0, 12.8, "dL must be a positive length in Å, not 0"],
    [0.4, Number.NaN, "L must be a positive length in Å, not NaN"],
    [0.001, 12.8, "L/dL = 12800 voxels a side are more than 256"],
  ])("refuses dL = %d, L = %d", (spacing, length, error) => {
    expect(voxelsPerSide({ spacing, length })).toEqual({ error });
  });
});
