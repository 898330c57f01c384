import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "csv-parse/sync";

/** The collection of real and derived VASP files beside the checkout; tests over it are skipped where it is absent. */
export const COLLECTION = path.resolve(import.meta.dirname, "../../../shared/data/vasp");
export const hasCollection = existsSync(path.join(COLLECTION, "manifest.csv"));

/** One file of the collection with the facts an independent reader found. */
export interface ManifestRow {
  readonly file: string;
  readonly kind: string;
  readonly expect: string;
  readonly natoms: string;
  readonly formula: string;
  readonly volume: string;
  readonly grid: string;
  readonly nblocks: string;
  readonly electrons: string;
  /** What pymatgen made of the file. */
  readonly pymatgen: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** The rows of a manifest, their files as paths that can be opened. */
export function manifestRows(folder = "."): ManifestRow[] {
  const file = path.join(COLLECTION, folder, "manifest.csv");
  if (!existsSync(file)) return [];
  const rows: Record<string, string>[] = parse(readFileSync(file), { columns: true });
  return rows.map((row) => ({
    ...(row as unknown as ManifestRow),
    file: path.join(COLLECTION, folder, row.file ?? ""),
    facts: row.facts_json
      ? (JSON.parse(row.facts_json.replaceAll(/\b(NaN|-?Infinity)\b/g, '"$1"')) as Record<string, unknown>)
      : {},
  }));
}

/** Equal to the manifest's ten significant digits (half a unit more for its own rounding). */
export function agrees(value: number | undefined, fact: unknown): boolean {
  const expected = Number(fact);
  return (
    value !== undefined &&
    Math.abs(value - expected) <= 1.01 * 0.5 * 10 ** (Math.floor(Math.log10(Math.abs(expected) || 1e-300)) - 9)
  );
}
