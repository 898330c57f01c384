import * as vscode from "vscode";
import { fileRole } from "../../core/formats/fileNames.js";
import { nameOfUri } from "../base/uriName.js";

/** What names of volumetric files hold; the rules of names decide among them. */
const PATTERN = "*{CHG,AECCAR,LOCPOT,ELFCAR,PARCHG,.cube,.cub,.xsf,.h5,.json,.npy,.vasp}*";
const SKIPPED = "**/{node_modules,.git,.r3dvs,.venv,__pycache__}/**";
const MOST = 1000;

interface Item extends vscode.QuickPickItem {
  readonly uri?: vscode.Uri;
}

/**
 * A volumetric file beside another one: from a list, the nearest folders first, or from a dialog. Undefined where
 * nobody chooses one.
 */
export async function chooseDensity(beside: vscode.Uri): Promise<vscode.Uri | undefined> {
  const title = vscode.l10n.t("Second File in the Same Cell");
  const items: Item[] = (await densitiesNear(beside)).map((uri) => ({
    label: nameOfUri(uri),
    description: vscode.workspace.asRelativePath(vscode.Uri.joinPath(uri, ".."), true),
    uri,
  }));
  const browse: Item = { label: vscode.l10n.t("Choose another file…"), alwaysShow: true };
  const chosen = await vscode.window.showQuickPick<Item>([...items, browse], {
    title,
    placeHolder: vscode.l10n.t("To add, to subtract, or to colour the surface"),
    matchOnDescription: true,
  });
  if (chosen === undefined || chosen.uri !== undefined) return chosen?.uri;
  const [file] =
    (await vscode.window.showOpenDialog({ title, openLabel: title, defaultUri: vscode.Uri.joinPath(beside, "..") })) ??
    [];
  return file;
}

async function densitiesNear(beside: vscode.Uri): Promise<readonly vscode.Uri[]> {
  const isInWorkspace = vscode.workspace.getWorkspaceFolder(beside) !== undefined;
  const glob = isInWorkspace
    ? `**/${PATTERN}`
    : new vscode.RelativePattern(vscode.Uri.joinPath(beside, "..", ".."), `**/${PATTERN}`);
  const found = await vscode.workspace.findFiles(glob, SKIPPED, MOST);
  const steps = (uri: vscode.Uri) => stepsBetween(beside.path, uri.path);
  return found
    .filter((uri) => uri.path !== beside.path && fileRole(uri.path) === "density")
    .sort((a, b) => steps(a) - steps(b) || (a.path < b.path ? -1 : 1));
}

/** Folders up and down from one file to another. */
function stepsBetween(from: string, to: string): number {
  const [a, b] = [from, to].map((file) => file.split("/").slice(0, -1)) as [string[], string[]];
  let alike = 0;
  while (alike < a.length && alike < b.length && a[alike] === b[alike]) alike++;
  return a.length + b.length - 2 * alike;
}
