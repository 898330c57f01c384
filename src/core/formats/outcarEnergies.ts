import { type Problem, problem } from "../text/problem.js";
import { type EnergyTerms, type StepEnergies, SUM_TOLERANCE, sumOfTerms } from "./energyTerms.js";
import { fixedNumbers } from "./fixedNumbers.js";

/** The blocks of energies of an OUTCAR, of which the last full electronic one and all ionic ones count. */
export class OutcarEnergies {
  readonly steps: StepEnergies[] = [];
  #block: Block | undefined;
  #electronic: Block | undefined;
  /** The ionic steps that were finished before it. */
  #stepsBefore = 0;
  /**
   * The electronic block of the last finished ionic step; with few things to be written (NWRITE = 0 or 1) only the
   * first and the last step have one.
   */
  #ofStep: Block | undefined;
  #ionic: Block | undefined;
  #partial = false;
  #edisp: { readonly value: number; readonly line: number } | undefined;
  #dispersion: { readonly value: number; readonly line: number } | undefined;

  /** The next lines belong to a block. */
  get inBlock(): boolean {
    return this.#block !== undefined;
  }

  /** Not those of an earlier ionic step than the last finished one. */
  get terms(): EnergyTerms | undefined {
    return this.#current?.terms;
  }

  get electronic(): StepEnergies | undefined {
    return this.#current?.energies;
  }

  get stepTerms(): EnergyTerms | undefined {
    return this.#ofStep?.terms;
  }

  get #current(): Block | undefined {
    return this.#stepsBefore < this.steps.length - 1 ? undefined : this.#electronic;
  }

  /** Printed apart from the terms, and part of the ionic step's energies alone. */
  get dispersion(): number | undefined {
    return this.#dispersion?.value;
  }

  get unfinishedStep(): boolean {
    return this.#electronic !== undefined && this.#stepsBefore === this.steps.length;
  }

  /** Linear response and the like have begun, whose loops end for reasons of their own. */
  get pastGroundState(): boolean {
    return this.#partial && this.steps.length > 0;
  }

  /** Of the blocks that count, not of those that a later one replaces. */
  get problems(): Problem[] {
    return [
      ...(this.#current?.problems ?? []),
      ...(this.#ionic?.problems ?? []),
      ...this.#differences(),
      ...this.#missingTerms(),
    ];
  }

  /** The line that opens a block, or tells a dispersion energy. */
  begin(kind: "electronicBlock" | "ionicBlock" | "dispersion", text: string, line: number): void {
    if (kind !== "dispersion") {
      this.#block = { kind, line, terms: new Map(), energies: {}, totalLine: line, problems: [] };
      return;
    }
    const at = /Edisp\s*\(eV\)\s*:?=?/.exec(text);
    const value = at ? fixedNumbers(text.slice(at[0].length + at.index), line, 1, [])[0] : undefined;
    if (value !== undefined) this.#edisp = { value, line };
  }

  /** A line of a block. */
  push(text: string, line: number): void {
    const block = this.#block;
    if (!block) return;
    const equals = text.indexOf("=");
    const label = text.slice(0, Math.max(0, equals)).trim();
    if (equals > 0 && /^energy\s+without entropy$/.test(label)) {
      this.#readWithoutEntropy(block, text, line);
      this.#end(block);
    } else if (equals > 0) this.#readTerm(block, label, text, equals, line);
    // a file that is cut, or a block that a message interrupts, has no last line
    if (line - block.line >= LONGEST_BLOCK) this.#end(block);
  }

  #readTerm(block: Block, label: string, text: string, equals: number, line: number): void {
    // told beside the terms, not part of their sum
    if (label.startsWith("exchange ACFDT")) return;
    const numbers = fixedNumbers(text.slice(equals + 1), line, equals + 2, block.problems);
    const [value, second] = numbers;
    if (/TOTEN$/.test(label)) {
      block.totalLine = line;
      if (value !== undefined) block.energies = { ...block.energies, free: value };
    } else if (label === "PAW double counting") {
      if (value !== undefined) block.terms.set("PAWPS", value);
      if (second !== undefined) block.terms.set("PAWAE", second);
      if (numbers.length < 2) block.unreadable = true;
    } else if (value !== undefined) block.terms.set(label.split(/\s+/).at(-1) ?? label, value);
    if (numbers.length === 0 || numbers.includes(undefined)) block.unreadable = true;
  }

  #readWithoutEntropy(block: Block, text: string, line: number): void {
    const parts = text.split("=");
    const [, entropyless = "", extrapolated] = parts;
    const column = text.indexOf("=") + 2;
    const [withoutEntropy] = fixedNumbers(entropyless.replace(/energy\(.*$/, ""), line, column, block.problems);
    const [sigmaZero] =
      extrapolated === undefined ? [] : fixedNumbers(extrapolated, line, text.lastIndexOf("=") + 2, block.problems);
    block.energies = {
      ...block.energies,
      ...(withoutEntropy !== undefined && { withoutEntropy }),
      ...(sigmaZero !== undefined && { sigmaZero }),
    };
  }

  #end(block: Block): void {
    this.#block = undefined;
    if (block.kind === "ionicBlock") {
      this.#ionic = block;
      this.#ofStep = this.#stepsBefore === this.steps.length ? this.#electronic : undefined;
      this.steps.push(block.energies);
      this.#dispersion = this.#edisp;
      this.#edisp = undefined;
    } else if (block.terms.has("PSCENC")) {
      this.#electronic = block;
      this.#stepsBefore = this.steps.length;
      this.#checkSum(block);
    } else this.#partial = true;
  }

  #checkSum(block: Block): void {
    const { free } = block.energies;
    if (free === undefined || block.unreadable) return;
    const sum = sumOfTerms(block.terms);
    if (Math.abs(sum - free) <= SUM_TOLERANCE) return;
    const place = { line: block.totalLine, column: 1 };
    block.problems.push(
      problem("warning", place, "the energy terms sum to {0} eV, but TOTEN = {1} eV", sum.toFixed(8), free.toFixed(8)),
    );
  }

  /** What an ionic step has beyond its electronic one is its dispersion energy, and is told if it is not. */
  #differences(): Problem[] {
    const ionic = this.#ionic?.energies.free;
    const electronic = this.#ofStep?.energies.free;
    if (this.#ionic === undefined || ionic === undefined || electronic === undefined) return [];
    const rest = ionic - electronic - (this.#dispersion?.value ?? 0);
    if (Math.abs(rest) <= DISPERSION_TOLERANCE) return [];
    const place = { line: this.#ionic.totalLine, column: 1 };
    const template = "TOTEN of the ionic step differs by {0} eV from its last electronic step plus dispersion energy";
    return [problem("information", place, template, rest.toFixed(8))];
  }

  #missingTerms(): Problem[] {
    if (!this.#ionic || !this.#electronic || this.#ofStep) return [];
    const place = { line: this.#ionic.totalLine, column: 1 };
    return [problem("warning", place, NO_STEP_TERMS, this.#stepsBefore + 1)];
  }
}

/** A warning where only earlier ionic steps have terms. */
export const NO_STEP_TERMS =
  "the energy terms of the last ionic step are not written (NWRITE is 0 or 1); those of ionic step {0} are not used";

interface Block {
  readonly kind: "electronicBlock" | "ionicBlock";
  readonly line: number;
  readonly terms: Map<string, number>;
  energies: StepEnergies;
  totalLine: number;
  unreadable?: boolean;
  readonly problems: Problem[];
}

const LONGEST_BLOCK = 40;
/** Edisp has five decimals. */
const DISPERSION_TOLERANCE = 2e-5;
