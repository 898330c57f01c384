/** The part of a workspace's memory that is used. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** A second file of a view: the path that the job process and the page know it by, and its address. */
export interface ChosenFile {
  readonly file: string;
  readonly uri: string;
}

const KEY = "r3dvs.chosenFiles";
const MAX_VIEWS = 50;
const MAX_FILES = 9;

/**
 * Which further files a person chose for which view, in the memory of the workspace: a page that comes back after a
 * reload may ask for these again, and for no others. Of the views that chose last.
 */
export class ChosenFiles {
  constructor(private readonly memory: Memory) {}

  /** `view`: the address of what the view shows. */
  async remember(view: string, chosen: ChosenFile): Promise<void> {
    const views = this.read();
    const files = [chosen, ...(views.get(view) ?? []).filter(({ uri }) => uri !== chosen.uri)].slice(0, MAX_FILES);
    views.delete(view);
    const kept = [...views].slice(-(MAX_VIEWS - 1));
    await this.memory.update(KEY, Object.fromEntries([...kept, [view, files]]));
  }

  find(view: string, file: string): ChosenFile | undefined {
    return this.read()
      .get(view)
      ?.find((chosen) => chosen.file === file);
  }

  /** What another version may have kept in another form counts as nothing. */
  private read(): Map<string, readonly ChosenFile[]> {
    const kept = this.memory.get(KEY);
    if (typeof kept !== "object" || kept === null) return new Map();
    return new Map(
      Object.entries(kept).map(([view, files]) => [view, Array.isArray(files) ? files.filter(isChosenFile) : []]),
    );
  }
}

const isChosenFile = (value: unknown): value is ChosenFile =>
  typeof value === "object" &&
  value !== null &&
  "file" in value &&
  typeof value.file === "string" &&
  "uri" in value &&
  typeof value.uri === "string";
