import { type Position, type Problem, problem } from "../text/problem.js";
import { LineStarts } from "./byteLines.js";
import { fixedNumbers } from "./fixedNumbers.js";
import { OutcarEnergies } from "./outcarEnergies.js";
import type { Outcar } from "./outcarFacts.js";
import { LatticeOfSteps } from "./outcarLattice.js";
import { OutcarSpecies } from "./outcarSpecies.js";

const START_LINES = [
  ["vasp.", "version"],
  ["executed on", "executed"],
  ["TITEL", "title"],
  ["POTCAR:", "potcar"],
  ["POSCAR:", "comment"],
  ["ions per type", "counts"],
  ["NELECT", "electrons"],
  ["LNONCOLLINEAR", "noncollinear"],
  ["number of dos", "integers"],
  ["ISPIN", "integers"],
  ["NELM", "integers"],
  ["NSW", "integers"],
  ["IBRION", "integers"],
  ["ISIF", "integers"],
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

/** What the lines that matter begin with. */
export const STARTS = new LineStarts<Start>(START_LINES);
export type Start = (typeof START_LINES)[number][1];

/** What one run of VASP tells, line by line. */
export class OutcarRun {
  readonly #problems: Problem[] = [];
  readonly #energies = new OutcarEnergies();
  readonly #species = new OutcarSpecies();
  readonly #lattice = new LatticeOfSteps();
  readonly #integers = new Map<string, number>();
  #known = false;
  #executed = false;
  #version: string | undefined;
  #electrons: number | undefined;
  #noncollinear: boolean | undefined;
  #fermi: number | undefined;
  #found: readonly number[] | undefined;
  #iteration = 0;
  #loop: { readonly converged: boolean; readonly line: number } | undefined;
  #accurate = false;
  #finished = false;
  #elapsed: number | undefined;

  /** It is a run of VASP. */
  get known(): boolean {
    return this.#known;
  }

  /** Its parameters or energies have been told, not only that it began. */
  get hasBegun(): boolean {
    return this.#integers.size > 0 || this.#energies.steps.length > 0;
  }

  get executed(): boolean {
    return this.#executed;
  }

  /** The next lines belong to a table, whatever they begin with. */
  get inTable(): boolean {
    return this.#lattice.isOpen || this.#energies.inBlock;
  }

  readTable(text: string, line: number): void {
    if (this.#lattice.isOpen) this.#lattice.readRow(text, line);
    else {
      const steps = this.#energies.steps.length;
      this.#energies.push(text, line);
      if (this.#energies.steps.length > steps) this.#lattice.endStep();
    }
  }

  /** false where the line tells none. */
  readVersion(text: string): boolean {
    const version = /\bvasp\.(\d\S*)/.exec(text)?.[1];
    if (version === undefined || this.#version !== undefined) return false;
    this.#version = version;
    this.#known = true;
    return true;
  }

  read(name: Start, text: string, line: number): void {
    if (name === "electronicBlock" || name === "ionicBlock" || name === "dispersion") {
      this.#known = true;
      this.#energies.begin(name, text, line);
    } else if (name === "lattice") {
      if (/direct lattice vectors\s+reciprocal/.test(text)) this.#lattice.begin(line);
    } else if (name === "iteration") this.#readIteration(text, line);
    else if (name === "electronsFound")
      this.#found = /number of electron\s+-?[\d.]/.test(text) ? foundElectrons(text) : this.#found;
    else if (name === "fermi") this.#fermi = numberAfter(text, /E-fermi\s*:/) ?? this.#fermi;
    else if (name === "accurate") this.#accurate = true;
    else if (name === "finished") this.#finished = true;
    else if (name === "elapsed") this.#elapsed = numberAfter(text, /Elapsed time \(sec\):/);
    else if (name === "softStop")
      this.#problems.push(
        problem("information", { line, column: 1 }, "the calculation was stopped by the user (STOPCAR or similar)"),
      );
    // parameters stand in front of the first ionic step; later lines that look like them are tables
    else if (this.#energies.steps.length === 0) this.#readHead(name, text, line);
  }

  /** `end`: where the file ends; undefined where the reason why it ends is told elsewhere. */
  finish(end: Position | undefined): { readonly value: Outcar; readonly problems: readonly Problem[] } {
    const value = this.#value();
    const problems = [
      ...this.#problems,
      ...this.#lattice.problems,
      ...this.#energies.problems,
      ...this.#convergenceProblems(),
    ];
    if (end && !this.#finished) {
      const useless = this.#energies.steps.length === 0;
      const template = useless
        ? "the calculation ended before its first ionic step: no energies"
        : "the calculation is unfinished: the file has no timing at its end";
      problems.push(problem(useless ? "error" : "warning", end, template));
    }
    return { value, problems };
  }

  #readHead(name: Start, text: string, line: number): void {
    if (name === "executed") this.#executed = true;
    else if (name === "title") this.#species.readTitle(text);
    else if (name === "potcar") this.#species.readPotcar(text);
    else if (name === "comment") this.#species.readComment(text, line);
    else if (name === "counts") this.#species.readCounts(text, line);
    else if (name === "electrons") this.#electrons ??= this.#number(text, /NELECT\s*=/, line);
    else if (name === "noncollinear") this.#noncollinear ??= /=\s*\.?T/.test(text);
    else
      for (const [, tag, digits] of text.matchAll(/\b(NIONS|ISPIN|NELM|NSW|IBRION|ISIF)\s*=\s*(-?\d+)/g))
        if (tag !== undefined && digits !== undefined && !this.#integers.has(tag))
          this.#integers.set(tag, Number(digits));
    this.#known = true;
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
    return [
      problem(
        "warning",
        place,
        "the electronic loop is not converged: it stopped at NELM = {0} steps",
        this.#iteration,
      ),
    ];
  }

  #value(): Outcar {
    const { terms, stepTerms, electronic, steps, dispersion } = this.#energies;
    const { counts, species } = this.#species.result(this.#integers.get("NIONS"), this.#problems);
    const spin = this.#integers.get("ISPIN");
    const relaxes = (this.#integers.get("NSW") ?? 0) > 0 && [1, 2, 3].includes(this.#integers.get("IBRION") ?? -1);
    const cellMoves = (this.#integers.get("NSW") ?? 0) > 0 && (this.#integers.get("ISIF") ?? 2) >= 3;
    const [electronsFound, ...moments] = this.#found ?? [];
    return present({
      version: this.#version,
      atoms: this.#integers.get("NIONS") ?? counts?.reduce((sum, count) => sum + count, 0),
      species,
      counts,
      electrons: this.#electrons,
      spinPolarized: spin === undefined ? undefined : spin === 2,
      noncollinear: this.#noncollinear,
      lattice: this.#lattice.last(steps.length, cellMoves, this.#problems),
      terms,
      stepTerms,
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
