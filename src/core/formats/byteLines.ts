import { type Problem, problem } from "../text/problem.js";

/**
 * One line of a byte stream: `bytes` from `start` to `end`, without its line feed; `line` counts from 1. The bytes are
 * valid during the call only.
 */
export type LineVisitor = (bytes: Uint8Array, start: number, end: number, line: number) => void;

/**
 * What is kept of a line that ends in a later chunk: no line that matters is longer, and a file without line ends stays
 * within bounds.
 */
const LONGEST_CARRIED = 1 << 20;
const LINE_FEED = 10;

/** Cuts chunks of bytes into lines without making strings of them; memory does not grow with the file. */
export class ByteLines {
  readonly #visit: LineVisitor;
  #line = 1;
  /** The start of a line whose end has not come yet. */
  #rest = new Uint8Array(0);

  constructor(visit: LineVisitor) {
    this.#visit = visit;
  }

  /** The line that is being read, from 1. */
  get line(): number {
    return this.#line;
  }

  push(chunk: Uint8Array): void {
    let start = 0;
    if (this.#rest.length > 0) {
      const end = chunk.indexOf(LINE_FEED);
      this.#carry(chunk.subarray(0, end < 0 ? chunk.length : end));
      if (end < 0) return;
      this.#endCarried();
      start = end + 1;
    }
    for (let end = chunk.indexOf(LINE_FEED, start); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      this.#visit(chunk, start, end, this.#line++);
      start = end + 1;
    }
    if (start < chunk.length) this.#carry(chunk.subarray(start));
  }

  /** Visits the text behind the last line feed, if any; true if there was some. */
  finish(): boolean {
    if (this.#rest.length === 0) return false;
    this.#endCarried();
    return true;
  }

  #carry(bytes: Uint8Array): void {
    const kept = bytes.subarray(0, Math.max(0, LONGEST_CARRIED - this.#rest.length));
    const rest = new Uint8Array(this.#rest.length + kept.length);
    rest.set(this.#rest);
    rest.set(kept, this.#rest.length);
    this.#rest = rest;
  }

  #endCarried(): void {
    const rest = this.#rest;
    this.#rest = new Uint8Array(0);
    this.#visit(rest, 0, rest.length, this.#line++);
  }
}

/** A warning where a table's last line, which VASP would have ended, may lack the rest of its last number. */
export function openLineProblem(line: number, column: number): Problem {
  return problem("warning", { line, column }, "the last line has no line ending: the file may be truncated");
}

/** Bytes as text, one character a byte: what VASP writes is ASCII. */
export function asciiText(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = "";
  for (let from = start; from < end; from += LONGEST_CALL) {
    const part = bytes.subarray(from, Math.min(end, from + LONGEST_CALL));
    // a spread would walk through an iterator: three times slower
    text += String.fromCharCode.apply(undefined, part as unknown as number[]);
  }
  return text;
}

const LONGEST_CALL = 4096;

/**
 * Finds which of a few words a line begins with, blanks in front passed over; nearly all lines are dismissed by one
 * byte.
 */
export class LineStarts<Name extends string> {
  readonly #byFirst: (readonly { readonly name: Name; readonly bytes: Uint8Array }[] | undefined)[] = new Array(
    256,
  ).fill(undefined);

  /** What lines begin with, by the name that `find` gives back. */
  constructor(starts: readonly (readonly [text: string, name: Name])[]) {
    for (const [text, name] of starts) {
      const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
      const first = bytes[0] ?? 0;
      this.#byFirst[first] = [...(this.#byFirst[first] ?? []), { name, bytes }];
    }
  }

  find(bytes: Uint8Array, start: number, end: number): Name | undefined {
    let from = start;
    while (from < end && (bytes[from] ?? 0) <= 32) from++;
    if (from === end) return undefined;
    const candidates = this.#byFirst[bytes[from] ?? 0];
    return candidates?.find((candidate) => beginsWith(bytes, from, end, candidate.bytes))?.name;
  }
}

function beginsWith(bytes: Uint8Array, from: number, end: number, word: Uint8Array): boolean {
  if (from + word.length > end) return false;
  for (let i = 1; i < word.length; i++) if (bytes[from + i] !== word[i]) return false;
  return true;
}
