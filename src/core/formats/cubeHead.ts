import { elementSymbol } from "../crystal/elements.js";
import type { Structure } from "../crystal/structure.js";
import { determinant, inverse, type Matrix3, rowTimes, scaleVector, type Vector3 } from "../math/matrix3.js";
import { parseInteger, parseReal } from "../text/numbers.js";
import { type Parsed, type Problem, problem } from "../text/problem.js";
import { positionOf, type Token, tokenize } from "../text/tokens.js";
import { detectWrongFileType } from "./detectWrongFileType.js";
import type { ReadingState } from "./poscarReader.js";
import type { VolumetricHead } from "./volumetricHead.js";

/** One Bohr radius in Å (CODATA 2018). */
export const BOHR = 0.529177210903;

const MAX_ATOMS = 1_000_000;
const MAX_POINTS = 100_000;

/**
 * Reads the head of a Gaussian cube file: two comments, the number of atoms and the origin, three lines of points and
 * step vectors, the atoms.
 * Lengths are in Bohr radii, or in Å where a number of points is negative. The cell is taken as periodic: its vectors
 * are points times steps.
 */
export class CubeHeadReader {
  readonly #lines: string[] = [];
  readonly #problems: Problem[] = [];
  #failed = false;
  #atoms = 0;
  /** Orbital files list which orbitals follow, in a line of its own. */
  #orbitals = false;
  #orbitalsLeft = 0;
  #unit = BOHR;
  #origin: Vector3 = [0, 0, 0];
  readonly #grid: number[] = [];
  readonly #rows: Vector3[] = [];
  readonly #numbers: number[] = [];
  readonly #positions: Vector3[] = [];
  #complete = false;

