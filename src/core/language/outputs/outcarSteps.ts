/** One electronic step. */
export interface ElectronicStep {
  readonly number: number;
  /** From 0. */
  readonly line: number;
  /** eV: of the free energy, against the electronic step before. */
  readonly change?: number;
}

/** One ionic step of a run. */
export interface IonicStep {
  readonly number: number;
  /** Lines from 0. */
  readonly first: number;
  readonly last: number;
  readonly electronic: readonly ElectronicStep[];
  /** eV: the last free energy of the step, and the energy extrapolated to zero smearing. */
  readonly energy?: number;
  readonly sigmaZero?: number;
  /** eV/Å: the largest force on an ion, whether it may move or not. */
  readonly force?: number;
  /** kbar. */
  readonly pressure?: number;
}

/** When a run stops by itself. */
export interface Criteria {
  /** eV: EDIFF, of the electronic steps. */
  readonly electronic?: number;
  /** EDIFFG, of the ionic steps: eV where positive, minus eV/Å where negative. */
  readonly ionic?: number;
}

/** What a reader of an output collects line by line, for files of any size. */
export interface StepReader {
  /** `index`: of the line, from 0. */
  push(line: string, index: number): void;
  finish(lines: number): IonicStep[];
  readonly criteria: Criteria;
}

type Mutable<T> = { -readonly [key in keyof T]: T[key] };

/** `--- Iteration      3(  12)  ---`: ionic and electronic step. */
const ITERATION = /^-+\s*Iteration\s+(\d+)\(\s*(\d+)\)/;
const CHANGE = /total energy-change[^:]*:\s*(-?[\d.]+(?:[EDed][-+]?\d+)?)(?=[\s(]|$)/;
const TOTAL = /free\s+energy\s+TOTEN\s*=\s*(-?[\d.]+)/;
const SIGMA_ZERO = /energy\(sigma->0\)\s*=\s*(-?[\d.]+)/;
const FORCES = /TOTAL-FORCE \(eV\/Angst\)/;
const PRESSURE = /external pressure\s*=\s*(-?[\d.]+)\s*kB/;
const CRITERION = /^\s*(EDIFFG?)\s*=\s*([-+]?[\d.]+(?:[EDed][-+]?\d+)?)(?=\s|$)/;

/** The ionic steps of an OUTCAR, from its lines. */
export function readSteps(lines: readonly string[]): IonicStep[] {
  const collector = new OutcarSteps();
  for (const [index, line] of lines.entries()) collector.push(line, index);
  return collector.finish(lines.length);
}

/** Ionic and electronic steps of an OUTCAR. */
export class OutcarSteps implements StepReader {
  readonly #steps: Mutable<IonicStep>[] = [];
  #electronic: Mutable<ElectronicStep>[] = [];
  readonly #criteria: Mutable<Criteria> = {};
  #forceLine = Number.NEGATIVE_INFINITY;

  get criteria(): Criteria {
    return this.#criteria;
  }

  /** An ionic step was seen: it is an OUTCAR. */
  get hasBegun(): boolean {
    return this.#steps.length > 0;
  }

  push(line: string, index: number): void {
    const iteration = line.startsWith("-") ? ITERATION.exec(line) : null;
    if (iteration) {
      this.#begin(Number(iteration[1]), Number(iteration[2]), index);
      return;
    }
    const step = this.#steps.at(-1);
    if (!step) {
      this.#readCriterion(line);
      return;
    }
    if (index > this.#forceLine + 1 && this.#readForce(step, line)) return;
    if (!/[ET]N|=|FORCE|energy-change/.test(line)) return;
    const change = CHANGE.exec(line);
    const electronic = this.#electronic.at(-1);
    if (change && electronic) electronic.change = numberOf(change[1]);
    const total = TOTAL.exec(line);
    if (total) step.energy = Number(total[1]);
    const zero = SIGMA_ZERO.exec(line);
    if (zero) step.sigmaZero = Number(zero[1]);
    const pressure = PRESSURE.exec(line);
    if (pressure) step.pressure = Number(pressure[1]);
    if (FORCES.test(line)) {
      this.#forceLine = index;
      delete step.force;
    }
  }

  finish(lines: number): IonicStep[] {
    const last = this.#steps.at(-1);
    if (last) last.last = Math.max(last.first, lines - 1);
    return this.#steps;
  }

  #readCriterion(line: string): void {
    const found = line.includes("EDIFF") ? CRITERION.exec(line) : null;
    const value = found ? numberOf(found[2]) : Number.NaN;
    if (!Number.isFinite(value)) return;
    if (found?.[1] === "EDIFF") this.#criteria.electronic = value;
    else this.#criteria.ionic = value;
  }

  #begin(ionic: number, electronic: number, line: number): void {
    const step = this.#steps.at(-1);
    this.#forceLine = Number.NEGATIVE_INFINITY;
    const begun = { number: electronic, line };
    if (step && step.number === ionic) {
      this.#electronic.push(begun);
      step.last = line;
      return;
    }
    if (step) step.last = line - 1;
    this.#electronic = [begun];
    this.#steps.push({ number: ionic, first: line, last: line, electronic: this.#electronic });
  }

  /** Rows of six numbers below the heading and its rule; the first other line ends them. */
  #readForce(step: Mutable<IonicStep>, line: string): boolean {
    if (this.#forceLine === Number.NEGATIVE_INFINITY) return false;
    const numbers = line.trim().split(/\s+/).map(Number);
    if (numbers.length !== 6 || numbers.some((value) => !Number.isFinite(value))) {
      this.#forceLine = Number.NEGATIVE_INFINITY;
      return false;
    }
    step.force = Math.max(step.force ?? 0, Math.hypot(numbers[3] ?? 0, numbers[4] ?? 0, numbers[5] ?? 0));
    return true;
  }
}

