import { gridLimits, type HalfSphere, halfSphere, millerLimits } from "../../core/crystal/halfSphere.js";
import type { Matrix3, Vector3 } from "../../core/math/matrix3.js";
import { type Problem, problem } from "../../core/text/problem.js";

/** In the box around the sphere; a cube of 100 Å has 5 million at the default spacing. */
const MAX_WAVES = 4e7;

/**
 * The waves up to `cutoff` (1/Å) that a grid has; undefined where the cell has so many that counting them alone would
 * take minutes.
 */
export function sphereWithin(lattice: Matrix3, cutoff: number, grid: Vector3): HalfSphere | undefined {
  const [h, k, l] = millerLimits(lattice, cutoff);
  return (2 * h + 1) * (2 * k + 1) * (l + 1) <= MAX_WAVES ? halfSphere(lattice, cutoff, gridLimits(grid)) : undefined;
}

/** What to say then, at the line of the grid. */
export function tooManyWaves(cutoff: number, line: number): Problem {
  const template = "the cell is too large for a spectrum up to |g| = {0} Å⁻¹: check its scale";
  return problem("error", { line, column: 1 }, template, Number(cutoff.toPrecision(5)));
}
