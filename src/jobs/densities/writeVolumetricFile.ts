import { type VolumetricContent, writeVolumetric } from "../../core/formats/writeVolumetric.js";
import { openAtomically } from "../files/atomicFile.js";

/**
 * Writes a CHGCAR and its like atomically, a few hundred kB of text at a time. Throws `WriteError`, or RangeError for
 * values that are no field.
 */
export function writeVolumetricFile(file: string, content: VolumetricContent): void {
  const output = openAtomically(file);
  try {
    for (const text of writeVolumetric(content)) output.write(Buffer.from(text));
    output.commit();
  } catch (error) {
    output.discard();
    throw error;
  }
}
