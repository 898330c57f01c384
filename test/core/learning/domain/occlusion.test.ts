import { beforeAll, describe, expect, test } from "vitest";
import { reciprocalLattice } from "../../../../src/core/crystal/lattice.js";
import type { Spectrum } from "../../../../src/core/descriptors/spectrum.js";
import { type Occlusion, occlude } from "../../../../src/core/learning/domain/occlusion.js";
import { norm, rowTimes } from "../../../../src/core/math/matrix3.js";
import { readSampleMaterials } from "../sampleMaterials.js";

/** 4 pi e² sum |s|²/g², eV/Å³: what the Hartree energy is made of, wave by wave. */
function hartree({ lattice, hkl, amplitude }: Spectrum): number {
  return waves({ lattice, hkl, amplitude } as Spectrum).reduce((sum, one) => sum + one.hartree, 0);
}

function waves({ lattice, hkl, amplitude }: Spectrum) {
  const reciprocal = reciprocalLattice(lattice);
  return Array.from(amplitude, (s, i) => {
    const g = norm(rowTimes([hkl[3 * i] ?? 0, hkl[3 * i + 1] ?? 0, hkl[3 * i + 2] ?? 0], reciprocal));
    return { g, hartree: g > 0 ? (4 * Math.PI * 14.399645 * s * s) / g ** 2 : 0 };
  });
}

function run(
  spectrum: Spectrum,
  predict: (spectrum: Spectrum) => number,
): { readonly map: Occlusion; readonly heard: number[] } {
  const heard: number[] = [];
  const work = occlude(spectrum, predict);
  for (;;) {
    const step = work.next();
    if (step.done) return { map: step.value, heard };
    heard.push(step.value);
  }
}

let spectra: Spectrum[];
beforeAll(() => {
  spectra = readSampleMaterials(30).map(({ material }) => material.spectrum);
});

describe("covering plane waves", () => {
  test("a sum over plane waves gets back the part of each shell, and of all groups together the whole", () => {
    for (const spectrum of spectra) {
      const { map } = run(spectrum, hartree);
      const parts = waves(spectrum);
      const whole = hartree(spectrum);
      for (const { from, to, pairs, effect } of map.shells) {
        const inside = parts.filter(({ g }) => (to === 0 ? g === 0 : g > from * (1 + 1e-12) && g <= to * (1 + 1e-12)));
        expect(inside).toHaveLength(pairs);
        expect(effect).toBeCloseTo(
          inside.reduce((sum, one) => sum + one.hartree, 0),
          9,
        );
      }
      expect(map.effect.reduce((sum, effect) => sum + effect, 0)).toBeCloseTo(whole, 9);
    }
  });

  test("a small cell has every plane wave covered alone, a large one at most 240 groups of neighbours", () => {
    const small = spectra.find(({ amplitude }) => amplitude.length <= 240);
    const large = spectra.filter(({ amplitude }) => amplitude.length > 240);
    expect(large.length).toBeGreaterThan(0);
    for (const spectrum of large) {
      const { map } = run(spectrum, hartree);
      expect(map.groups).toBeLessThanOrEqual(240);
      expect(map.groups).toBeGreaterThan(60);
    }
    const [first] = spectra;
    if (first === undefined) throw new Error("no sample");
    const few = small ?? { ...first, hkl: first.hkl.slice(0, 300), amplitude: first.amplitude.slice(0, 100) };
    const { map } = run(few, hartree);
    expect(map.groups).toBe(few.amplitude.length);
    for (const [i, { hartree: own }] of waves(few).entries()) expect(map.effect[i]).toBeCloseTo(own, 9);
  });

  test("nothing is left covered, and the share done grows to 1", () => {
    const [spectrum] = spectra;
    if (spectrum === undefined) throw new Error("no sample");
    const before = spectrum.amplitude.slice();
    const { heard } = run(spectrum, hartree);
    expect(spectrum.amplitude).toEqual(before);
    expect(heard.at(-1)).toBeCloseTo(1, 12);
    expect(heard.every((share, i) => share > (heard[i - 1] ?? 0))).toBe(true);
  });

  test("g and -g, and so the choice of the half sphere, make no difference to a group", () => {
    const [spectrum] = spectra;
    if (spectrum === undefined) throw new Error("no sample");
    const mirrored = { ...spectrum, hkl: spectrum.hkl.map((n) => -n) };
    expect(run(mirrored, hartree).map).toEqual(run(spectrum, hartree).map);
  });
});
