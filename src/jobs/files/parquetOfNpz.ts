import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type NpyArray, numbersOf, textsOf } from "./npy.js";
import { readNpz } from "./npz.js";
import { type ParquetCell, type ParquetColumn, ParquetFile } from "./parquetFile.js";
import { LIMITS, readSmallFile } from "./readSmallFile.js";
import { softwareVersion } from "./version.js";

/**
 * Writes what `writeNpz` writes for numpy as Parquet: arrays with a row for each of `ids` become columns (lists where a
 * row has several numbers), the others stand in the key `arrays` of the file's metadata as JSON, `meta.json` in the key
 * `r3dvs`. Throws `WriteError`.
 */
export async function asParquet(file: string, writeNpz: (file: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "r3dvs-table-"));
  try {
    const npz = path.join(folder, "arrays.npz");
    await writeNpz(npz);
    const { arrays, texts } = readNpz(readSmallFile(npz, LIMITS.weights));
    writeTable(file, arrays, texts.get("meta.json") ?? "");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeTable(file: string, arrays: ReadonlyMap<string, NpyArray>, metadata: string): void {
  const rows = arrays.get("ids")?.shape[0] ?? 0;
  const isColumn = ({ shape }: NpyArray) => shape[0] === rows;
  // a table of all pairs of species may have as many rows as there are materials
  const own = [...arrays].filter(([name, array]) => isColumn(array) && name !== "pairs" && name !== "starts");
  const rest = [...arrays].filter(([name]) => !own.some(([column]) => column === name));
  const beside = Object.fromEntries(
    rest.map(([name, array]) => [name, { shape: array.shape, values: [...numbersOf(array)] }]),
  );
  const columns = own.map(
    ([name, array]): ParquetColumn => ({ name: name === "ids" ? "id" : name, type: typeOf(array) }),
  );
  const table = new ParquetFile(
    file,
    columns,
    { r3dvs: metadata, arrays: JSON.stringify(beside) },
    `r3dvs ${softwareVersion}`,
  );
  try {
    const cells = own.map(([, array]) => cellsOf(array, rows));
    table.addGroup(Array.from({ length: rows }, (_, row) => cells.map((column) => column[row] as ParquetCell)));
    table.close();
  } catch (error) {
    table.discard();
    throw error;
  }
}

function typeOf({ type, shape }: NpyArray): ParquetColumn["type"] {
  if (type.startsWith("<U")) return "text";
  if (shape.length === 1) return type === "<i4" ? "int" : "double";
  return type === "<f4" ? "floats" : "doubles";
}

function cellsOf(array: NpyArray, rows: number): ParquetCell[] {
  if (array.type.startsWith("<U")) return textsOf(array);
  const values = numbersOf(array);
  if (array.shape.length === 1) return [...values];
  const width = values.length / rows;
  return Array.from({ length: rows }, (_, row) => Float64Array.from(values.subarray(row * width, (row + 1) * width)));
}
