import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { volume } from "../../../src/core/crystal/lattice.js";
import { structureOfAtoms } from "../../../src/core/crystal/structureOfAtoms.js";
import { writeVolumetric } from "../../../src/core/formats/writeVolumetric.js";
import type { Matrix3, Vector3 } from "../../../src/core/math/matrix3.js";
import { DensityService } from "../../../src/jobs/surfaces/densityService.js";
import type { CrystalMethods } from "../../../src/protocol/crystalView.js";
import type { CallContext } from "../../../src/protocol/rpc.js";

export const SKEW: Matrix3 = [
  [6, 0, 0],
  [1.5, 5.5, 0],
  [-1, 0.8, 7],
];

export type Analytic = (x: number, y: number, z: number) => number;

export interface Written {
  readonly grid: Vector3;
  readonly lattice?: Matrix3;
  /** In the field's unit, one per block. */
  readonly blocks: readonly Analytic[];
  /** Multiplied with the volume, as VASP stores densities. Default: true. */
  readonly density?: boolean;
  readonly atoms?: readonly Vector3[];
}

export const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-surfaces-"));

/** Writes a file as VASP would; its path. */
export function writeField(
  name: string,
  { grid, lattice = SKEW, blocks, density = true, atoms = [[0, 0, 0]] }: Written,
): string {
  const file = path.join(folder, name);
  const factor = density ? volume(lattice) : 1;
  const structure = structureOfAtoms(
    name,
    lattice,
    atoms.map(() => "Si"),
    Float64Array.from(atoms.flat()),
  );
  const text = [
    ...writeVolumetric({
      structure,
      grid,
      blocks: blocks.map((field) => ({ values: [valuesOf(grid, field, factor)] })),
    }),
  ];
  writeFileSync(file, text.join(""));
  return file;
}

export function valuesOf(grid: Vector3, field: Analytic, factor = 1): Float64Array {
  const values = new Float64Array(grid[0] * grid[1] * grid[2]);
  let i = 0;
  for (let z = 0; z < grid[2]; z++)
    for (let y = 0; y < grid[1]; y++)
      for (let x = 0; x < grid[0]; x++) values[i++] = factor * field(x / grid[0], y / grid[1], z / grid[2]);
  return values;
}

export const wave: Analytic = (x, y, z) => 2 + Math.cos(2 * Math.PI * (x + 2 * y - z));

/** exp(-r²/width²) about a fractional centre, of the nearest image. */
export const gaussian =
  (lattice: Matrix3, centre: Vector3, width: number): Analytic =>
  (...r) => {
    const d = r.map((x, i) => x - (centre[i] ?? 0)).map((x) => x - Math.round(x));
    const cartesian = [0, 1, 2].map((k) => d.reduce((sum, x, i) => sum + x * (lattice[i]?.[k] ?? 0), 0));
    return Math.exp(-cartesian.reduce((sum, x) => sum + x * x, 0) / width ** 2);
  };

const context: CallContext = { cancelled: false, onCancel: () => {}, progress: () => {} };

type Params<K extends keyof CrystalMethods> = Parameters<CrystalMethods[K]>[0];

/** Calls a method of a service as the job process does. */
export async function ask<K extends keyof CrystalMethods>(
  service: DensityService,
  method: K,
  params: Params<K>,
): Promise<Awaited<ReturnType<CrystalMethods[K]>>> {
  return (await service.handlers[method](params as never, context)) as Awaited<ReturnType<CrystalMethods[K]>>;
}

export const newService = (limit?: number) => new DensityService(limit);
