import { textOfCell } from "../../core/text/csvText.js";
import type { Position } from "../../core/text/problem.js";

/** What is kept of a row of the table: its text, its numbers, and the line on which it ends. */
export interface TableRecord {
  readonly raw: string;
  readonly lines: number;
  readonly id: string;
  /** Without the id. */
  readonly numbers: readonly number[];
}

/** The line on which it begins. */
export const firstLineOf = ({ raw, lines }: TableRecord): number => lines - (body(raw).match(/\n/g)?.length ?? 0);

/** Its cells, each with the place where it begins: csv-parse tells the line on which a record ends alone. */
export function cellsOfRecord(record: TableRecord): { readonly text: string; readonly place: Position }[] {
  const text = body(record.raw);
  const cells: { text: string; place: Position }[] = [];
  let [line, column, from, isQuoted] = [firstLineOf(record), 1, 0, false];
  let place = { line, column };
  const end = (at: number) => cells.push({ text: textOfCell(unquoted(text.slice(from, at)).trim()), place });
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') isQuoted = !isQuoted;
    if (character === "\n") {
      line++;
      column = 1;
    } else column++;
    if (character !== "," || isQuoted) continue;
    end(at);
    from = at + 1;
    place = { line, column };
  }
  end(text.length);
  return cells;
}

const body = (raw: string) => raw.replace(/^\uFEFF/, "").replace(/\r?\n$/, "");

const unquoted = (cell: string) =>
  cell.length > 1 && cell.startsWith('"') && cell.endsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
