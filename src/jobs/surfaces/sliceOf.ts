import { latticePlane } from "../../core/crystal/latticePlane.js";
import { rowTimes, type Vector3 } from "../../core/math/matrix3.js";
import type { SliceData, SliceRequest } from "../../protocol/crystalView.js";
import { UsageError } from "../files/usageError.js";
import type { FieldKernel } from "./fieldKernel.js";
import type { Field } from "./gridFields.js";

const MAX_SIZE = 4096;

/** Values on a plane by Miller indices. Throws UsageError for indices or sizes that are none. */
export function sliceOf(
  kernels: FieldKernel,
  field: Field,
  { hkl, offset, size, axes = "lattice" }: Omit<SliceRequest, "file">,
): SliceData {
  if (!hkl.every(Number.isInteger) || hkl.every((index) => index === 0))
    throw new UsageError(`${hkl.join(",")} are no Miller indices`);
  if (!Number.isInteger(size) || size < 2 || size > MAX_SIZE)
    throw new UsageError(`a slice has 2 to ${MAX_SIZE} points per side`);
  const { lattice } = field.grids.structure;
  const plane = latticePlane(lattice, hkl, offset, axes);
  const values = kernels.of(field).plane(size, plane.origin, plane.u, plane.v);
  const cartesian = (v: Vector3) => rowTimes(v, lattice);
  return {
    unit: field.facts.unit,
    origin: cartesian(plane.origin),
    u: cartesian(plane.u),
    v: cartesian(plane.v),
    size,
    values,
    minimum: values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
    maximum: values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
    spacing: plane.spacing,
    offset,
  };
}
