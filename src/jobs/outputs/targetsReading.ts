import { cellFormula, elementCounts } from "../../core/crystal/formula.js";
import { volume } from "../../core/crystal/lattice.js";
import type { Structure } from "../../core/crystal/structure.js";
import type { BandGap } from "../../core/formats/bandGap.js";
import type { EnergyTerms } from "../../core/formats/energyTerms.js";
import type { Outcar } from "../../core/formats/outcar.js";
import type { Vasprun } from "../../core/formats/vasprun.js";
import type { FileProblem } from "../../core/text/problem.js";
import { type Parsed, type Problem, problem } from "../../core/text/problem.js";
import { electronDisagreement } from "../densities/electronCheck.js";
import { readVolumetric } from "../densities/readVolumetric.js";
import { type OutputFiles, outputsIn } from "./outputFiles.js";
import { readEigenval, readOutcar, readVasprun } from "./readOutputs.js";

/** The quantities of spec section 8 for one material: energies of the cell in eV, the gap in eV. Absent where the outputs do not tell them. */
export interface MaterialTargets {
  readonly id: string;
  readonly atoms?: number;
  readonly formula?: string;
  /** Atoms of each element. */
  readonly elements?: ReadonlyMap<string, number>;
  /** Å^3 */
  readonly volume?: number;
  /** -DENC */
  readonly hartree?: number;
  /** XCENC */
  readonly exchangeCorrelation?: number;
  /** TEWEN */
  readonly ionIon?: number;
  /** EBANDS */
  readonly oneElectron?: number;
  /** Without smearing (sigma -> 0), a dispersion correction included. */
  readonly total?: number;
  readonly gap?: BandGap;
}

export interface TargetsReading {
  readonly targets: MaterialTargets;
  /** Errors: something that the outputs should tell is missing. */
  readonly problems: readonly FileProblem[];
}

export interface TargetsOptions {
  readonly signal?: AbortSignal;
  /** Compare the electrons of a CHGCAR beside the outputs with NELECT; the whole CHGCAR is read for it. */
  readonly checkDensity?: boolean;
}

/** The targets of a material's folder from its OUTCAR, vasprun.xml and EIGENVAL; undefined where it has none of them. */
export async function readMaterialTargets(folder: string, options: TargetsOptions = {}): Promise<TargetsReading | undefined> {
  const files = outputsIn(folder);
  return files && (await readTargets(files, options));
}

/** The same of files that are known. Energies come from OUTCAR where there is one, the gap from vasprun.xml, else from EIGENVAL. Rejects only with the signal's reason. */
export async function readTargets(files: OutputFiles, options: TargetsOptions = {}): Promise<TargetsReading> {
  const problems: FileProblem[] = [];
  const read = async <T>(file: string | undefined, reader: (file: string, options: TargetsOptions) => Promise<Parsed<T>>) => {
    if (file === undefined) return undefined;
    const { value, problems: found } = await reader(file, options);
    // what is only worth knowing stays with `info`
    problems.push(...found.filter(({ severity }) => severity !== "information").map((one) => ({ file, problem: one })));
    return value;
  };
  const outcar = await read(files.outcar, readOutcar);
  const vasprun = await read(files.vasprun, readVasprun);
  const eigenval = vasprun?.gap ? undefined : await read(files.eigenval, readEigenval);
  const gap = vasprun?.gap ?? eigenval?.gap;
  const targets = { id: files.id, ...sizeOf(outcar, vasprun), ...energiesOf(outcar, vasprun), ...(gap && { gap }) };
  problems.push(...missing(files, targets, problems), ...disagreements(files, outcar, vasprun));
  const electrons = outcar?.electrons ?? vasprun?.electrons;
  if (options.checkDensity !== false && files.density !== undefined && electrons !== undefined)
    problems.push(...(await electronProblems(files.density, electrons, options)));
  return { targets, problems };
}

function sizeOf(outcar: Outcar | undefined, vasprun: Vasprun | undefined): Partial<MaterialTargets> {
  const structure = structureOf(outcar) ?? vasprun?.structure;
  const atoms = outcar?.atoms ?? structure?.counts.reduce((sum, count) => sum + count, 0);
  const lattice = outcar?.lattice ?? structure?.lattice;
  const elements = structure && elementCounts(structure);
  const formula = structure && cellFormula(structure);
  return {
    ...(atoms !== undefined && { atoms }),
    ...(formula !== undefined && { formula }),
    ...(elements && { elements }),
    ...(lattice && { volume: volume(lattice) }),
  };
}

