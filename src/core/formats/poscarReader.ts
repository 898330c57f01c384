import { elementOfAnyCase, elementOfLabel } from "../crystal/elements.js";
import { volume } from "../crystal/lattice.js";
import type { Structure } from "../crystal/structure.js";
import { determinant, inverse, type Matrix3, rowTimes, type Vector3 } from "../math/matrix3.js";
import { parseInteger, parseReal } from "../text/numbers.js";
import { type Parsed, type Problem, problem, type Severity } from "../text/problem.js";
import { positionOf, type Token, tokenize, withoutComment } from "../text/tokens.js";
import { detectWrongFileType } from "./detectWrongFileType.js";

export type ReadingState = "reading" | "complete" | "failed";

type Step = (line: string) => void;

/**
 * Reads a structure line by line as VASP 4, 5 and 6 write it: POSCAR, CONTCAR and the head of every volumetric file.
 * The state is `complete`
 * behind the last position; what follows is not this reader's. Lines without line ends; anything bad becomes a problem,
 * never an exception.
 */
export class PoscarReader {
  readonly problems: Problem[] = [];
  #state: ReadingState = "reading";
  #line: number;
  #text = "";
  #step: Step = (line) => this.#readComment(line);
  #expected = "the comment line";

  #comment = "";
  #scale: readonly number[] = [1];
  readonly #rows: Vector3[] = [];
  #labels: Token[] | undefined;
  readonly #counts: number[] = [];
  #countsLine = 0;
  #modeLine = 0;
  #cartesian = false;
  #selective = false;
  #atoms = 0;
  readonly #positions: number[] = [];
  readonly #free: number[] = [];
  /** An element behind each position, as far as there is one behind all. */
  readonly #behind: string[] = [];
  #hasOddFlags = false;
  /** The first lines, which may tell of what other kind a file is. */
  #head = "";

  /** `linesBefore`: lines of the file in front of the first one pushed. */
  constructor(readonly linesBefore = 0) {
    this.#line = linesBefore;
  }

  get state(): ReadingState {
    return this.#state;
  }

