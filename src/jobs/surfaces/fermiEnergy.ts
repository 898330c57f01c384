import { existsSync } from "node:fs";
import path from "node:path";
import { fixedNumbers } from "../../core/formats/fixedNumbers.js";
import { readText } from "../files/readText.js";
import { readOutcar, readVasprun } from "../outputs/readOutputs.js";

export interface FermiEnergy {
  /** eV */
  readonly energy: number;
  /** The file's name. */
  readonly source: string;
}

/** A DOSCAR's sixth line stands within so many bytes. */
const DOSCAR_LIMIT = 256 << 20;

/**
 * The Fermi energy of the run in a file's folder, from OUTCAR, DOSCAR or vasprun.xml, plain or packed by gzip;
 * undefined where none tells it.
 */
export async function fermiEnergyBeside(file: string, signal?: AbortSignal): Promise<FermiEnergy | undefined> {
  const folder = path.dirname(path.resolve(file));
  const beside = (name: string) =>
    [name, `${name}.gz`].map((each) => path.join(folder, each)).find((each) => existsSync(each));
  const options = signal ? { signal } : {};
  const readers: readonly (readonly [string, (found: string) => Promise<number | undefined>])[] = [
    ["OUTCAR", async (found) => (await readOutcar(found, options)).value?.fermi],
    ["DOSCAR", async (found) => fermiOfDoscar((await readText(found, options, DOSCAR_LIMIT)).text)],
    ["vasprun.xml", async (found) => (await readVasprun(found, options)).value?.fermi],
  ];
  for (const [name, read] of readers) {
    const found = beside(name);
    const energy = found === undefined ? undefined : await read(found);
    if (found && energy !== undefined && Number.isFinite(energy)) return { energy, source: path.basename(found) };
  }
  return undefined;
}

/** EMAX, EMIN, NEDOS, E-fermi, weight. */
function fermiOfDoscar(text: string | undefined): number | undefined {
  const line = text?.split("\n", 6)[5];
  return line === undefined ? undefined : fixedNumbers(line, 6, 1, [])[3];
}
