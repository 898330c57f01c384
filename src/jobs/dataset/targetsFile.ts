import { CsvError, type Info, parse } from "csv-parse/sync";
import type { TargetColumn } from "../../core/learning/evaluation/targetScaling.js";
import { inferTargets } from "../../core/learning/evaluation/targetScaling.js";
import { textOfCell } from "../../core/text/csvText.js";
import { strictNumber } from "../../core/text/numbers.js";
import { FILE_START, type Parsed, type Position, type Problem, problem } from "../../core/text/problem.js";
import { splitLines } from "../../core/text/tokens.js";
import { cellsOfRecord, firstLineOf, type TableRecord } from "./targetCells.js";

export const TARGETS_FILE = "targets.csv";

/** `targets.csv`: one row per material, the first column its id. */
export interface TargetTable {
  /** Without the id. */
  readonly columns: readonly TargetColumn[];
  readonly rows: readonly TargetRow[];
}

/** A row holds its numbers and its own text, and its cells only while they are asked for: there may be millions. */
export interface TargetRow {
  readonly id: string;
  readonly place: Position;
  /** Of each column; NaN where its cell is empty or no finite number. */
  readonly numbers: readonly number[];
  readonly cells: () => readonly Cell[];
}

export interface Cell {
  readonly text: string;
  readonly place: Position;
}

/** Reads the table; rows without an id or with one that was there before are left out with a problem. Never throws. */
export function parseTargets(text: string): Parsed<TargetTable> {
  let records: TableRecord[];
  try {
    records = parse(text, { ...FORM, onRecord: boundedRecords() }) as unknown as TableRecord[];
  } catch (error) {
    if (error instanceof TooLargeTableError) {
      const template = error.what === "rows" ? "the table has more than {0} rows" : "the table has more than {0} cells";
      return { problems: [problem("error", FILE_START, template, error.most)] };
    }
    return { problems: [csvProblem(error, splitLines(text).length || 1)] };
  }
  const [first, ...body] = records;
  if (first === undefined)
    return {
      problems: [
        problem("error", FILE_START, "the file is empty; its first line must name the columns, starting with id"),
      ],
    };
  const lines = splitLines(text);
  const head = cellsWithin(first, lines);
  if (head[0]?.text.toLowerCase() !== "id") {
    const template = 'the first column must be named "id" (the name of the material folder), not "{0}"';
    return { problems: [problem("error", head[0]?.place ?? FILE_START, template, head[0]?.text ?? "")] };
  }
  const problems: Problem[] = [];
  const rows = withoutDuplicates(
    body.flatMap((record) => rowOf(record, head.length, lines, problems)),
    problems,
  );
  const table = withoutNamesakes(
    { columns: columnsOf(head.slice(1).map(({ text }) => text)), rows },
    head.slice(1),
    problems,
  );
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  return { value: table, problems };
}

/** Without the columns of one name, units apart, of which none can be told from the other. */
function withoutNamesakes({ columns, rows }: TargetTable, head: readonly Cell[], problems: Problem[]): TargetTable {
  const first = new Map<string, number>();
  const out = new Set<number>();
  columns.forEach(({ name }, index) => {
    const before = first.get(name);
    first.set(name, before ?? index);
    if (before === undefined || name === "") return;
    problems.push(
      problem("error", head[index]?.place ?? FILE_START, "two columns are named {0}: neither is used", name),
    );
    out.add(before).add(index);
  });
  if (out.size === 0) return { columns, rows };
  const isKept = (_: unknown, index: number) => !out.has(index);
  const kept = rows.map((row) => ({
    ...row,
    numbers: row.numbers.filter(isKept),
    cells: () => row.cells().filter(isKept),
  }));
  return { columns: columns.filter(isKept), rows: kept };
}

/** The numbers of one column by id. */
export function targetValues({ columns, rows }: TargetTable, name: string): ReadonlyMap<string, number> {
  const index = columns.findIndex((column) => column.name === name);
  const values = new Map<string, number>();
  for (const { id, numbers } of rows) {
    const value = numbers[index] ?? Number.NaN;
    if (!Number.isNaN(value)) values.set(id, value);
  }
  return values;
}

/** The same; `missing`: the ids whose cell is empty or no finite number, and the problem that says so. */
export function readTarget(
  table: TargetTable,
  name: string,
): { values: ReadonlyMap<string, number>; missing: ReadonlyMap<string, Problem> } {
  const index = table.columns.findIndex((column) => column.name === name);
  const missing = new Map<string, Problem>();
  for (const { id, place, numbers, cells } of table.rows) {
    if (!Number.isNaN(numbers[index] ?? Number.NaN)) continue;
    const cell = cells()[index];
    if (cell === undefined || cell.text === "")
      missing.set(id, problem("warning", cell?.place ?? place, "{0} has no value for {1}", id, name));
    else
      missing.set(id, problem("error", cell.place, '"{0}" is not a finite number ({1} of {2})', cell.text, name, id));
  }
  return { values: targetValues(table, name), missing };
}

