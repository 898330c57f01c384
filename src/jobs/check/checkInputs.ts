import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { parseKpoints } from "../../core/formats/kpoints.js";
import { parsePoscar } from "../../core/formats/poscar.js";
import { parsePotcar } from "../../core/formats/potcar.js";
import type { Diagnosis } from "../../core/language/diagnosis.js";
import { diagnoseIncar } from "../../core/language/incar/diagnoseIncar.js";
import { diagnoseKpoints } from "../../core/language/kpoints/kpointsLanguage.js";
import { diagnosePoscar } from "../../core/language/poscar/diagnosePoscar.js";
import { diagnosePotcar } from "../../core/language/potcar/diagnosePotcar.js";
import type { RunContext } from "../../core/language/runContext.js";
import { applyEdits } from "../../core/language/textEdit.js";
import { writeFileAtomically } from "../files/atomicFile.js";
import { readText } from "../files/readText.js";

export type InputKind = "INCAR" | "POSCAR" | "KPOINTS" | "POTCAR";

const DIAGNOSE: Readonly<Record<InputKind, (text: string, context: RunContext) => Diagnosis[]>> = {
  INCAR: diagnoseIncar,
  POSCAR: diagnosePoscar,
  KPOINTS: diagnoseKpoints,
  POTCAR: diagnosePotcar,
};

/** Bytes: no input is larger. */
const MAX_INPUT = 256 << 20;

/** What is wrong with one input. */
export interface CheckedInput {
  readonly file: string;
  readonly kind: InputKind;
  readonly problems: readonly Diagnosis[];
  /** How many problems were mended in the file. */
  readonly fixed: number;
}

export interface CheckOptions {
  /** Applies the fixes that keep the meaning of a file. */
  readonly fix: boolean;
  readonly signal?: AbortSignal;
}

/** The kind that a name says: `INCAR`, `INCAR.relax`, `POSCAR_2`, `KPOINTS.gz`; undefined for other files. */
export function inputKind(name: string): InputKind | undefined {
  const found = /^(INCAR|POSCAR|CONTCAR|KPOINTS|POTCAR)(?=$|[._-])/.exec(name)?.[1];
  if (found === undefined || /\.(?:json|ya?ml|spec|png|svg|py|md|h5)$/i.test(name)) return undefined;
  return found === "CONTCAR" ? "POSCAR" : (found as InputKind);
}

/**
 * The inputs at the paths: files, and those in folders and in all folders below them but hidden ones (the images of a
 * band lie there). Of a folder those with the plain names, packed or not; only where it has none of a kind those with
 * more behind it (`INCAR.relax`). A path that cannot be read throws.
 */
export function findInputs(paths: readonly string[]): string[] {
  return [...new Set(paths.flatMap((place) => (statSync(place).isDirectory() ? inputsIn(place) : [place])))];
}

const PLAIN_INPUT = /^(?:INCAR|POSCAR|KPOINTS|POTCAR)(?:\.(?:gz|bz2|xz|zst))?$/;

function inputsIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  const named = entries.flatMap((entry) => {
    const kind = entry.isDirectory() ? undefined : inputKind(entry.name);
    return kind === undefined ? [] : [{ name: entry.name, kind }];
  });
  const plain = named.filter(({ name }) => PLAIN_INPUT.test(name));
  const kinds = new Set(plain.map(({ kind }) => kind));
  const files = named.filter(
    ({ name, kind }) => PLAIN_INPUT.test(name) || (!kinds.has(kind) && !name.startsWith("CONTCAR")),
  );
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  return [
    ...files.map(({ name }) => path.join(folder, name)),
    ...folders.flatMap(({ name }) => inputsIn(path.join(folder, name))),
  ];
}

/** Checks one input by itself and against the others in its folder. Rejects only with the signal's reason. */
export async function checkInput(file: string, { fix, signal }: CheckOptions): Promise<CheckedInput> {
  const kind = inputKind(path.basename(file)) ?? (await kindByContent(file, signal));
  const { text, problems } = await readText(file, { ...(signal && { signal }) }, MAX_INPUT);
  if (text === undefined)
    return {
      file,
      kind,
      problems: problems.map((one) => ({ ...one, code: "check/unreadable", endColumn: one.column, fixes: [] })),
      fixed: 0,
    };
  const context = await contextOf(file, kind, signal);
  const found = DIAGNOSE[kind](text, context);
  const fixes = fix ? safeEdits(found) : [];
  if (fixes.length === 0 || /\.(?:gz|bz2|xz|zst)$/.test(file)) return { file, kind, problems: found, fixed: 0 };
  const mended = applyEdits(
    text,
    fixes.flatMap(({ edits }) => edits),
  );
  writeFileAtomically(file, mended);
  return { file, kind, problems: DIAGNOSE[kind](mended, context), fixed: fixes.length };
}

/** One safe fix per problem; those that touch a line which another one changes wait for the next time. */
function safeEdits(found: readonly Diagnosis[]) {
  const taken = new Set<number>();
  return found.flatMap(({ fixes }) => {
    const fix = fixes.find(({ safe }) => safe);
    const lines = fix?.edits.map(({ range }) => range.start.line) ?? [];
    if (!fix || lines.some((line) => taken.has(line))) return [];
    for (const line of lines) taken.add(line);
    return [fix];
  });
}

/** A file whose name says nothing: tags with `=` are an INCAR, else it is read as a structure. */
async function kindByContent(file: string, signal: AbortSignal | undefined): Promise<InputKind> {
  const { text = "" } = await readText(file, { ...(signal && { signal }) }, 1 << 16);
  if (/^\s*(?:PAW|US|LDA)\S*\s+\S+.*\n\s*[\d.]+\s*\n\s*parameters from PSCTR/m.test(text)) return "POTCAR";
  if (/^\s*(?:Gamma|Monkhorst|Line|Auto)/im.test(text.split("\n").slice(2, 3).join(""))) return "KPOINTS";
  return /^\s*[A-Za-z]\w*\s*=/m.test(text) ? "INCAR" : "POSCAR";
}

/** What stands beside a file: inputs with the plain names. A file of the same kind is not read. */
export async function contextOf(file: string, kind: InputKind, signal?: AbortSignal): Promise<RunContext> {
  const folder = path.dirname(file);
  const names = new Set(namesIn(folder));
  const read = async <T>(name: InputKind, parse: (text: string) => { readonly value?: T }): Promise<T | undefined> => {
    const beside = [name, `${name}.gz`].find((candidate) => names.has(candidate));
    if (kind === name || beside === undefined) return undefined;
    const { text } = await readText(path.join(folder, beside), { ...(signal && { signal }) }, MAX_INPUT);
    return text === undefined ? undefined : parse(text).value;
  };
  // Files of other runs (INCAR.relax) lie beside inputs that may not be theirs.
  if (path.basename(file).replace(/\.gz$/, "") !== kind && path.basename(file) !== "CONTCAR") return {};
  const [poscar, kpoints, potcar] = await Promise.all([
    read("POSCAR", parsePoscar),
    read("KPOINTS", parseKpoints),
    read("POTCAR", parsePotcar),
  ]);
  return { files: names, ...(poscar && { poscar }), ...(kpoints && { kpoints }), ...(potcar && { potcar }) };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
