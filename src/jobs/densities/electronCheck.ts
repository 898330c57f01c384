import { readdirSync } from "node:fs";
import path from "node:path";
import { ownOutputs } from "../../core/formats/datasetNames.js";
import { withoutCompression } from "../../core/formats/fileNames.js";
import { parseReal } from "../../core/text/numbers.js";
import { FILE_START, type Problem, problem } from "../../core/text/problem.js";
import { ByteSource } from "../files/byteSource.js";

/** VASP tells its parameters behind the pseudopotentials and the table of neighbours, long before the first step. */
const LONGEST_HEAD = 16 << 20;
const NELECT = /NELECT(?:\s*=|"\s*>)\s*([\d.Ee+-]+)/;

/**
 * A warning where a file called just CHGCAR lies beside the outputs of another run: where their NELECT is not the
 * number of electrons it holds.
 * Of the outputs only the head is read. Rejects only with the signal's reason.
 */
export async function otherRunProblems(
  density: string,
  electrons: number | undefined,
  signal?: AbortSignal,
): Promise<Problem[]> {
  if (electrons === undefined || withoutCompression(path.basename(density)).toUpperCase() !== "CHGCAR") return [];
  const output = outputBeside(path.dirname(density));
  const told = output === undefined ? undefined : await statedElectrons(output, signal);
  return told === undefined ? [] : electronDisagreement(electrons, told);
}

/** The same for numbers that are known. */
export function electronDisagreement(electrons: number, told: number): Problem[] {
  if (Math.abs(electrons - told) <= 0.01 + 1e-4 * told) return [];
  const template = "the density has {0} electrons but NELECT = {1}: they come from different calculations";
  return [problem("warning", FILE_START, template, Number(electrons.toFixed(4)), told)];
}

function outputBeside(folder: string): string | undefined {
  try {
    const { outcar, vasprun } = ownOutputs(readdirSync(folder));
    const found = outcar ?? vasprun;
    return found === undefined ? undefined : path.join(folder, found);
  } catch {
    return undefined;
  }
}

/** What cannot be read tells nothing here: `r3dvs targets` says why. */
async function statedElectrons(file: string, signal: AbortSignal | undefined): Promise<number | undefined> {
  const decoder = new TextDecoder("latin1");
  let tail = "";
  let bytes = 0;
  try {
    for await (const chunk of new ByteSource(file, { hash: false, ...(signal && { signal }) }).chunks()) {
      const text = tail + decoder.decode(chunk);
      const found = NELECT.exec(text.slice(0, text.lastIndexOf("\n") + 1))?.[1];
      if (found !== undefined) return parseReal(found);
      bytes += chunk.length;
      if (bytes > LONGEST_HEAD) return undefined;
      tail = text.slice(-100);
    }
  } catch {
    signal?.throwIfAborted();
  }
  return undefined;
}
