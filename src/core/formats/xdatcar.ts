import type { Structure } from "../crystal/structure.js";
import { parseInteger } from "../text/numbers.js";
import { type Parsed, type Problem, problem } from "../text/problem.js";
import { tokenize } from "../text/tokens.js";
import { asciiText, ByteLines, openLineProblem } from "./byteLines.js";
import { fixedNumbers } from "./fixedNumbers.js";
import { PoscarReader } from "./poscarReader.js";

/** What an XDATCAR tells of a trajectory. */
export interface Xdatcar {
  /** The last whole frame, with the lattice that was told last. */
  readonly structure: Structure;
  /** Those that are whole: each has a position of three numbers for each atom. */
  readonly frames: number;
  /** The file ends within a frame. */
  readonly truncated: boolean;
}

const HEAD_LINES = 7;

/**
 * Reads an XDATCAR as a stream of bytes: a head once (as VASP writes it for a fixed cell) or before every frame
 * (variable cell), frames that begin with `Direct configuration=` or, as VASP 4 writes them, with an empty line. Memory
 * holds two frames; what is no position is reported and leaves the frame out.
 */
export class XdatcarReader {
  readonly #lines = new ByteLines((bytes, start, end, line) => this.#visit(bytes, start, end, line));
  readonly #problems: Problem[] = [];
  #head: string[] = [];
  #structure: Structure | undefined;
  #firstHeadLine = 1;
  #atoms = 0;
  #frames = 0;
  #rows: string[] | undefined;
  /** A row of the frame is no position. */
  #isDamaged = false;
  /** The last line of the file, which has no line end, is being read. */
  #ending = false;
  #endsInRow = false;
  #lastLength = 0;
  #whole: { readonly rows: readonly string[]; readonly structure: Structure } | undefined;

