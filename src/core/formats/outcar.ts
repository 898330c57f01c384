import type { Matrix3, Vector3 } from "../math/matrix3.js";
import { parseInteger } from "../text/numbers.js";
import { type Parsed, type Problem, problem } from "../text/problem.js";
import { asciiText, ByteLines, LineStarts } from "./byteLines.js";
import { detectWrongFileType } from "./detectWrongFileType.js";
import type { EnergyTerms, StepEnergies } from "./energyTerms.js";
import { fixedNumbers } from "./fixedNumbers.js";
import { OutcarEnergies } from "./outcarEnergies.js";
import { elementOfTitle } from "./potcarTitle.js";

/** What an OUTCAR tells of its run; absent where the file does not tell it. Energies in eV. */
export interface Outcar {
  readonly version?: string;
  readonly atoms?: number;
  /** One element a POTCAR, and the atoms of each. */
  readonly species?: readonly string[];
  readonly counts?: readonly number[];
  /** NELECT */
  readonly electrons?: number;
  readonly spinPolarized?: boolean;
  readonly noncollinear?: boolean;
  /** Rows in Å, of the last structure. */
  readonly lattice?: Matrix3;
  /** Of the last electronic step that has all of them (linear response writes blocks without `alpha Z`); spec section 8. */
  readonly terms?: EnergyTerms;
  /** TOTEN and its kin of that electronic step: without a dispersion correction. */
  readonly electronic?: StepEnergies;
  /** Of each finished ionic step, everything included. */
  readonly steps: readonly StepEnergies[];
  /** The dispersion correction of the last finished ionic step, which the terms do not have. */
  readonly dispersion?: number;
  /** The electronic steps after the last finished ionic step: the terms are of a step that has no ionic energies. */
  readonly unfinishedStep: boolean;
  readonly fermi?: number;
  /** The number of electrons that the last step found. */
  readonly electronsFound?: number;
  /** One number for a spin-polarised run, three for a noncollinear one; in Bohr magnetons. */
  readonly moments?: readonly number[];
  /** The last electronic loop ended before NELM because EDIFF was reached. */
  readonly electronicConverged?: boolean;
  /** Of a relaxation: the required accuracy was reached. */
  readonly ionicConverged?: boolean;
  /** The run came to its end and wrote its timing. */
  readonly finished: boolean;
  readonly elapsedSeconds?: number;
}

