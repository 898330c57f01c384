import { existsSync, statSync } from "node:fs";
import path from "node:path";
import type { TargetColumn } from "../../core/learning/evaluation/targetScaling.js";
import type { StudyOptions } from "../../core/settings/studyOptions.js";
import { FILE_START, type FileProblem, problem } from "../../core/text/problem.js";
import type { DatasetSummary } from "../../protocol/workerMethods.js";
import { isParquetName } from "../densities/readParquetDensity.js";
import { reasonOf } from "../files/atomicFile.js";
import { LIMITS, readSmallText } from "../files/readSmallFile.js";
import { UsageError } from "../files/usageError.js";
import { CONFIG_FILE, readConfig } from "../settings/configFile.js";
import type { MaterialFile } from "../spectra/materialFile.js";
import { isListFile } from "./listFile.js";
import { lookThrough, type ResolvedPaths, resolvePaths } from "./materialFiles.js";
import { parseTargets, readTarget, TARGETS_FILE, type TargetTable, targetColumns } from "./targetsFile.js";

/** A dataset's folder (spec section 9) before any density is read. */
export interface Dataset {
  readonly folder: string;
  readonly entries: readonly MaterialFile[];
  readonly table?: TargetTable;
  /** Where the table stands, or would. */
  readonly tableFile: string;
  /** Of its `r3dvs.json`. */
  readonly options: StudyOptions;
  readonly problems: readonly FileProblem[];
}

/** The materials that have a value of every target, and what is wrong with the others. */
export interface Labels {
  readonly targets: readonly TargetColumn[];
  readonly entries: readonly MaterialFile[];
  /** By target, then by id. */
  readonly values: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Left out, with the place that says why. */
  readonly unlabelled: readonly { readonly entry: MaterialFile; readonly problems: readonly FileProblem[] }[];
  /** Materials that have other targets but not this one. */
  readonly lacking: readonly { readonly entry: MaterialFile; readonly target: string; readonly problem: FileProblem }[];
}

/** Throws `UsageError` where no folder with materials stands. */
export async function openDataset(given: string): Promise<Dataset> {
  const facts = statSync(given, { throwIfNoEntry: false });
  if (facts === undefined) throw new UsageError(`no such folder: ${given}`);
  const isList = !facts.isDirectory() && (isListFile(given) || isParquetName(given));
  if (!facts.isDirectory() && !isList)
    throw new UsageError(
      `${given} is a file; a dataset is a folder with one subfolder per material, a list of paths (.txt) or a table with a density in each row (.parquet)`,
    );
  const folder = isList ? path.dirname(path.resolve(given)) : given;
  const { materials, remarks } = isList ? sortedList(await resolvePaths([given])) : await lookThrough(folder);
  const entries = materials.filter((entry, index) => entry.id !== materials[index - 1]?.id);
  const twice = materials
    .filter((entry, index) => entry.id === materials[index - 1]?.id)
    .map(({ id, file }) => fileProblem(file, "another density is also named {0}; this one is skipped", id));
  if (entries.length === 0)
    throw new UsageError(`${given} contains no materials: a material is a subfolder with a CHGCAR`);
  const tableFile = path.join(folder, TARGETS_FILE);
  const targets = readTargetTable(tableFile);
  const config = readOptions(path.join(folder, CONFIG_FILE));
  const problems = [...twice, ...remarks, ...targets.problems, ...config.problems];
  const table = targets.table && withShortIds(targets.table, folder, entries);
  return { folder, entries, tableFile, options: config.options, problems, ...(table && { table }) };
}

const sortedList = ({ materials, remarks }: ResolvedPaths) => ({
  materials: [...materials].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)),
  remarks,
});

/** Rows that name a material by its whole path in the dataset. */
function withShortIds(table: TargetTable, folder: string, entries: readonly MaterialFile[]): TargetTable {
  const ids = new Set(entries.map(({ id }) => id));
  if (table.rows.every(({ id }) => ids.has(id))) return table;
  const byPath = new Map(
    entries.map(({ id, file }) => [path.relative(folder, path.dirname(file)).split(path.sep).join("/"), id]),
  );
  const rows = table.rows.map((row) =>
    ids.has(row.id) ? row : { ...row, id: byPath.get(row.id.replace(/^\.\/|\/$/g, "")) ?? row.id },
  );
  return { ...table, rows };
}

