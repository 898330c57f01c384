import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { cellFormula } from "../../core/crystal/formula.js";
import type { Structure } from "../../core/crystal/structure.js";
import type { Eigenval } from "../../core/formats/eigenval.js";
import { FILE_START, type FileProblem, type Problem, problem } from "../../core/text/problem.js";
import { readPoscar } from "../spectra/readStructure.js";
import { areOfOneRun, type EnergySource } from "./energySource.js";
import type { OutputFiles } from "./outputFiles.js";

/** A problem of a whole file. */
export function at(
  file: string,
  severity: Problem["severity"],
  template: string,
  ...args: (string | number)[]
): FileProblem {
  return { file, problem: problem(severity, FILE_START, template, ...args) };
}

/** Types of atoms that a file tells, in its order. */
export type Types = Pick<Structure, "counts"> & { readonly species: readonly string[] };

/** Says which file the energies are of, where it is not the OUTCAR, and whether both are of one run. */
export function sourceProblems(
  chosen: EnergySource | undefined,
  outcar: EnergySource | undefined,
  vasprun: EnergySource | undefined,
): FileProblem[] {
  if (!outcar || !vasprun) return [];
  const [one, other] = [outcar.energies.free, vasprun.energies.free];
  if (!areOfOneRun(outcar, vasprun)) {
    const template =
      "the free energy is {0} eV here and {1} eV in the OUTCAR: the files come from different calculations, so its gap is not used";
    return [at(vasprun.file, "warning", template, other ?? "", one ?? "")];
  }
  if (chosen !== vasprun) return [];
  const template =
    "energies are taken from vasprun.xml, which has all terms of the last ionic step; the OUTCAR does not";
  return [at(outcar.file, "warning", template)];
}

/** Whether an EIGENVAL belongs to a run of so many atoms and electrons. */
export function eigenvalProblems(
  file: string | undefined,
  { atoms, electrons }: Eigenval,
  run: { readonly atoms?: number; readonly electrons?: number },
): FileProblem[] {
  const sameAtoms = run.atoms === undefined || run.atoms === atoms;
  const sameElectrons = run.electrons === undefined || Math.abs(run.electrons - electrons) <= 0.01 + 1e-4 * electrons;
  if (file === undefined || (sameAtoms && sameElectrons)) return [];
  const template =
    "this file has {0} atoms and {1} electrons, the calculation {2} and {3}: they come from different calculations";
  return [at(file, "warning", template, atoms, electrons, run.atoms ?? "", run.electrons ?? "")];
}

/**
 * The elements that OUTCAR and vasprun.xml have from the POTCAR against each other and against the structure in the
 * folder.
 */
export async function speciesProblems(
  files: OutputFiles,
  outcar: Types | undefined,
  vasprun: Types | undefined,
): Promise<FileProblem[]> {
  const found: FileProblem[] = [];
  if (files.vasprun !== undefined && outcar && vasprun && formulaOf(outcar) !== formulaOf(vasprun))
    found.push(
      at(
        files.vasprun,
        "warning",
        "{0} here and {1} in the OUTCAR: the files come from different calculations",
        formulaOf(vasprun),
        formulaOf(outcar),
      ),
    );
  const run = outcar ?? vasprun;
  const poscar = structureFile(files);
  if (!run || poscar === undefined) return found;
  const { value: structure } = await readPoscar(poscar);
  if (!structure?.species) return found;
  const told = { species: structure.species, counts: structure.counts };
  if (formulaOf(told) === formulaOf(run)) return found;
  const template =
    told.counts.join() === run.counts.join()
      ? "{0} here but {1} in the POTCARs: is the order of the POTCAR different from the structure?"
      : "{0} here and {1} in the outputs: the files come from different calculations";
  return [...found, at(poscar, "warning", template, formulaOf(told), formulaOf(run))];
}

function formulaOf({ species, counts }: Types): string {
  return cellFormula({ comment: "", species, counts, lattice: UNIT, fractional: NONE }) ?? "";
}

/** What the run began with, else what it ended with, in a material's own folder. */
function structureFile({ place }: OutputFiles): string | undefined {
  if (!existsSync(place)) return undefined;
  try {
    const names = readdirSync(place);
    const name = ["POSCAR", "CONTCAR"].find((candidate) => names.includes(candidate));
    return name === undefined ? undefined : path.join(place, name);
  } catch {
    return undefined;
  }
}

const UNIT = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
] as const;
const NONE = new Float64Array(0);
