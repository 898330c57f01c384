import { createRequire } from "node:module";
import path from "node:path";
import type { Structure } from "../../core/crystal/structure.js";
import { runsOf, structureOf } from "../../core/formats/pymatgenStructure.js";
import { determinant, inverse, type Matrix3, rowTimes, type Vector3 } from "../../core/math/matrix3.js";
import { FILE_START, type Parsed, type Problem, problem } from "../../core/text/problem.js";
import { distFile } from "../files/distFile.js";
import { headOf } from "./frameBuilder.js";
import type { openParquet, ParquetTable } from "./parquetLibrary.js";
import { SourceError, sourceProblem, type ValueSource } from "./scaledValues.js";

/** Density times volume, flattened in C order, and the points of its grid along a, b and c. */
const DENSITY = "charge_density";
const SHAPE = "charge_density_grid_shape";
/** Smoothed and thinned out: no fair input. */
const COMPRESSED = "compressed_charge_density";
/** As OPTIMADE names a structure, and as pymatgen keeps one. */
const STRUCTURE = ["lattice_vectors", "cartesian_site_positions", "species_at_sites", "structure"];
const IDS = ["immutable_id", "id", "material_id", "task_id", "name"];

export const isParquetName = (file: string): boolean => /\.parquet$/i.test(file);