  /** The lines, from 1 within this structure, where the (last) counts and the word Direct or Cartesian stand. */
  get landmarks(): { readonly counts: number; readonly mode: number } {
    return { counts: this.#countsLine - this.linesBefore, mode: this.#modeLine - this.linesBefore };
  }

  push(line: string): void {
    if (this.#state !== "reading") return;
    this.#line++;
    this.#text = line;
    if (this.linesBefore === 0 && this.#line <= HEAD_LINES) this.#head += `${line}\n`;
    this.#step(line);
  }

  /** The structure, or why there is none. */
  finish(): Parsed<Structure> {
    if (this.#state === "reading") this.#reportEnd();
    const structure = this.#state === "complete" ? this.#build() : undefined;
    return structure ? { value: structure, problems: this.problems } : { problems: this.problems };
  }

  #readComment(line: string): void {
    const foreign = this.linesBefore === 0 ? detectWrongFileType(line) : undefined;
    if (foreign) {
      this.problems.push(foreign);
      this.#state = "failed";
      return;
    }
    this.#comment = line.trimEnd();
    this.#next("the scale factor", (text) => this.#readScale(text));
  }

  #readScale(line: string): void {
    const tokens = tokenize(withoutComment(line));
    const first = this.#real(tokens[0], "the scale factor");
    if (first === undefined) return;
    const others = tokens.slice(1, 3).map(({ text }) => parseReal(text));
    const three = others.length === 2 && others.every((value) => value !== undefined);
    this.#scale = three ? [first, ...others.map((value) => value ?? 1)] : [first];
    if (first === 0 || (three && this.#scale.some((value) => value <= 0))) {
      this.#fail(tokens[0], three ? "three scale factors must all be positive" : "the scale factor must not be 0");
      return;
    }
    this.#next("a lattice vector", (text) => this.#readLatticeRow(text));
  }

  #readLatticeRow(line: string): void {
    const row = this.#vector(tokenize(line), "a lattice vector has three numbers");
    if (!row) return;
    this.#rows.push(row);
    if (this.#rows.length < 3) return;
    if (!(Math.abs(determinant(this.#lattice())) > 1e-9)) {
      this.#fail(undefined, "the lattice vectors span no volume");
      return;
    }
    if (determinant(this.#lattice()) < 0) {
      this.#report("warning", tokenize(line)[0], "the lattice vectors are left-handed: VASP does not accept them");
    }
    this.#next("the species or the numbers of atoms", (text) => this.#readSpeciesOrCounts(text));
  }

  #readSpeciesOrCounts(line: string): void {
    const tokens = tokenize(withoutComment(line));
    const first = tokens[0];
    if (first && parseInteger(first.text) !== undefined) {
      this.#readCounts(line);
      return;
    }
    const goesOn = this.#labels !== undefined;
    if (!first || !/^[A-Za-z]/.test(first.text) || (goesOn && elementOfLabel(first.text) === undefined)) {
      this.#fail(first, goesOn ? "expected the numbers of atoms" : "expected species or numbers of atoms");
      return;
    }
    for (const token of tokens) this.#checkLabel(token);
    this.#labels = [...(this.#labels ?? []), ...tokens];
    this.#expected = "the numbers of atoms";
  }

  #checkLabel(token: Token): void {
    const { text } = token;
    const meant = elementOfAnyCase(text);
    if (meant === undefined) this.#report("warning", token, "unknown element `{0}`", text);
    else if (elementOfLabel(text) === undefined) this.#report("warning", token, "`{0}` is read as {1}", text, meant);
    else if (/^[DT](?![a-z])/.test(text))
      this.#report("information", token, "`{0}` is an isotope of hydrogen and is read as {1}", text, meant);
  }

  /** VASP writes at most 20 species a line, so labels and counts can go on in the next. */
  #readCounts(line: string): void {
    const tokens = tokenize(withoutComment(line));
    const known = this.#counts.length;
    for (const token of tokens) {
      const count = parseInteger(token.text);
      if (count === undefined) break;
      if (count < 0) {
        this.#fail(token, "a number of atoms cannot be negative");
        return;
      }
      this.#counts.push(count);
    }
    if (known > 0 && this.#counts.length - known < tokens.length) {
      this.#counts.length = known;
      this.#finishCounts();
      if (this.#state === "reading") this.#readMode(line);
      return;
    }
    this.#countsLine = this.#line;
    if (this.#counts.length < (this.#labels?.length ?? 0))
      this.#next("more numbers of atoms", (text) => this.#readCounts(text));
    else this.#finishCounts();
  }

  #finishCounts(): void {
    this.#atoms = this.#counts.reduce((sum, count) => sum + count, 0);
    const labels = this.#labels;
    if (labels && labels.length !== this.#counts.length) {
      const place = { line: this.#countsLine, column: 1 };
      const template = "{0} species but {1} numbers of atoms";
      this.problems.push(problem("warning", place, template, labels.length, this.#counts.length));
      this.#labels = labels.length > this.#counts.length ? labels.slice(0, this.#counts.length) : undefined;
    }
    if (this.#atoms === 0) this.#fail(undefined, "the cell holds no atom");
    else this.#next("`Direct` or `Cartesian`", (text) => this.#readMode(text));
  }

  #readMode(line: string): void {
    const token = tokenize(line)[0];
    const letter = token?.text[0]?.toLowerCase() ?? "";
    this.#modeLine = this.#line;
    if (letter === "s" && !this.#selective) {
      this.#selective = true;
      this.#next("`Direct` or `Cartesian`", (text) => this.#readMode(text));
      return;
    }
    this.#cartesian = letter === "c" || letter === "k";
    if (!this.#cartesian && letter !== "d") {
      this.#report("warning", token, "expected `Direct` or `Cartesian`; like VASP, this reads the positions as Direct");
    }
    this.#next("a position", (text) => this.#readPosition(text));
  }

  #readPosition(line: string): void {
    const tokens = tokenize(withoutComment(line));
    const done = this.#positions.length / 3;
    if (tokens.length === 0) {
      this.#fail(undefined, "{0} positions are needed, but only {1} found", this.#atoms, done);
      return;
    }
    const position = this.#vector(tokens, "a position has three numbers");
    if (!position) return;
    this.#positions.push(...position);
    const rest = this.#selective ? this.#readFlags(tokens.slice(3)) : tokens.slice(3);
    const element = rest[0] && elementOfAnyCase(rest[0].text);
    if (element !== undefined && this.#behind.length === done) this.#behind.push(element);
    if (done + 1 === this.#atoms) this.#state = "complete";
  }

  /**
   * Three flags behind the position, or behind an element that stands there; where there are none, the atom is free.
   * Gives back what else stands there.
   */
  #readFlags(tokens: readonly Token[]): readonly Token[] {
    const first = tokens[0];
    const direct = flagsOf(tokens.slice(0, 3));
    const isElementFirst =
      first !== undefined &&
      elementOfAnyCase(first.text) !== undefined &&
      (!direct || first.text === this.#labelOf(this.#free.length / 3));
    const behind = isElementFirst ? flagsOf(tokens.slice(1, 4)) : undefined;
    const flags = behind && !(direct && tokens[3]?.text === first?.text) ? behind : direct;
    this.#free.push(...(flags ?? [1, 1, 1]));
    if (flags === direct && direct) return tokens.slice(3);
    if (!this.#hasOddFlags) {
      const template = flags
        ? "the flags of selective dynamics stand behind an element: VASP expects them behind the position"
        : "with selective dynamics each position is followed by three flags, T or F; without them the atom is read as free";
      this.#report("warning", flags ? first : undefined, template);
    }
    this.#hasOddFlags = true;
    return tokens;
  }

  /** Of an atom, from 0. */
  #labelOf(atom: number): string | undefined {
    let last = 0;
    return this.#labels?.find((_, index) => {
      last += this.#counts[index] ?? 0;
      return atom < last;
    })?.text;
  }

  #build(): Structure {
    const lattice = this.#lattice();
    const toFractional = inverse(lattice);
    const fractional = Float64Array.from(this.#positions);
    for (let i = 0; this.#cartesian && i < fractional.length; i += 3) {
      const [x = 0, y = 0, z = 0] = fractional.subarray(i, i + 3);
      fractional.set(rowTimes(this.#scaled([x, y, z]), toFractional), i);
    }
    const species = this.#labels?.map(({ text }) => elementOfAnyCase(text) ?? text) ?? this.#unnamedSpecies();
    return {
      comment: this.#comment,
      lattice,
      ...(species && { species }),
      counts: this.#counts,
      fractional,
      ...(this.#selective && { free: Uint8Array.from(this.#free) }),
    };
  }

  /**
   * Of a file of VASP 4, which has no line of species: what stands behind the positions, else a title of one symbol a
   * count.
   */
  #unnamedSpecies(): string[] | undefined {
    const place = { line: this.#countsLine, column: 1 };
    const behind = this.#behind.length === this.#atoms ? blocksOf(this.#behind, this.#counts) : undefined;
    if (behind) {
      this.problems.push(
        problem(
          "information",
          place,
          "there is no line of species; they are those behind the positions: {0}",
          behind.join(" "),
        ),
      );
      return behind;
    }
    const title = tokenize(this.#comment).map(({ text }) =>
      /^[A-Z][a-z]?$/.test(text) ? elementOfLabel(text) : undefined,
    );
    if (title.length !== this.#counts.length || !title.every((element) => element !== undefined)) return undefined;
    this.problems.push(
      problem("information", place, "there is no line of species; they are those of the title: {0}", title.join(" ")),
    );
    return title;
  }

  #lattice(): Matrix3 {
    const [a, b, c] = this.#rows as [Vector3, Vector3, Vector3];
    return [this.#scaled(a), this.#scaled(b), this.#scaled(c)];
  }

  /** A negative scale factor is the cell's volume; three multiply the Cartesian components. */
  #scaled(v: Vector3): Vector3 {
    const [x = 1, y = x, z = x] = this.#scale;
    if (x > 0) return [v[0] * x, v[1] * y, v[2] * z];
    const factor = Math.cbrt(-x / volume(this.#rows as unknown as Matrix3));
    return [v[0] * factor, v[1] * factor, v[2] * factor];
  }

  #next(expected: string, step: Step): void {
    if (this.#state !== "reading") return;
    this.#expected = expected;
    this.#step = step;
  }

  #vector(tokens: readonly Token[], rule: string): Vector3 | undefined {
    const values: number[] = [];
    for (const token of [tokens[0], tokens[1], tokens[2]]) {
      const value = this.#real(token, rule);
      if (value === undefined) return undefined;
      values.push(value);
    }
    return [values[0] ?? 0, values[1] ?? 0, values[2] ?? 0];
  }

  #real(token: Token | undefined, rule: string): number | undefined {
    const value = token && parseReal(token.text);
    if (value !== undefined) return value;
    if (token) this.#fail(token, "`{0}` is not a number: {1}", token.text, rule);
    else this.#fail(undefined, "missing number: {0}", rule);
    return undefined;
  }

  #reportEnd(): void {
    const empty = this.#line === this.linesBefore;
    const done = this.#positions.length / 3;
    if (empty) this.#fail(undefined, "the file is empty");
    else if (this.#modeLine > 0 && this.#expected === "a position") {
      this.#fail(undefined, "the file ends after {0} of {1} positions", done, this.#atoms);
    } else this.#fail(undefined, "the file ends before {0}", this.#expected);
  }

  #fail(token: Token | undefined, template: string, ...args: (string | number)[]): void {
    const foreign = this.linesBefore === 0 && this.#line <= HEAD_LINES ? detectWrongFileType(this.#head) : undefined;
    if (foreign) this.problems.push(foreign);
    else this.#report("error", token, template, ...args);
    this.#state = "failed";
  }

  #report(severity: Severity, token: Token | undefined, template: string, ...args: (string | number)[]): void {
    const place = positionOf(Math.max(1, this.#line), token, this.#text);
    this.problems.push(problem(severity, place, template, ...args));
  }
}

/** What stands in front of the positions of most files. */
const HEAD_LINES = 8;

function flagsOf(tokens: readonly Token[]): number[] | undefined {
  const flags = tokens.map(({ text }) => /^\.?([tf])(?:rue|alse)?\.?$/i.exec(text)?.[1]?.toLowerCase());
  return flags.length === 3 && flags.every((flag) => flag !== undefined)
    ? flags.map((flag) => (flag === "t" ? 1 : 0))
    : undefined;
}

/** One element a count; undefined where the atoms of one differ. */
function blocksOf(elements: readonly string[], counts: readonly number[]): string[] | undefined {
  let from = 0;
  const blocks = counts.map((count) => {
    const block = new Set(elements.slice(from, from + count));
    from += count;
    return block.size === 1 ? [...block][0] : undefined;
  });
  return blocks.every((element) => element !== undefined) ? blocks : undefined;
}
