import type { Position } from "./problem.js";

/** A run of characters without blanks, with where it starts in its line. */
export interface Token {
  readonly text: string;
  /** From 1. */
  readonly column: number;
}

/** The tokens of one line; `\r` counts as a blank. */
export function tokenize(line: string): Token[] {
  if (!PLAIN.test(line))
    return Array.from(line.matchAll(/\S+/g), (match) => ({ text: match[0], column: match.index + 1 }));
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && line.charCodeAt(at) <= BLANK) at++;
    if (at >= line.length) return tokens;
    const start = at;
    while (at < line.length && line.charCodeAt(at) > BLANK) at++;
    tokens.push({ text: line.slice(start, at), column: start + 1 });
  }
}

const BLANK = 32;
/** Printable ASCII, tabs and what ends lines: the lines of numbers, of which there are very many. */
const PLAIN = /^[\t\v\f\r\n -~]*$/;

/** The line up to a comment, which starts with `!` or `#`. */
export function withoutComment(line: string): string {
  const start = line.search(/[!#]/);
  return start < 0 ? line : line.slice(0, start);
}

/**
 * The lines of a text: `\n` ends a line, a `\r` before it belongs to the line's end, and text behind the last `\n` is a
 * line.
 */
export function splitLines(text: string): string[] {
  const lines = text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Where a token stands, or the end of its line when there is none. */
export function positionOf(line: number, token: Token | undefined, text: string): Position {
  return { line, column: token ? token.column : text.trimEnd().length + 1 };
}
