import path from "node:path";
import type { EncodedEntry } from "../../protocol/workerMethods.js";
import { fingerprint } from "../files/fileState.js";
import type { JobProcess } from "../process/jobProcess.js";

/** The name of a file with the spectra of a whole dataset. */
export const PACKED_SPECTRA = "spectra.npz";

/** Whether a name is that of packed spectra, in one file or in shards, or of a table, which may hold densities. */
const isPacked = (name: string): boolean =>
  name === PACKED_SPECTRA || name.endsWith(".parquet") || /^spectra-\d{5}\.npz$/.test(name);

/**
 * Folders worth asking what spectra they hold: those with packed ones, and those that have targets but no densities.
 * Any other `.npz` is somebody else's, or written beside the densities that it was made of.
 */
export function foldersWithSpectra(
  arrayFiles: readonly string[],
  targetFiles: readonly string[],
  densityFiles: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const withDensities = new Set(densityFiles.flatMap((file) => [path.dirname(file), path.dirname(path.dirname(file))]));
  const bare = new Set(targetFiles.map((file) => path.dirname(file)).filter((folder) => !withDensities.has(folder)));
  const packed = new Set(arrayFiles.filter((file) => isPacked(path.basename(file))).map((file) => path.dirname(file)));
  const folders = new Map<string, string[]>();
  for (const file of arrayFiles) {
    const folder = path.dirname(file);
    if (bare.has(folder) || packed.has(folder)) folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  return folders;
}

/** What stands in folders of spectra, as the job process reads it: once, and again when a file has changed. */
export class EncodedFolders {
  private readonly known = new Map<
    string,
    { readonly fingerprint: string; readonly entries: readonly EncodedEntry[] }
  >();

  constructor(private readonly jobs: JobProcess) {}

  async read(folders: ReadonlyMap<string, readonly string[]>): Promise<ReadonlyMap<string, readonly EncodedEntry[]>> {
    const found = await Promise.all(
      [...folders].map(async ([folder, files]) => [folder, await this.entriesOf(folder, files)] as const),
    );
    return new Map(found);
  }

  private async entriesOf(folder: string, files: readonly string[]): Promise<readonly EncodedEntry[]> {
    const print = await fingerprint(files);
    const before = this.known.get(folder);
    if (before?.fingerprint === print) return before.entries;
    const listed = await this.jobs.call("listEncoded", { folder }).catch(() => undefined);
    if (listed === undefined) return [];
    this.known.set(folder, { fingerprint: print, entries: listed.materials });
    return listed.materials;
  }
}
