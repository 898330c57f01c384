import { type Problem, problem } from "../text/problem.js";

const START = { line: 1, column: 1 };

/** What a first line says that stands in no VASP text file: a Git LFS pointer, bytes that are no text, a web page. */
export function detectWrongFileType(firstLine: string): Problem | undefined {
  if (firstLine.startsWith("version https://git-lfs.github.com/spec/")) {
    return problem("error", START, "this is a Git LFS pointer, not the file itself: fetch it with `git lfs pull`");
  }
  const lineEnd = firstLine.search(/\r./) + 1;
  if (lineEnd > 0)
    return problem("error", { line: 1, column: lineEnd }, "the lines end with carriage returns alone: convert the line ends");
  const control = binaryColumn(firstLine);
  if (control > 0) return problem("error", { line: 1, column: control }, "this is not a text file");
  if (/^\s*<(!doctype html|html)/i.test(firstLine)) return problem("error", START, "this is a web page, not a VASP file");
  return undefined;
}

/** The column of the first character that no text file has; 0 when there is none. */
export function binaryColumn(line: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return line.search(/[\u0000-\u0008\u000e-\u001f]/) + 1;
}
