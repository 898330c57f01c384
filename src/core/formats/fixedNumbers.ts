import { parseReal } from "../text/numbers.js";
import { type Position, type Problem, problem } from "../text/problem.js";
import { tokenize } from "../text/tokens.js";

/**
 * The numbers of a line in Fortran's fixed-point columns, up to the first token that is no number and looks like none
 * (`eV`).
 * Columns that ran into each other are told apart: by their equal decimals (`113.000000000113.000000000`), which is
 * sure, or else by the sign (`1.6427-28.92193`), which is reported as a warning. `***`, `NaN` and the like are an error
 * and undefined.
 * `column`: where `text` starts in its line, from 1.
 */
export function fixedNumbers(text: string, line: number, column: number, problems: Problem[]): (number | undefined)[] {
  const numbers: (number | undefined)[] = [];
  for (const token of tokenize(text)) {
    const place = { line, column: column + token.column - 1 };
    const value = parseReal(token.text);
    const parts = value === undefined ? separated(token.text) : undefined;
    if (value !== undefined) numbers.push(value);
    else if (parts) {
      if (SIGN_WITHIN.test(token.text))
        problems.push(problem("warning", place, '"{0}": numbers without blanks, separated by their signs', token.text));
      numbers.push(...parts.map(parseReal));
    } else if (WORD.test(token.text)) break;
    else {
      problems.push(problem("error", place, '"{0}" is not a number', token.text));
      numbers.push(undefined);
    }
  }
  return numbers;
}

/** The same of a text that may go over several lines, the first of which begins at `place`. */
export function fixedNumbersOfText(
  text: string,
  { line, column }: Position,
  problems: Problem[],
): (number | undefined)[] {
  return text
    .split("\n")
    .flatMap((part, index) => fixedNumbers(part, line + index, index === 0 ? column : 1, problems));
}

/** The numbers of a token in which columns touch; undefined where it cannot be cut in one way alone. */
export function separated(token: string): string[] | undefined {
  const decimals = token.length - 1 - token.lastIndexOf(".");
  if (decimals >= FEWEST_DECIMALS && decimals < token.length) {
    const parts = token.match(new RegExp(`[+-]?\\d+\\.\\d{${decimals}}`, "g")) ?? [];
    if (parts.length > 1 && parts.join("") === token) return parts;
  }
  return MERGED.test(token) ? token.split(/(?<=\d)(?=[+-])/) : undefined;
}

/** Equal decimals tell columns apart only where there are many: `1.01.0` may be a slip. */
const FEWEST_DECIMALS = 4;
const MERGED = /^[+-]?\d+\.\d+(?:[+-]\d+\.\d+)+$/;
const SIGN_WITHIN = /\d[+-]/;
const WORD = /^(?!nan|inf)[a-z(]/i;
