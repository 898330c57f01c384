import { sparseVoxels } from "../../src/core/descriptors/r3dvs.js";
import type { Matrix3, Vector3 } from "../../src/core/math/matrix3.js";
import type { VoxelViewData } from "../../src/protocol/voxelView.js";

/** The non-zero voxels of one orientation. */
export interface VoxelField {
  /** Voxels a side. */
  readonly size: number;
  /** |b*| in Å⁻¹. */
  readonly step: number;
  /** Flat index (z * size + y) * size + x, ascending. */
  readonly index: Int32Array;
  /** In the picture's unit, or that of the effects. */
  readonly value: Float32Array;
  /** Smallest and largest size of a value; 0 where there is no voxel. */
  readonly low: number;
  readonly high: number;
}

/** The voxels of the crystal turned by `rotation`, from its spectrum. */
export function encodeField(picture: VoxelViewData, rotation: Matrix3): VoxelField {
  return encode(picture, picture.amplitude, rotation);
}

/** Effects in place of |s_g|, one a pair ±g: half of each at g, half at -g. */
export function encodeEffects(picture: VoxelViewData, effect: Float64Array, rotation: Matrix3): VoxelField {
  return encode(
    picture,
    effect.map((value, i) => (i === 0 ? value : value / 2)),
    rotation,
  );
}

function encode(picture: VoxelViewData, amplitude: Float64Array, rotation: Matrix3): VoxelField {
  const { lattice, cutoff, hkl, unit, spacing, length, assignment } = picture;
  const spectrum = { lattice, cutoff, hkl, amplitude, unit };
  const { size, index, value } = sparseVoxels(spectrum, { spacing, length, assignment }, ["amplitude"], rotation);
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const one of value) {
    const extent = Math.abs(one);
    if (extent > 0 && extent < low) low = extent;
    if (extent > high) high = extent;
  }
  return { size, step: (2 * Math.PI) / length, index, value, low: high > 0 ? low : 0, high };
}

/** Mesh steps from g = 0 along x, y, z. */
export function stepsOf(size: number, flat: number): Vector3 {
  return [
    (flat % size) - size / 2,
    (Math.floor(flat / size) % size) - size / 2,
    Math.floor(flat / (size * size)) - size / 2,
  ];
}

/** The value of one voxel; 0 where nothing fell into it. */
export function valueAt(field: VoxelField, flat: number): number {
  let from = 0;
  let to = field.index.length - 1;
  while (from <= to) {
    const middle = (from + to) >> 1;
    const index = field.index[middle] ?? 0;
    if (index === flat) return field.value[middle] ?? 0;
    if (index < flat) from = middle + 1;
    else to = middle - 1;
  }
  return 0;
}
