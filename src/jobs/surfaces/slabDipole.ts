import { volume } from "../../core/crystal/lattice.js";
import { findVacuum } from "../../core/crystal/profile.js";
import type { Structure } from "../../core/crystal/structure.js";
import { cross, norm, type Vector3 } from "../../core/math/matrix3.js";
import type { SlabDipole } from "../../protocol/crystalView.js";
import type { Grids } from "./gridFields.js";
import type { IonCharges } from "./ionCharges.js";

/** Looks for the ions' charges in the files beside one. */
export type ChargesBeside = (
  file: string,
  structure: Structure,
  electrons: number,
  signal?: AbortSignal,
) => Promise<IonCharges | undefined>;

type Axis = 0 | 1 | 2;
const NAMES = ["a", "b", "c"] as const;

/**
 * The dipole of a slab along its normal, electrons and ions: the cell has vacuum along one axis alone, and is cut in
 * the vacuum's middle, where the result does not depend on the cut. Undefined for what is no slab, and where no file
 * tells the ions' charges. Rejects only with the signal's reason.
 */
export async function slabDipoleOf(
  grids: Grids,
  values: Float32Array,
  chargesBeside: ChargesBeside,
  signal?: AbortSignal,
): Promise<SlabDipole | undefined> {
  const axis = vacuumAxis(grids);
  if (axis === undefined) return undefined;
  const { structure, file } = grids;
  const cell = volume(structure.lattice);
  const planes = planeSums(values, grids.kept, axis.index).map((sum) => (sum * cell) / values.length);
  const electrons = planes.reduce((sum, plane) => sum + plane, 0);
  const ions = await chargesBeside(file, structure, electrons, signal);
  if (!ions) return undefined;
  const within = (place: number) => place - axis.cut - Math.floor(place - axis.cut);
  const positive = ions.charges.reduce(
    (sum, charge, i) => sum + charge * within(structure.fractional[3 * i + axis.index] ?? 0),
    0,
  );
  const negative = planes.reduce((sum, plane, i) => sum + plane * within(i / planes.length), 0);
  return { axis: NAMES[axis.index], value: (positive - negative) * axis.height, source: ions.source };
}

/** The only axis along which atoms leave a vacuum; `cut`: its middle, fractional, between two grid planes. */
function vacuumAxis({
  structure: { lattice, fractional },
  kept,
}: Grids): { index: Axis; cut: number; height: number } | undefined {
  const cell = volume(lattice);
  const found = ([0, 1, 2] as const).flatMap((index) => {
    const [b, c] = [lattice[((index + 1) % 3) as Axis], lattice[((index + 2) % 3) as Axis]];
    const height = cell / norm(cross(b, c));
    const positions = Array.from({ length: fractional.length / 3 }, (_, i) => fractional[3 * i + index] ?? 0);
    const points = kept[index];
    const vacuum = findVacuum(new Float64Array(points), height, positions);
    if (!vacuum) return [];
    const middle = (vacuum.from + vacuum.to) / 2 / height;
    return [{ index, cut: (Math.round(middle * points) + 0.5) / points, height }];
  });
  return found.length === 1 ? found[0] : undefined;
}

function planeSums(values: Float32Array, [nx, ny, nz]: Vector3, axis: Axis): number[] {
  const sums = new Float64Array([nx, ny, nz][axis] ?? 0);
  let i = 0;
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++) {
        const plane = axis === 0 ? x : axis === 1 ? y : z;
        sums[plane] = (sums[plane] ?? 0) + (values[i++] ?? 0);
      }
  return [...sums];
}