/** A row with a density. */
export interface ParquetRow {
  /** From 0. */
  readonly row: number;
  readonly id: string;
  /** Reduced; empty where no column tells it. */
  readonly formula: string;
  /** Its plain numbers by column. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** The rows that hold a density, with ids that differ; without a value where the table holds none or cannot be read. */
export async function parquetRows(file: string): Promise<Parsed<readonly ParquetRow[]>> {
  return withTable(file, async (table) => {
    const missing = missingColumns(table);
    if (missing) return { problems: [missing] };
    const id = IDS.find((name) => table.columns.has(name));
    const numeric = [...table.columns].flatMap(([name, kind]) => (kind === "number" ? [name] : []));
    const read = await table.read([...(id === undefined ? [] : [id]), SHAPE, "chemical_formula_reduced", ...numeric]);
    const used = new Map<string, number>();
    const rows = read.flatMap((values, row) => {
      if (table.columns.has(SHAPE) && gridOf(values[SHAPE]) === undefined) return [];
      const named = String((id !== undefined && values[id]) || `row-${row + 1}`);
      const before = used.get(named) ?? 0;
      used.set(named, before + 1);
      const found = numeric
        .map((name) => [name, Number(values[name] ?? Number.NaN)] as const)
        .filter(([, value]) => Number.isFinite(value));
      const formula = String(values.chemical_formula_reduced ?? "");
      return [
        { row, id: before === 0 ? named : `${named}-${before + 1}`, formula, numbers: Object.fromEntries(found) },
      ];
    });
    return { value: rows, problems: [] };
  });
}

/**
 * The density of one row, from 1; the first one that has any where none is asked for. `rows`: how many the table has.
 * Rejects only with the signal's reason.
 */
export async function parquetSource(
  file: string,
  frame: number | undefined,
  signal?: AbortSignal,
): Promise<Parsed<ValueSource & { readonly rows: number; readonly row: number }>> {
  return withTable(file, async (table) => {
    const missing = missingColumns(table);
    if (missing) return { problems: [missing] };
    const row = frame === undefined ? await firstRow(table) : frame - 1;
    signal?.throwIfAborted();
    if (!(row >= 0 && row < table.rows))
      return { problems: [problem("error", FILE_START, "no row {0}: the table has {1}", row + 1, table.rows)] };
    const isNested = !table.columns.has(SHAPE);
    const [values = {}] = await table.read([...STRUCTURE, isNested ? DENSITY : SHAPE], row, row + 1);
    const grid = isNested ? nestedGrid(values[DENSITY]) : gridOf(values[SHAPE]);
    if (!grid) return { problems: [problem("error", FILE_START, "row {0} has no density", row + 1)] };
    const { value: structure, problems } = structureIn(values);
    if (!structure) return { problems };
    const value = {
      head: headOf(structure, grid, "z"),
      blocks: 1,
      problems,
      rows: table.rows,
      row: row + 1,
      values: () => valuesOf(file, row, grid),
    };
    return { value, problems: [] };
  });
}

const PIECE = 65_536;

/** Throws SourceError. */
async function* valuesOf(file: string, row: number, [a, b, c]: Vector3): AsyncGenerator<Float64Array> {
  const { value, problems } = await withTable(file, async (table) => ({
    value: table.isText(DENSITY) ? await numbersInText(table, row) : await table.numbersOf(DENSITY, row),
    problems: [],
  }));
  if (problems[0]) throw new SourceError(problems[0].message);
  if (value?.length !== a * b * c)
    throw new SourceError(`the density has ${value?.length ?? 0} values, its grid ${a * b * c}`);
  for (let from = 0; from < value.length; from += PIECE) {
    const piece = new Float64Array(Math.min(PIECE, value.length - from));
    for (let i = 0; i < piece.length; i++) piece[i] = Number(value[from + i] ?? Number.NaN);
    yield piece;
  }
}

/** Of lists that are kept as JSON, nested or not. Throws SourceError. */
async function numbersInText(table: ParquetTable, row: number): Promise<Float64Array> {
  const [values] = await table.read([DENSITY], row, row + 1);
  const given = values?.[DENSITY];
  const list = listOf(typeof given === "string" ? parsed(given) : given).flat(2);
  if (list.length === 0 || !list.every((value) => typeof value === "number"))
    throw new SourceError(`the column ${DENSITY} holds texts that are no lists of numbers`);
  return Float64Array.from(list as number[]);
}

/** Tables of others may begin with rows that lack a density. */
async function firstRow(table: ParquetTable): Promise<number> {
  if (!table.columns.has(SHAPE)) return 0;
  for (let from = 0; from < table.rows; from += 1000) {
    const rows = await table.read([SHAPE], from, Math.min(from + 1000, table.rows));
    const found = rows.findIndex((values) => gridOf(values[SHAPE]) !== undefined);
    if (found >= 0) return from + found;
  }
  return 0;
}

function missingColumns(table: ParquetTable): Problem | undefined {
  const { columns } = table;
  if (columns.has(DENSITY) && (columns.has(SHAPE) || table.depthOf(DENSITY) === 3)) return undefined;
  if (columns.has(COMPRESSED)) {
    const template =
      "{0} is smoothed and thinned out: its plane waves are damped (to 0.45 at 1 Å⁻¹), so that no descriptor is made of it";
    return problem("error", FILE_START, template, COMPRESSED);
  }
  const template = columns.has(DENSITY)
    ? "this Parquet file has no column {1}, which tells the points along a, b and c, and {0} is not nested"
    : "this Parquet file has no columns {0} and {1}";
  return problem("error", FILE_START, template, DENSITY, SHAPE);
}

/** The points of lists of lists of lists, all of one length on each axis. */
function nestedGrid(value: unknown): Vector3 | undefined {
  const planes = listOf(value);
  const rows = planes.flatMap((plane) => [...listOf(plane)]);
  const [first] = rows;
  const ny = rows.length / planes.length;
  const nz = listOf(first).length;
  const isGrid = planes.every((plane) => listOf(plane).length === ny) && rows.every((row) => listOf(row).length === nz);
  return isGrid ? gridOf([planes.length, ny, nz]) : undefined;
}

function gridOf(shape: unknown): Vector3 | undefined {
  const [a, b, c, ...rest] = listOf(shape).map(Number);
  const isGrid =
    rest.length === 0 && [a, b, c].every((n) => Number.isInteger(n) && (n ?? 0) >= 1 && (n ?? 0) <= 100_000);
  return isGrid ? [a ?? 0, b ?? 0, c ?? 0] : undefined;
}

/** Rows of three numbers, nested or one behind the other. */
function triples(value: unknown): number[][] {
  const list = listOf(value);
  if (list.some((row) => listOf(row).length > 0)) return list.map((row) => listOf(row).map(Number));
  const numbers = list.map(Number);
  return Array.from({ length: Math.ceil(numbers.length / 3) }, (_, i) => numbers.slice(3 * i, 3 * i + 3));
}

function structureIn(values: Readonly<Record<string, unknown>>): Parsed<Structure> {
  const rows = triples(values.lattice_vectors);
  const places = triples(values.cartesian_site_positions);
  const labels = listOf(values.species_at_sites).map(String);
  const isSound =
    rows.length === 3 && [...rows, ...places].every((row) => row.length === 3 && row.every(Number.isFinite));
  const lattice = rows as unknown as Matrix3;
  if (isSound && places.length > 0 && places.length === labels.length && Math.abs(determinant(lattice)) > 1e-9) {
    const toFractional = inverse(lattice);
    const fractional = Float64Array.from(
      places.flatMap((place) => rowTimes(place as unknown as Vector3, toFractional)),
    );
    return { value: { comment: "", lattice, ...runsOf(labels), fractional }, problems: [] };
  }
  const { structure } = values;
  const inside = structureOf(typeof structure === "string" ? parsed(structure) : structure);
  if (inside.value) return inside;
  return {
    problems: [
      problem(
        "error",
        FILE_START,
        "the row has no structure (lattice_vectors, cartesian_site_positions, species_at_sites)",
      ),
    ],
  };
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? Array.from(value as unknown as ArrayLike<unknown>)
    : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function withTable<T>(file: string, use: (table: ParquetTable) => Promise<Parsed<T>>): Promise<Parsed<T>> {
  try {
    const table = await library().openParquet(path.resolve(file));
    try {
      return await use(table);
    } finally {
      table.close();
    }
  } catch (error) {
    const { isParquet, message } = error as { readonly isParquet?: true; readonly message: string };
    return { problems: [isParquet ? problem("error", FILE_START, "{0}", message) : sourceProblem(error)] };
  }
}

/** Loaded when the first such file is read. */
function library(): { readonly openParquet: typeof openParquet } {
  const script = distFile("parquet.js");
  return createRequire(script)(script) as { readonly openParquet: typeof openParquet };
}
