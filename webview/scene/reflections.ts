import { reciprocalLattice } from "../../src/core/crystal/lattice.js";
import { type Matrix3, norm, rowTimes, timesColumn, type Vector3 } from "../../src/core/math/matrix3.js";
import type { VoxelViewData } from "../../src/protocol/voxelView.js";
import { stepsOf, type VoxelField } from "./voxelField.js";

/** One plane wave of the crystal. */
export interface Reflection {
  readonly hkl: Vector3;
  /** |g| in Å⁻¹. */
  readonly length: number;
  /** |s_g| in the picture's unit. */
  readonly amplitude: number;
  /** Which plane wave of the picture it is, or whose -g. */
  readonly pair: number;
  /** The share of it that the voxel holds; 1 with `nearest`. */
  readonly weight: number;
}

/** What fell into one voxel, strongest share first. */
export function reflectionsIn(
  picture: VoxelViewData,
  rotation: Matrix3,
  field: VoxelField,
  flat: number,
): readonly Reflection[] {
  const steps = stepsOf(field.size, flat);
  const reciprocal = reciprocalLattice(picture.lattice);
  const found: Reflection[] = [];
  for (let i = 0; i < picture.amplitude.length; i += 1) {
    const hkl = readHkl(picture, i);
    const g = timesColumn(rotation, rowTimes(hkl, reciprocal));
    for (const sign of i === 0 ? [1] : [1, -1]) {
      const weight = weightIn(picture.assignment, g, sign / field.step, steps);
      if (weight === 0) continue;
      const signed: Vector3 = [sign * hkl[0] + 0, sign * hkl[1] + 0, sign * hkl[2] + 0];
      found.push({ hkl: signed, length: norm(g), amplitude: picture.amplitude[i] ?? 0, pair: i, weight });
    }
  }
  return found.sort((a, b) => b.weight * b.amplitude - a.weight * a.amplitude);
}

/** Whether a voxel holds this plane wave or its opposite. */
export function isHolding(
  picture: VoxelViewData,
  rotation: Matrix3,
  field: VoxelField,
  flat: number,
  hkl: Vector3,
): boolean {
  const g = timesColumn(rotation, rowTimes(hkl, reciprocalLattice(picture.lattice)));
  const steps = stepsOf(field.size, flat);
  return (
    weightIn(picture.assignment, g, 1 / field.step, steps) > 0 ||
    weightIn(picture.assignment, g, -1 / field.step, steps) > 0
  );
}

/** The plane waves of the largest |s_g|, or of the largest size of other numbers, one of each pair ±g. */
export function strongestReflections(
  picture: VoxelViewData,
  count: number,
  by: Float64Array = picture.amplitude,
): readonly Reflection[] {
  const reciprocal = reciprocalLattice(picture.lattice);
  return Array.from(by, (value, i) => ({ size: Math.abs(value), i }))
    .sort((a, b) => b.size - a.size || a.i - b.i)
    .slice(0, count)
    .map(({ i }) => {
      const hkl = readHkl(picture, i);
      return { hkl, length: norm(rowTimes(hkl, reciprocal)), amplitude: picture.amplitude[i] ?? 0, pair: i, weight: 1 };
    });
}

/** Which plane wave of the picture has these indices, or their opposite; undefined where none has. */
export function pairOf(picture: Pick<VoxelViewData, "hkl">, [h, k, l]: Vector3): number | undefined {
  for (let i = 0; 3 * i < picture.hkl.length; i++) {
    const [a, b, c] = [picture.hkl[3 * i], picture.hkl[3 * i + 1], picture.hkl[3 * i + 2]];
    if ((a === h && b === k && c === l) || (a === -h && b === -k && c === -l)) return i;
  }
  return undefined;
}

/** Miller indices as crystallographers write them: a bar over what is negative. */
export function formatHkl(hkl: Vector3): string {
  return hkl.map((n) => (n < 0 ? [...String(-n)].map((digit) => `${digit}\u0305`).join("") : String(n))).join(" ");
}

function readHkl(picture: VoxelViewData, i: number): Vector3 {
  return [picture.hkl[3 * i] ?? 0, picture.hkl[3 * i + 1] ?? 0, picture.hkl[3 * i + 2] ?? 0];
}

// Ties within 1e-9 of a step go up, as where voxels are made (core/descriptors/r3dvs).
function weightIn(assignment: VoxelViewData["assignment"], g: Vector3, factor: number, steps: Vector3): number {
  let weight = 1;
  for (let axis = 0; axis < 3; axis += 1) {
    const place = (g[axis as 0 | 1 | 2] ?? 0) * factor;
    const wanted = steps[axis as 0 | 1 | 2];
    if (assignment === "nearest") {
      if (Math.floor(place + 0.5 + 1e-9) !== wanted) return 0;
    } else weight *= Math.max(0, 1 - Math.abs(place - wanted));
  }
  return weight;
}
