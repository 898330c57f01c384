import { type Cubes, nextVersion } from "./sceneFrame.js";
import { colorOf, strengthOf, type Transfer } from "./transfer.js";
import { stepsOf, type VoxelField } from "./voxelField.js";

/** The voxels of `threshold` or more, whatever their sign, as cubes: strong ones large and solid, weak ones small and clear. `opaque` leaves none clear (high contrast). */
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
