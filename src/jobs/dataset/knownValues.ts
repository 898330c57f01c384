import { statSync } from "node:fs";
import path from "node:path";
import type { CellSize } from "../../core/learning/evaluation/targetScaling.js";
import type { RunTarget } from "../../protocol/runFiles.js";
import type { KnownValue } from "../../protocol/workerMethods.js";
import { LIMITS, readSmallText } from "../files/readSmallFile.js";
import { reportedValue, runTarget } from "../models/targetUnits.js";
import { originOf } from "../outputs/outputCache.js";
import { type OutputFiles, outputsIn } from "../outputs/outputFiles.js";
import { type MaterialTargets, readTargets } from "../outputs/targetsReading.js";
import { targetsCsv, targetsRow } from "../outputs/targetsTable.js";
import { densityIn, type MaterialFile, materialId } from "../spectra/materialFile.js";
import { parseTargets, readTarget, TARGETS_FILE, type TargetTable, targetColumns } from "./targetsFile.js";

/** The calculated value of a material for a model's target, in the unit of its predictions. */
export type KnownValues = (target: RunTarget, size: CellSize) => KnownValue | undefined;

interface Source {
  readonly file: string;
  readonly table: TargetTable;
  readonly id: string;
  /** Of the cell that outputs are of. */
  readonly atoms?: number;
}

/**
 * What was calculated for a material (spec section 8): by the `targets.csv` of its dataset, else by the outputs of VASP
 * in its own folder.
 * A target is known by its column's name, and where both name a unit, only in the same one. Never rejects but with the
 * signal's reason.
 */
export async function knownValues(
  entry: MaterialFile,
  targets: readonly string[],
  signal?: AbortSignal,
): Promise<KnownValues> {
  const listed = tablesOf(entry);
  const names = new Set(targets.filter((name) => listed.every((source) => valueIn(source, name) === undefined)));
  const sources = [...listed, ...(names.size === 0 ? [] : await outputsOf(entry, names, signal))];
  return (target, size) => {
    for (const source of sources) {
      if (source.atoms !== undefined && source.atoms !== size.atoms) continue;
      const value = valueIn(source, target.name);
      const column = source.table.columns.find(({ name }) => name === target.name);
      if (value === undefined || column === undefined) continue;
      const own = runTarget(column);
      if (own.reportedUnit !== "" && target.reportedUnit !== "" && own.reportedUnit !== target.reportedUnit) continue;
      return { value: reportedValue(own, value, size), file: source.file };
    }
    return undefined;
  };
}

/** A file may stand in its dataset's folder, or in a folder of its own there. */
function tablesOf({ id, file }: MaterialFile): Source[] {
  const folder = path.dirname(path.resolve(file));
  const parent = path.dirname(folder);
  const places = [
    { folder, ids: [id, materialId(file)] },
    { folder: parent, ids: [path.basename(folder), id] },
  ];
  return places.flatMap(({ folder: place, ids }) => {
    const table = readTable(path.join(place, TARGETS_FILE));
    const own = ids.find((one) => table?.rows.some((row) => row.id === one));
    return table === undefined || own === undefined ? [] : [{ file: path.join(place, TARGETS_FILE), table, id: own }];
  });
}

/** Tables that were read last, by name, size and time: a dataset's is asked for once for each of its materials. */
const tables = new Map<string, TargetTable | undefined>();
const KEPT_TABLES = 4;

function readTable(file: string): TargetTable | undefined {
  const facts = statSync(file, { throwIfNoEntry: false });
  if (!facts?.isFile()) return undefined;
  const key = `${file} ${facts.size} ${facts.mtimeMs}`;
  if (!tables.has(key)) keep(tables, key, tableIn(file), KEPT_TABLES);
  return tables.get(key);
}

function tableIn(file: string): TargetTable | undefined {
  try {
    return parseTargets(readSmallText(file, LIMITS.table)).value;
  } catch {
    return undefined; // what is wrong with a table is told by the jobs that need it
  }
}

function keep<T>(known: Map<string, T>, key: string, value: T, count: number): void {
  for (const oldest of known.keys()) if (known.size >= count) known.delete(oldest);
  known.set(key, value);
}

function valueIn({ table, id }: Source, name: string): number | undefined {
  if (!targetColumns(table).some((column) => column.name === name)) return undefined;
  return readTarget(table, name).values.get(id);
}

/**
 * What outputs told last, by their names, sizes and times: they may be hundreds of MB, and a file is predicted again
 * whenever a model changes.
 */
const outputs = new Map<string, Source[]>();
const KEPT_OUTPUTS = 50;

async function outputsOf(
  { file }: MaterialFile,
  names: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<Source[]> {
  const found = ownOutputs(file);
  if (found === undefined || ![...names].some((name) => TOLD.test(name))) return [];
  const key = `${found.place}\n${originOf(found)}`;
  const known = outputs.get(key);
  if (known !== undefined) return known;
  const { targets } = await readTargets(found, { checkDensity: false, ...(signal && { signal }) });
  const { gap, ...energies } = targets;
  const sources = [
    ...sourceOf(found.outcar ?? found.vasprun, energies),
    ...sourceOf(found.vasprun ?? found.eigenval, {
      id: found.id,
      ...(energies.atoms && { atoms: energies.atoms }),
      ...(gap && { gap }),
    }),
  ];
  keep(outputs, key, sources, KEPT_OUTPUTS);
  return sources;
}

/** The columns of `targetsRow`. */
const TOLD = /^(E_hartree|Exc_minus_Vxc|E_ewald|E_band|E0)(_per_atom)?$|^band_gap/;

/** Outputs beside the file, if it is its folder's density. */
function ownOutputs(file: string): OutputFiles | undefined {
  const folder = path.dirname(path.resolve(file));
  try {
    return densityIn(folder) === path.resolve(file) ? outputsIn(folder) : undefined;
  } catch {
    return undefined;
  }
}

function sourceOf(file: string | undefined, targets: MaterialTargets): Source[] {
  const { id, atoms } = targets;
  const table = parseTargets(targetsCsv([targetsRow(targets, { perCell: true })])).value;
  return file === undefined || table === undefined ? [] : [{ file, table, id, ...(atoms !== undefined && { atoms }) }];
}
