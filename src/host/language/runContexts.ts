import * as vscode from "vscode";
import { parseKpoints } from "../../core/formats/kpoints.js";
import { parsePoscar } from "../../core/formats/poscar.js";
import { parsePotcar } from "../../core/formats/potcar.js";
import type { RunContext } from "../../core/language/runContext.js";
import { nameOfUri } from "../base/uriName.js";

/** Bytes: larger files beside a document are not read. */
const MAX_SIZE = 16 << 20;

interface Kept<T> {
  readonly stamp: string;
  readonly value: T | undefined;
}

/** What stands beside a document: the other inputs of its folder, read again only when they change. */
export class RunContexts {
  private readonly kept = new Map<string, Kept<unknown>>();

  async of(document: vscode.TextDocument): Promise<RunContext> {
    if (document.isUntitled || !vscode.workspace.getWorkspaceFolder(document.uri)) return {};
    const folder = vscode.Uri.joinPath(document.uri, "..");
    const files = await namesIn(folder);
    const name = nameOfUri(document.uri);
    const beside = async <T>(input: string, parse: (text: string) => { readonly value?: T }): Promise<T | undefined> =>
      input === name || !files.has(input) ? undefined : this.read(vscode.Uri.joinPath(folder, input), parse);
    const [poscar, kpoints, potcar] = await Promise.all([
      beside("POSCAR", parsePoscar),
      beside("KPOINTS", parseKpoints),
      beside("POTCAR", parsePotcar),
    ]);
    return { files, ...(poscar && { poscar }), ...(kpoints && { kpoints }), ...(potcar && { potcar }) };
  }

  /** The text of an open editor comes before the file. */
  private async read<T>(uri: vscode.Uri, parse: (text: string) => { readonly value?: T }): Promise<T | undefined> {
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    const key = uri.toString();
    try {
      const { mtime, size, type } = await vscode.workspace.fs.stat(uri);
      if (size > MAX_SIZE || (type & vscode.FileType.File) === 0) return undefined;
      const stamp = open ? `open ${open.version}` : `${mtime} ${size}`;
      const known = this.kept.get(key);
      if (known?.stamp === stamp) return known.value as T | undefined;
      const text = open ? open.getText() : new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      const value = parse(text).value;
      this.kept.set(key, { stamp, value });
      return value;
    } catch {
      this.kept.delete(key);
      return undefined;
    }
  }
}

async function namesIn(folder: vscode.Uri): Promise<ReadonlySet<string>> {
  try {
    return new Set((await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name));
  } catch {
    return new Set();
  }
}
