import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { linkedOut } from "../jobs/dataset/linkedOut.js";
import { foldersIn, linksIn, staysInside } from "../jobs/files/staysInside.js";
import { UsageError } from "../jobs/files/usageError.js";

/** Longer ones are no paths. */
const MAX_PATH = 4096;

export interface FolderSources {
  /** As the server was started with. */
  readonly given: readonly string[];
  /** Where the server was started. */
  readonly workingFolder: string;
  /** The client's roots as URIs; undefined where the client has none to offer. */
  readonly roots: () => Promise<readonly string[] | undefined>;
}

/**
 * The folders that an agent may reach. Those that the server was started with and the client's roots both hold; where
 * neither are told, the folder in which the server was started, unless that is the home folder or above it.
 */
export class AllowedFolders {
  constructor(private readonly sources: FolderSources) {}

  /**
   * An existing file or folder. Throws `UsageError` for all that is not in the folders, or leads out of them by a link
   * that would be read.
   */
  async resolve(given: string): Promise<string> {
    const { place, sets } = await this.locate(given);
    if (!existsSync(place)) throw new UsageError(`there is no ${given} in ${namesOf(sets)}`);
    for (const folders of sets) {
      const outside = linkedOut([place], folders) ?? linksBelow(place).find((link) => !staysInside(link, folders));
      if (outside !== undefined) throw new UsageError(`${outside} is a link out of ${folders.join(", ")}`);
    }
    return place;
  }

  /**
   * Where a new file or folder may be written. Throws `UsageError` where something stands already, and for hidden
   * places.
   */
  async resolveNew(given: string): Promise<string> {
    const { place, sets } = await this.locate(given);
    const folder = sets[0]?.find((one) => staysInside(place, [one]));
    const parts = path.relative(realpathSync(folder ?? path.dirname(place)), place).split(path.sep);
    if (parts.some((part) => part.startsWith(".") && part !== ".."))
      throw new UsageError(`${given} is hidden; nothing is written there`);
    if (existsSync(place)) throw new UsageError(`${given} exists already; choose another name`);
    if (!existsSync(path.dirname(place))) throw new UsageError(`there is no folder ${path.dirname(given)}`);
    return place;
  }

  /** Every one, for people. */
  async names(): Promise<string> {
    return namesOf(await this.folderSets());
  }

  private async locate(
    given: string,
  ): Promise<{ readonly place: string; readonly sets: readonly (readonly string[])[] }> {
    const wanted = pathOf(given);
    const sets = await this.folderSets();
    const inside = (place: string) => sets.every((folders) => staysInside(place, folders));
    const candidates = sets.flat().map((folder) => path.resolve(folder, wanted));
    const found = candidates.filter(inside);
    const place = found.find((one) => existsSync(one)) ?? found[0];
    if (place === undefined) throw new UsageError(`${given} is outside of the allowed folders: ${namesOf(sets)}`);
    return { place, sets };
  }

  /** A path must be in one folder of each set. Throws `UsageError` where nothing is allowed. */
  private async folderSets(): Promise<readonly (readonly string[])[]> {
    const { given, workingFolder } = this.sources;
    const roots = (await this.sources.roots())?.flatMap(folderOf);
    const sets = [given, roots].filter((folders) => folders !== undefined).filter((folders) => folders.length > 0);
    if (sets.length > 0) return sets.map((folders) => folders.map((folder) => path.resolve(folder)));
    if (roots === undefined && !isWide(workingFolder)) return [[workingFolder]];
    throw new UsageError(
      "no folder is allowed: start the server as r3dvs mcp FOLDER..., or open a folder in the client",
    );
  }
}

function pathOf(given: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no path holds them but to deceive
  if (given.trim() === "" || given.length > MAX_PATH || /[\u0000-\u001f]/.test(given))
    throw new UsageError("a path is needed");
  const [place] = /^file:/i.test(given) ? folderOf(given) : [given];
  if (place === undefined) throw new UsageError(`${given} is no file on this machine`);
  return place;
}

/** None for what is on no disk. */
function folderOf(uri: string): string[] {
  try {
    return [fileURLToPath(uri)];
  } catch {
    return [];
  }
}

const isWide = (folder: string) => staysInside(homedir(), [folder]);

/** Also what no command is known to read. */
const linksBelow = (place: string) => [place, ...foldersIn(place)].flatMap(linksIn);

const namesOf = (sets: readonly (readonly string[])[]) => sets.map((folders) => folders.join(", ")).join("; and in ");
