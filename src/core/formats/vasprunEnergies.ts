import { type Position, type Problem, problem } from "../text/problem.js";
import { type EnergyTerms, type StepEnergies, SUM_TOLERANCE, sumOfTerms } from "./energyTerms.js";
import { fixedNumbersOfText } from "./fixedNumbers.js";

/** vasprun.xml's names of the terms, and OUTCAR's. */
const TERMS: Readonly<Record<string, string>> = {
  alphaZ: "PSCENC",
  ewald: "TEWEN",
  hartreedc: "DENC",
  XCdc: "XCENC",
  pawpsdc: "PAWPS",
  pawaedc: "PAWAE",
  eentropy: "EENTRO",
  bandstr: "EBANDS",
  atom: "EATOM",
};
const TOTALS: Readonly<Record<string, keyof StepEnergies>> = {
  e_fr_energy: "free",
  e_wo_entrp: "withoutEntropy",
  e_0_energy: "sigmaZero",
};
const MAX_PROBLEMS = 20;

interface Energies {
  readonly values: Map<string, number>;
  readonly totals: { free?: number; withoutEntropy?: number; sigmaZero?: number };
  place?: Position;
}

/**
 * The energies of a vasprun.xml: the terms of its electronic steps, the last of which counts, and the totals of its
 * ionic ones.
 */
export class VasprunEnergies {
  readonly steps: StepEnergies[] = [];
  readonly #problems: Problem[];
  #block: Energies | undefined;
  /**
   * Of the last ionic step that has one: the last electronic step that tells the terms, which no step of linear
   * response does.
   */
  #withTerms: Energies | undefined;
  #ionic: Energies | undefined;
  /** Electronic steps of the ionic step that is open. */
  #electronic: Energies[] = [];
  #ofStep: Energies | undefined;
  #loop = 0;
  #lastLoop = 0;
  #unfinished = false;
  #swapped: Position | undefined;

  constructor(problems: Problem[]) {
    this.#problems = problems;
  }

  get terms(): EnergyTerms | undefined {
    return this.#withTerms?.values;
  }

  get electronic(): StepEnergies | undefined {
    return this.#withTerms?.totals;
  }

  get stepTerms(): EnergyTerms | undefined {
    return this.#ofStep?.values;
  }

  /** Electronic steps stand behind the last finished ionic step. */
  get unfinishedStep(): boolean {
    return this.#unfinished;
  }

  /** The electronic steps of the last ionic step. */
  get loop(): number {
    return this.#lastLoop;
  }

  open(name: string): void {
    if (name === "energy") this.#block = { values: new Map(), totals: {} };
    else if (name === "calculation") {
      this.#loop = 0;
      this.#ionic = undefined;
      this.#electronic = [];
      this.#withTerms = undefined;
    }
  }

