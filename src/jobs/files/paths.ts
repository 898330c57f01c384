import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { globSync } from "tinyglobby";

/** What stands under its own name is none, whatever characters the name has. */
export const isGlob = (given: string) => /[*?[\]{}!]/.test(given) && !existsSync(given);

/** What a glob means, ordered. */
export function matchesOf(glob: string, onlyFiles: boolean): string[] {
  const pattern = process.platform === "win32" ? glob.replaceAll("\\", "/") : glob;
  const matches = globSync(pattern, { onlyFiles, expandDirectories: false, absolute: path.isAbsolute(glob) });
  return matches.map((match) => match.replace(/\/$/, "")).sort();
}

/** What stands at a path. `closed`: the operating system does not tell, for want of permission for instance. */
export function pathKind(place: string): "folder" | "file" | "other" | "missing" | "closed" {
  try {
    const facts = statSync(place, { throwIfNoEntry: false });
    if (facts === undefined) return "missing";
    if (facts.isDirectory()) return "folder";
    return facts.isFile() ? "file" : "other";
  } catch {
    return "closed";
  }
}
