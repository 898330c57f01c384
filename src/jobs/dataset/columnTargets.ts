import { csvText } from "../../core/text/csvText.js";
import { isParquetName, parquetRows } from "../densities/readParquetDensity.js";
import type { MaterialFile } from "../spectra/materialFile.js";

/** Units of columns that tables name in one way. */
const UNITS: Readonly<Record<string, string>> = {
  energy: "eV",
  energy_per_atom: "eV/atom",
  band_gap: "eV",
  total_magnetization: "μ_B",
};
/** Numbers that describe the structure. */
const NO_TARGETS = /^(nsites|nelements|nperiodic_dimensions|last_modified|.*_index)$/;

/**
 * The plain numbers of the tables that materials stand in, as a `targets.csv`; with the energy also per atom. Undefined
 * where no material stands in a table.
 */
export async function columnTargets(entries: readonly MaterialFile[]): Promise<string | undefined> {
  const files = new Set(entries.flatMap(({ file, row }) => (row !== undefined && isParquetName(file) ? [file] : [])));
  if (files.size === 0) return undefined;
  const numbers = new Map<string, Readonly<Record<string, number>>>();
  for (const file of files)
    for (const one of (await parquetRows(file)).value ?? [])
      numbers.set(`${file} ${one.row}`, withPerAtom(one.numbers));
  const rows = entries.flatMap(({ id, file, row }) => {
    const found = numbers.get(`${file} ${row}`);
    return found ? [{ id, found }] : [];
  });
  const names = [...new Set(rows.flatMap(({ found }) => Object.keys(found)))].filter((name) => !NO_TARGETS.test(name));
  const head = ["id", ...names.map((name) => (UNITS[name] === undefined ? name : `${name} (${UNITS[name]})`))];
  const lines = rows.map(({ id, found }) => [id, ...names.map((name) => String(found[name] ?? ""))]);
  return [head, ...lines].map((cells) => `${cells.map(csvText).join(",")}\n`).join("");
}

function withPerAtom(numbers: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const { energy, nsites = 0, energy_per_atom: known } = numbers;
  return energy === undefined || known !== undefined || !(nsites >= 1)
    ? numbers
    : { ...numbers, energy_per_atom: energy / nsites };
}
