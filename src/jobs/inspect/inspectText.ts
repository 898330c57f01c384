import { atomCount, cellFormula } from "../../core/crystal/formula.js";
import { volume } from "../../core/crystal/lattice.js";
import type { Structure } from "../../core/crystal/structure.js";
import type { BandGap } from "../../core/formats/bandGap.js";
import { binaryColumn } from "../../core/formats/detectWrongFileType.js";
import type { StepEnergies } from "../../core/formats/energyTerms.js";
import { type IncarValue, parseIncar } from "../../core/formats/incar.js";
import { type Kpoints, parseKpoints } from "../../core/formats/kpoints.js";
import type { Outcar } from "../../core/formats/outcarFacts.js";
import type { Vasprun } from "../../core/formats/vasprun.js";
import type { Matrix3 } from "../../core/math/matrix3.js";
import { type Parsed, type Problem, problem } from "../../core/text/problem.js";
import type { ByteSourceOptions } from "../files/byteSource.js";
import { readEigenval, readOutcar, readVasprun, readXdatcar } from "../outputs/readOutputs.js";

/** The kinds whose facts are told here. */
export const TEXT_KINDS = ["OUTCAR", "vasprun", "EIGENVAL", "XDATCAR", "INCAR", "KPOINTS"] as const;
export type TextKind = (typeof TEXT_KINDS)[number];

/** Facts of a structure, as of every kind that has one. */
export interface StructureFacts {
  /** What the cell holds, every count written: `Fe4O6`. */
  readonly formula?: string;
  readonly natoms?: number;
  readonly species?: readonly string[];
  readonly counts?: readonly number[];
  /** Rows in Å. */
  readonly lattice?: Matrix3;
  /** Å^3 */
  readonly volume?: number;
}

/** Facts that VASP's inputs and outputs have beyond those of a structure; energies in eV. */
export interface TextFacts extends StructureFacts {
  readonly version?: string;
  /** NELECT */
  readonly electrons?: number;
  readonly spinPolarized?: boolean;
  readonly noncollinear?: boolean;
  readonly moments?: readonly number[];
  readonly ionicSteps?: number;
  /** Of the last finished ionic step. */
  readonly energies?: StepEnergies;
  /** Of the last electronic step, by OUTCAR's names. */
  readonly terms?: Readonly<Record<string, number>>;
  readonly dispersion?: number;
  readonly fermi?: number;
  readonly bandGap?: number;
  readonly directGap?: number;
  readonly highestOccupied?: number;
  readonly lowestEmpty?: number;
  readonly electronicConverged?: boolean;
  readonly ionicConverged?: boolean;
  readonly finished?: boolean;
  readonly elapsedSeconds?: number;
  readonly kpoints?: number;
  readonly bands?: number;
  readonly frames?: number;
  readonly tags?: Readonly<Record<string, IncarValue>>;
  readonly style?: string;
  readonly divisions?: readonly number[];
  readonly shift?: readonly number[];
  readonly length?: number;
  readonly segments?: number;
  readonly truncated?: boolean;
}

/** The facts of a structure; volume and formula are computed. */
export function structureFacts(structure: Structure): StructureFacts {
  const { species, counts, lattice } = structure;
  const formula = cellFormula(structure);
  return {
    ...(formula !== undefined && { formula }),
    natoms: atomCount(structure),
    ...(species && { species }),
    counts,
    lattice,
    volume: volume(lattice),
  };
}

/** What an output stream tells. Rejects only with the signal's reason. */
export async function inspectOutput(
  kind: Exclude<TextKind, "INCAR" | "KPOINTS">,
  file: string,
  options: ByteSourceOptions,
): Promise<Parsed<TextFacts>> {
  if (kind === "OUTCAR") return told(await readOutcar(file, options), outcarFacts);
  if (kind === "vasprun") return told(await readVasprun(file, options), vasprunFacts);
  if (kind === "XDATCAR")
    return told(await readXdatcar(file, options), ({ structure, frames, truncated }) => ({
      ...structureFacts(structure),
      frames,
      ionicSteps: frames,
      truncated,
    }));
  return told(
    await readEigenval(file, options),
    ({ atoms, spinPolarized, electrons, kpoints, bands, gap, truncated }) => ({
      natoms: atoms,
      spinPolarized,
      electrons,
      kpoints,
      bands,
      ...gapFacts(gap),
      truncated,
    }),
  );
}