  get state(): ReadingState {
    if (this.#failed) return "failed";
    return this.#complete ? "complete" : "reading";
  }

  push(line: string): void {
    if (this.state !== "reading") return;
    this.#lines.push(line);
    const number = this.#lines.length;
    if (number === 1) this.#refuseForeign(line);
    else if (number === 3) this.#readOrigin(line);
    else if (number > 3 && number <= 6) this.#readAxis(line);
    else if (number > 6 && this.#positions.length < this.#atoms) this.#readAtom(line);
    else if (number > 6) this.#readOrbitals(line);
  }

  finish(): Parsed<VolumetricHead> {
    if (this.state === "reading") {
      const message = this.#lines.length === 0 ? "the file is empty" : "the file ends inside the head of the cube";
      this.#problems.push(problem("error", { line: Math.max(1, this.#lines.length), column: 1 }, message));
    }
    const problems = this.#problems;
    if (this.state !== "complete") return { problems };
    const [a = 0, b = 0, c = 0] = this.#grid;
    const head = { structure: this.#build(), grid: [a, b, c] as const, gridLine: 4, lines: [], fastest: "z" as const };
    return { value: { ...head, landmarks: { counts: 0, mode: 0 } }, problems };
  }

  #refuseForeign(line: string): void {
    const foreign = detectWrongFileType(line);
    if (!foreign) return;
    this.#problems.push(foreign);
    this.#failed = true;
  }

  #readOrigin(line: string): void {
    const tokens = tokenize(line);
    const count = this.#integer(tokens[0], line, "the number of atoms");
    const origin = count === undefined ? undefined : this.#vector(tokens.slice(1), line, "the origin");
    if (count === undefined || !origin) return;
    const perPoint = tokens[4] === undefined ? 1 : parseInteger(tokens[4].text);
    if (perPoint !== 1)
      this.#fail(tokens[4], line, "{0} values a point: only cubes with one are read", tokens[4]?.text ?? "");
    this.#atoms = Math.abs(count);
    this.#orbitals = count < 0;
    this.#origin = origin;
    if (this.#atoms > MAX_ATOMS) this.#fail(tokens[0], line, "{0} is no number of atoms", count);
  }

  #readAxis(line: string): void {
    const tokens = tokenize(line);
    const points = this.#integer(tokens[0], line, "the number of points");
    const step = points === undefined ? undefined : this.#vector(tokens.slice(1), line, "a step vector");
    if (points === undefined || !step) return;
    if (points === 0 || Math.abs(points) > MAX_POINTS)
      this.#fail(tokens[0], line, "{0} is no number of points", points);
    if (points < 0) this.#unit = 1;
    this.#grid.push(Math.abs(points));
    this.#rows.push(scaleVector(step, Math.abs(points)));
    if (this.#rows.length < 3) return;
    if (!(Math.abs(determinant(this.#lattice())) > 1e-9))
      this.#fail(tokens[0], line, "the step vectors span no volume");
    else if (this.#atoms === 0) this.#fail(undefined, line, "the cell holds no atom");
  }

  #readAtom(line: string): void {
    const tokens = tokenize(line);
    const number = this.#integer(tokens[0], line, "an atomic number");
    const position = number === undefined ? undefined : this.#vector(tokens.slice(2), line, "a position");
    if (number === undefined || !position) return;
    if (elementSymbol(number) === undefined) {
      this.#problems.push(
        problem("warning", positionOf(this.#lines.length, tokens[0], line), "unknown element `{0}`", number),
      );
    }
    this.#numbers.push(number);
    this.#positions.push(position);
    this.#complete = this.#positions.length === this.#atoms && !this.#orbitals;
  }

  /** How many orbitals there are, then their numbers, perhaps over several lines. */
  #readOrbitals(line: string): void {
    const tokens = tokenize(line);
    if (this.#orbitalsLeft === 0) {
      const count = this.#integer(tokens[0], line, "the number of orbitals");
      if (count === undefined) return;
      if (count !== 1) this.#fail(tokens[0], line, "{0} orbitals: only cubes with one value a point are read", count);
      this.#orbitalsLeft = count + 1;
    }
    this.#orbitalsLeft -= tokens.length;
    this.#complete = this.#orbitalsLeft <= 0;
  }

  #lattice(): Matrix3 {
    return this.#rows.map((row) => scaleVector(row, this.#unit)) as unknown as Matrix3;
  }

  #build(): Structure {
    const lattice = this.#lattice();
    const toFractional = inverse(lattice);
    const fractional = new Float64Array(3 * this.#atoms);
    this.#positions.forEach((position, i) => {
      const [x, y, z] = position.map(
        (value, axis) => (value - (this.#origin[axis] ?? 0)) * this.#unit,
      ) as unknown as Vector3;
      fractional.set(rowTimes([x, y, z], toFractional), 3 * i);
    });
    const starts = this.#numbers.flatMap((number, i) => (number === this.#numbers[i - 1] ? [] : [i]));
    return {
      comment: this.#lines[0]?.trimEnd() ?? "",
      lattice,
      species: starts.map((i) => elementSymbol(this.#numbers[i] ?? 0) ?? String(this.#numbers[i])),
      counts: starts.map((start, i) => (starts[i + 1] ?? this.#atoms) - start),
      fractional,
    };
  }

  #integer(token: Token | undefined, line: string, what: string): number | undefined {
    const value = token && parseInteger(token.text);
    if (value === undefined) this.#fail(token, line, "expected {0}", what);
    return value;
  }

  #vector(tokens: readonly Token[], line: string, what: string): Vector3 | undefined {
    const values = [tokens[0], tokens[1], tokens[2]].map((token) => token && parseReal(token.text));
    const bad = values.indexOf(undefined);
    if (bad >= 0) this.#fail(tokens[bad], line, "expected {0}: three numbers", what);
    const [x = 0, y = 0, z = 0] = values;
    return bad >= 0 ? undefined : [x, y, z];
  }

  #fail(token: Token | undefined, line: string, template: string, ...args: (string | number)[]): void {
    this.#failed = true;
    this.#problems.push(problem("error", positionOf(this.#lines.length, token, line), template, ...args));
  }
}
