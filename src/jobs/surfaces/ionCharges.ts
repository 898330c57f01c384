import { existsSync } from "node:fs";
import path from "node:path";
import type { Structure } from "../../core/crystal/structure.js";
import { parsePotcar } from "../../core/formats/potcar.js";
import { parseReal } from "../../core/text/numbers.js";
import { readLines } from "../files/readLines.js";
import { readText } from "../files/readText.js";

export interface IonCharges {
  /** e, one per atom of the structure. */
  readonly charges: readonly number[];
  /** The file's name. */
  readonly source: string;
}

/** Of a POTCAR of many species; the licensed tables behind its heads are read over. */
const POTCAR_LIMIT = 64 << 20;
const ZVAL = /POMASS\s*=.*ZVAL\s*=\s*([^\s;]+)/;

/**
 * The charges of a structure's ions, from POTCAR or OUTCAR in the folder of its density; undefined where neither tells
 * them, or where they do not add up to its electrons: then the cell is charged, or the files are of two calculations.
 * Rejects only with the signal's reason.
 */
export async function ionChargesBeside(
  file: string,
  { counts }: Structure,
  electrons: number,
  signal?: AbortSignal,
): Promise<IonCharges | undefined> {
  const folder = path.dirname(path.resolve(file));
  const options = signal ? { signal } : {};
  const readers: readonly (readonly [string, (found: string) => Promise<readonly number[]>])[] = [
    ["POTCAR", async (found) => valencesOf((await readText(found, options, POTCAR_LIMIT)).text ?? "")],
    ["OUTCAR", (found) => valencesOfOutcar(found, options)],
  ];
  for (const [name, read] of readers) {
    const found = [name, `${name}.gz`].map((each) => path.join(folder, each)).find((each) => existsSync(each));
    if (found === undefined) continue;
    const valences = await read(found);
    if (valences.length !== counts.length) continue;
    const charges = counts.flatMap((count, i) => Array.from({ length: count }, () => valences[i] ?? Number.NaN));
    if (Math.abs(charges.reduce((sum, charge) => sum + charge, 0) - electrons) < NEUTRAL)
      return { charges, source: path.basename(found) };
  }
  return undefined;
}

/** e: what a density on a grid may lack of its electrons. */
const NEUTRAL = 0.02;

const valencesOf = (text: string) => (parsePotcar(text).value ?? []).flatMap(({ valence }) => valence ?? []);

/** OUTCAR repeats the heads of the POTCAR before it counts the ions. */
async function valencesOfOutcar(file: string, options: { readonly signal?: AbortSignal }): Promise<readonly number[]> {
  const valences: number[] = [];
  await readLines(
    file,
    (line) => {
      const valence = parseReal(ZVAL.exec(line)?.[1] ?? "");
      if (valence !== undefined) valences.push(valence);
      return !line.includes("ions per type");
    },
    options,
  );
  return valences;
}
