import { type Place, type Problem, problem } from "../text/problem.js";
import { type EnergyTerms, type StepEnergies, SUM_TOLERANCE, sumOfTerms } from "./energyTerms.js";
import { fixedNumbers } from "./fixedNumbers.js";

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
  place?: Place;
}

/** The energies of a vasprun.xml: the terms of its electronic steps, the last of which counts, and the totals of its ionic ones. */
export class VasprunEnergies {
  readonly steps: StepEnergies[] = [];
  readonly #problems: Problem[];
  #block: Energies | undefined;
  #electronic: Energies | undefined;
  #withTerms: Energies | undefined;
  #ionic: Energies | undefined;
  #loop = 0;
  #lastLoop = 0;
  #unfinished = false;
  #swapped: Place | undefined;

  constructor(problems: Problem[]) {
    this.#problems = problems;
  }

  get terms(): EnergyTerms | undefined {
    return this.#withTerms?.values;
  }

  get electronic(): StepEnergies | undefined {
    return this.#withTerms?.totals;
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
      this.#electronic = undefined;
    }
  }

  read(name: string, text: string, place: Place): void {
    const block = this.#block;
    if (!block) return;
    const found: Problem[] = [];
    const value = fixedNumbers(text, place.line, place.column, found)[0];
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(...found.map((one) => ({ ...one, severity: "warning" as const })));
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
        this.#electronic = this.#block;
        if (this.#block.values.has("PSCENC")) this.#withTerms = this.#block;
      }
      this.#block = undefined;
    }
  }

  /** Reports what is wrong with the energies that count. A hybrid functional's exchange is in the total and in no element of its own. */
  finish(hybrid: boolean): void {
    const last = this.#withTerms;
    const { free } = last?.totals ?? {};
    if (last?.place && free !== undefined && last.values.size >= Object.keys(TERMS).length) {
      const sum = sumOfTerms(last.values);
      if (Math.abs(sum - free) > SUM_TOLERANCE && !hybrid) {
        const template = "the energy terms sum to {0} eV, not to e_fr_energy = {1} eV";
        this.#problems.push(problem("information", last.place, template, sum.toFixed(8), free.toFixed(8)));
      }
    }
    if (!this.#swapped) return;
    const template =
      "e_0_energy is the entropy term here, as VASP 5 writes it: the energy for zero smearing is taken from the electronic step";
    this.#problems.push(problem("information", this.#swapped, template));
  }

  #endIonicStep(): void {
    if (this.#ionic && this.#ionic.totals.free !== undefined) {
      this.steps.push(this.#corrected(this.#ionic, this.#electronic));
      this.#unfinished = false;
    }
    this.#ionic = undefined;
  }

  /**
   * VASP 5 writes E(sigma->0) as an ionic step's e_wo_entrp and T*S as its e_0_energy. The electronic step has all three right, but without what is added
   * to the ionic step alone (a dispersion correction): both free energies differ by that, and so do the others.
   */
  #corrected({ totals, place }: Energies, electronic: Energies | undefined): StepEnergies {
    const { free, withoutEntropy, sigmaZero } = totals;
    const of = electronic?.totals;
    if (free === undefined || of?.free === undefined || of.sigmaZero === undefined || of.withoutEntropy === undefined) {
      const swapped =
        free !== undefined && sigmaZero !== undefined && withoutEntropy !== undefined && isEntropy(sigmaZero, free, withoutEntropy);
      if (swapped) this.#swapped = place;
      return swapped ? { free, sigmaZero: withoutEntropy } : totals;
    }
    const apart = free - of.free;
    const right = { free, withoutEntropy: of.withoutEntropy + apart, sigmaZero: of.sigmaZero + apart };
    if (sigmaZero !== undefined && Math.abs(sigmaZero - right.sigmaZero) <= SUM_TOLERANCE) return totals;
    const entropy = of.free - of.withoutEntropy;
    if (sigmaZero !== undefined && Math.abs(sigmaZero - entropy) > SUM_TOLERANCE) return totals;
    this.#swapped = place;
    // the digits that the file has, where it has them
    return withoutEntropy !== undefined && Math.abs(withoutEntropy - right.sigmaZero) <= SUM_TOLERANCE
      ? { ...right, sigmaZero: withoutEntropy }
      : right;
  }
}

/** Without the electronic step: an e_0_energy near 0 beside an e_wo_entrp near the free energy. */
function isEntropy(sigmaZero: number, free: number, withoutEntropy: number): boolean {
  return Math.abs(sigmaZero) < 0.1 * Math.abs(free) && Math.abs(withoutEntropy - free) <= Math.abs(sigmaZero) + SUM_TOLERANCE;
}
