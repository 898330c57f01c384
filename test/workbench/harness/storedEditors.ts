export interface StoredEditors {
  /** How many editors a new window of this folder will open. */
  readonly editors: number;
  /**
   * How many of them are webviews of which only the place is stored yet: the extension could not tell what to show in
   * them.
   */
  readonly pagesWithoutState: number;
  /** What the pages keep, as text. */
  readonly states: string;
}

/** Runs in the page, so it stands alone: what VS Code has written of the folder's editors to the browser's storage. */
export async function readStoredEditors(): Promise<StoredEditors> {
  const PREFIX = "vscode-web-state-db-";
  const ends = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const readKey = async (name: string, key: string): Promise<string | undefined> => {
    const database = await ends(indexedDB.open(name));
    try {
      const isMade = database.objectStoreNames.contains("ItemTable");
      return isMade
        ? await ends<string | undefined>(database.transaction("ItemTable").objectStore("ItemTable").get(key))
        : undefined;
    } finally {
      database.close();
    }
  };

  const names = (await indexedDB.databases()).flatMap(({ name }) => (name?.startsWith(PREFIX) ? [name] : []));
  const ofWorkspace = names.filter((name) => !name.startsWith(`${PREFIX}global`));
  const found: { readonly value: string }[] = [];
  for (const name of ofWorkspace) {
    const stored = await readKey(name, "memento/workbench.parts.editor");
    // Groups of editors are the leaves of a tree.
    if (stored)
      JSON.parse(stored, (key, value) =>
        key === "editors" && Array.isArray(value) ? found.push(...value) && value : value,
      );
  }
  const pages = found
    .map(({ value }) => JSON.parse(value))
    .filter((editor) => "viewType" in editor && "providedId" in editor);
  return {
    editors: found.length,
    pagesWithoutState: pages.filter(({ state }) => state === undefined).length,
    states: JSON.stringify(pages.map(({ state }) => state)),
  };
}
