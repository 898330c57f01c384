/**
 * What is wrong at one place of an input file: the editor's squiggle, the command line's error and the job's log print
 * the same one.
 */
export interface Problem {
  readonly severity: Severity;
  /** Line in the file, from 1. */
  readonly line: number;
  /** Column in that line, in characters, from 1. */
  readonly column: number;
  /** English text, ready to print. */
  readonly message: string;
  /** The text before its arguments were put in ({0}, {1}, ...): the key of a translation. */
  readonly template: string;
  readonly args: readonly (string | number)[];
}

export type Severity = "error" | "warning" | "information";

/** A problem and the file it stands in. */
export interface FileProblem {
  readonly file: string;
  readonly problem: Problem;
}

/** What a parser returns: it never throws on bad input. */
export interface Parsed<T> {
  readonly value?: T;
  readonly problems: readonly Problem[];
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What a message quotes of a file: a value of gigabytes is no help to a reader. */
const LONGEST_QUOTE = 500;

/** Where a problem of a whole file stands. */
export const FILE_START: Position = { line: 1, column: 1 };

/** A problem whose message is `template` with `{0}`, `{1}`... replaced by `args`, of which long ones are shortened. */
export function problem(
  severity: Severity,
  place: Position,
  template: string,
  ...quoted: (string | number)[]
): Problem {
  const args = quoted.map((value) =>
    typeof value === "string" && value.length > LONGEST_QUOTE ? `${value.slice(0, LONGEST_QUOTE)}…` : value,
  );
  const message = template.replace(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)] ?? ""));
  return { severity, line: place.line, column: place.column, message, template, args };
}

/** `FILE:LINE:COLUMN: error: message`, the form of compilers, which editors and terminals link. */
export function formatProblem(file: string, p: Problem): string {
  return `${file}:${p.line}:${p.column}: ${p.severity}: ${p.message}`;
}
