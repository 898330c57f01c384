/**
 * Spreadsheets compute what begins like this, whatever a table's author meant: `=HYPERLINK(...)` in a material's name
 * would be a link.
 */
const COMPUTED = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/**
 * A text as a cell of a table: in quotes where it needs them, with an apostrophe in front where a spreadsheet would
 * compute it.
 */
export function csvText(text: string): string {
  const safe = COMPUTED.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text that `csvText` was given, from a cell without its quotes. */
export function textOfCell(cell: string): string {
  return cell.startsWith("'") && COMPUTED.test(cell.slice(1)) ? cell.slice(1) : cell;
}
