import { type Dirent, readdirSync, realpathSync } from "node:fs";
import path from "node:path";
import { isNotUtf8 } from "./byteSource.js";
import { pathKind } from "./paths.js";

/** A folder below another, and its contents. */
export interface WalkedFolder {
  /** Below the first folder, from the outside in. */
  readonly folder: readonly string[];
  readonly place: string;
  /** Names of files, and of what is neither a file nor a folder, ordered; without hidden ones. */
  readonly files: readonly string[];
  /** The operating system does not list it. */
  readonly isClosed?: boolean;
}

/** Deeper folders are passed over. */
const DEEPEST = 40;
const PASSED_OVER = new Set(["node_modules", "__pycache__"]);

/**
 * A folder and all that lie in it at any depth, links followed, each real folder once; hidden ones are passed over.
 * `isWhole`: a folder of that name is not looked into and counts as a file. Throws what the operating system says of
 * the first folder.
 */
export function walkFolders(root: string, isWhole: (name: string) => boolean = () => false): WalkedFolder[] {
  const seen = new Set<string>();
  const found: WalkedFolder[] = [];
  const visit = (folder: readonly string[], place: string, entries: readonly Dirent[]): void => {
    const files: string[] = [];
    const folders: string[] = [];
    for (const entry of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith(".")) continue;
      const inside = path.join(place, entry.name);
      const kind = kindOf(entry, inside);
      if (kind !== "folder" || isWhole(entry.name)) files.push(entry.name);
      else if (!PASSED_OVER.has(entry.name)) folders.push(entry.name);
    }
    found.push({ folder, place, files });
    if (folder.length < DEEPEST) for (const name of folders) descend([...folder, name], path.join(place, name));
  };
  const descend = (folder: readonly string[], place: string): void => {
    let entries: Dirent[];
    try {
      const real = realpathSync.native(place);
      if (seen.has(real)) return;
      seen.add(real);
      entries = readdirSync(place, { withFileTypes: true });
    } catch {
      found.push({ folder, place, files: [], isClosed: true });
      return;
    }
    visit(folder, place, entries);
  };
  const entries = readdirSync(root, { withFileTypes: true });
  seen.add(realpathSync.native(root));
  visit([], root, entries);
  return found;
}

/** Links as what they lead to; a folder that is not there under the name that Node tells is closed. */
function kindOf(entry: Dirent, place: string): "folder" | "file" {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  const kind = pathKind(place);
  return kind === "folder" || (kind === "closed" && !isNotUtf8(place) && entry.isDirectory()) ? "folder" : "file";
}
