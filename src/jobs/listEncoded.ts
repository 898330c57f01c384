import type { EncodedEntry } from "../protocol/workerMethods.js";
import { formulaOfEncoded, isEncodedName } from "./encodedMaterials.js";
import { findMaterials } from "./materialFiles.js";

/** The materials of a dataset's folder that stand there as spectra alone. Throws what the operating system says of the folder. */
export function listEncoded(folder: string): EncodedEntry[] {
  const encoded = findMaterials(folder).filter(({ file }) => isEncodedName(file));
  return encoded.map((entry) => ({ ...entry, formula: formulaOfEncoded(entry) }));
}
