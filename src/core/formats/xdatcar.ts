import type { Structure } from "../crystal/structure.js";
import { parseReal } from "../text/numbers.js";
import { type Parsed, type Problem, problem } from "../text/problem.js";
import { placeOf, tokenize } from "../text/tokens.js";
import { asciiText, ByteLines, openLineProblem } from "./byteLines.js";
import { PoscarReader } from "./poscarReader.js";

/** What an XDATCAR tells of a trajectory. */
export interface Xdatcar {
  /** The last whole frame, with the lattice that was told last. */
  readonly structure: Structure;
  readonly frames: number;
  /** The file ends within a frame. */
  readonly truncated: boolean;
}

const HEAD_LINES = 7;

/**
 * Reads an XDATCAR as a stream of bytes: a head once (as VASP writes it for a fixed cell) or before every frame (variable cell), frames that begin with
 * `Direct configuration=` or, as VASP 4 writes them, with an empty line. Memory holds one frame; a line that is no position ends the frame and is reported once.
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
  #whole: { readonly rows: readonly string[]; readonly structure: Structure; readonly line: number } | undefined;

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  finish(cut = false): Parsed<Xdatcar> {
    const isOpen = this.#lines.finish();
    const lines = this.#lines.line - 1;
    if (this.#structure === undefined && this.#problems.length === 0) this.#readHead(this.#firstHeadLine);
    const truncated = this.#rows !== undefined && this.#rows.length > 0;
    if (truncated && !cut && this.#rows) {
      const template = "the file ends at atom {0} of {1} of frame {2}";
      this.#report(problem("error", { line: lines, column: 1 }, template, this.#rows.length, this.#atoms, this.#frames + 1));
    }
    if (isOpen && !cut && !truncated && this.#whole) this.#report(openLineProblem(lines, 1));
    if (this.#structure && !this.#whole && this.#problems.length === 0)
      this.#report(problem("error", { line: Math.max(1, lines), column: 1 }, "the file holds no frame"));
    const structure = this.#lastFrame();
    return { ...(structure && { value: { structure, frames: this.#frames, truncated } }), problems: this.#problems };
  }

  #visit(bytes: Uint8Array, start: number, end: number, line: number): void {
    if (this.#rows && this.#rows.length < this.#atoms && !isBlank(bytes, start, end)) {
      const text = asciiText(bytes, start, end);
      if (!/^\s*[A-Z]/i.test(text)) {
        this.#rows.push(text);
        if (this.#rows.length === this.#atoms) this.#endFrame(line);
        return;
      }
      this.#report(
        problem("error", { line, column: 1 }, "frame {0} has {1} of {2} atoms", this.#frames + 1, this.#rows.length, this.#atoms),
      );
      this.#rows = undefined;
    }
    if (this.#structure === undefined || this.#head.length > 0) this.#collectHead(asciiText(bytes, start, end), line);
    else if (isBlank(bytes, start, end)) this.#rows ??= [];
    else this.#between(asciiText(bytes, start, end), line);
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
    if (this.#head.length > HEAD_LINES || /^\s*(direct configuration|konfig)/i.test(text)) this.#readHead(this.#firstHeadLine);
  }

  /** The head is a POSCAR's without positions: one position an atom is put behind it, so that the one reader of structures reads it. */
  #readHead(firstLine: number): void {
    const head = this.#head;
    const opener = head.at(-1) ?? "";
    this.#head = [];
    const told = head.filter((_, index) => index < head.length - 1 || !/^\s*(direct|konfig|$)/i.test(opener));
    const counts = told.at(-1)?.trim().split(/\s+/).map(Number) ?? [];
    const atoms = counts.reduce((sum, count) => sum + count, 0);
    const reader = new PoscarReader(firstLine - 1);
    const positions = Number.isInteger(atoms) && atoms > 0 && atoms < MAX_ATOMS ? new Array<string>(atoms).fill("0 0 0") : [];
    for (const text of positions.length > 0 ? [...told, "Direct", ...positions] : told) reader.push(text);
    const { value, problems } = reader.finish();
    const last = firstLine - 1 + Math.max(1, told.length);
    // what is missed behind the head is missed at its end
    for (const found of problems)
      this.#report(found.line > last ? { ...found, line: last, column: (told.at(-1)?.trimEnd().length ?? 0) + 1 } : found);
    if (!value) return;
    this.#structure = value;
    this.#atoms = atoms;
    this.#rows = [];
  }

  #endFrame(line: number): void {
    if (this.#structure && this.#rows) this.#whole = { rows: this.#rows, structure: this.#structure, line: line - this.#rows.length + 1 };
    this.#frames++;
    this.#rows = undefined;
  }

  #lastFrame(): Structure | undefined {
    if (!this.#whole) return undefined;
    const { rows, structure, line } = this.#whole;
    const fractional = new Float64Array(3 * rows.length);
    for (const [atom, text] of rows.entries()) {
      const tokens = tokenize(text);
      for (let axis = 0; axis < 3; axis++) {
        const value = parseReal(tokens[axis]?.text ?? "");
        if (value === undefined) {
          this.#report(problem("error", placeOf(line + atom, tokens[axis], text), "here a position is expected"));
          return undefined;
        }
        fractional[3 * atom + axis] = value;
      }
    }
    return { ...structure, fractional };
  }

  /** The first few: a damaged trajectory would have as many as lines. */
  #report(found: Problem): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push(found);
  }
}

const MAX_ATOMS = 1e7;
const MAX_PROBLEMS = 20;

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if ((bytes[i] ?? 0) > 32) return false;
  return true;
}
