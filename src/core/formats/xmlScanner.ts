import type { Position } from "../text/problem.js";
import { asciiText } from "./byteLines.js";

/**
 * What a handler wants of an element that opens: its children, its text (it has no children then), or nothing of all
 * that is in it.
 */
export type Wanted = "children" | "text" | "nothing";

export interface XmlHandler {
  /** `attributes`: their raw text. */
  open(name: string, attributes: string): Wanted;
  /** `text`: where it was wanted, raw. */
  close(name: string, text: string | undefined): void;
}

const LESS = 60;
const GREATER = 62;
const SLASH = 47;
/** Nothing that matters stands in a longer tag or text. */
const LONGEST_TOKEN = 1 << 20;
const LONGEST_NAME = 64;

/**
 * Tells a handler the elements of an XML file that comes in chunks of bytes. It is made for vasprun.xml: text beside
 * elements, comments and declarations are passed over, entities are not resolved, and tags need not match (the handler
 * sees to that). What is not wanted costs a search for the next tag.
 */
export class XmlScanner {
  readonly #handler: XmlHandler;
  #bytes: Uint8Array = new Uint8Array(0);
  /** Lines and columns of the file before `#bytes`. */
  #lines = 1;
  #columns = 0;
  /** Columns of the line before. */
  #columnsBefore = 0;
  /** Where `#lines` and `#columns` count to, in `#bytes`. */
  #counted = 0;
  #at = 0;
  #textStart = -1;
  #skipped: Uint8Array | undefined;
  #cut = false;

  constructor(handler: XmlHandler) {
    this.#handler = handler;
  }

  /** The place of the tag that is being told. */
  get place(): Position {
    this.#count(this.#at);
    return { line: this.#lines, column: this.#columns + 1 };
  }

  /** The place where the file ends so far: behind its last character, or in front of its last line feed. */
  get end(): Position {
    this.#count(this.#bytes.length);
    if (this.#columns === 0 && this.#lines > 1) return { line: this.#lines - 1, column: this.#columnsBefore + 1 };
    return { line: this.#lines, column: this.#columns + 1 };
  }

  /** A tag has opened with its `>` still to come. */
  get inTag(): boolean {
    return this.#cut;
  }

  push(chunk: Uint8Array): void {
    this.#bytes = this.#bytes.length === 0 ? chunk : joined(this.#bytes, chunk);
    const rest = this.#scan();
    this.#count(rest);
    this.#counted -= rest;
    // a copy: the chunk's owner may fill it again
    this.#bytes = new Uint8Array(this.#bytes.subarray(rest));
    this.#at = 0;
    if (this.#textStart >= 0) this.#textStart = Math.max(0, this.#textStart - rest);
  }

  /** Tells the tags of the bytes; gives back where what has to be looked at again begins. */
  #scan(): number {
    const bytes = this.#bytes;
    this.#cut = false;
    let from = Math.max(this.#textStart, 0);
    for (;;) {
      const open = this.#skipped ? this.#endOfSkipped(from) : bytes.indexOf(LESS, from);
      if (open < 0) return this.#keptFrom(bytes.length, from);
      const close = bytes.indexOf(GREATER, open + 1);
      if (close < 0) {
        this.#cut = true;
        return this.#keptFrom(open, from);
      }
      this.#at = open;
      this.#tag(open, close);
      from = close + 1;
    }
  }

  /** `from`: what is in front of it has been told. */
  #keptFrom(open: number, from: number): number {
    // the closing tag of what is passed over may be cut within its name
    const rest = this.#skipped ? Math.min(open, Math.max(from, this.#bytes.length - LONGEST_NAME)) : open;
    const start = this.#textStart >= 0 ? this.#textStart : rest;
    return this.#bytes.length - start > LONGEST_TOKEN ? this.#bytes.length : start;
  }

  #tag(open: number, close: number): void {
    const bytes = this.#bytes;
    const first = bytes[open + 1] ?? 0;
    if (first === SLASH) {
      const text = this.#textStart >= 0 ? asciiText(bytes, this.#textStart, open) : undefined;
      this.#textStart = -1;
      this.#skipped = undefined;
      this.#handler.close(nameOf(bytes, open + 2, close), text);
      return;
    }
    if (first === 33 || first === 63) return;
    const alone = bytes[close - 1] === SLASH;
    const end = alone ? close - 1 : close;
    const name = nameOf(bytes, open + 1, end);
    const attributes = open + 1 + name.length < end ? asciiText(bytes, open + 1 + name.length, end) : "";
    const wanted = this.#handler.open(name, attributes);
    this.#textStart = -1;
    if (alone) this.#handler.close(name, wanted === "text" ? "" : undefined);
    else if (wanted === "text") this.#textStart = close + 1;
    else if (wanted === "nothing") this.#skipped = new Uint8Array(bytes.subarray(open + 1, open + 1 + name.length));
  }

  /** Where the tag that closes what is passed over begins. */
  #endOfSkipped(from: number): number {
    const name = this.#skipped ?? this.#bytes;
    const bytes = this.#bytes;
    for (let slash = bytes.indexOf(SLASH, from + 1); slash >= 0; slash = bytes.indexOf(SLASH, slash + 1)) {
      if (bytes[slash - 1] !== LESS || slash + name.length >= bytes.length) continue;
      let same = 0;
      while (same < name.length && bytes[slash + 1 + same] === name[same]) same++;
      const next = bytes[slash + 1 + name.length] ?? 0;
      if (same === name.length && (next === GREATER || next <= 32)) return slash - 1;
    }
    return -1;
  }

  #count(end: number): void {
    if (end <= this.#counted) return;
    const { lines, lastFeed, feedBefore } = feeds(this.#bytes, this.#counted, end);
    this.#lines += lines;
    if (lines === 1) this.#columnsBefore = this.#columns + lastFeed - this.#counted;
    else if (lines > 1) this.#columnsBefore = lastFeed - feedBefore - 1;
    this.#columns = lastFeed < 0 ? this.#columns + end - this.#counted : end - lastFeed - 1;
    this.#counted = end;
  }
}

/** Names of one letter, the bulk of the file, without making a string each time. */
const LETTERS = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

function nameOf(bytes: Uint8Array, start: number, end: number): string {
  let stop = start;
  while (stop < end && (bytes[stop] ?? 0) > 32) stop++;
  return stop === start + 1 ? (LETTERS[bytes[start] ?? 0] ?? "") : asciiText(bytes, start, stop);
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function feeds(bytes: Uint8Array, start: number, end: number): { lines: number; lastFeed: number; feedBefore: number } {
  let lines = 0;
  let lastFeed = -1;
  let feedBefore = -1;
  for (let at = bytes.indexOf(10, start); at >= 0 && at < end; at = bytes.indexOf(10, at + 1)) {
    lines++;
    feedBefore = lastFeed;
    lastFeed = at;
  }
  return { lines, lastFeed, feedBefore };
}
