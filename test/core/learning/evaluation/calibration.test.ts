import { describe, expect, it } from "vitest";
import {
  calibratedSigma,
  combineMemberValues,
  fitCalibration,
  intervalOf,
} from "../../../../src/core/learning/evaluation/calibration.js";
import { measureCoverage } from "../../../../src/core/learning/evaluation/coverage.js";
import {
  applyBounds,
  boundsOf,
  hasOddElectrons,
  isGap,
} from "../../../../src/core/learning/evaluation/physicalBounds.js";
import { Random } from "../../../../src/core/math/random.js";

/** Errors of deviation sqrt(floor² + slope² spread²). */
function drawErrors(count: number, floor: number, slope: number, seed: number) {
  const random = new Random(seed);
  const spreads = Float64Array.from({ length: count }, () => 0.05 * Math.exp(random.normal()));
  return { spreads, errors: spreads.map((spread) => random.normal() * Math.hypot(floor, slope * spread)) };
}

/** Of independent errors. */
function coverage(errors: ArrayLike<number>, sigmas: ArrayLike<number>) {
  const measure = measureCoverage([{ errors, sigmas }], { trainSize: 1000, testSize: errors.length });
  if (!measure) throw new Error("no coverage");
  return { one: measure.one.share, two: measure.two.share };
}

describe("the calibration of networks", () => {
  it.each([
    [0.3, 0],
    [0.1, 3],
    [0.02, 1],
  ])("finds floor %d and slope %d, and covers new errors as it says", (floor, slope) => {
    const { errors, spreads } = drawErrors(4000, floor, slope, 7);
    const calibration = fitCalibration(errors, spreads);
    if (!calibration) throw new Error("no calibration");
    expect(calibration.floor).toBeCloseTo(floor, 1);
    const fresh = drawErrors(4000, floor, slope, 8);
    const { one, two } = coverage(
      fresh.errors,
      fresh.spreads.map((spread) => calibratedSigma(calibration, spread)),
    );
    expect(one).toBeGreaterThan(0.66);
    expect(one).toBeLessThan(0.71);
    expect(two).toBeGreaterThan(0.94);
    expect(two).toBeLessThan(0.965);
  });

  it("is 2.4 times too small or worse where the spread alone is taken, and is none for too few errors", () => {
    const { errors, spreads } = drawErrors(500, 0.3, 0, 3);
    expect(coverage(errors, spreads).one).toBeLessThan(0.3);
    expect(fitCalibration([1, 2], [1, 1])).toBeUndefined();
    expect(fitCalibration([0, 0, 0], [1, 1, 1])).toBeUndefined();
    expect(fitCalibration([1, -1, 2], [0, 0, 0])?.slope).toBe(0);
  });

  it("takes off what the members of an ensemble differ by", () => {
    const random = new Random(11);
    const errors: number[] = [];
    const sigmas: number[] = [];
    for (let i = 0; i < 4000; i++) {
      const shared = 0.2 * random.normal();
      const { value, sigma } = combineMemberValues(
        Array.from({ length: 5 }, () => ({ value: shared + 0.15 * random.normal(), sigma: 0.25 })),
      );
      errors.push(value);
      sigmas.push(sigma);
    }
    const { one, two } = coverage(errors, sigmas);
    expect(one).toBeGreaterThan(0.65);
    expect(one).toBeLessThan(0.72);
    expect(two).toBeGreaterThan(0.93);
  });
});

describe("physical bounds", () => {
  it("are known of gaps by their usual names alone", () => {
    for (const name of ["band_gap", "gap", "band gap (eV)", "Egap", "bandgap", "E_gap", "band_gap_direct"])
      expect(isGap(name), name).toBe(true);
    for (const name of ["E_hartree", "stopgapped", "cohesive_energy"]) expect(isGap(name), name).toBe(false);
  });

  it("cut value and interval of a gap at 0, and nothing else", () => {
    expect(applyBounds({ value: -0.4, sigma: 0.5 }, boundsOf("band_gap"))).toMatchObject({
      value: 0,
      sigma: 0.5,
      lower: 0,
    });
    expect(applyBounds({ value: -0.4, sigma: 0.5 }, boundsOf("E_hartree")).value).toBe(-0.4);
    expect(intervalOf({ value: 1, sigma: 1 }).upper).toBeCloseTo(2.645, 3);
  });

  it("say that an odd number of electrons leaves a band half filled", () => {
    expect([7, 7.004, 8, 7.4].map(hasOddElectrons)).toEqual([true, true, false, false]);
  });
});
