import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { densityNamesBeside, isAtomsName, isOtherForm } from "../../core/formats/datasetNames.js";
import { fileKind, fileRole } from "../../core/formats/fileNames.js";

/**
 * The density that a prediction for a file needs: the file itself, or the one beside a structure. `hasVolumetricData`
 * is asked of files whose names tell nothing.
 */
export async function densityOf(
  file: string,
  hasVolumetricData?: (file: string) => Promise<boolean>,
): Promise<string | undefined> {
  const kind = fileRole(path.basename(file));
  const mayBe = kind === "either" || (kind === undefined && isOtherForm(file));
  if (kind === "density" || (mayBe && (await hasVolumetricData?.(file)))) return file;
  const names = new Set(await readdir(path.dirname(file)).catch(() => []));
  const found = densityNamesBeside(path.basename(file)).find((name) => names.has(name));
  return found === undefined ? undefined : path.join(path.dirname(file), found);
}

/**
 * What a prediction reads: the density, or where there is none the structure itself, for models that need no density.
 */
export async function inputOf(
  file: string,
  hasVolumetricData?: (file: string) => Promise<boolean>,
): Promise<string | undefined> {
  return (await densityOf(file, hasVolumetricData)) ?? (isStructureName(file) ? file : undefined);
}

/** Whether a file of this name holds atoms. */
export const isStructureName = (file: string): boolean =>
  isAtomsName(file) ||
  fileKind(path.basename(file)) === "XDATCAR" ||
  ["structure", "either"].includes(fileRole(path.basename(file)) ?? "");

/** Whether one of the files was gone. */
export const isIncomplete = (print: string): boolean => print.split("|").includes("-");

/** Changes when one of the files does: times of change and sizes. */
export async function fingerprint(files: readonly string[]): Promise<string> {
  const facts = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
  return facts.map((fact) => (fact ? `${fact.mtimeMs}:${fact.size}` : "-")).join("|");
}
