import { volume } from "../../core/crystal/lattice.js";
import type { Vector3 } from "../../core/math/matrix3.js";
import type { SphereData } from "../../protocol/crystalView.js";
import { UsageError } from "../files/usageError.js";
import type { Field } from "./gridFields.js";
import { sphereIntegral } from "./sphereIntegral.js";

/** A field's integral over a sphere about an atom or a fractional point. Throws UsageError for what is none. */
export function sphereOf({ facts, grids, values }: Field, centre: number | Vector3, radius: number): SphereData {
  const { structure, kept } = grids;
  const at =
    typeof centre === "number"
      ? (Array.from(structure.fractional.subarray(3 * centre, 3 * centre + 3)) as unknown as Vector3)
      : centre;
  if (at.length !== 3) throw new UsageError(`there is no atom ${Number(centre) + 1}`);
  if (!(radius > 0)) throw new UsageError(`${radius} is no radius`);
  if (radius > 4 * Math.cbrt(volume(structure.lattice)))
    throw new UsageError(`a sphere of ${radius} Å is larger than the cell by far`);
  const integral = sphereIntegral(values(), kept, structure.lattice, at, radius);
  const size = (4 / 3) * Math.PI * radius ** 3;
  return { unit: facts.unit, volume: size, integral, mean: integral / size };
}
