import type { FileInfo } from "../jobs/inspect/inspect.js";

/** A file's facts for people: one line a fact, names in a column. */
export function infoText(info: FileInfo): string {
  const { file, problems: _, ...facts } = info;
  const rows = Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : rowsOf(name, value)));
  const width = Math.max(...rows.map(([name]) => name.length));
  return [file, ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${shortened(value)}`)].join("\n");
}

/** What a person reads of one fact; `--json` tells all of it. */
const LONGEST = 1000;

function shortened(text: string): string {
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST)} … (${text.length} characters; --json tells all)`;
}

type Row = readonly [string, string];

const UNITS: Readonly<Record<string, string>> = { volume: " Å³", electrons: "", lattice: " Å" };
const DECIMALS: Readonly<Record<string, number>> = { volume: 4, electrons: 4 };

function rowsOf(name: string, value: unknown): Row[] {
  const unit = UNITS[name] ?? "";
  if (name === "lattice" && isTable(value))
    return value.map((row, index) => [
      index === 0 ? name : "",
      `${row.map((x) => x.toFixed(6).padStart(11)).join("")}${unit}`,
    ]);
  if (name === "grid" && Array.isArray(value)) return [[name, value.join(" × ")]];
  if (Array.isArray(value) && value.every(isRecord))
    return value.map((entry, index) => [index === 0 ? name : "", recordText(entry)]);
  if (Array.isArray(value)) return [[name, value.map((item) => scalarText(item, 4)).join(", ")]];
  if (isRecord(value)) return [[name, recordText(value)]];
  return [[name, `${scalarText(value, DECIMALS[name])}${unit}`]];
}

function recordText(record: Readonly<Record<string, unknown>>): string {
  const { name, ...rest } = record;
  const parts = Object.entries(rest).map(([key, value]) => `${key} ${scalarText(value)}`);
  return [...(typeof name === "string" ? [name] : []), ...parts].join("  ");
}

function scalarText(value: unknown, decimals?: number): string {
  if (typeof value === "number")
    return Number.isInteger(value) || decimals === undefined
      ? String(Number(value.toPrecision(8)))
      : value.toFixed(decimals);
  return typeof value === "string" || typeof value === "boolean" ? String(value) : JSON.stringify(value);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isTable = (value: unknown): value is readonly (readonly number[])[] =>
  Array.isArray(value) && value.every((row) => Array.isArray(row));
