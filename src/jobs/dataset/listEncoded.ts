import type { EncodedEntry } from "../../protocol/workerMethods.js";
import { formulasOfEncoded, isEncodedName } from "../spectra/encodedMaterials.js";
import { findMaterials } from "./materialFiles.js";

/** The materials of a dataset's folder that stand there as spectra alone. Throws what the operating system says of the folder. */
export async function listEncoded(folder: string): Promise<EncodedEntry[]> {
  const encoded = (await findMaterials(folder)).filter(({ file }) => isEncodedName(file));
  const formulas = new Map([...new Set(encoded.map(({ file }) => file))].map((file) => [file, formulasOfEncoded(file)]));
  return encoded.map((entry) => ({ ...entry, formula: formulas.get(entry.file)?.get(entry.id) ?? "" }));
}