  read(name: string, text: string, place: Position): void {
    const block = this.#block;
    if (!block) return;
    const found: Problem[] = [];
    const value = fixedNumbersOfText(text, place, found)[0];
    if (this.#problems.length < MAX_PROBLEMS)
      this.#problems.push(...found.map((one) => ({ ...one, severity: "warning" as const })));
    const total = TOTALS[name];
    if (value === undefined) return;
    if (name === "e_0_energy") block.place = place;
    if (total) block.totals[total] = value;
    else block.values.set(TERMS[name] ?? name, value);
  }

  /** An element has closed: `energy` (of an electronic step or not), `scstep` or `calculation`. */
  close(name: string, inElectronicStep: boolean): void {
    if (name === "calculation") this.#endIonicStep();
    else if (name === "scstep") {
      this.#loop++;
      this.#lastLoop = this.#loop;
      this.#unfinished = true;
    } else if (name === "energy" && this.#block) {
      if (!inElectronicStep) this.#ionic = this.#block;
      else {
        if (this.#electronic.length < MOST_STEPS) this.#electronic.push(this.#block);
        if (this.#block.values.has("PSCENC")) this.#withTerms = this.#block;
      }
      this.#block = undefined;
    }
  }

  /**
   * Reports what is wrong with the energies that count. A hybrid functional's exchange is in the total and in no
   * element of its own.
   */
  finish(hybrid: boolean): void {
    const last = this.#withTerms;
    const { free } = last?.totals ?? {};
    if (last?.place && free !== undefined && last.values.size >= Object.keys(TERMS).length) {
      const sum = sumOfTerms(last.values);
      if (Math.abs(sum - free) > SUM_TOLERANCE && !hybrid) {
        const template = "the energy terms sum to {0} eV, but e_fr_energy = {1} eV";
        this.#problems.push(problem("information", last.place, template, sum.toFixed(8), free.toFixed(8)));
      }
    }
    if (!this.#swapped) return;
    const template =
      "e_0_energy holds the entropy term (VASP 5): the energy for sigma -> 0 is taken from the electronic step";
    this.#problems.push(problem("information", this.#swapped, template));
  }

  #endIonicStep(): void {
    if (this.#ionic && this.#ionic.totals.free !== undefined) {
      this.#swapped = undefined;
      this.steps.push(this.#corrected(this.#ionic));
      this.#ofStep = this.#withTerms;
      this.#unfinished = false;
    }
    this.#ionic = undefined;
  }

  /**
   * VASP 5 writes E(sigma->0) as an ionic step's e_wo_entrp and T*S as its e_0_energy. The electronic step of the
   * ground state has all three right, but without what is added to the ionic step alone (a dispersion correction): both
   * free energies differ by that, and so do the others. Which of the electronic steps it is (linear response has some
   * behind it) is told by its terms, else by the energies themselves.
   */
  #corrected({ totals, place }: Energies): StepEnergies {
    const steps = this.#withTerms ? [this.#withTerms] : this.#electronic.toReversed();
    for (const { totals: of } of steps) {
      const right = rightTotals(totals, of);
      if (right === undefined) continue;
      if (right !== totals) this.#swapped = place;
      return right;
    }
    const { free, withoutEntropy, sigmaZero } = totals;
    if (
      free === undefined ||
      withoutEntropy === undefined ||
      sigmaZero === undefined ||
      !isEntropy(sigmaZero, free, withoutEntropy)
    )
      return totals;
    this.#swapped = place;
    return { free, withoutEntropy: free - sigmaZero, sigmaZero: withoutEntropy };
  }
}

/** An ionic step's totals as its electronic step has them; undefined where they are those of another step. */
function rightTotals(totals: StepEnergies, of: StepEnergies): StepEnergies | undefined {
  const { free, withoutEntropy, sigmaZero } = totals;
  if (free === undefined || sigmaZero === undefined) return undefined;
  if (of.free === undefined || of.sigmaZero === undefined || of.withoutEntropy === undefined) return undefined;
  const apart = free - of.free;
  const right = { free, withoutEntropy: of.withoutEntropy + apart, sigmaZero: of.sigmaZero + apart };
  if (Math.abs(sigmaZero - right.sigmaZero) <= SUM_TOLERANCE) return totals;
  if (Math.abs(sigmaZero - (of.free - of.withoutEntropy)) > SUM_TOLERANCE) return undefined;
  // the digits that the file has, where it has them
  return withoutEntropy !== undefined && Math.abs(withoutEntropy - right.sigmaZero) <= SUM_TOLERANCE
    ? { ...right, sigmaZero: withoutEntropy }
    : right;
}

/**
 * Without the electronic step: an e_0_energy that is nearer to 0 than to the free energy, beside an e_wo_entrp that
 * lies between both.
 */
function isEntropy(sigmaZero: number, free: number, withoutEntropy: number): boolean {
  return (
    Math.abs(sigmaZero) < Math.abs(sigmaZero - free) &&
    Math.abs(withoutEntropy - free) <= Math.abs(sigmaZero) + SUM_TOLERANCE
  );
}

/** Electronic steps that are kept for the totals of their ionic step. */
const MOST_STEPS = 1000;
