import type { EncodedEntry } from "../../protocol/workerMethods.js";
import { isParquetName, parquetRows } from "../densities/readParquetDensity.js";
import { formulasOfEncoded, isEncodedName } from "../spectra/encodedMaterials.js";
import type { MaterialFile } from "../spectra/materialFile.js";
import { findMaterials } from "./materialFiles.js";

/**
 * The materials of a dataset's folder that stand there as spectra alone, or in tables. Throws what the operating system
 * says of the folder.
 */
export async function listEncoded(folder: string): Promise<EncodedEntry[]> {
  const found = await findMaterials(folder);
  const encoded = found.filter(({ file }) => isEncodedName(file));
  const formulas = new Map(
    [...new Set(encoded.map(({ file }) => file))].map((file) => [file, formulasOfEncoded(file)]),
  );
  const tables = found.filter(({ file }) => isParquetName(file));
  for (const file of new Set(tables.map((entry) => entry.file)))
    formulas.set(file, await formulasOfTable(file, tables));
  return [...encoded, ...tables].map(({ id, file, row }) => {
    const formula = formulas.get(file)?.get(id) ?? "";
    return { id, file, formula, ...(row !== undefined && { row: row + 1 }) };
  });
}

async function formulasOfTable(file: string, materials: readonly MaterialFile[]): Promise<ReadonlyMap<string, string>> {
  const byRow = new Map((await parquetRows(file)).value?.map(({ row, formula }) => [row, formula]));
  return new Map(
    materials.flatMap(({ id, file: own, row = -1 }) => (own === file ? [[id, byRow.get(row) ?? ""]] : [])),
  );
}
