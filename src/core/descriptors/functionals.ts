import { reciprocalLattice } from "../crystal/lattice.js";
import { dot, type Matrix3, type Vector3 } from "../math/matrix3.js";

/**
 * Functionals of a density in real space: FUNCTIONAL_MEANS means over the cell, then shares of three histograms.
 * Origin, orientation, choice of cell and order of atoms do not change them, and they see the phases that |s_g| has
 * lost. `rho` is at least 1e-4 e/Å³; lengths in Å.
 *
 * Means: rho^(5/3) (Thomas-Fermi), rho^(4/3) (Dirac), |grad rho|²/rho (von Weizsäcker), rho^(4/3) x/(1 + 0.1 x) with x
 * = |grad rho|²/rho^(8/3), rho^(3/2), rho², rho^(1/3), -rho ln rho, |grad rho|. Histograms: ln rho, DENSITY_BINS bins
 * from 1e-3 to 30 e/Å³, by volume, then by electrons; the reduced gradient
 * |grad rho|/(2 (3 pi²)^(1/3) rho^(4/3)), GRADIENT_BINS bins from 0 to 5, by electrons. A point is spread over four
 * bins (a cubic B-spline), so that they hardly depend on where the grid's points lie. Derivatives are central
 * differences of twelfth order (kernels/volumetric/functionals.h).
 */
export type Functionals = Float64Array;

export const FUNCTIONAL_MEANS = 9;
export const DENSITY_BINS = 40;
export const GRADIENT_BINS = 20;
export const FUNCTIONAL_COUNT = FUNCTIONAL_MEANS + 2 * DENSITY_BINS + GRADIENT_BINS;

/**
 * What the reader's sums over all `points` of a grid tell: nine functions, rho, and the three histograms, not divided
 * by anything.
 */
export function functionalsOfSums(sums: Float64Array, points: number): Functionals {
  const electrons = sums[FUNCTIONAL_MEANS] ?? Number.NaN;
  const histograms = sums.subarray(FUNCTIONAL_MEANS + 1);
  return Float64Array.from([
    ...sums.subarray(0, FUNCTIONAL_MEANS).map((sum) => sum / points),
    ...histograms.map((sum, i) => sum / (i < DENSITY_BINS ? points : electrons)),
  ]);
}

/**
 * |grad|² from differences by points along the axes of a grid, as factors of xx, yy, zz, xy, xz, yz, in 1/Å².
 * `reversed`: the values have the third axis fastest, and it counts as x.
 */
export function differenceMetric(
  lattice: Matrix3,
  grid: readonly [number, number, number],
  reversed = false,
): readonly [number, number, number, number, number, number] {
  const reciprocal = reciprocalLattice(lattice);
  const step = (axis: 0 | 1 | 2): Vector3 => {
    const [x, y, z] = reciprocal[axis];
    const factor = grid[axis] / (2 * Math.PI);
    return [x * factor, y * factor, z * factor];
  };
  const [x, y, z] = reversed ? [step(2), step(1), step(0)] : [step(0), step(1), step(2)];
  return [dot(x, x), dot(y, y), dot(z, z), dot(x, y), dot(x, z), dot(y, z)];
}
