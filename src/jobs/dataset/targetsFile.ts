import { CsvError, type Info, parse } from "csv-parse/sync";
import type { TargetColumn } from "../../core/learning/evaluation/targetScaling.js";
import { inferTargets } from "../../core/learning/evaluation/targetScaling.js";
import { textOfCell } from "../../core/text/csvText.js";
import { strictNumber } from "../../core/text/numbers.js";
import { FILE_START, type Parsed, type Position, type Problem, problem } from "../../core/text/problem.js";
import { splitLines } from "../../core/text/tokens.js";

export const TARGETS_FILE = "targets.csv";

/** `targets.csv`: one row per material, the first column its id. */
export interface TargetTable {
  /** Without the id. */
  readonly columns: readonly TargetColumn[];
  readonly rows: readonly TargetRow[];
}

export interface TargetRow {
  readonly id: string;
  readonly place: Position;
  readonly cells: readonly Cell[];
}

export interface Cell {
  readonly text: string;
  readonly place: Position;
}

/** Reads the table; rows without an id or with one that was there before are left out with a problem. Never throws. */
export function parseTargets(text: string): Parsed<TargetTable> {
  let records: Record[];
  try {
    records = parse(text, { ...FORM, onRecord: boundedRecords() }) as unknown as Record[];
  } catch (error) {
    if (error instanceof TooManyCells)
      return { problems: [problem("error", FILE_START, "the table has more than {0} cells", MOST_CELLS)] };
    return { problems: [csvProblem(error, splitLines(text).length || 1)] };
  }
  const lines = splitLines(text);
  const [head, ...body] = records.map((record) =>
    cellsOf(record).map((cell) => ({ ...cell, place: within(cell.place, lines) })),
  );
  if (head === undefined)
    return {
      problems: [
        problem("error", FILE_START, "the file is empty; its first line must name the columns, starting with id"),
      ],
    };
  const first = head[0];
  if (first === undefined || first.text.toLowerCase() !== "id") {
    const place = first?.place ?? FILE_START;
    return {
      problems: [
        problem(
          "error",
          place,
          'the first column must be named "id" (the name of the material folder), not "{0}"',
          first?.text ?? "",
        ),
      ],
    };
  }
  const problems: Problem[] = [];
  const rows = withoutDuplicates(
    body.flatMap((cells) => rowOf(cells, head.length, problems)),
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
  return { columns: columns.filter(isKept), rows: rows.map((row) => ({ ...row, cells: row.cells.filter(isKept) })) };
}

/**
 * The numbers of one column by id; `missing`: the ids whose cell is empty or no finite number, and the problem that
 * says so.
 */
export function readTarget(
  table: TargetTable,
  name: string,
): { values: ReadonlyMap<string, number>; missing: ReadonlyMap<string, Problem> } {
  const index = table.columns.findIndex((column) => column.name === name);
  const values = new Map<string, number>();
  const missing = new Map<string, Problem>();
  for (const { id, place, cells } of table.rows) {
    const cell = cells[index];
    const value = cell === undefined ? undefined : strictNumber(cell.text);
    if (value !== undefined) values.set(id, value);
    else if (cell === undefined || cell.text === "")
      missing.set(id, problem("warning", cell?.place ?? place, "{0} has no value for {1}", id, name));
    else
      missing.set(id, problem("error", cell.place, '"{0}" is not a finite number ({1} of {2})', cell.text, name, id));
  }
  return { values, missing };
}

/** Columns that hold a number in at least one row and do not merely describe the material. */
export function targetColumns(table: TargetTable): readonly TargetColumn[] {
  return table.columns.filter((column, index) => {
    if (DESCRIBING.test(column.name)) return false;
    return table.rows.some((row) => strictNumber(row.cells[index]?.text ?? "") !== undefined);
  });
}

const FORM = { bom: true, info: true, raw: true, relaxColumnCount: true, skipEmptyLines: true } as const;
/** A table of 100,000 materials and 20 columns. */
const MOST_CELLS = 2_000_000;

class TooManyCells extends Error {}

/** Ends the reading of a table that no memory would hold. */
function boundedRecords(): (record: string[]) => string[] {
  let cells = 0;
  return (record) => {
    // with `info` and `raw` it is one of ours
    cells += (record as unknown as Record).record.length;
    if (cells > MOST_CELLS) throw new TooManyCells();
    return record;
  };
}

interface Record {
  readonly record: readonly string[];
  readonly raw: string;
  readonly info: Info;
}

/** Columns that many tables carry beside the targets. */
const DESCRIBING =
  /^(n_?atoms|natoms|n_?sites|nsites|volume|density|n_(valence_)?electrons|nelect|space_?group(_number)?|formula|comment)$/i;

/** Line ends of several kinds in one file are counted in several ways. */
function within({ line, column }: Position, lines: readonly string[]): Position {
  const inside = Math.max(1, Math.min(line, lines.length));
  return { line: inside, column: Math.max(1, Math.min(column, (lines[inside - 1]?.length ?? 0) + 1)) };
}

/** csv-parse tells the line a record ends on; where each of its fields starts is found in the raw text. */
function cellsOf({ record, raw, info }: Record): Cell[] {
  const body = raw.replace(/^\uFEFF/, "").replace(/\r?\n$/, "");
  let line = info.lines - (body.match(/\n/g)?.length ?? 0);
  let column = 1;
  let offset = 0;
  return record.map((text) => {
    const place = { line, column };
    for (let quoted = false; offset < body.length; offset++) {
      const character = body[offset];
      if (character === '"') quoted = !quoted;
      if (character === "\n") {
        line++;
        column = 1;
      } else column++;
      if (character === "," && !quoted) {
        offset++;
        break;
      }
    }
    return { text: textOfCell(text.trim()), place };
  });
}

function rowOf(cells: readonly Cell[], width: number, problems: Problem[]): TargetRow[] {
  const [id, ...rest] = cells;
  if (id === undefined || id.text === "") {
    problems.push(problem("error", id?.place ?? FILE_START, "a row without an id"));
    return [];
  }
  if (cells.length !== width) {
    const place = cells[Math.min(cells.length, width)]?.place ?? id.place;
    problems.push(
      problem("error", place, "{0} has {1} values, but the header has {2} columns", id.text, cells.length, width),
    );
    return [];
  }
  return [{ id: id.text, place: id.place, cells: rest }];
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