/** Without positions, which formula and volume do not need. */
function structureOf(outcar: Outcar | undefined): Structure | undefined {
  if (!outcar?.lattice || !outcar.species || !outcar.counts) return undefined;
  const { lattice, species, counts } = outcar;
  return { comment: "", lattice, species, counts, fractional: new Float64Array(0) };
}

function energiesOf(outcar: Outcar | undefined, vasprun: Vasprun | undefined): Partial<MaterialTargets> {
  // electronic steps alone, before the first ionic step is done, are of no use: their terms are not converged
  const of = [outcar, vasprun].find((run) => run?.terms && run.steps.length > 0);
  const terms: EnergyTerms = of?.terms ?? new Map();
  const total = outcar?.steps.at(-1)?.sigmaZero ?? vasprun?.steps.at(-1)?.sigmaZero;
  const [hartree, exchangeCorrelation, ionIon, oneElectron] = ["DENC", "XCENC", "TEWEN", "EBANDS"].map((name) => terms.get(name));
  return {
    ...(hartree !== undefined && { hartree: 0 - hartree }),
    ...(exchangeCorrelation !== undefined && { exchangeCorrelation }),
    ...(ionIon !== undefined && { ionIon }),
    ...(oneElectron !== undefined && { oneElectron }),
    ...(total !== undefined && { total }),
  };
}

/** What the files that are there should tell, and do not; silent where an error says why already. */
function missing(files: OutputFiles, targets: MaterialTargets, before: readonly FileProblem[]): FileProblem[] {
  const file = files.outcar ?? files.vasprun ?? files.eigenval;
  if (file === undefined) return [at(files.place, "error", "there is no OUTCAR, vasprun.xml or EIGENVAL in this folder")];
  const found: FileProblem[] = [];
  const failed = (name: string | undefined) => before.some(({ file: of, problem: { severity } }) => of === name && severity === "error");
  const source = files.outcar ?? files.vasprun;
  if (source !== undefined && !failed(source)) {
    if (targets.hartree === undefined)
      found.push(at(source, "error", "there is no free energy with its terms (alpha Z PSCENC and the others)"));
    else if (targets.total === undefined) found.push(at(source, "error", "no ionic step has an energy for sigma -> 0"));
    if (targets.atoms === undefined) found.push(at(source, "error", "the number of atoms is not told"));
  }
  const bands = files.vasprun ?? files.eigenval;
  if (bands !== undefined && targets.gap === undefined && !failed(bands) && !failed(files.eigenval))
    found.push(at(bands, "warning", "there are no eigenvalues from which a band gap could be had"));
  return found;
}

/** Energies of one run in two files are the same. */
const SAME_RUN = 1e-4;

function disagreements(files: OutputFiles, outcar: Outcar | undefined, vasprun: Vasprun | undefined): FileProblem[] {
  const found: FileProblem[] = [];
  const source = outcar?.terms ? files.outcar : files.vasprun;
  const run = outcar?.terms ? outcar : vasprun;
  if (source !== undefined && run?.unfinishedStep && run.steps.length > 0) {
    const template = "the energy terms are of an ionic step that was not finished, the total energy is of the one before";
    found.push(at(source, "warning", template));
  }
  if (source !== undefined && source === files.vasprun && vasprun?.electronicConverged === false)
    found.push(at(source, "warning", "the electrons are not converged: the last loop took NELM steps"));
  const [one, other] = [outcar?.steps.at(-1)?.free, vasprun?.steps.at(-1)?.free];
  if (one !== undefined && other !== undefined && Math.abs(one - other) > SAME_RUN && files.vasprun !== undefined) {
    const template = "the free energy is {0} eV here and {1} eV in the OUTCAR: the files are not of one run";
    found.push(at(files.vasprun, "warning", template, other, one));
  }
  return found;
}

async function electronProblems(file: string, electrons: number, options: TargetsOptions): Promise<FileProblem[]> {
  const { value, problems } = await readVolumetric(file, {
    kind: "CHGCAR",
    transform: false,
    ...(options.signal && { signal: options.signal }),
  });
  const errors = problems.filter(({ severity }) => severity === "error").map((one) => ({ file, problem: one }));
  if (value?.electrons === undefined || errors.length > 0) return errors;
  return electronDisagreement(value.electrons, electrons).map((one) => ({ file, problem: one }));
}

function at(file: string, severity: Problem["severity"], template: string, ...args: (string | number)[]): FileProblem {
  return { file, problem: problem(severity, { line: 1, column: 1 }, template, ...args) };
}
