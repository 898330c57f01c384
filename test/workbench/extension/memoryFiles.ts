import path from "node:path";
import * as vscode from "vscode";

interface Entry {
  readonly bytes: Uint8Array | undefined;
  readonly mtime: number;
}

/** A file system in memory, as extensions bring them: no path of it stands on a disk. */
export class MemoryFiles implements vscode.FileSystemProvider {
  private readonly entries = new Map<string, Entry>([["/", { bytes: undefined, mtime: 0 }]]);
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changed.event;

  /** The paths of all files. */
  get files(): string[] {
    return [...this.entries].filter(([, { bytes }]) => bytes !== undefined).map(([name]) => name);
  }

  /** Puts a file there as another program would, past the editor. */
  put(name: string, bytes: Uint8Array): void {
    for (let folder = path.posix.dirname(name); !this.entries.has(folder); folder = path.posix.dirname(folder)) {
      this.entries.set(folder, { bytes: undefined, mtime: Date.now() });
    }
    this.entries.set(name, { bytes, mtime: Date.now() });
  }

  bytesOf(name: string): Uint8Array | undefined {
    return this.entries.get(name)?.bytes;
  }

  watch(): vscode.Disposable {
    return { dispose() {} };
  }

  stat(uri: vscode.Uri): vscode.FileStat {
    const { bytes, mtime } = this.entry(uri);
    const type = bytes === undefined ? vscode.FileType.Directory : vscode.FileType.File;
    return { type, ctime: 0, mtime, size: bytes?.length ?? 0 };
  }

  readDirectory(uri: vscode.Uri): [string, vscode.FileType][] {
    return [...this.entries.keys()]
      .filter((name) => name !== "/" && path.posix.dirname(name) === uri.path)
      .map((name) => [path.posix.basename(name), this.stat(uri.with({ path: name })).type]);
  }

  createDirectory(uri: vscode.Uri): void {
    this.entries.set(uri.path, { bytes: undefined, mtime: Date.now() });
  }

  readFile(uri: vscode.Uri): Uint8Array {
    const { bytes } = this.entry(uri);
    if (bytes === undefined) throw vscode.FileSystemError.FileIsADirectory(uri);
    return bytes;
  }

  writeFile(uri: vscode.Uri, content: Uint8Array): void {
    this.put(uri.path, content);
    this.changed.fire([{ type: vscode.FileChangeType.Changed, uri }]);
  }

  delete(uri: vscode.Uri): void {
    this.entries.delete(uri.path);
  }

  rename(from: vscode.Uri, to: vscode.Uri): void {
    this.entries.set(to.path, this.entry(from));
    this.entries.delete(from.path);
  }

  private entry(uri: vscode.Uri): Entry {
    const found = this.entries.get(uri.path);
    if (!found) throw vscode.FileSystemError.FileNotFound(uri);
    return found;
  }
}
