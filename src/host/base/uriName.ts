import type * as vscode from "vscode";

/** The last part of an address's path: a file's name. */
export const nameOfUri = ({ path }: Pick<vscode.Uri, "path">): string => path.slice(path.lastIndexOf("/") + 1);

/** What stands behind the last dot of its name; empty where there is none. */
export const extensionOf = (uri: Pick<vscode.Uri, "path">): string => /[^/]\.([^./]*)$/.exec(uri.path)?.[1] ?? "";
