/** A place in a text: line and character (UTF-16 unit) from 0, as editors count. */
export interface TextPosition {
  readonly line: number;
  readonly character: number;
}

/** From `start` up to, not including, `end`. */
export interface TextRange {
  readonly start: TextPosition;
  readonly end: TextPosition;
}

export interface TextEdit {
  readonly range: TextRange;
  readonly text: string;
}

/** Part of one line. */
export const rangeIn = (line: number, from: number, to: number): TextRange => ({
  start: { line, character: from },
  end: { line, character: to },
});

/** Whether a range holds a position; its end counts, as for a cursor behind a word. */
export function holds(range: TextRange, { line, character }: TextPosition): boolean {
  const behindStart = line > range.start.line || (line === range.start.line && character >= range.start.character);
  const beforeEnd = line < range.end.line || (line === range.end.line && character <= range.end.character);
  return behindStart && beforeEnd;
}

/** The lines of a text, line ends removed (`\n`, `\r\n`); a text has at least one. */
export const linesOf = (text: string): string[] =>
  text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));

/** The text with edits applied, which must not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  const offset = ({ line, character }: TextPosition) =>
    Math.min(text.length, (starts[line] ?? text.length) + character);
  const ordered = edits
    .map((edit) => ({ from: offset(edit.range.start), to: offset(edit.range.end), text: edit.text }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  let done = "";
  let at = 0;
  for (const edit of ordered) {
    done += text.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return done + text.slice(at);
}

/** One edit that replaces all lines of a text. */
export function replaceAll(text: string, by: string): TextEdit {
  const lines = text.split("\n");
  const last = lines.length - 1;
  return {
    range: { start: { line: 0, character: 0 }, end: { line: last, character: (lines[last] ?? "").length } },
    text: by,
  };
}
