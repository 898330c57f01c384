import type { Matrix3, Vector3 } from "../math/matrix3.js";
import { type Problem, problem } from "../text/problem.js";
import { fixedNumbers } from "./fixedNumbers.js";

interface Lattice {
  readonly vectors: Matrix3 | undefined;
  readonly line: number;
  readonly problems: readonly Problem[];
}

/**
 * The lattices of a run, which VASP writes at its start and in each ionic step, or with few things to be written
 * (NWRITE = 0) in the first and the last alone.
 */
export class LatticeOfSteps {
  #rows: Vector3[] | undefined;
  #line = 0;
  #found: Problem[] = [];
  /** Of the step that is not finished. */
  #new: Lattice | undefined;
  #ofStep: Lattice | undefined;
  /** The ionic steps that were finished when it was written. */
  #stepsBefore = 0;
  #steps = 0;

  get isOpen(): boolean {
    return this.#rows !== undefined;
  }

  /** Of the lattice that counts. */
  get problems(): readonly Problem[] {
    return this.#last?.problems ?? [];
  }

  get #last(): Lattice | undefined {
    return this.#steps === 0 ? this.#new : this.#ofStep;
  }

  begin(line: number): void {
    this.#rows = [];
    this.#found = [];
    this.#line = line;
  }

  /** Three rows behind the headline of the lattice: three numbers each, and the reciprocal ones behind them. */
  readRow(text: string, line: number): void {
    const rows = this.#rows ?? [];
    const [x, y, z] = fixedNumbers(text, line, 1, this.#found);
    this.#rows = undefined;
    if (x !== undefined && y !== undefined && z !== undefined) rows.push([x, y, z]);
    else rows.length = 0;
    const [a, b, c] = rows;
    if (a && !c) this.#rows = rows;
    else this.#new = { vectors: a && b && c && [a, b, c], line: this.#line, problems: this.#found };
  }

  endStep(): void {
    this.#steps++;
    if (!this.#new) return;
    this.#ofStep = this.#new;
    this.#stepsBefore = this.#steps - 1;
    this.#new = undefined;
  }

  /** Not one of an earlier ionic step where the cell moves. */
  last(steps: number, cellMoves: boolean, problems: Problem[]): Matrix3 | undefined {
    const last = this.#last;
    if (!last?.vectors || !cellMoves || steps === 0 || this.#stepsBefore === steps - 1) return last?.vectors;
    const template =
      "the lattice of the last ionic step is not written and the cell changes (ISIF); that of ionic step {0} is not used";
    problems.push(problem("warning", { line: last.line, column: 1 }, template, this.#stepsBefore + 1));
    return undefined;
  }
}