/** What an input's text tells. */
export function inspectInput(kind: "INCAR" | "KPOINTS", text: string): Parsed<TextFacts> {
  const binary = binaryLine(text);
  if (binary) return { problems: [binary] };
  if (kind === "KPOINTS") return told(parseKpoints(text), kpointsFacts);
  return told(parseIncar(text), ({ tags }) => ({
    tags: Object.fromEntries(tags.map(({ name, value }) => [name, value])),
  }));
}

function told<T>({ value, problems }: Parsed<T>, facts: (value: T) => TextFacts): Parsed<TextFacts> {
  return value === undefined ? { problems } : { value: facts(value), problems };
}

function outcarFacts(outcar: Outcar): TextFacts {
  const { version, atoms, species, counts, electrons, spinPolarized, noncollinear, lattice, terms, steps, dispersion } =
    outcar;
  const { fermi, moments, electronicConverged, ionicConverged, finished, elapsedSeconds } = outcar;
  const formula =
    species && counts
      ? cellFormula({ species, counts, comment: "", lattice: UNIT, fractional: NO_POSITIONS })
      : undefined;
  const energies = steps.at(-1);
  return {
    ...(formula !== undefined && { formula }),
    ...(atoms !== undefined && { natoms: atoms }),
    ...(species && { species }),
    ...(counts && { counts }),
    ...(lattice && { lattice, volume: volume(lattice) }),
    ...(version !== undefined && { version }),
    ...(electrons !== undefined && { electrons }),
    ...(spinPolarized !== undefined && { spinPolarized }),
    ...(noncollinear !== undefined && { noncollinear }),
    ...(moments && { moments }),
    ionicSteps: steps.length,
    ...(energies && { energies }),
    ...(terms && { terms: Object.fromEntries(terms) }),
    ...(dispersion !== undefined && { dispersion }),
    ...(fermi !== undefined && { fermi }),
    ...(electronicConverged !== undefined && { electronicConverged }),
    ...(ionicConverged !== undefined && { ionicConverged }),
    finished,
    ...(elapsedSeconds !== undefined && { elapsedSeconds }),
    truncated: !finished,
  };
}

function vasprunFacts(run: Vasprun): TextFacts {
  const { version, structure, electrons, spinPolarized, noncollinear, terms, steps, fermi, gap, kpoints } = run;
  const { electronicConverged, truncated } = run;
  const energies = steps.at(-1);
  return {
    ...(structure && structureFacts(structure)),
    ...(version !== undefined && { version }),
    ...(electrons !== undefined && { electrons }),
    ...(spinPolarized !== undefined && { spinPolarized }),
    ...(noncollinear !== undefined && { noncollinear }),
    ionicSteps: steps.length,
    ...(energies && { energies }),
    ...(terms && { terms: Object.fromEntries(terms) }),
    ...(fermi !== undefined && { fermi }),
    ...gapFacts(gap),
    ...(kpoints !== undefined && { kpoints }),
    ...(electronicConverged !== undefined && { electronicConverged }),
    truncated,
  };
}

function gapFacts(gap: BandGap | undefined): TextFacts {
  if (!gap) return {};
  const { gap: bandGap, direct: directGap, highestOccupied, lowestEmpty } = gap;
  return { bandGap, directGap, highestOccupied, lowestEmpty };
}

function kpointsFacts({ style, divisions, shift, length, count, points }: Kpoints): TextFacts {
  return {
    style,
    ...(divisions && { divisions }),
    ...(shift && { shift }),
    ...(length !== undefined && { length }),
    ...(count !== undefined && { kpoints: count }),
    ...(style === "line" && points && { segments: points.length / 2 }),
  };
}

/** The first line with a character that no text file has. */
function binaryLine(text: string): Problem | undefined {
  let line = 1;
  for (const one of text.split("\n")) {
    const column = binaryColumn(one);
    if (column > 0) return problem("error", { line, column }, "this is not a text file");
    line++;
  }
  return undefined;
}

const UNIT: Matrix3 = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
const NO_POSITIONS = new Float64Array(0);
