import path from "node:path";
import { exactOutput } from "../../core/formats/fileNames.js";
import type { FileProblem } from "../../core/text/problem.js";
import type { Cancellation } from "../../protocol/rpc.js";
import { RpcError } from "../../protocol/rpc.js";
import type { DatasetSummary } from "../../protocol/workerMethods.js";
import { writeFileAtomically } from "../files/atomicFile.js";
import { privateFolder } from "../files/privateFolder.js";
import { OutputCache, originOf } from "../outputs/outputCache.js";
import { type OutputFiles, outputsOf } from "../outputs/outputFiles.js";
import { readTargets, type TargetsReading } from "../outputs/targetsReading.js";
import { type TargetsRow, targetsCsv, targetsRow } from "../outputs/targetsTable.js";
import { isEncodedName } from "../spectra/encodedMaterials.js";
import type { MaterialFile } from "../spectra/materialFile.js";
import { columnTargets } from "./columnTargets.js";
import { type Dataset, openDataset, summarizeDataset } from "./dataset.js";
import { parseTargets, TARGETS_FILE, type TargetTable } from "./targetsFile.js";

/** A dataset's materials and targets, those of its outputs included. Throws `UsageError`. */
export async function inspectDataset(folder: string): Promise<DatasetSummary> {
  return summarizeDataset(await withOutputTargets(await openDataset(folder), undefined));
}

/**
 * The dataset with targets from the outputs beside its densities (spec section 9): all of them where there is no
 * targets.csv, which then stands in `.r3dvs`;
 * with one, those that are asked for and that it does not have. Rejects when cancelled.
 */
export async function withOutputTargets(
  dataset: Dataset,
  names: readonly string[] | undefined,
  cancellation?: Cancellation,
): Promise<Dataset> {
  const { table, folder, entries } = dataset;
  const known = new Set(table?.columns.map(({ name }) => name));
  if (table !== undefined && (names ?? []).every((name) => known.has(name))) return dataset;
  const columns = table === undefined ? await columnTargets(entries) : undefined;
  if (columns) return withTable(dataset, columns, []);
  const outputs = entries.flatMap((entry) => (isEncodedName(entry.file) ? [] : (outputsBeside(entry, folder) ?? [])));
  if (outputs.length === 0) return dataset;
  const perCell = names?.some((name) => PER_CELL.test(name)) ?? false;
  const { rows, problems } = await readRows(outputs, new OutputCache(folder), perCell, cancellation);
  const text = targetsCsv(rows);
  const derived = parseTargets(text).value;
  if (!derived || rows.length === 0) return { ...dataset, problems: [...dataset.problems, ...problems] };
  if (table !== undefined)
    return { ...dataset, table: merged(table, derived), problems: [...dataset.problems, ...problems] };
  return withTable(dataset, text, problems);
}

/** A table that was made stands in `.r3dvs`. */
function withTable(dataset: Dataset, text: string, problems: readonly FileProblem[]): Dataset {
  const table = parseTargets(text).value;
  const tableFile = path.join(privateFolder(dataset.folder), TARGETS_FILE);
  writeFileAtomically(tableFile, text);
  return { ...dataset, ...(table && { table }), tableFile, problems: [...dataset.problems, ...problems] };
}

/** In the dataset's own folder outputs without a material's name are nobody's. */
function outputsBeside(entry: MaterialFile, folder: string): OutputFiles | undefined {
  const found = outputsOf(entry);
  const isRoot = path.resolve(path.dirname(entry.file)) === path.resolve(folder);
  return isRoot && found !== undefined && !isNamed(found) ? undefined : found;
}

const isNamed = ({ outcar, vasprun, eigenval }: OutputFiles) =>
  [outcar, vasprun, eigenval].every((file) => file === undefined || exactOutput(file) === undefined);

const PER_CELL = /^(E_hartree|Exc_minus_Vxc|E_ewald|E_band|E0)$/;

async function readRows(
  outputs: readonly OutputFiles[],
  cache: OutputCache,
  perCell: boolean,
  cancellation: Cancellation | undefined,
): Promise<{ rows: TargetsRow[]; problems: FileProblem[] }> {
  const reading = new AbortController();
  const release = cancellation?.onCancel(() =>
    reading.abort(new RpcError("cancelled", "reading the outputs was cancelled")),
  );
  const rows: TargetsRow[] = [];
  const problems: FileProblem[] = [];
  try {
    for (const files of outputs) {
      const { targets, problems: found } = cache.read(files) ?? (await readAnew(files, cache, reading.signal));
      problems.push(...found);
      if (targets.total !== undefined || targets.gap !== undefined) rows.push(targetsRow(targets, { perCell }));
    }
  } finally {
    cache.save();
    release?.();
  }
  return { rows, problems };
}

async function readAnew(files: OutputFiles, cache: OutputCache, signal: AbortSignal): Promise<TargetsReading> {
  const origin = originOf(files);
  const reading = await readTargets(files, { checkDensity: false, signal });
  cache.keep(files, origin, reading);
  return reading;
}

/** The columns that the first table lacks, at its rows' places. */
function merged(table: TargetTable, derived: TargetTable): TargetTable {
  const known = new Set(table.columns.map(({ name }) => name));
  const added = derived.columns
    .map((column, index) => ({ column, index }))
    .filter(({ column }) => !known.has(column.name));
  const byId = new Map(derived.rows.map((row) => [row.id, row]));
  const rows = table.rows.map((row) => {
    const other = byId.get(row.id);
    const numbers = added.map(({ index }) => other?.numbers[index] ?? Number.NaN);
    const texts = () => {
      const cells = other?.cells();
      return added.map(({ index }) => ({ text: cells?.[index]?.text ?? "", place: row.place }));
    };
    return { ...row, numbers: [...row.numbers, ...numbers], cells: () => [...row.cells(), ...texts()] };
  });
  return { columns: [...table.columns, ...added.map(({ column }) => column)], rows };
}
