import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { mkdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { densityNamesBeside } from "../../core/formats/datasetNames.js";
import { fileRole } from "../../core/formats/fileNames.js";

/** A file as the job process can read it. */
export interface LocalFile {
  readonly file: string;
  /** It is not needed any more. */
  release(): void;
}

interface Copy {
  readonly uri: vscode.Uri;
  readonly file: string;
  /** Time and size of what was copied. */
  stamp: string;
  readonly ready: Promise<void>;
  users: number;
  timer?: NodeJS.Timeout;
}

/** A virtual file system hands a file over as a whole, through this process: larger ones belong on a disk. */
const MAX_COPY = 512 * 2 ** 20;
const KEPT_MS = 10_000;

/**
 * Files of virtual file systems (`vscode-vfs`, those of other extensions) as files on the disk, for the job process: a
 * file on a disk stands for itself, any other is copied into the extension's storage while somebody uses it. A copy
 * goes some seconds after its last use, and with the window.
 */
export class LocalCopies implements vscode.Disposable {
  private readonly copies = new Map<string, Copy>();
  private readonly origins = new Map<string, vscode.Uri>();
  private home: string | undefined;

  /** `storage`: a folder of the extension's own; it need not exist. */
  constructor(private readonly storage: string) {}

  /** Throws, in words for the user, what the file system says, and where the file is too large to be copied. */
  async acquire(uri: vscode.Uri): Promise<LocalFile> {
    if (uri.scheme === "file") return { file: uri.fsPath, release: () => {} };
    const { mtime, size, type } = await vscode.workspace.fs.stat(uri);
    if (type & vscode.FileType.Directory) throw new Error(vscode.l10n.t("{0} is a folder.", uri.toString(true)));
    checkSize(uri, size);
    const stamp = `${mtime}:${size}`;
    const known = this.copies.get(uri.toString());
    const copy = known?.stamp === stamp ? known : this.start(uri, stamp, mtime, known);
    copy.users++;
    clearTimeout(copy.timer);
    let released = false;
    const release = () => {
      if (!released) this.leave(copy);
      released = true;
    };
    try {
      await copy.ready;
    } catch (error) {
      this.copies.delete(uri.toString());
      release();
      throw error;
    }
    return { file: copy.file, release };
  }

  /** A file and, of a structure, the density that belongs to it, side by side as they were. */
  async acquireWithDensity(uri: vscode.Uri): Promise<LocalFile> {
    const own = await this.acquire(uri);
    const name = path.posix.basename(uri.path);
    if (uri.scheme === "file" || fileRole(name) === "density") return own;
    try {
      const names = new Set(
        (await vscode.workspace.fs.readDirectory(vscode.Uri.joinPath(uri, ".."))).map(([entry]) => entry),
      );
      const beside = densityNamesBeside(name).find((candidate) => candidate !== name && names.has(candidate));
      if (beside === undefined) return own;
      const density = await this.acquire(vscode.Uri.joinPath(uri, "..", beside));
      const release = () => {
        own.release();
        density.release();
      };
      return { file: own.file, release };
    } catch (error) {
      own.release();
      throw error;
    }
  }

  /** The file has changed, even where its file system tells no time: its next user gets a new copy. */
  outdate(uri: vscode.Uri): void {
    const copy = this.copies.get(uri.toString());
    if (copy) copy.stamp = "";
  }

  /** What a path on the disk is a copy of; else the path itself. */
  uriOf(file: string): vscode.Uri {
    return this.origins.get(file) ?? vscode.Uri.file(file);
  }

  /** A path for a file that is to be written before it goes where a job process cannot write. */
  scratch(name: string): string {
    const folder = path.join(this.folder(), randomBytes(6).toString("hex"));
    mkdirSync(folder);
    return path.join(folder, name);
  }

  dispose(): void {
    for (const { timer } of this.copies.values()) clearTimeout(timer);
    if (this.home !== undefined) rmSync(this.home, { recursive: true, force: true });
  }

  /** A file that changed is copied over its former copy, so that whoever knows it by its path sees it change. */
  private start(uri: vscode.Uri, stamp: string, mtime: number, former: Copy | undefined): Copy {
    const file = former?.file ?? this.place(uri);
    const copy: Copy = { uri, file, stamp, ready: this.fill(uri, file, mtime), users: former?.users ?? 0 };
    clearTimeout(former?.timer);
    this.copies.set(uri.toString(), copy);
    this.origins.set(file, uri);
    return copy;
  }

  private async fill(uri: vscode.Uri, file: string, mtime: number): Promise<void> {
    const bytes = await vscode.workspace.fs.readFile(uri);
    checkSize(uri, bytes.length);
    const partial = `${file}.${randomBytes(6).toString("hex")}.part`;
    await mkdir(path.dirname(file), { recursive: true });
    try {
      await writeFile(partial, bytes);
      await utimes(partial, mtime / 1000, mtime / 1000);
      await rename(partial, file);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  }

  /** Files of one folder come into one folder of the same name, by which materials are called. */
  private place(uri: vscode.Uri): string {
    const folder = vscode.Uri.joinPath(uri, "..");
    const key = createHash("sha256").update(folder.toString()).digest("hex").slice(0, 16);
    return path.join(this.folder(), key, path.posix.basename(folder.path) || "root", path.posix.basename(uri.path));
  }

  private leave(copy: Copy): void {
    const current = this.copies.get(copy.uri.toString()) ?? copy;
    current.users--;
    if (current.users > 0) return;
    current.timer = setTimeout(() => {
      this.copies.delete(current.uri.toString());
      rmSync(current.file, { force: true });
    }, KEPT_MS);
    current.timer.unref();
  }

  /** This window's own, named after its process, so that the next one can tell what a crash left behind. */
  private folder(): string {
    if (this.home !== undefined) return this.home;
    mkdirSync(this.storage, { recursive: true });
    for (const name of readdirSync(this.storage)) {
      if (!isAlive(Number.parseInt(name, 10))) rmSync(path.join(this.storage, name), { recursive: true, force: true });
    }
    this.home = path.join(this.storage, `${process.pid}-${randomBytes(6).toString("hex")}`);
    mkdirSync(this.home);
    return this.home;
  }
}

function checkSize(uri: vscode.Uri, bytes: number): void {
  if (bytes <= MAX_COPY) return;
  throw new Error(
    vscode.l10n.t(
      "{0} has {1} MB. Files that are not on disk are copied before reading, up to {2} MB. Save it to disk first.",
      uri.toString(true),
      Math.round(bytes / 2 ** 20),
      MAX_COPY / 2 ** 20,
    ),
  );
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
