import { csvText } from "./csvText.js";

type Cell = string | number | boolean | undefined;

/**
 * A table as CSV, the header first; numbers as JavaScript writes them, the shortest text that reads back to the same
 * bits; undefined as an empty cell.
 */
export function csv(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return `${[head, ...rows].map((row) => row.map(csvCell).join(",")).join("\n")}\n`;
}

function csvCell(value: Cell): string {
  return typeof value === "string" ? csvText(value) : String(value ?? "");
}
