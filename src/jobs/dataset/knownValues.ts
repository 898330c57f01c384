import { statSync } from "node:fs";
import path from "node:path";
import type { CellSize } from "../../core/learning/evaluation/targetScaling.js";
import { FILE_START, type Problem, problem } from "../../core/text/problem.js";
import type { RunTarget } from "../../protocol/runFiles.js";
import type { KnownValue } from "../../protocol/workerMethods.js";
import { reasonOf } from "../files/atomicFile.js";
import { LIMITS, readSmallText } from "../files/readSmallFile.js";
import { reportedValue, runTarget } from "../models/targetUnits.js";
import { originOf } from "../outputs/outputCache.js";
import { type OutputFiles, outputsIn } from "../outputs/outputFiles.js";
import { type MaterialTargets, readTargets } from "../outputs/targetsReading.js";
import { targetsCsv, targetsRow } from "../outputs/targetsTable.js";
import { densityIn, type MaterialFile, materialId } from "../spectra/materialFile.js";
import { parseTargets, TARGETS_FILE, type TargetRow, type TargetTable, targetColumns } from "./targetsFile.js";

/** What was calculated for a material. */
export interface KnownValues {
  /** For a model's target, in the unit of its predictions. */
  readonly of: (target: RunTarget, size: CellSize) => KnownValue | undefined;
  /** Why a table that is there tells nothing. */
  readonly problems: readonly Problem[];
}

interface Source {
  readonly file: string;
  readonly table: TargetTable;
  readonly row: TargetRow;
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
  const { sources: listed, problems } = tablesOf(entry);
  const names = new Set(targets.filter((name) => listed.every((source) => valueIn(source, name) === undefined)));
  const sources = [...listed, ...(names.size === 0 ? [] : await outputsOf(entry, names, signal))];
  const of = (target: RunTarget, size: CellSize) => {
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
  return { of, problems };
}

/** A file may stand in its dataset's folder, or in a folder of its own there. */
function tablesOf({ id, file }: MaterialFile): { readonly sources: Source[]; readonly problems: Problem[] } {
  const folder = path.dirname(path.resolve(file));
  const parent = path.dirname(folder);
  const places = [
    { folder, ids: [id, materialId(file)] },
    { folder: parent, ids: [path.basename(folder), id] },
  ];
  const problems: Problem[] = [];
  const sources = places.flatMap(({ folder: place, ids }) => {
    const name = path.join(place, TARGETS_FILE);
    const read = readTable(name);
    problems.push(...(read?.problems ?? []));
    const { table, rows } = read ?? {};
    const row = ids.map((one) => rows?.get(one)).find((one) => one !== undefined);
    return table === undefined || row === undefined ? [] : [{ file: name, table, row }];
  });
  return { sources, problems };
}

/** A table, or why there is none. */
interface ReadTable {
  readonly table?: TargetTable;
  readonly rows: ReadonlyMap<string, TargetRow>;
  readonly problems: readonly Problem[];
}

/** Tables that were read last, by name, size and time: a dataset's is asked for once for each of its materials. */
const tables = new Map<string, ReadTable>();
const KEPT_TABLES = 4;

function readTable(file: string): ReadTable | undefined {
  const facts = statSync(file, { throwIfNoEntry: false });
  if (facts === undefined) return undefined;
  const key = `${file} ${facts.size} ${facts.mtimeMs}`;
  if (!tables.has(key)) keep(tables, key, tableIn(file), KEPT_TABLES);
  return tables.get(key);
}

function tableIn(file: string): ReadTable {
  try {
    const { value: table, problems } = parseTargets(readSmallText(file, LIMITS.table));
    if (table) return { table, rows: new Map(table.rows.map((row) => [row.id, row])), problems: [] };
    return { rows: new Map(), problems: problems.slice(0, 1).map(({ message }) => unread(file, message)) };
  } catch (error) {
    return { rows: new Map(), problems: [unread(file, reasonOf(error))] };
  }
}

const unread = (file: string, reason: string) =>
  problem("warning", FILE_START, "no calculated values are shown, since {0} cannot be read: {1}", file, reason);

function keep<T>(known: Map<string, T>, key: string, value: T, count: number): void {
  for (const oldest of known.keys()) if (known.size >= count) known.delete(oldest);
  known.set(key, value);
}

function valueIn({ table, row }: Source, name: string): number | undefined {
  if (!targetColumns(table).some((column) => column.name === name)) return undefined;
  const index = table.columns.findIndex((column) => column.name === name);
  const value = row.numbers[index] ?? Number.NaN;
  return Number.isNaN(value) ? undefined : value;
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
  const row = table?.rows.find((one) => one.id === id);
  return file === undefined || !table || !row ? [] : [{ file, table, row, ...(atoms !== undefined && { atoms }) }];
}
