import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { densityNamesBeside, fileKind } from "../language/fileKinds.js";

/** The density that a prediction for a file needs: the file itself, or the one beside a structure. */
export async function densityOf(file: string): Promise<string | undefined> {
  if (fileKind(path.basename(file)) === "density") return file;
  const names = new Set(await readdir(path.dirname(file)).catch(() => []));
  const found = densityNamesBeside(path.basename(file)).find((name) => names.has(name));
  return found === undefined ? undefined : path.join(path.dirname(file), found);
}

/** Whether one of the files was gone. */
export const isIncomplete = (print: string): boolean => print.split("|").includes("-");

/** Changes when one of the files does: times of change and sizes. */
export async function fingerprint(files: readonly string[]): Promise<string> {
  const facts = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
  return facts.map((fact) => (fact ? `${fact.mtimeMs}:${fact.size}` : "-")).join("|");
}
