import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, lstatSync, mkdirSync, mkdtempSync } from "node:fs";
import { homedir, tmpdir, userInfo } from "node:os";
import path from "node:path";
import { foldersIn, linksIn, staysInside } from "./staysInside.js";

/**
 * Where a dataset's `.r3dvs` stands; for one that cannot be written, or that leads out of the dataset by a link, a
 * folder of its own in the user's cache. Makes nothing.
 */
export function privateFolder(dataset: string): string {
  const [own, cached] = privateFolders(dataset);
  return isWritable(existsSync(own) ? own : dataset) && leadsNowhere(own, dataset) ? own : cached;
}

/**
 * Whether `.r3dvs`, and what is written into of it (`runs/<name>`, `spectra/<component>`), lie in the dataset, every
 * link followed.
 */
function leadsNowhere(own: string, dataset: string): boolean {
  if (!staysInside(own, [dataset])) return false;
  const links = [own, ...foldersIn(own)].flatMap(linksIn);
  return links.every((link) => staysInside(link, [dataset]));
}

/**
 * Both places where a dataset's `.r3dvs` may stand, the dataset's own first: whether it can be written may have changed
 * since.
 */
export function privateFolders(dataset: string): readonly [string, string] {
  const key = createHash("sha256").update(path.resolve(dataset)).digest("hex").slice(0, 16);
  return [path.join(dataset, ".r3dvs"), path.join(userCache(), key)];
}

/** Where this software may keep what costs time to make again. Makes nothing. */
export function userCache(): string {
  const home = process.env.XDG_CACHE_HOME ?? path.join(homedir(), ".cache");
  return canBeMade(home) ? path.join(home, "r3dvs") : ownTemporaryFolder();
}

let temporary: string | undefined;

/**
 * A folder in the temporary one that nobody else has made or may look into; where its usual name is taken by another,
 * one that none can guess.
 */
export function ownTemporaryFolder(parent = tmpdir()): string {
  if (temporary !== undefined && path.dirname(temporary) === path.resolve(parent) && isOwn(temporary)) return temporary;
  const usual = path.join(path.resolve(parent), `r3dvs-${process.getuid?.() ?? userInfo().username}`);
  try {
    mkdirSync(usual, { mode: 0o700 });
  } catch {
    // Made before, or by another.
  }
  temporary = isOwn(usual) ? usual : mkdtempSync(`${usual}-`);
  return temporary;
}

/** Windows has a temporary folder a user. */
function isOwn(folder: string): boolean {
  const facts = lstatSync(folder, { throwIfNoEntry: false });
  if (!facts?.isDirectory()) return false;
  return process.getuid === undefined || (facts.uid === process.getuid() && (facts.mode & 0o077) === 0);
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function canBeMade(folder: string): boolean {
  return existsSync(folder) ? isWritable(folder) : path.dirname(folder) !== folder && canBeMade(path.dirname(folder));
}
