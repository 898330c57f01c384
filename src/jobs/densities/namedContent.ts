import { lstatSync, readlinkSync, statSync } from "node:fs";
import { foreignContent } from "../../core/formats/foreignContent.js";
import { FILE_START, type Problem, problem } from "../../core/text/problem.js";
import { firstBytes } from "./densityForm.js";
import { isZarrArchive } from "./zarrZip.js";

/** As far as the headers of archives go. */
const HEAD_BYTES = 1024;
/** Forms that are read: what is wrong inside is told by their reading. */
const READ = new Set(["HDF5", "NumPy", "Parquet"]);

/**
 * For a file that could not be read: what it is instead, by its first bytes or, of a link whose file is not there, by
 * where it points; else the problems that its reading found.
 */
export async function namedContent(file: string, problems: readonly Problem[]): Promise<readonly Problem[]> {
  const named = brokenLink(file) ?? foreignContent(await firstBytes(file, HEAD_BYTES));
  if (named === undefined || READ.has(String(named.args[0]))) return problems;
  return named.args[0] === "zip" && isZarrArchive(file) ? problems : [named];
}

function brokenLink(file: string): Problem | undefined {
  try {
    // throws on links in a circle, of which the reading tells
    if (!lstatSync(file).isSymbolicLink() || statSync(file, { throwIfNoEntry: false }) !== undefined) return undefined;
    const target = readlinkSync(file);
    const template = /(?:^|[/\\])annex[/\\]objects[/\\]/.test(target)
      ? "this is a git-annex link, and the file itself is not here: fetch it with `git annex get`"
      : "the link points to {0}, which cannot be found";
    return problem("error", FILE_START, template, target);
  } catch {
    return undefined;
  }
}
