import type * as vscode from "vscode";

/** The last part of an address's path: a file's name. */
export const nameOfUri = ({ path }: Pick<vscode.Uri, "path">): string => path.slice(path.lastIndexOf("/") + 1);
