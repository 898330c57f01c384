import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { type Problem, problem } from "../../core/text/problem.js";
import { splitLines } from "../../core/text/tokens.js";
import { LIMITS, readSmallText } from "../files/readSmallFile.js";

/** Whether a file's name is that of a list of paths. */
export const isListFile = (file: string): boolean => /\.(txt|lst|list)$/i.test(file);

const atHome = (name: string) => name.replace(/^~(?=$|[/\\])/, homedir());

/**
 * The paths a list names, one a line, relative to the list's folder (or to the working folder where they stand there),
 * or to the home folder (`~/`); `#` begins a remark. Throws what `readSmallText` throws.
 */
export function readList(list: string): { readonly places: readonly string[]; readonly problems: readonly Problem[] } {
  const places: string[] = [];
  const problems: Problem[] = [];
  for (const [index, line] of splitLines(readSmallText(list, LIMITS.table)).entries()) {
    const name = line.trim();
    if (name === "" || name.startsWith("#")) continue;
    const place = [path.resolve(path.dirname(list), atHome(name)), path.resolve(name)].find((each) => existsSync(each));
    if (place !== undefined) places.push(place);
    else
      problems.push(
        problem("error", { line: index + 1, column: line.indexOf(name) + 1 }, "there is no file {0}", name),
      );
  }
  return { places, problems };
}
