import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeComposition } from "../../../src/core/descriptors/composition.js";
import { defaultShellOptions, describeShells } from "../../../src/core/descriptors/shells.js";
import type { Spectrum } from "../../../src/core/descriptors/spectrum.js";
import { type Matrix3, multiply } from "../../../src/core/math/matrix3.js";
import { Random } from "../../../src/core/math/random.js";
import { randomRotation, rotateLattice } from "../../../src/core/math/rotation.js";
import { readDensity, sampleFolder, spectrumOf } from "./density.js";

const spectrum = spectrumOf(readDensity(sampleFolder, "mp-11540"), Math.PI / 0.4);
const cubic: Matrix3 = [
  [2 * Math.PI, 0, 0],
  [0, 2 * Math.PI, 0],
  [0, 0, 2 * Math.PI],
];

function expectClose(a: Float64Array, b: Float64Array, relative: number): void {
  const scale = Math.max(...a.map(Math.abs));
  expect(Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN))))).toBeLessThan(relative * scale);
}

describe("describeShells", () => {
  it("puts a wave of |g| = 2 and its mirror image on Gaussians around 2", () => {
    const wave: Spectrum = {
      lattice: cubic,
      cutoff: 10,
      hkl: Int32Array.of(0, 0, 0, 0, 2, 0),
      amplitude: Float64Array.of(5, 3),
      unit: "e/Å³",
    };
    const features = describeShells(wave, { centres: 4, cutoff: 4, width: 0.5 });
    const expected = [1, 2, 3, 4].map((centre) => 2 * 9 * Math.exp(-((2 - centre) ** 2) / (2 * 0.25)));
    expectClose(features, Float64Array.of(...expected, 5), 1e-15);
  });

  it("does not see a rotation", () => {
    const features = describeShells(spectrum);
    expect(features).toHaveLength(defaultShellOptions.centres + 1);
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const lattice = rotateLattice(randomRotation(new Random(seed)), spectrum.lattice);
        expectClose(describeShells({ ...spectrum, lattice }), features, 1e-12);
      }),
      { numRuns: 20 },
    );
  });

  it("does not see a spectrum that goes on beyond the cutoff", () => {
    const longer = spectrumOf(readDensity(sampleFolder, "mp-11540"), Math.PI / 0.35);
    expect(longer.amplitude.length).toBeGreaterThan(spectrum.amplitude.length);
    expectClose(describeShells(longer), describeShells(spectrum), 1e-12);
  });
});

describe("describeComposition", () => {
  it("holds atomic fractions and the volume per atom", () => {
    const lattice = multiply(cubic, [
      [1, 0, 0],
      [0.3, 1, 0],
      [0, 0.1, -1],
    ]);
    const features = describeComposition({ lattice, atomicNumbers: [8, 22, 8] });
    expect(features).toHaveLength(119);
    expect(features[7]).toBeCloseTo(2 / 3, 15);
    expect(features[21]).toBeCloseTo(1 / 3, 15);
    expect(features[118]).toBeCloseTo((2 * Math.PI) ** 3 / 3, 10);
    expect(features.slice(0, 118).reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 14);
    expectClose(describeComposition({ lattice, atomicNumbers: [22, 8, 8] }), features, 1e-15);
  });
});