/** What the editor shows before a run is started. */
export function summarizeDataset({ folder, entries, table, problems }: Dataset): DatasetSummary {
  const ids = new Set(entries.map(({ id }) => id));
  const columns = table === undefined ? [] : targetColumns(table);
  const targets = columns.map(({ name, unit }) => {
    return { name, unit, available: availableOf(table as TargetTable, name, ids) };
  });
  return { folder, materials: entries, targets, problems: [...problems, ...rowsWithoutMaterial(folder, table, ids)] };
}

function availableOf({ columns, rows }: TargetTable, name: string, ids: ReadonlySet<string>): number {
  const index = columns.findIndex((column) => column.name === name);
  return rows.filter(({ id, numbers }) => !Number.isNaN(numbers[index] ?? Number.NaN) && ids.has(id)).length;
}

/**
 * Picks targets by name, or all there are. A material without a finite value of one is left out for that one, without
 * any it is left out. Throws `UsageError` for a target that is not there.
 */
export function labelMaterials(dataset: Dataset, names?: readonly string[]): Labels {
  const { table, tableFile: file } = dataset;
  if (table === undefined)
    throw new UsageError(
      `${file} is needed (one row per material: its id, then one column per target), or an OUTCAR beside each density`,
    );
  const targets = chooseTargets(table, file, names);
  const read = targets.map(({ name }) => readTarget(table, name));
  const values = new Map(targets.map(({ name }, index) => [name, read[index]?.values ?? new Map<string, number>()]));
  const rows = new Set(table.rows.map(({ id }) => id));
  const unlabelled = dataset.entries.flatMap((entry) => {
    if (!rows.has(entry.id))
      return [{ entry, problems: [fileProblem(entry.file, "{0} has no row in {1}", entry.id, file)] }];
    const problems = read.flatMap(({ missing }) => missing.get(entry.id) ?? []);
    return problems.length < targets.length
      ? []
      : [{ entry, problems: problems.map((found) => ({ file, problem: { ...found, severity: "error" as const } })) }];
  });
  const out = new Set(unlabelled.map(({ entry }) => entry.id));
  const entries = dataset.entries.filter(({ id }) => !out.has(id));
  const lacking = entries.flatMap((entry) =>
    targets.flatMap(({ name }, index) => {
      const found = read[index]?.missing.get(entry.id);
      return found === undefined ? [] : [{ entry, target: name, problem: { file, problem: found } }];
    }),
  );
  return { targets, entries, values, unlabelled, lacking };
}

/** Rows whose material is not there: a warning each, since nothing is lost by them. */
export function rowsWithoutMaterial(
  folder: string,
  table: TargetTable | undefined,
  ids: ReadonlySet<string>,
): FileProblem[] {
  const file = path.join(folder, TARGETS_FILE);
  const rows = table?.rows.filter(({ id }) => !ids.has(id)) ?? [];
  return rows.map(({ id, place }) => ({
    file,
    problem: problem("warning", place, "there is no material {0} in this folder", id),
  }));
}

function chooseTargets(
  table: TargetTable,
  file: string,
  names: readonly string[] | undefined,
): readonly TargetColumn[] {
  const there = targetColumns(table);
  if (there.length === 0) throw new UsageError(`${file} has no numeric column to train on`);
  if (names === undefined) return there;
  return [...new Set(names)].map((name) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (column !== undefined) return column;
    throw new UsageError(
      `${file} has no column ${name}; choose from ${there.map((candidate) => candidate.name).join(", ")}`,
    );
  });
}

function readTargetTable(file: string): { table?: TargetTable; problems: FileProblem[] } {
  if (!existsSync(file)) return { problems: [] };
  try {
    const { value, problems } = parseTargets(readSmallText(file, LIMITS.table));
    return { problems: problems.map((found) => ({ file, problem: found })), ...(value && { table: value }) };
  } catch (error) {
    return { problems: [fileProblem(file, "{0}", reasonOf(error))] };
  }
}

function readOptions(file: string): { options: StudyOptions; problems: FileProblem[] } {
  if (!existsSync(file)) return { options: {}, problems: [] };
  const { value, problems } = readConfig(file);
  return { options: value ?? {}, problems: problems.map((found) => ({ file, problem: found })) };
}

const fileProblem = (file: string, template: string, ...args: string[]): FileProblem => ({
  file,
  problem: problem("error", FILE_START, template, ...args),
});
