import { findVacuum, runningMean } from "../../core/crystal/profile.js";
import { norm } from "../../core/math/matrix3.js";
import type { ProfileData, ProfileRequest } from "../../protocol/crystalView.js";
import type { FermiEnergy } from "./fermiEnergy.js";
import type { FieldKernel } from "./fieldKernel.js";
import type { Field } from "./gridFields.js";

const AXES = { a: 0, b: 1, c: 2 } as const;

/** eV/Å: a steeper potential is no level of the vacuum. */
const FLAT = 0.02;

/**
 * Planar average of a field along an axis, with a window the macroscopic one, of a potential its vacuum level and the
 * work function.
 */
export async function profileOf(
  kernels: FieldKernel,
  field: Field,
  { axis, window }: Pick<ProfileRequest, "axis" | "window">,
  fermiBeside?: (file: string) => Promise<FermiEnergy | undefined>,
): Promise<ProfileData> {
  const { structure, kind, file } = field.grids;
  const at = AXES[axis];
  const planar = kernels.of(field).planeMeans(at);
  const length = norm(structure.lattice[at]);
  const z = Float64Array.from(planar, (_, i) => (i * length) / planar.length);
  const data = {
    unit: field.facts.unit,
    z,
    planar,
    length,
    ...(window !== undefined && { macroscopic: runningMean(planar, length, window) }),
  };
  if (kind !== "LOCPOT" || field.facts.name.startsWith("b")) return data;
  const positions = Array.from(
    { length: structure.fractional.length / 3 },
    (_, i) => structure.fractional[3 * i + at] ?? 0,
  );
  const vacuum = findVacuum(planar, length, positions);
  const fermi = vacuum && (await fermiBeside?.(file));
  const flat = vacuum && Math.abs(vacuum.slope) < FLAT;
  return {
    ...data,
    ...(vacuum && { vacuum }),
    ...(fermi && { fermi }),
    ...(flat && fermi && { workFunction: vacuum.level - fermi.energy }),
  };
}
