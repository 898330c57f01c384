import { csv } from "../../core/text/csv.js";
import type { MaterialTargets } from "./targetsReading.js";

/** A row of targets.csv by column; undefined cells are empty. */
export type TargetsRow = Readonly<Record<string, string | number | undefined>>;

export interface TableOptions {
  /** Energies of the cell beside those per atom. */
  readonly perCell: boolean;
  /** Atomic reference energies in eV by element: the cohesive energy has a column then. */
  readonly references?: ReadonlyMap<string, number>;
}

/** Columns of spec section 8, by names whose kind and unit `inferTargets` knows. */
const ENERGIES = [
  ["E_hartree", "hartree"],
  ["Exc_minus_Vxc", "exchangeCorrelation"],
  ["E_ewald", "ionIon"],
  ["E_band", "oneElectron"],
  ["E0", "total"],
] as const;

/** The row of a material; all rows of the same options have the same columns. */
export function targetsRow(targets: MaterialTargets, { perCell, references }: TableOptions): TargetsRow {
  const { id, formula, atoms, volume, gap } = targets;
  const energies = ENERGIES.flatMap(([name, key]) => {
    const value = targets[key];
    const perAtom = [`${name}_per_atom`, divided(value, atoms)] as const;
    return perCell ? [[name, rounded(value)] as const, perAtom] : [perAtom];
  });
  return {
    id,
    formula,
    n_atoms: atoms,
    volume: rounded(volume),
    ...Object.fromEntries(energies),
    ...(references && { cohesive_energy_per_atom: divided(cohesiveEnergy(targets, references), atoms) }),
    band_gap: rounded(gap?.gap),
    band_gap_direct: rounded(gap?.direct),
  };
}

/** The elements of a material that have no reference energy. */
export function elementsWithoutReference(
  { elements }: MaterialTargets,
  references: ReadonlyMap<string, number>,
): string[] {
  return [...(elements?.keys() ?? [])].filter((element) => !references.has(element));
}

/** The rows as CSV, with a header. */
export function targetsCsv(rows: readonly TargetsRow[]): string {
  const columns = Object.keys(rows[0] ?? { id: "" });
  return csv(
    columns,
    rows.map((row) => columns.map((column) => row[column])),
  );
}

/** The energy in eV that the cell's free atoms have beyond the crystal. */
function cohesiveEnergy(
  { elements, total }: MaterialTargets,
  references: ReadonlyMap<string, number>,
): number | undefined {
  if (!elements || total === undefined) return undefined;
  let free = 0;
  for (const [element, count] of elements) free += count * (references.get(element) ?? Number.NaN);
  return Number.isNaN(free) ? undefined : free - total;
}

function divided(value: number | undefined, atoms: number | undefined): number | undefined {
  return value === undefined || !atoms ? undefined : rounded(value / atoms);
}

/** Twelve digits: more than the outputs have, and no dust of the arithmetic. */
function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Number(value.toPrecision(12)) + 0;
}
