import { createReadStream, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { ContentHash } from "./contentHash.js";

/** What is compared before anything that was made of a file is trusted. */
export interface StoredFacts {
  readonly bytes: number;
  /** ms since 1970. */
  readonly modified: number;
}

/**
 * Of a file; of a folder that is read like one (a zarr group) the sum and the latest of all in it. Undefined for what
 * is gone.
 */
export function storedFacts(place: string): StoredFacts | undefined {
  const facts = statSync(place, { throwIfNoEntry: false });
  if (facts === undefined) return undefined;
  if (!facts.isDirectory()) return { bytes: facts.size, modified: facts.mtimeMs };
  const all = filesBelow(place).map((file) => statSync(file, { throwIfNoEntry: false }));
  return {
    bytes: all.reduce((sum, each) => sum + (each?.size ?? 0), 0),
    modified: all.reduce((latest, each) => Math.max(latest, each?.mtimeMs ?? 0), 0),
  };
}

/**
 * The content hash of a file; of a folder that of all its files with their names. Throws what the operating system
 * says.
 */
export async function hashOfStored(place: string): Promise<string> {
  const hash = new ContentHash();
  const isFolder = statSync(place).isDirectory();
  for (const file of isFolder ? filesBelow(place) : [place]) {
    if (isFolder)
      hash.update(Buffer.from(`${path.relative(place, file).split(path.sep).join("/")}\0${statSync(file).size}\0`));
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  }
  return hash.digest();
}

/** Ordered by their names. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? filesBelow(path.join(folder, entry.name)) : [path.join(folder, entry.name)],
    )
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}
