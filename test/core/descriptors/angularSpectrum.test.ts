import { describe, expect, it } from "vitest";
import { describeAngular } from "../../../src/core/descriptors/angularSpectrum.js";
import {
  elementSimilarity,
  embedFractions,
  placeInPeriodicTable,
} from "../../../src/core/descriptors/elementSimilarity.js";
import { describeCoulombShells, describeShells } from "../../../src/core/descriptors/shells.js";
import { multiply, transpose } from "../../../src/core/math/matrix3.js";
import { Random } from "../../../src/core/math/random.js";
import { randomRotation } from "../../../src/core/math/rotation.js";
import { readDensity, sampleFolder, spectrumOf } from "./density.js";

const spectrum = spectrumOf(readDensity(sampleFolder, "mp-10064"), Math.PI / 0.4);

describe("the angular power spectrum", () => {
  it("does not change when the crystal is turned, and has the shells as its degree 0", () => {
    const powers = describeAngular(spectrum);
    const turn = randomRotation(new Random(3));
    const turned = describeAngular({ ...spectrum, lattice: multiply(spectrum.lattice, transpose(turn)) });
    expect(powers).toHaveLength(5 * 16);
    powers.forEach((power, i) => {
      expect(Math.abs((turned[i] as number) - power)).toBeLessThan(1e-10 * (powers[i % 16] as number));
    });
    const shells = describeShells(spectrum, { centres: 16, cutoff: Math.PI / 0.4, width: 0.35 });
    for (let centre = 0; centre < 16; centre++) expect(powers[centre]).toBeCloseTo((shells[centre] as number) ** 2, 8);
  });

  it("tells apart what shells cannot: one direction from all", () => {
    const half = { lattice: spectrum.lattice, cutoff: spectrum.cutoff, unit: spectrum.unit };
    const waves = (hkl: number[]) => ({
      ...half,
      hkl: Int32Array.from(hkl),
      amplitude: new Float64Array(hkl.length / 3).fill(1),
    });
    const cubic = {
      ...waves([1, 0, 0, 0, 1, 0, 0, 0, 1]),
      lattice: [
        [4, 0, 0],
        [0, 4, 0],
        [0, 0, 4],
      ] as const,
    };
    const line = { ...waves([0, 0, 1]), amplitude: Float64Array.of(Math.sqrt(3)), lattice: cubic.lattice };
    const [a, b] = [describeAngular(cubic), describeAngular(line)];
    expect(a.slice(0, 16).every((power, i) => Math.abs(power - (b[i] as number)) < 1e-9)).toBe(true);
    expect(a.slice(16, 32).every((power) => power < 1e-12)).toBe(true); // cubic: nothing of degree 2
    expect(Math.max(...b.slice(16, 32))).toBeGreaterThan(0.1);
  });
});

describe("shells of |s|²/g²", () => {
  it("are those of one wave divided by its |g|²", () => {
    const wave = { ...spectrum, hkl: Int32Array.of(1, 0, 0), amplitude: Float64Array.of(2) };
    const [power, coulomb] = [describeShells(wave), describeCoulombShells(wave)];
    const ratios = [...coulomb].map((value, i) => (power[i] as number) / value).filter(Number.isFinite);
    expect(Math.max(...ratios) / Math.min(...ratios)).toBeCloseTo(1, 9);
    expect(coulomb).toHaveLength(32);
  });
});

describe("similar elements", () => {
  it("stand where the periodic table has them", () => {
    const places = [1, 2, 3, 5, 8, 10, 13, 21, 26, 30, 31, 57, 71, 72, 80, 86, 92].map(placeInPeriodicTable);
    expect(places.map(({ period }) => period)).toEqual([1, 1, 2, 2, 2, 2, 3, 4, 4, 4, 4, 6, 6, 6, 6, 6, 7]);
    expect(places.map(({ group }) => group)).toEqual([1, 18, 1, 13, 16, 18, 13, 3, 8, 12, 13, 3, 3, 4, 12, 18, 3]);
  });

  it("make compositions near in which they change places", () => {
    const fractions = (z: number) => Float64Array.from({ length: 118 }, (_, i) => (i === 7 || i === z - 1 ? 0.5 : 0));
    const distance = (a: number, b: number) => {
      const [x, y] = [embedFractions(fractions(a)), embedFractions(fractions(b))];
      return x.reduce((sum, value, i) => sum + (value - (y[i] as number)) ** 2, 0);
    };
    expect(distance(20, 38)).toBeLessThan(0.5 * distance(20, 14));
    expect(distance(20, 38)).toBeCloseTo(0.25 * (2 - 2 * elementSimilarity(20, 38)), 6);
  });
});
