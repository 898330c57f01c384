import { parse } from "csv-parse/sync";
import { atomicNumber } from "../../core/crystal/elements.js";
import { messageOf } from "../../core/text/messageOf.js";
import { strictNumber } from "../../core/text/numbers.js";
import { reasonOf } from "../files/atomicFile.js";
import { readSmallText } from "../files/readSmallFile.js";
import { UsageError } from "../files/usageError.js";

/**
 * Atomic reference energies in eV by element: a JSON object `{"O": -1.5, ...}`, or CSV lines `O,-1.5` with a header or
 * without.
 * Throws `UsageError` for a file that cannot be read, an unknown element, a value that is no number, an element told
 * twice.
 */
export function readReferences(file: string): ReadonlyMap<string, number> {
  const text = readText(file);
  const entries = text.trimStart().startsWith("{") ? jsonEntries(file, text) : csvEntries(file, text);
  const energies = new Map<string, number>();
  for (const [element, written] of entries) {
    const value = typeof written === "number" ? written : strictNumber(String(written).trim());
    if (atomicNumber(element) === undefined) throw new UsageError(`${file}: unknown element ${element}`);
    if (value === undefined)
      throw new UsageError(`${file}: the energy of ${element} is not a number: ${String(written)}`);
    if (energies.has(element)) throw new UsageError(`${file}: ${element} is listed twice`);
    energies.set(element, value);
  }
  if (energies.size === 0) throw new UsageError(`${file} does not list elements`);
  return energies;
}

function readText(file: string): string {
  try {
    return readSmallText(file);
  } catch (error) {
    throw new UsageError(`${file}: ${reasonOf(error)}`);
  }
}

function jsonEntries(file: string, text: string): [string, unknown][] {
  try {
    return Object.entries(JSON.parse(text) as Record<string, unknown>);
  } catch (error) {
    throw new UsageError(`${file}: ${messageOf(error)}`);
  }
}

function csvEntries(file: string, text: string): [string, unknown][] {
  let rows: string[][];
  try {
    rows = parse(text, { relaxColumnCount: true, skipEmptyLines: true, trim: true, comment: "#" }) as string[][];
  } catch {
    throw new UsageError(`${file} is neither a JSON object nor a table of elements and energies`);
  }
  const body = strictNumber(rows[0]?.[1] ?? "") === undefined ? rows.slice(1) : rows;
  return body.map(([element = "", energy = ""]) => [element, energy]);
}
