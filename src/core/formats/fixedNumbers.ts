import { parseReal } from "../text/numbers.js";
import { type Problem, problem } from "../text/problem.js";
import { tokenize } from "../text/tokens.js";

/**
 * The numbers of a line in Fortran's fixed-point columns, up to the first token that is no number and looks like none (`eV`).
 * Columns that ran into each other (`1.6427-28.9219`) are told apart by the sign and reported as a warning; `***`, `NaN` and the like are an error and undefined.
 * `column`: where `text` starts in its line, from 1.
 */
export function fixedNumbers(text: string, line: number, column: number, problems: Problem[]): (number | undefined)[] {
  const numbers: (number | undefined)[] = [];
  for (const token of tokenize(text)) {
    const place = { line, column: column + token.column - 1 };
    const value = parseReal(token.text);
    if (value !== undefined) numbers.push(value);
    else if (MERGED.test(token.text)) {
      problems.push(problem("warning", place, '"{0}": numbers without a blank between them, told apart by their signs', token.text));
      for (const part of token.text.split(/(?<=\d)(?=[+-])/)) numbers.push(parseReal(part));
    } else if (WORD.test(token.text)) break;
    else {
      problems.push(problem("error", place, '"{0}" is not a number', token.text));
      numbers.push(undefined);
    }
  }
  return numbers;
}

const MERGED = /^[+-]?\d+\.\d+(?:[+-]\d+\.\d+)+$/;
const WORD = /^(?!nan|inf)[a-z(]/i;
