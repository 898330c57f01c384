import path from "node:path";
import { cellFormula, elementCounts } from "../../core/crystal/formula.js";
import { volume } from "../../core/crystal/lattice.js";
import type { BandGap } from "../../core/formats/bandGap.js";
import { NO_STEP_TERMS } from "../../core/formats/outcarEnergies.js";
import type { Outcar } from "../../core/formats/outcarFacts.js";
import type { Vasprun } from "../../core/formats/vasprun.js";
import type { FileProblem, Parsed } from "../../core/text/problem.js";
import { electronDisagreement } from "../densities/electronCheck.js";
import { readVolumetric } from "../densities/readVolumetric.js";
import { areOfOneRun, chooseSource, type EnergySource, energySource, TARGET_TERMS } from "./energySource.js";
import { at, eigenvalProblems, sourceProblems, speciesProblems, type Types } from "./outputChecks.js";
import { type OutputFiles, outputsIn } from "./outputFiles.js";
import { readEigenval, readOutcar, readVasprun } from "./readOutputs.js";

/**
 * The quantities of spec section 8 for one material: energies of the cell in eV, the gap in eV. Absent where the
 * outputs do not tell them.
 */
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

/**
 * The targets of a material's folder from its OUTCAR, vasprun.xml and EIGENVAL; undefined where it has none of them.
 */
export async function readMaterialTargets(
  folder: string,
  options: TargetsOptions = {},
): Promise<TargetsReading | undefined> {
  const files = outputsIn(folder);
  return files && (await readTargets(files, options));
}

/**
 * The same of files that are known: of the last step that is complete, and which that is, where there are several.
 * Rejects only with the signal's reason.
 */
export async function readTargets(files: OutputFiles, options: TargetsOptions = {}): Promise<TargetsReading> {
  const { earlier: [next, ...rest] = [], ...last } = files;
  const reading = await readStep(last, options);
  if (next === undefined) return reading;
  const name = path.basename(mainFile(files) ?? files.place);
  if (reading.targets.total !== undefined) {
    const remark = at(
      mainFile(files) ?? files.place,
      "information",
      "{0} is used, the last of {1} steps",
      name,
      rest.length + 2,
    );
    return { ...reading, problems: [...reading.problems, remark] };
  }
  const before = await readTargets({ ...next, id: files.id, ...(rest.length > 0 && { earlier: rest }) }, options);
  if (before.targets.total === undefined) return reading;
  const remark = at(
    mainFile(files) ?? files.place,
    "warning",
    "{0} is not complete: an earlier step is used, {1}",
    name,
    path.basename(mainFile(next) ?? ""),
  );
  return { ...before, problems: [remark, ...before.problems] };
}

const mainFile = ({ outcar, vasprun, eigenval }: OutputFiles) => outcar ?? vasprun ?? eigenval;

/**
 * The same of one step. All energies come from one output, OUTCAR if it has all of the last ionic step, the gap from
 * vasprun.xml, else from EIGENVAL, if they are of the same run. Rejects only with the signal's reason.
 */
async function readStep(files: OutputFiles, options: TargetsOptions): Promise<TargetsReading> {
  const problems: FileProblem[] = [];
  const read = async <T>(
    file: string | undefined,
    reader: (file: string, options: TargetsOptions) => Promise<Parsed<T>>,
  ) => {
    if (file === undefined) return undefined;
    const { value, problems: found } = await reader(file, options);
    // what is only worth knowing stays with `info`
    problems.push(...found.filter(({ severity }) => severity !== "information").map((one) => ({ file, problem: one })));
    return value;
  };
  const outcar = await read(files.outcar, readOutcar);
  const vasprun = await read(files.vasprun, readVasprun);
  const eigenval = vasprun?.gap ? undefined : await read(files.eigenval, readEigenval);
  const [one, other] = [energySource(files.outcar, outcar), energySource(files.vasprun, vasprun)];
  const source = chooseSource(one, other);
  const found = [
    ...sourceProblems(source, one, other),
    ...(await speciesProblems(files, typesOf(outcar), vasprunTypes(vasprun))),
  ];
  const size = source?.run === vasprun ? sizeOf(undefined, vasprun, outcar) : sizeOf(outcar, vasprun);
  const electrons = outcar?.electrons ?? vasprun?.electrons;
  const mismatches = eigenval
    ? eigenvalProblems(files.eigenval, eigenval, { ...size, ...(electrons !== undefined && { electrons }) })
    : [];
  const isOfRun = !one || !other || areOfOneRun(one, other);
  const gap = (isOfRun ? vasprun?.gap : undefined) ?? (mismatches.length === 0 ? eigenval?.gap : undefined);
  const targets = { id: files.id, ...size, ...energiesOf(source), ...(gap && { gap }) };
  const told = [...problems, ...unconverged(files, source, vasprun), ...found, ...mismatches];
  problems.splice(0, problems.length, ...told, ...missing(files, source, targets, told));
  if (options.checkDensity !== false && files.density !== undefined && electrons !== undefined)
    problems.push(...(await electronProblems(files.density, electrons, options)));
  return { targets, problems };
}

