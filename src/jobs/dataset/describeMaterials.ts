import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { reducedFormula } from "../../core/crystal/formula.js";
import { compareProperties } from "../../core/text/labels.js";
import type { MaterialFacts } from "../../protocol/workerMethods.js";
import { LIMITS, readSmallText } from "../files/readSmallFile.js";
import { readCrystal } from "../surfaces/readCrystal.js";
import { parseTargets, TARGETS_FILE, type TargetTable, targetColumns } from "./targetsFile.js";

const HEADS_AT_ONCE = 8;

/**
 * What a list of a dataset's materials shows of each: its formula, from the table or from the head of its file, and its
 * best known value in the table, as it stands there. What cannot be read is left out.
 */
export async function describeMaterials(
  folder: string,
  materials: readonly { readonly id: string; readonly file?: string }[],
): Promise<readonly MaterialFacts[]> {
  const table = tableOf(folder);
  const formulas = table ? columnOf(table, "formula") : new Map<string, string>();
  const known = table ? knownOf(table) : new Map<string, MaterialFacts["known"]>();
  const facts: MaterialFacts[] = [];
  for (let start = 0; start < materials.length; start += HEADS_AT_ONCE) {
    const part = materials.slice(start, start + HEADS_AT_ONCE).map(async ({ id, file }) => {
      const formula = formulas.get(id) ?? (file === undefined ? undefined : await formulaOf(file));
      const value = known.get(id);
      return { id, ...(formula && { formula }), ...(value && { known: value }) };
    });
    facts.push(...(await Promise.all(part)));
  }
  return facts;
}

function tableOf(folder: string): TargetTable | undefined {
  const file = path.join(folder, TARGETS_FILE);
  if (!existsSync(file)) return undefined;
  try {
    return parseTargets(readSmallText(file, LIMITS.table)).value;
  } catch {
    return undefined; // what is wrong with a table is told by the jobs that need it
  }
}

function columnOf({ columns, rows }: TargetTable, name: string): ReadonlyMap<string, string> {
  const index = columns.findIndex((column) => column.name.toLowerCase() === name);
  if (index < 0) return new Map();
  const texts = rows.map(({ id, cells }) => [id, cells()[index]?.text ?? ""] as const);
  return new Map(texts.filter(([, text]) => text !== ""));
}

function knownOf(table: TargetTable): ReadonlyMap<string, NonNullable<MaterialFacts["known"]>> {
  const known = new Map<string, NonNullable<MaterialFacts["known"]>>();
  const columns = [...targetColumns(table)].sort((a, b) => compareProperties(a.name, b.name));
  for (const column of columns) {
    if (known.size === table.rows.length) break;
    const index = table.columns.indexOf(column);
    for (const { id, numbers } of table.rows) {
      const value = numbers[index] ?? Number.NaN;
      if (!Number.isNaN(value) && !known.has(id)) known.set(id, { target: column.name, value, unit: column.unit });
    }
  }
  return known;
}

/** Formulas that were read, by file, size and time. */
const read = new Map<string, string | undefined>();
const MOST_KEPT = 20_000;

async function formulaOf(file: string): Promise<string | undefined> {
  const facts = statSync(file, { throwIfNoEntry: false });
  const key = `${file} ${facts?.size} ${facts?.mtimeMs}`;
  if (read.has(key)) return read.get(key);
  const { value } = await readCrystal(file).catch(() => ({ value: undefined }));
  const formula = value && reducedFormula(value.structure);
  for (const oldest of read.keys()) if (read.size >= MOST_KEPT) read.delete(oldest);
  read.set(key, formula);
  return formula;
}
