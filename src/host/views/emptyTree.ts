import type * as vscode from "vscode";

/** A view without entries: its welcome text says why. */
export class EmptyTree implements vscode.TreeDataProvider<never> {
  getTreeItem(element: never): never {
    return element;
  }

  getChildren(): never[] {
    return [];
  }
}
