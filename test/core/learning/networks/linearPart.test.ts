import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { channelSums } from "../../../../src/core/descriptors/channelSums.js";
import { defaultVoxelOptions, sparseVoxels } from "../../../../src/core/descriptors/r3dvs.js";
import type { Channel } from "../../../../src/core/descriptors/sparseVoxels.js";
import { fitLinearPart, residualOf, withLinearPart } from "../../../../src/core/learning/networks/linearPart.js";
import { Random } from "../../../../src/core/math/random.js";
import { readSampleMaterials } from "../sampleMaterials.js";

const CHANNELS: readonly Channel[] = ["amplitude", "power", "coulomb"];
const E2 = 14.399645;

describe("the sums of the channels", () => {
  const sample = readSampleMaterials(12);

  it("are the sums of the voxels, but for what falls off the mesh", () => {
    for (const { material } of sample) {
      const { value } = sparseVoxels(material.spectrum, defaultVoxelOptions, CHANNELS);
      const sums = channelSums(material.spectrum, defaultVoxelOptions.spacing, CHANNELS);
      CHANNELS.forEach((channel, c) => {
        const ofVoxels = value.reduce((sum, one, i) => sum + (i % CHANNELS.length === c ? one : 0), 0);
        expect(ofVoxels / (sums[c] ?? Number.NaN), channel).toBeGreaterThan(1 - 4e-3);
        expect(ofVoxels / (sums[c] ?? Number.NaN), channel).toBeLessThan(1 + 1e-5);
      });
      expect(sums[3]).toBe(material.spectrum.amplitude[0]);
    }
  });

  it("give the Hartree energy by electrostatics alone, within what lies beyond g_cut", () => {
    for (const { material, volume, targets } of sample) {
      const [coulomb = Number.NaN] = channelSums(material.spectrum, 0.4, ["coulomb"]);
      const perAtom = (2 * Math.PI * E2 * coulomb * volume) / material.atomicNumbers.length;
      expect(perAtom / (targets.get("E_hartree_per_atom") ?? Number.NaN)).toBeGreaterThan(0.998);
      expect(perAtom / (targets.get("E_hartree_per_atom") ?? Number.NaN)).toBeLessThan(1.0005);
    }
  });
});

describe("a linear part", () => {
  const random = new Random(5);
  const features = Array.from({ length: 40 }, () =>
    Float64Array.of(random.normal(), 1e-6 * random.normal(), 1e6 + random.normal(), 3),
  );
  const lineOf = ([a = 0, b = 0, c = 0]: Float64Array) => 2 * a - 3e6 * b + 0.5 * (c - 1e6) + 7;

  it("finds the line that the targets lie on, whatever the features' sizes, and leaves nothing over", () => {
    const part = fitLinearPart(features, features.map(lineOf));
    for (const row of features) expect(withLinearPart(part, row, 0)).toBeCloseTo(lineOf(row), 5);
  });

  it("takes what it leaves over back: the residual's output gives the target again", () => {
    const targets = features.map((row) => lineOf(row) + Math.sin(5 * (row[0] ?? 0)));
    const part = fitLinearPart(features, targets);
    const residuals = features.map((row, i) => residualOf(part, row, targets[i] ?? 0));
    expect(residuals.reduce((sum, one) => sum + one, 0) / 40).toBeCloseTo(0, 9);
    expect(residuals.reduce((sum, one) => sum + one * one, 0) / 40).toBeCloseTo(1, 9);
    fc.assert(
      fc.property(fc.nat(39), fc.double({ min: -1e3, max: 1e3, noNaN: true }), (i, target) => {
        const row = features[i] as Float64Array;
        expect(withLinearPart(part, row, residualOf(part, row, target))).toBeCloseTo(target, 6);
      }),
    );
  });

  it("is held back by a ridge where noise would bend it, as leaving each material out shows", () => {
    const noisy = Array.from({ length: 12 }, () => Float64Array.from({ length: 8 }, () => random.normal()));
    const targets = noisy.map(() => random.normal());
    const part = fitLinearPart(noisy, targets);
    const spread = Math.sqrt(targets.reduce((sum, one) => sum + (one - part.intercept) ** 2, 0) / 12);
    // Least squares on 9 numbers would leave about half of it.
    expect(part.residual.deviation).toBeGreaterThan(0.6 * spread);
  });

  it("holds fewer materials than features, and one alone", () => {
    for (const count of [1, 2]) {
      const part = fitLinearPart(features.slice(0, count), [4, 6].slice(0, count));
      for (const [i, row] of features.slice(0, count).entries())
        expect(withLinearPart(part, row, 0)).toBeCloseTo(count === 1 ? 4 : 4 + 2 * i, 5);
    }
  });

  it("refuses numbers that are not finite", () => {
    expect(() => fitLinearPart([Float64Array.of(1)], [Number.NaN])).toThrow(RangeError);
    expect(() => fitLinearPart([Float64Array.of(Number.POSITIVE_INFINITY)], [1])).toThrow(RangeError);
  });
});