  /** `onFrame`: is given every whole frame. */
  constructor(private readonly onFrame?: (frame: Structure) => void) {}

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  finish(cut = false): Parsed<Xdatcar> {
    this.#ending = true;
    const isOpen = this.#lines.finish();
    const end = { line: Math.max(1, this.#lines.line - 1), column: this.#lastLength + 1 };
    if (this.#structure === undefined && this.#problems.length === 0) this.#readHead(this.#firstHeadLine);
    const truncated = this.#rows !== undefined && (this.#rows.length > 0 || this.#endsInRow);
    if (truncated && !cut && this.#rows) {
      const template = "the file ends at atom {0} of {1} of frame {2}";
      this.#report(problem("error", end, template, this.#rows.length, this.#atoms, this.#frames + 1));
    }
    if (isOpen && !cut && !truncated && this.#whole) this.#report(openLineProblem(end.line, end.column));
    if (this.#structure && !this.#whole && this.#problems.length === 0)
      this.#report(problem("error", end, "the file contains no frame"));
    const structure = this.#lastFrame();
    return { ...(structure && { value: { structure, frames: this.#frames, truncated } }), problems: this.#problems };
  }

  #visit(bytes: Uint8Array, start: number, end: number, line: number): void {
    this.#lastLength = end - start;
    if (this.#rows && this.#rows.length < this.#atoms && !isBlank(bytes, start, end)) {
      const text = asciiText(bytes, start, end);
      if (!/^\s*[A-Z]/i.test(text)) {
        this.#readRow(text, line);
        return;
      }
      this.#report(
        problem(
          "error",
          { line, column: 1 },
          "frame {0} has {1} of {2} atoms",
          this.#frames + 1,
          this.#rows.length,
          this.#atoms,
        ),
      );
      this.#rows = undefined;
      this.#isDamaged = false;
    }
    if (this.#structure === undefined || this.#head.length > 0) this.#collectHead(asciiText(bytes, start, end), line);
    else if (isBlank(bytes, start, end)) this.#rows ??= [];
    else this.#between(asciiText(bytes, start, end), line);
  }

  #readRow(text: string, line: number): void {
    const rows = this.#rows ?? [];
    if (this.#ending && isCutRow(text)) {
      this.#endsInRow = true;
      return;
    }
    if (!PLAIN_ROW.test(text)) this.#checkRow(text, line);
    rows.push(text);
    if (rows.length === this.#atoms) this.#endFrame();
  }

  /** Numbers that touch are told apart, as in other outputs. */
  #checkRow(text: string, line: number): void {
    const found: Problem[] = [];
    const numbers = fixedNumbers(text, line, 1, found);
    const isPosition = numbers.length >= 3 && !numbers.slice(0, 3).includes(undefined);
    if (isPosition) for (const one of found) this.#report(one);
    else {
      const place = { line, column: found[0]?.column ?? text.trimEnd().length + 1 };
      this.#report(problem("error", place, "expected a position: frame {0} is skipped", this.#frames + 1));
      this.#isDamaged = true;
    }
  }

  /** A line between frames: the headline of the next one, or the first line of a new head. */
  #between(text: string, line: number): void {
    if (/^\s*(direct|konfig)/i.test(text)) this.#rows = [];
    else if (this.#rows === undefined) this.#collectHead(text, line);
    else this.#report(problem("warning", { line, column: 1 }, "this line belongs to no frame"));
  }

  #collectHead(text: string, line: number): void {
    if (this.#head.length === 0) this.#firstHeadLine = line;
    this.#head.push(text);
    const isWhole = this.#head.length > HEAD_LINES && (!isList(text) || this.#head.length > MOST_HEAD_LINES);
    if (isWhole || /^\s*(direct configuration|konfig)/i.test(text)) this.#readHead(this.#firstHeadLine);
  }

  /**
   * The head is a POSCAR's without positions: it is read by the one reader of structures as if it had one atom per
   * species, since the number of atoms is the file's word alone.
   */
  #readHead(firstLine: number): void {
    const head = this.#head;
    const opener = head.at(-1) ?? "";
    this.#head = [];
    const told = head.filter((_, index) => index < head.length - 1 || !/^\s*(direct|konfig|$)/i.test(opener));
    const first = told.findLastIndex((text) => !isCounts(text)) + 1;
    const counts = told
      .slice(Math.max(first, LATTICE_LINES))
      .flatMap((text) => tokenize(text).map((token) => parseInteger(token.text) ?? Number.NaN));
    const atoms = counts.reduce((sum, count) => sum + count, 0);
    const reader = new PoscarReader(firstLine - 1);
    const isSound = Number.isInteger(atoms) && atoms > 0 && atoms < MAX_ATOMS;
    const firstCounts = Math.max(first, LATTICE_LINES);
    const lines = isSound ? told.map((text, index) => (index < firstCounts ? text : withSingles(text))) : told;
    const positions = counts.filter((count) => count > 0).map(() => "0 0 0");
    for (const text of isSound ? [...lines, "Direct", ...positions] : lines) reader.push(text);
    const { value: single, problems } = reader.finish();
    const value = single && { ...single, counts };
    const last = firstLine - 1 + Math.max(1, told.length);
    // what is missed behind the head is missed at its end
    for (const found of problems)
      this.#report(
        found.line > last ? { ...found, line: last, column: (told.at(-1)?.trimEnd().length ?? 0) + 1 } : found,
      );
    if (!value) return;
    if (this.#structure && typesOf(this.#structure) !== typesOf(value))
      this.#report(
        problem(
          "warning",
          { line: firstLine, column: 1 },
          "frames with other atoms start here: only the last frame is reported",
        ),
      );
    this.#structure = value;
    this.#atoms = atoms;
    this.#rows = [];
    this.#isDamaged = false;
  }

  #endFrame(): void {
    if (this.#structure && this.#rows && !this.#isDamaged) {
      this.#whole = { rows: this.#rows, structure: this.#structure };
      this.#frames++;
    }
    this.#isDamaged = false;
    this.#rows = undefined;
    const frame = this.onFrame && this.#lastFrame();
    if (frame) this.onFrame?.(frame);
  }

  #lastFrame(): Structure | undefined {
    if (!this.#whole) return undefined;
    const { rows, structure } = this.#whole;
    const fractional = Float64Array.from(
      rows.flatMap((text) =>
        fixedNumbers(text, 1, 1, [])
          .slice(0, 3)
          .map((number) => number ?? 0),
      ),
    );
    return { ...structure, fractional };
  }

  /** The first few: a damaged trajectory would have as many as lines. */
  #report(found: Problem): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(found);
  }
}

const MAX_ATOMS = 1e7;
/** Title, scale and three vectors: behind them stand species and counts. */
const LATTICE_LINES = 5;
/** VASP writes 20 species a line. */
const MOST_HEAD_LINES = 40;
/** Three numbers without an exponent, as VASP writes them. */
const PLAIN_ROW = /^\s*-?\d*\.\d+\s+-?\d*\.\d+\s+-?\d*\.\d+\s*$/;

/** Counts of a line as ones, in the same columns. */
const withSingles = (text: string) =>
  text.replace(/\d+/g, (count) => (Number(count) > 0 ? "1" : "0").padEnd(count.length));

const isCounts = (text: string) => /^\s*\d+(\s+\d+)*\s*$/.test(text);
const isList = (text: string) => isCounts(text) || /^\s*[A-Z][a-z]?(\s+[A-Z][a-z]?)*\s*$/.test(text);
const typesOf = ({ species = [], counts }: Structure) => `${species.join()} ${counts.join()}`;

/**
 * Of a last line without its line end: it has fewer than three numbers, or the last one fewer decimals than the others.
 */
function isCutRow(text: string): boolean {
  const [x, , z] = tokenize(text).map((token) => token.text);
  const decimals = (number: string) => number.length - number.indexOf(".");
  return x === undefined || z === undefined || !z.includes(".") || decimals(z) < decimals(x);
}
const MAX_PROBLEMS = 20;

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if ((bytes[i] ?? 0) > 32) return false;
  return true;
}