/** Columns that hold a number in at least one row and do not merely describe the material. */
export function targetColumns(table: TargetTable): readonly TargetColumn[] {
  return table.columns.filter(
    ({ name }, index) =>
      !DESCRIBING.test(name) && table.rows.some(({ numbers }) => !Number.isNaN(numbers[index] ?? Number.NaN)),
  );
}

const FORM = { bom: true, info: true, raw: true, relaxColumnCount: true, skipEmptyLines: true } as const;
/** What a table of these sizes takes stays below 1 GB (measured: 100,000 rows of 30 columns, 0.3 GB). */
const MOST_CELLS = 10_000_000;
const MOST_ROWS = 1_000_000;

class TooLargeTableError extends Error {
  constructor(
    readonly most: number,
    readonly what: "cells" | "rows",
  ) {
    super();
  }
}

/** Keeps little of each record, and ends the reading of a table that no memory would hold. */
function boundedRecords(): (record: string[]) => string[] {
  let [cells, rows] = [0, 0];
  return (given) => {
    // with `info` and `raw` it is one of ours
    const { record, raw, info } = given as unknown as { record: string[]; raw: string; info: Info };
    cells += record.length;
    rows++;
    if (cells > MOST_CELLS) throw new TooLargeTableError(MOST_CELLS, "cells");
    if (rows > MOST_ROWS) throw new TooLargeTableError(MOST_ROWS, "rows");
    const [id = "", ...rest] = record;
    const numbers = rest.map((text) => strictNumber(textOfCell(text.trim())) ?? Number.NaN);
    return { raw, lines: info.lines, id: textOfCell(id.trim()), numbers } satisfies TableRecord as unknown as string[];
  };
}

const cellsWithin = (record: TableRecord, lines: readonly string[]): Cell[] =>
  cellsOfRecord(record).map(({ text, place }) => ({ text, place: within(place, lines) }));

/** Columns that many tables carry beside the targets. */
const DESCRIBING =
  /^(n_?atoms|natoms|n_?sites|nsites|volume|density|n_(valence_)?electrons|nelect|space_?group(_number)?|formula|comment)$/i;

/** Line ends of several kinds in one file are counted in several ways. */
function within({ line, column }: Position, lines: readonly string[]): Position {
  const inside = Math.max(1, Math.min(line, lines.length));
  return { line: inside, column: Math.max(1, Math.min(column, (lines[inside - 1]?.length ?? 0) + 1)) };
}

function rowOf(record: TableRecord, width: number, lines: readonly string[], problems: Problem[]): TargetRow[] {
  const { id, numbers } = record;
  if (id === "") {
    problems.push(problem("error", cellsWithin(record, lines)[0]?.place ?? FILE_START, "a row without an id"));
    return [];
  }
  const count = numbers.length + 1;
  const place = { line: firstLineOf(record), column: 1 };
  if (count !== width) {
    const at = cellsWithin(record, lines)[Math.min(count, width)]?.place ?? within(place, lines);
    problems.push(problem("error", at, "{0} has {1} values, but the header has {2} columns", id, count, width));
    return [];
  }
  return [{ id, place: within(place, lines), numbers, cells: () => cellsWithin(record, lines).slice(1) }];
}

function withoutDuplicates(rows: readonly TargetRow[], problems: Problem[]): TargetRow[] {
  const seen = new Map<string, number>();
  return rows.filter((row) => {
    const before = seen.get(row.id);
    if (before === undefined) seen.set(row.id, row.place.line);
    else problems.push(problem("error", row.place, "{0} is already on line {1}; this row is skipped", row.id, before));
    return before === undefined;
  });
}

function columnsOf(headers: readonly string[]): TargetColumn[] {
  return inferTargets(headers).map(({ name, kind, unit }) => ({
    name: name.replace(/\s*[([][^()[\]]*[)\]]\s*$/, ""),
    kind,
    unit,
  }));
}

/** csv-parse tells the line; its column is the cell's number. */
function csvProblem(error: unknown, lines: number): Problem {
  if (!(error instanceof CsvError)) return problem("error", FILE_START, "not a table of comma-separated values");
  const line = typeof error.lines === "number" ? Math.min(error.lines, lines) : 1;
  const template = error.code === "CSV_QUOTE_NOT_CLOSED" ? "the quote opened here is not closed" : "unexpected quote";
  return problem("error", { line, column: 1 }, template);
}
