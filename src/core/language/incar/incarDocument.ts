import { linesOf, rangeIn, type TextPosition, type TextRange } from "../textEdit.js";

/** `TAG = value` with where each part stands. */
export interface Assignment {
  /** In capitals; inside braces with the outer tag before it: `KERNEL_TRUNCATION/LTRUNCATE`. */
  readonly name: string;
  readonly nameRange: TextRange;
  /** The value as written: no comments, no continuation marks, quotation marks kept. */
  readonly value: string;
  /** From the value's first to behind its last character; empty behind `=` where there is none. */
  readonly valueRange: TextRange;
}

/** A line that VASP passes over because it holds no `=`: a heading, if it is not blank. */
export interface Heading {
  readonly text: string;
  readonly line: number;
}

/** What is wrong with the form of the file. */
export interface FormError {
  readonly kind: "openQuote" | "openBrace" | "strayBrace" | "continuation";
  readonly range: TextRange;
}

export interface IncarDocument {
  readonly lines: readonly string[];
  readonly assignments: readonly Assignment[];
  readonly headings: readonly Heading[];
  /** Lines that hold a comment alone, from 0. */
  readonly commentLines: readonly number[];
  readonly errors: readonly FormError[];
}

/** Reads an INCAR for an editor: nothing is refused, every part keeps its place. */
export function readIncarDocument(text: string): IncarDocument {
  return new Scanner(linesOf(text)).read();
}

interface Piece {
  readonly line: number;
  readonly from: number;
  readonly text: string;
}

class Scanner {
  readonly #lines: readonly string[];
  readonly #assignments: Assignment[] = [];
  readonly #headings: Heading[] = [];
  readonly #errors: FormError[] = [];
  /** Tags whose braces are open. */
  readonly #outer: { readonly name: string; readonly range: TextRange }[] = [];
  /** Finished parts of the statement that is being read, one per line. */
  #pieces: Piece[] = [];
  #quote: TextPosition | undefined;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  read(): IncarDocument {
    for (const [line, text] of this.#lines.entries()) this.#readLine(text, line);
    this.#endStatement();
    if (this.#quote) this.#report("openQuote", this.#quote);
    for (const { range } of this.#outer) this.#errors.push({ kind: "openBrace", range });
    const commentLines = this.#lines.flatMap((text, line) => (/^\s*[#!]/.test(text) ? [line] : []));
    return {
      lines: this.#lines,
      assignments: this.#assignments,
      headings: this.#headings,
      commentLines,
      errors: this.#errors,
    };
  }

  #readLine(text: string, line: number): void {
    let from = 0;
    let at = 0;
    const take = () => this.#pieces.push({ line, from, text: text.slice(from, at) });
    for (; at < text.length; at++) {
      const sign = text[at] ?? "";
      if (sign === '"') this.#turnQuote(text.slice(from, at), { line, character: at });
      if (this.#quote) continue;
      if (sign === "#" || sign === "!") break;
      if (sign !== ";" && sign !== "{" && sign !== "}") continue;
      take();
      this.#endAt(sign, { line, character: at });
      from = at + 1;
    }
    const mark = this.#quote ? null : /\\\s*$/.exec(text.slice(from, at));
    if (mark) {
      if (at < text.length || line === this.#lines.length - 1)
        this.#report("continuation", { line, character: from + mark.index });
      at = from + mark.index;
    }
    take();
    if (!mark && !this.#quote) this.#endStatement();
  }

  /** Quotation marks count behind `=` only: headings may hold a single one. */
  #turnQuote(before: string, at: TextPosition): void {
    if (this.#quote) this.#quote = undefined;
    else if (before.includes("=") || this.#pieces.some((piece) => piece.text.includes("="))) this.#quote = at;
  }

  #endAt(sign: string, at: TextPosition): void {
    const range = rangeIn(at.line, at.character, at.character + 1);
    if (sign === "{") {
      const words = this.#pieces.map((piece) => piece.text).join(" ");
      this.#pieces = [];
      this.#outer.push({ name: words.replace("=", "").trim().toUpperCase(), range });
      return;
    }
    this.#endStatement();
    if (sign === "}" && !this.#outer.pop()) this.#errors.push({ kind: "strayBrace", range });
  }

  #endStatement(): void {
    const pieces = this.#pieces;
    this.#pieces = [];
    const first = pieces.findIndex((piece) => piece.text.trim() !== "");
    const head = pieces[first];
    if (!head) return;
    const equals = head.text.indexOf("=");
    const name = head.text.slice(0, Math.max(0, equals)).trim();
    if (!/^[A-Za-z][A-Za-z0-9_/]*$/.test(name)) {
      this.#headings.push({
        text: pieces
          .map((piece) => piece.text)
          .join(" ")
          .trim(),
        line: head.line,
      });
      return;
    }
    const nameAt = head.from + head.text.search(/\S/);
    const values = [
      { line: head.line, from: head.from + equals + 1, text: head.text.slice(equals + 1) },
      ...pieces.slice(first + 1),
    ];
    const quoted = values.some((piece) => piece.text.includes('"'));
    this.#assignments.push({
      name: this.#outer.map((outer) => `${outer.name}/`).join("") + name.toUpperCase(),
      nameRange: rangeIn(head.line, nameAt, nameAt + name.length),
      value: values
        .map((piece) => piece.text)
        .join(quoted ? "\n" : " ")
        .trim(),
      valueRange: valueRange(values),
    });
  }

  #report(kind: FormError["kind"], { line, character }: TextPosition): void {
    this.#errors.push({ kind, range: rangeIn(line, character, character + 1) });
  }
}

function valueRange(pieces: readonly Piece[]): TextRange {
  const written = pieces.filter((piece) => piece.text.trim() !== "");
  const first = written[0];
  const last = written.at(-1);
  const [begin] = pieces;
  if (!first || !last) {
    const at = { line: begin?.line ?? 0, character: begin?.from ?? 0 };
    return { start: at, end: at };
  }
  return {
    start: { line: first.line, character: first.from + first.text.search(/\S/) },
    end: { line: last.line, character: last.from + last.text.trimEnd().length },
  };
}
