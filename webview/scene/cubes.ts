import { type Balls, type Cubes, nextVersion } from "./sceneFrame.js";
import { colorOf, strengthOf, type Transfer } from "./transfer.js";
import { stepsOf, type VoxelField } from "./voxelField.js";

/** The least size of a value that is among the strongest `count`; 0 where there are no more, or `count` is 0. */
export function strongestThreshold(field: VoxelField, count: number): number {
  if (count <= 0 || field.value.length <= count) return 0;
  const sizes = Float32Array.from(field.value, Math.abs).sort();
  return sizes[sizes.length - count] ?? 0;
}

/** Whole voxels in rising order of their values, for a maximum intensity projection. */
export function makeProjection(cubes: Cubes, field: VoxelField, values: ArrayLike<number>): Cubes {
  const order = Uint32Array.from({ length: cubes.count }, (_, i) => i).sort(
    (a, b) => Math.abs(values[a] ?? 0) - Math.abs(values[b] ?? 0),
  );
  const center = new Float32Array(3 * cubes.count);
  const color = new Float32Array(4 * cubes.count);
  order.forEach((from, to) => {
    center.set(cubes.center.subarray(3 * from, 3 * from + 3), 3 * to);
    color.set([...cubes.color.subarray(4 * from, 4 * from + 3), 1], 4 * to);
  });
  return {
    count: cubes.count,
    version: nextVersion(),
    center,
    side: new Float32Array(cubes.count).fill(field.step),
    color,
    isProjection: true,
  };
}

/** The same voxels as balls whose size tells the value: what is behind stays in sight. */
export function makePoints(cubes: Cubes, step: number): Balls {
  const radius = Float32Array.from(cubes.side, (side) => 0.5 * step * Math.max(0.12, (side / step - 0.3) * 1.25));
  const color = new Float32Array(3 * cubes.count);
  for (let i = 0; i < cubes.count; i++) for (let c = 0; c < 3; c++) color[3 * i + c] = cubes.color[4 * i + c] ?? 0;
  return { count: cubes.count, version: nextVersion(), center: cubes.center, radius, color };
}

/**
 * The voxels of `threshold` or more, whatever their sign, as cubes: strong ones large and solid, weak ones small and
 * clear. `opaque` leaves none clear (high contrast).
 */
export function makeCubes(field: VoxelField, transfer: Transfer, threshold: number, opaque: boolean): Cubes {
  const shown: number[] = [];
  field.value.forEach((value, i) => {
    if (Math.abs(value) >= threshold && value !== 0) shown.push(i);
  });
  const center = new Float32Array(3 * shown.length);
  const side = new Float32Array(shown.length);
  const color = new Float32Array(4 * shown.length);
  shown.forEach((from, to) => {
    const value = field.value[from] ?? 0;
    const strength = strengthOf(transfer, value);
    const steps = stepsOf(field.size, field.index[from] ?? 0);
    center.set([steps[0] * field.step, steps[1] * field.step, steps[2] * field.step], 3 * to);
    side[to] = field.step * (0.3 + 0.66 * strength);
    color.set([...colorOf(transfer, value), opaque ? 1 : 0.35 + 0.65 * Math.sqrt(strength)], 4 * to);
  });
  return { count: shown.length, version: nextVersion(), center, side, color };
}