/** `DAV:   3    -0.53E+02   -0.12E+01 ...`: number, energy and its change. */
const OSZICAR_ELECTRONIC = /^\s*[A-Z]+\s*:\s*(\d+)\s+(\S+)\s+(\S+)/;
/** `   1 F= -.5E+02 E0= -.5E+02  d E =-.6E-02`: ends an ionic step. */
export const OSZICAR_STEP = /^\s*(\d+)\s+(?:T=\s*\S+\s+E=\s*\S+\s+)?F=\s*(\S+)\s+E0=\s*(\S+)/;

/** Ionic and electronic steps of an OSZICAR, which holds no forces. */
export class OszicarSteps implements StepReader {
  readonly criteria: Criteria = {};
  readonly #steps: Mutable<IonicStep>[] = [];
  #electronic: ElectronicStep[] = [];
  #first = 0;

  push(line: string, index: number): void {
    const electronic = OSZICAR_ELECTRONIC.exec(line);
    if (electronic) {
      const change = numberOf(electronic[3]);
      this.#electronic.push({ number: Number(electronic[1]), line: index, ...(Number.isFinite(change) && { change }) });
      return;
    }
    const step = OSZICAR_STEP.exec(line);
    if (!step) return;
    const [energy, sigmaZero] = [numberOf(step[2]), numberOf(step[3])];
    this.#steps.push({
      number: Number(step[1]),
      first: this.#first,
      last: index,
      electronic: this.#electronic,
      ...(Number.isFinite(energy) && { energy }),
      ...(Number.isFinite(sigmaZero) && { sigmaZero }),
    });
    this.#electronic = [];
    this.#first = index + 1;
  }

  /** A step that is not finished has electronic steps alone. */
  finish(lines: number): IonicStep[] {
    if (this.#electronic.length > 0) {
      const number = (this.#steps.at(-1)?.number ?? 0) + 1;
      this.#steps.push({
        number,
        first: this.#first,
        last: Math.max(this.#first, lines - 1),
        electronic: this.#electronic,
      });
      this.#electronic = [];
    }
    return this.#steps;
  }
}

/** NaN for what is no number, as `****`. */
const numberOf = (text: string | undefined): number =>
  text === undefined || text === "" ? Number.NaN : Number(text.replace(/d/i, "E"));
