import { tokenize } from "../../text/tokens.js";
import { linesRange } from "../results.js";
import type { TextEdit } from "../textEdit.js";
import { type PoscarLayout, readPoscarLayout } from "./poscarLayout.js";

/** Numbers in columns, decimal points below each other; every digit, label and remark stays as it is written. */
export function formatPoscar(text: string): TextEdit[] {
  const layout = readPoscarLayout(text);
  const { lines, firstSite, sites } = layout;
  if (!layout.structure || firstSite === undefined) return [];
  const parts: [number, number, string[]][] = [
    [2, 4, align(lines.slice(2, 5), 3)],
    ...headEdits(layout),
    [firstSite, firstSite + sites - 1, align(lines.slice(firstSite, firstSite + sites), 3)],
  ];
  return parts
    .filter(([first, last, rows]) => rows.join("\n") !== lines.slice(first, last + 1).join("\n"))
    .map(([first, last, rows]) => ({ range: linesRange(lines, first, last), text: rows.join("\n") }));
}

/** Labels above their counts, where each stands in one line without remarks. */
function headEdits({ lines, labelLines, countLines, blocks }: PoscarLayout): [number, number, string[]][] {
  const [labelLine] = labelLines;
  const [countLine] = countLines;
  if (labelLine === undefined || countLine === undefined || labelLines.length > 1 || countLines.length > 1) return [];
  if (
    /[#!]/.test(`${lines[labelLine]}${lines[countLine]}`) ||
    tokenize(lines[countLine] ?? "").length !== blocks.length
  )
    return [];
  const width = Math.max(...blocks.map(({ label = "", count }) => Math.max(label.length, String(count).length))) + 3;
  const row = (words: readonly string[]) => words.map((word) => word.padStart(width)).join("");
  return [
    [labelLine, labelLine, [row(blocks.map(({ label = "" }) => label))]],
    [
      countLine,
      countLine,
      [
        row(
          blocks.map(({ countRange }) =>
            (lines[countLine] ?? "").slice(countRange.start.character, countRange.end.character),
          ),
        ),
      ],
    ],
  ];
}

/** Puts the decimal points of the first `columns` words below each other, with two blanks between words. */
function align(lines: readonly string[], columns: number): string[] {
  const rows = lines.map((line) => {
    const tokens = tokenize(line).slice(0, columns);
    const last = tokens.at(-1);
    const rest = last ? line.slice(last.column - 1 + last.text.length).trim() : line.trim();
    return { words: tokens.map(({ text }) => text), rest };
  });
  const before = (word: string) => (word.includes(".") ? word.indexOf(".") : word.length);
  const widths = Array.from({ length: columns }, (_, i) => {
    const words = rows.map(({ words: row }) => row[i] ?? "");
    const left = words.reduce((most, word) => Math.max(most, before(word)), 0);
    const right = words.reduce((most, word) => Math.max(most, word.length - before(word)), 0);
    return { left, right };
  });
  return rows.map(({ words, rest }) => {
    const cells = words.map((word, i) => {
      const { left = 0, right = 0 } = widths[i] ?? {};
      return " ".repeat(left - before(word)) + word.padEnd(right + before(word));
    });
    const row = `  ${cells.join("  ")}`;
    return (rest === "" ? row : `${row}  ${rest}`).trimEnd();
  });
}
