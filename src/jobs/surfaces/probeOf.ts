import { atomLabels } from "../../core/crystal/structureOfAtoms.js";
import { inverse, type Matrix3, norm, rowTimes, type Vector3 } from "../../core/math/matrix3.js";
import type { LineData, LineRequest, ProbeData } from "../../protocol/crystalView.js";
import type { FieldKernel } from "./fieldKernel.js";
import type { Field } from "./gridFields.js";

export type PlaceInCell = { readonly fractional: Vector3 } | { readonly cartesian: Vector3 };

/** The value at a point, and the atom nearest to it. */
export function probeOf(kernels: FieldKernel, field: Field, at: PlaceInCell): ProbeData {
  const { structure } = field.grids;
  const { lattice } = structure;
  const fractional = "fractional" in at ? at.fractional : rowTimes(at.cartesian, inverse(lattice));
  const [value = Number.NaN] = kernels.of(field).valuesAt(Float64Array.from(fractional));
  const nearest = nearestAtom(fractional, structure.fractional, lattice);
  return {
    unit: field.facts.unit,
    value,
    fractional,
    cartesian: rowTimes(fractional, lattice),
    ...(nearest && { nearest: { ...nearest, species: atomLabels(structure)[nearest.atom] ?? "X" } }),
  };
}

/** Under periodicity, among the images in the neighbouring cells. */
function nearestAtom(
  point: Vector3,
  atoms: Float64Array,
  lattice: Matrix3,
): { atom: number; distance: number } | undefined {
  let found: { atom: number; distance: number } | undefined;
  for (let atom = 0; 3 * atom < atoms.length; atom++) {
    const d = point
      .map((x, axis) => x - (atoms[3 * atom + axis] ?? 0))
      .map((x) => x - Math.round(x)) as unknown as Vector3;
    for (let image = 0; image < 27; image++) {
      const shift = [(image % 3) - 1, (Math.floor(image / 3) % 3) - 1, Math.floor(image / 9) - 1] as const;
      const distance = norm(rowTimes([d[0] + shift[0], d[1] + shift[1], d[2] + shift[2]], lattice));
      if (!found || distance < found.distance) found = { atom, distance };
    }
  }
  return found;
}

const DEFAULT_POINTS = 200;
const MAX_POINTS = 100_000;

/** Values along a straight line between two fractional points. */
export function lineOf(
  kernels: FieldKernel,
  field: Field,
  { from, to, points = DEFAULT_POINTS }: Pick<LineRequest, "from" | "to" | "points">,
): LineData {
  const count = Math.min(MAX_POINTS, Math.max(2, Math.round(points)));
  const step = from.map((x, axis) => ((to[axis] ?? 0) - x) / (count - 1)) as unknown as Vector3;
  const places = Float64Array.from(
    { length: 3 * count },
    (_, i) => (from[i % 3] ?? 0) + Math.floor(i / 3) * (step[i % 3] ?? 0),
  );
  const length = norm(rowTimes(step, field.grids.structure.lattice));
  return {
    unit: field.facts.unit,
    distance: Float64Array.from({ length: count }, (_, i) => i * length),
    values: kernels.of(field).valuesAt(places),
  };
}
