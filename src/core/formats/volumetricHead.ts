import type { Structure } from "../crystal/structure.js";
import type { Vector3 } from "../math/matrix3.js";
import { parseInteger } from "../text/numbers.js";
import { type Parsed, type Problem, problem } from "../text/problem.js";
import { positionOf, tokenize, withoutComment } from "../text/tokens.js";
import { PoscarReader, type ReadingState } from "./poscarReader.js";

/** What stands in front of the values of a volumetric file's frame. */
export interface VolumetricHead {
  readonly structure: Structure;
  readonly grid: Vector3;
  /** The line of the file with the grid's three numbers. */
  readonly gridLine: number;
  /** Which coordinate runs fastest from value to value: x in VASP's files, z in cubes. Default x. */
  readonly fastest?: "x" | "z";
  /**
   * The head's lines, and which of them (from 1) hold the numbers of atoms and the word Direct: they tell a further
   * frame's head.
   */
  readonly lines: readonly string[];
  readonly landmarks: { readonly counts: number; readonly mode: number };
}

/** No VASP run has more grid points on an axis. */
const MAX_POINTS = 100_000;

/**
 * Reads the head of a volumetric file line by line: a structure, perhaps blank lines, then the line with the three grid
 * numbers.
 */
export class VolumetricHeadReader {
  readonly #poscar: PoscarReader;
  readonly #lines: string[] = [];
  readonly #problems: Problem[] = [];
  #grid: Vector3 | undefined;
  #failed = false;

  /** `linesBefore`: lines of the file in front of the head. */
  constructor(readonly linesBefore = 0) {
    this.#poscar = new PoscarReader(linesBefore);
  }

  get state(): ReadingState {
    if (this.#grid) return "complete";
    return this.#failed || this.#poscar.state === "failed" ? "failed" : "reading";
  }

  push(line: string): void {
    if (this.state !== "reading") return;
    this.#lines.push(line);
    if (this.#poscar.state === "reading") this.#poscar.push(line);
    else if (line.trim() !== "") this.#readGrid(line);
  }

  finish(): Parsed<VolumetricHead> {
    if (this.state === "reading" && this.#poscar.state === "complete")
      this.#fail("", "the file ends before the three numbers of the grid");
    const { value: structure, problems } = this.#poscar.finish();
    const all = [...problems, ...this.#problems];
    if (!structure || !this.#grid) return { problems: all };
    const gridLine = this.linesBefore + this.#lines.length;
    return {
      value: { structure, grid: this.#grid, gridLine, lines: this.#lines, landmarks: this.#poscar.landmarks },
      problems: all,
    };
  }

  #readGrid(line: string): void {
    const grid = gridNumbers(line);
    if (!grid) this.#fail(line, "expected the three numbers of the grid");
    else if (grid.some((points) => points < 1 || points > MAX_POINTS))
      this.#fail(line, "{0} x {1} x {2} is not a valid grid", ...grid);
    else this.#grid = grid;
  }

  #fail(line: string, template: string, ...args: number[]): void {
    this.#failed = true;
    const place = positionOf(Math.max(1, this.linesBefore + this.#lines.length), tokenize(line)[0], line);
    this.#problems.push(problem("error", place, template, ...args));
  }
}

/** Three whole numbers at a line's start; undefined where there are others, or numbers behind them. */
export function gridNumbers(line: string): Vector3 | undefined {
  const tokens = tokenize(withoutComment(line));
  const [a, b, c] = tokens.slice(0, 3).map(({ text }) => parseInteger(text));
  if (a === undefined || b === undefined || c === undefined) return undefined;
  const next = tokens[3]?.text;
  return next !== undefined && parseInteger(next) !== undefined ? undefined : [a, b, c];
}
