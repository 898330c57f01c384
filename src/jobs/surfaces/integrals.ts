import { volume } from "../../core/crystal/lattice.js";
import { COULOMB } from "../../core/descriptors/ewaldEnergy.js";
import { storesDensity } from "../../core/formats/volumetric.js";
import { volumetricFields } from "../../core/formats/volumetricFields.js";
import { ldaTerms } from "../../core/math/ldaTerms.js";
import { rowTimes, type Vector3 } from "../../core/math/matrix3.js";
import type { Integrals } from "../../protocol/crystalView.js";
import { FieldKernel } from "./fieldKernel.js";
import { fieldOf, type Grids } from "./gridFields.js";
import { type ChargesBeside, slabDipoleOf } from "./slabDipole.js";
import type { SurfaceCode } from "./surfaceCode.js";

export interface IntegralsOptions {
  readonly codeFor: (points: number) => SurfaceCode;
  /** Absent: no dipole of a slab. */
  readonly chargesBeside?: ChargesBeside;
  readonly signal?: AbortSignal;
}

/** `cutoff`: g_cut in 1/Å. Other work of the thread comes in between. Rejects only with the signal's reason. */
export async function integralsOf(
  grids: Grids,
  cutoff: number,
  { codeFor, chargesBeside, signal }: IntegralsOptions,
): Promise<Integrals> {
  const first = fieldOf(grids);
  const values = first.values();
  const { how, structure } = grids;
  const extremes = {
    how,
    unit: first.facts.unit,
    atoms: structure.fractional.length / 3,
    ...extremesOf(values, grids.kept),
  };
  if (!storesDensity(grids.kind)) return extremes;
  const slabDipole = chargesBeside && (await slabDipoleOf(grids, values, chargesBeside, signal));
  const cell = volume(grids.structure.lattice);
  const { within, beyond } = new FieldKernel(codeFor).of(first).coulombSums(cutoff);
  const factor = 2 * Math.PI * COULOMB * cell;
  const moments = volumetricFields(grids.kind, grids.blocks.length)
    .filter(({ name }) => ["magnetization", "mx", "my", "mz"].includes(name))
    .map(({ name }) => meanOf(fieldOf(grids, name).values()) * cell);
  return {
    electrons: grids.electrons ?? extremes.mean * cell,
    ...(moments.length > 0 && { moments }),
    eHartree: factor * (within + beyond),
    eHartreeBeyondCutoff: factor * beyond,
    ...(await ldaSums(grids, values, signal)),
    ...extremes,
    dipole: dipoleOf(values, grids),
    ...(slabDipole && { slabDipole }),
  };
}

const meanOf = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function extremesOf(
  values: Float32Array,
  [nx, ny, nz]: Vector3,
): Pick<Integrals, "min" | "max" | "mean" | "minAt" | "maxAt"> {
  let [least, most, sum] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (value < (values[least] ?? 0)) least = i;
    if (value > (values[most] ?? 0)) most = i;
    sum += value;
  }
  const at = (i: number): Vector3 => [(i % nx) / nx, (Math.floor(i / nx) % ny) / ny, Math.floor(i / (nx * ny)) / nz];
  return {
    min: values[least] ?? 0,
    max: values[most] ?? 0,
    mean: sum / values.length,
    minAt: at(least),
    maxAt: at(most),
  };
}

const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** Points between two pauses. */
const AT_ONCE = 1 << 19;

async function ldaSums(
  grids: Grids,
  values: Float32Array,
  signal: AbortSignal | undefined,
): Promise<{ xcLda: number; exchangeCorrelationLda: number }> {
  const names = volumetricFields(grids.kind, grids.blocks.length).map(({ name }) => name);
  const spin = (["|m|", "magnetization"] as const).find((name) => names.includes(name));
  const magnetization = spin && fieldOf(grids, spin).values();
  let [energy, doubleCounting] = [0, 0];
  for (let from = 0; from < values.length; from += AT_ONCE) {
    await pause();
    signal?.throwIfAborted();
    for (let i = from; i < Math.min(values.length, from + AT_ONCE); i++) {
      const terms = ldaTerms(values[i] ?? 0, magnetization?.[i] ?? 0);
      energy += terms.energy;
      doubleCounting += terms.doubleCounting;
    }
  }
  const point = volume(grids.structure.lattice) / values.length;
  return { xcLda: doubleCounting * point, exchangeCorrelationLda: energy * point };
}

/** A point on the cell's face stands as much at the other one. */
const fromMiddle = (i: number, points: number): number => (i === 0 ? 0 : i / points - 0.5);

function dipoleOf(values: Float32Array, { kept: [nx, ny, nz], structure: { lattice } }: Grids): Vector3 {
  const moments = [0, 0, 0];
  let i = 0;
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++) {
      let [total, along] = [0, 0];
      for (let x = 0; x < nx; x++) {
        const value = values[i++] ?? 0;
        total += value;
        along += value * fromMiddle(x, nx);
      }
      moments[0] = (moments[0] ?? 0) + along;
      moments[1] = (moments[1] ?? 0) + total * fromMiddle(y, ny);
      moments[2] = (moments[2] ?? 0) + total * fromMiddle(z, nz);
    }
  const point = volume(lattice) / values.length;
  return rowTimes(moments.map((sum) => -sum * point) as unknown as Vector3, lattice);
}