/** Reads an OUTCAR as a stream of bytes, in memory that does not grow with it (but for three numbers an ionic step). */
export class OutcarReader {
  readonly #lines = new ByteLines((bytes, start, end, line) => this.#visit(bytes, start, end, line));
  readonly #problems: Problem[] = [];
  /** Of the last lattice. */
  #latticeProblems: Problem[] = [];
  readonly #energies = new OutcarEnergies();
  readonly #integers = new Map<string, number>();
  readonly #species: string[] = [];
  readonly #titles: string[] = [];
  #firstLine = "";
  #ending = false;
  #lastColumn = 1;
  #known = false;
  #version: string | undefined;
  #counts: readonly number[] | undefined;
  #electrons: number | undefined;
  #noncollinear: boolean | undefined;
  #rows: Vector3[] | undefined;
  #lattice: Matrix3 | undefined;
  #fermi: number | undefined;
  #found: readonly number[] | undefined;
  #iteration = 0;
  #loop: { readonly converged: boolean; readonly line: number } | undefined;
  #accurate = false;
  #finished = false;
  #elapsed: number | undefined;

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  /** What was found; without a value where the file is no OUTCAR. `cut`: the bytes end too early for a reason told elsewhere. */
  finish(cut = false): Parsed<Outcar> {
    this.#ending = true;
    const endsInLine = this.#lines.finish();
    const end = { line: Math.max(1, this.#lines.line - 1), column: endsInLine ? this.#lastColumn : 1 };
    if (!this.#known) return { problems: [this.#stranger(end.line)] };
    const problems = [...this.#problems, ...this.#latticeProblems, ...this.#energies.problems, ...this.#convergenceProblems()];
    if (!this.#finished && !cut) {
      const useless = this.#energies.steps.length === 0;
      const template = useless
        ? "the run ended before its first ionic step: there are no energies"
        : "the run is unfinished: the file ends without its timing";
      problems.push(problem(useless ? "error" : "warning", end, template));
    }
    problems.sort((a, b) => a.line - b.line || a.column - b.column);
    return { value: this.#value(), problems };
  }

  #visit(bytes: Uint8Array, start: number, end: number, line: number): void {
    this.#lastColumn = end - start + 1;
    if (this.#ending) {
      // without its line feed a line may be cut within a number
      if (line === 1) this.#firstLine = asciiText(bytes, start, Math.min(end, start + 4096));
      return;
    }
    if (this.#rows) {
      this.#readRow(asciiText(bytes, start, end), line);
      return;
    }
    if (this.#energies.inBlock) {
      this.#energies.push(asciiText(bytes, start, end), line);
      return;
    }
    if (this.#version === undefined && line <= 10) this.#readVersion(asciiText(bytes, start, Math.min(end, start + 4096)), line);
    const name = STARTS.find(bytes, start, end);
    if (name !== undefined) this.#read(name, asciiText(bytes, start, end), line);
  }

  #read(name: Start, text: string, line: number): void {
    if (name === "electronicBlock" || name === "ionicBlock" || name === "dispersion") {
      this.#known = true;
      this.#energies.begin(name, text, line);
    } else if (name === "lattice") this.#beginLattice(text);
    else if (name === "iteration") this.#readIteration(text, line);
    else if (name === "electronsFound") this.#found = /number of electron\s+-?[\d.]/.test(text) ? foundElectrons(text) : this.#found;
    else if (name === "fermi") this.#fermi = numberAfter(text, /E-fermi\s*:/) ?? this.#fermi;
    else if (name === "accurate") this.#accurate = true;
    else if (name === "finished") this.#finished = true;
    else if (name === "elapsed") this.#elapsed = numberAfter(text, /Elapsed time \(sec\):/);
    else if (name === "softStop") this.#problems.push(problem("information", { line, column: 1 }, "the run was stopped by its user"));
    else if (line < HEAD_LINES || this.#energies.steps.length === 0) this.#readHead(name, text, line);
  }

  #readHead(name: Start, text: string, line: number): void {
    if (name === "title") this.#species.push(elementOfTitle(text.replace(/^.*?=/, "")));
    else if (name === "potcar") this.#titles.push(elementOfTitle(text.replace(/^.*?POTCAR:/, "")));
    else if (name === "counts") this.#readCounts(text, line);
    else if (name === "electrons") this.#electrons ??= this.#number(text, /NELECT\s*=/, line);
    else if (name === "noncollinear") this.#noncollinear ??= /=\s*\.?T/.test(text);
    else
      for (const [, tag, digits] of text.matchAll(/\b(NIONS|ISPIN|NELM|NSW|IBRION)\s*=\s*(-?\d+)/g))
        if (tag !== undefined && digits !== undefined && !this.#integers.has(tag)) this.#integers.set(tag, Number(digits));
    this.#known = true;
  }

  #readVersion(text: string, line: number): void {
    if (line === 1) this.#firstLine = text;
    const version = /\bvasp\.(\d\S*)/.exec(text)?.[1];
    if (version === undefined) return;
    this.#version = version;
    this.#known = true;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a tar archive's header is padded with NUL
    if (line === 1 && /\u0000ustar/.test(text))
      this.#problems.push(problem("information", { line, column: 1 }, "the file begins with the header of a tar archive"));
  }

  #readCounts(text: string, line: number): void {
    const tokens = text.replace(/^.*?=/, "").trim().split(/\s+/);
    const counts = tokens.map(parseInteger);
    if (counts.every((count) => count !== undefined)) this.#counts ??= counts;
    else this.#problems.push(problem("error", { line, column: text.indexOf("=") + 2 }, "the numbers of ions of each type cannot be read"));
  }

  #beginLattice(text: string): void {
    if (!/direct lattice vectors\s+reciprocal/.test(text)) return;
    this.#rows = [];
    this.#latticeProblems = [];
  }

  /** Three rows behind the headline of the lattice: three numbers each, and the reciprocal ones behind them. */
  #readRow(text: string, line: number): void {
    const rows = this.#rows ?? [];
    const [x, y, z] = fixedNumbers(text, line, 1, this.#latticeProblems);
    this.#rows = undefined;
    if (x === undefined || y === undefined || z === undefined) return;
    rows.push([x, y, z]);
    const [a, b, c] = rows;
    if (a && b && c) this.#lattice = [a, b, c];
    else this.#rows = rows;
  }

  #readIteration(text: string, line: number): void {
    const iteration = /Iteration\s+\d+\(\s*(\d+)/.exec(text)?.[1];
    if (iteration !== undefined) this.#iteration = Number(iteration);
    if (!/aborting loop/.test(text) || this.#energies.pastGroundState) return;
    const most = this.#integers.get("NELM");
    const reached = /EDIFF is reached/.test(text);
    this.#loop = { converged: reached && (most === undefined || this.#iteration < most), line };
  }

  #number(text: string, name: RegExp, line: number): number | undefined {
    const at = name.exec(text);
    if (!at) return undefined;
    const from = at.index + at[0].length;
    return fixedNumbers(text.slice(from), line, from + 1, this.#problems)[0];
  }

  #convergenceProblems(): Problem[] {
    if (this.#loop === undefined || this.#loop.converged) return [];
    const place = { line: this.#loop.line, column: 1 };
    return [problem("warning", place, "the electrons are not converged: the last loop ended at NELM = {0} steps", this.#iteration)];
  }

  #stranger(lines: number): Problem {
    const start = { line: 1, column: 1 };
    if (lines === 1 && this.#firstLine === "" && this.#lastColumn === 1) return problem("error", start, "the file is empty");
    return (
      detectWrongFileType(this.#firstLine) ?? problem("error", start, "this is not an OUTCAR: VASP's version and parameters are missing")
    );
  }

  #value(): Outcar {
    const { terms, electronic, steps, dispersion } = this.#energies;
    const counts = this.#counts;
    const titles = this.#species.length > 0 ? this.#species : this.#titles;
    const species = counts && titles.length >= counts.length ? titles.slice(0, counts.length) : undefined;
    const spin = this.#integers.get("ISPIN");
    const relaxes = (this.#integers.get("NSW") ?? 0) > 0 && [1, 2, 3].includes(this.#integers.get("IBRION") ?? -1);
    const [electronsFound, ...moments] = this.#found ?? [];
    return present({
      version: this.#version,
      atoms: this.#integers.get("NIONS") ?? counts?.reduce((sum, count) => sum + count, 0),
      species: species?.every((element) => element !== "") ? species : undefined,
      counts,
      electrons: this.#electrons,
      spinPolarized: spin === undefined ? undefined : spin === 2,
      noncollinear: this.#noncollinear,
      lattice: this.#lattice,
      terms,
      electronic,
      steps,
      dispersion,
      unfinishedStep: this.#energies.unfinishedStep,
      fermi: this.#fermi,
      electronsFound,
      moments: moments.length > 0 && (spin === 2 || this.#noncollinear) ? moments : undefined,
      electronicConverged: this.#loop?.converged,
      ionicConverged: relaxes ? this.#accurate : undefined,
      finished: this.#finished,
      elapsedSeconds: this.#elapsed,
    });
  }
}

/** Parameters stand in front of the first ionic step; later lines that look like them are tables. */
const HEAD_LINES = 2000;

type Start = (typeof START_LINES)[number][1];

const START_LINES = [
  ["TITEL", "title"],
  ["POTCAR:", "potcar"],
  ["ions per type", "counts"],
  ["NELECT", "electrons"],
  ["LNONCOLLINEAR", "noncollinear"],
  ["number of dos", "integers"],
  ["ISPIN", "integers"],
  ["NELM", "integers"],
  ["NSW", "integers"],
  ["IBRION", "integers"],
  ["direct lattice vectors", "lattice"],
  ["Free energy of the ion-electron system", "electronicBlock"],
  ["FREE ENERGIE OF THE ION-ELECTRON SYSTEM", "ionicBlock"],
  ["Edisp", "dispersion"],
  ["number of electron ", "electronsFound"],
  ["E-fermi", "fermi"],
  ["--------", "iteration"],
  ["reached required accuracy", "accurate"],
  ["soft stop encountered", "softStop"],
  ["General timing and accounting", "finished"],
  ["Elapsed time (sec):", "elapsed"],
] as const;

const STARTS = new LineStarts<Start>(START_LINES);

function numberAfter(text: string, name: RegExp): number | undefined {
  const at = name.exec(text);
  return at ? fixedNumbers(text.slice(at.index + at[0].length), 1, 1, [])[0] : undefined;
}

/** `number of electron  16.0000160 magnetization  0.0  4.2128061  0.0` */
function foundElectrons(text: string): readonly number[] | undefined {
  const [electrons, magnetization = ""] = text.replace(/^.*?number of electron/, "").split("magnetization");
  const numbers = [electrons ?? "", magnetization].flatMap((part) => fixedNumbers(part, 1, 1, []));
  return numbers.every((number) => number !== undefined) ? numbers : undefined;
}

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** The object without its undefined values. */
function present<T extends object>(object: T): Present<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Present<T>;
}