/** Of the first run that is there; what it does not tell, of the others. */
function sizeOf(outcar: Outcar | undefined, vasprun: Vasprun | undefined, other?: Outcar): Partial<MaterialTargets> {
  const types = typesOf(outcar) ?? vasprunTypes(vasprun) ?? typesOf(other);
  const lattice = outcar?.lattice ?? vasprun?.structure?.lattice ?? other?.lattice;
  const counts = outcar || !vasprun?.structure ? undefined : vasprun.structure.counts;
  const atoms = counts
    ? sumOf(counts)
    : (outcar?.atoms ?? other?.atoms ?? (vasprun?.structure && sumOf(vasprun.structure.counts)));
  const structure = types && { comment: "", lattice: UNIT, fractional: new Float64Array(0), ...types };
  const elements = structure && elementCounts(structure);
  const formula = structure && cellFormula(structure);
  return {
    ...(atoms !== undefined && { atoms }),
    ...(formula !== undefined && { formula }),
    ...(elements && { elements }),
    ...(lattice && { volume: volume(lattice) }),
  };
}

const sumOf = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
const UNIT = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
] as const;

const typesOf = (outcar: Outcar | undefined): Types | undefined =>
  outcar?.species && outcar.counts && { species: outcar.species, counts: outcar.counts };
const vasprunTypes = (vasprun: Vasprun | undefined): Types | undefined =>
  vasprun?.structure?.species && { species: vasprun.structure.species, counts: vasprun.structure.counts };

function energiesOf(source: EnergySource | undefined): Partial<MaterialTargets> {
  const [hartree, exchangeCorrelation, ionIon, oneElectron] = TARGET_TERMS.map((name) => source?.terms.get(name));
  const total = source?.energies.sigmaZero;
  return {
    ...(hartree !== undefined && { hartree: 0 - hartree }),
    ...(exchangeCorrelation !== undefined && { exchangeCorrelation }),
    ...(ionIon !== undefined && { ionIon }),
    ...(oneElectron !== undefined && { oneElectron }),
    ...(total !== undefined && { total }),
  };
}

/** What the files that are there should tell, and do not; silent where an error or a warning says why already. */
function missing(
  files: OutputFiles,
  chosen: EnergySource | undefined,
  targets: MaterialTargets,
  before: readonly FileProblem[],
): FileProblem[] {
  const file = files.outcar ?? files.vasprun ?? files.eigenval;
  if (file === undefined)
    return [at(files.place, "error", "there is no OUTCAR, vasprun.xml or EIGENVAL in this folder")];
  const found: FileProblem[] = [];
  const failed = (name: string | undefined) =>
    before.some(({ file: of, problem: { severity } }) => of === name && severity === "error");
  const areLeftOut = before.some(
    ({ file: of, problem: { template } }) => of === chosen?.file && template === NO_STEP_TERMS,
  );
  const source = chosen?.file ?? files.outcar ?? files.vasprun;
  if (source !== undefined && !failed(source)) {
    if (targets.hartree === undefined && !areLeftOut)
      found.push(at(source, "error", "there is no free energy with its terms (alpha Z PSCENC and the others)"));
    else if (targets.total === undefined) found.push(at(source, "error", "no ionic step has an energy for sigma -> 0"));
    if (targets.atoms === undefined) found.push(at(source, "error", "the file does not state the number of atoms"));
  }
  const bands = files.vasprun ?? files.eigenval;
  const isReported = before.some(({ file: of }) => of === bands) || failed(files.eigenval);
  if (bands !== undefined && targets.gap === undefined && !isReported)
    found.push(at(bands, "warning", "there are no eigenvalues from which a band gap could be had"));
  return found;
}

/** OUTCAR's own problems say it of an OUTCAR. */
function unconverged(
  { vasprun: file }: OutputFiles,
  source: EnergySource | undefined,
  vasprun: Vasprun | undefined,
): FileProblem[] {
  if (file === undefined || source?.run !== vasprun || vasprun?.electronicConverged !== false) return [];
  return [at(file, "warning", "the electrons are not converged: the last loop took NELM steps")];
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
