// What the HDF5 library may see of the disk: the one file it is given.

/** The library's own file functions, those of a disk; what they throw is the library's own error. */
export interface LibraryFiles {
  readonly ErrnoError: new (number: number) => Error;
}

type Functions = Record<string, (...args: unknown[]) => unknown>;

/** Functions that take a path and give something of what lies there. */
const READING = ["open", "stat", "lstat", "lookupPath", "readlink", "readdir", "readFile", "analyzePath", "statfs"];
/** Functions that change something: none is ever needed. */
const CHANGING = [
  ...[
    "mkdir",
    "mkdirTree",
    "rmdir",
    "unlink",
    "rename",
    "symlink",
    "mknod",
    "mkdev",
    "create",
    "writeFile",
    "truncate",
    "ftruncate",
  ],
  ...["chmod", "lchmod", "fchmod", "chown", "lchown", "fchown", "utime", "allocate"],
];

/** "No such file": the library then tries the next place, or gives up. */
const ENOENT = 44;
const READ_ONLY = 69;
const O_ACCMODE = 3;
const O_DIRECTORY = 0o200000;
const MAX_PRINTED = 100_000;

/**
 * Takes the disk from a library and gives it one file for as long as `during` runs. A crafted file names others
 * (external storage, external links, virtual datasets, filters to be loaded): those are refused, and remembered by the
 * name under which they were asked for.
 */
export class ConfinedFiles {
  #allowed: string | undefined;
  #refused: string | undefined;
  #printed = "";

  constructor(private readonly files: LibraryFiles) {
    const functions = files as unknown as Functions;
    for (const name of READING)
      this.#guard(functions, name, (path, flags) => this.#mayRead(path, name === "open" ? Number(flags) : 0));
    for (const name of CHANGING) this.#guard(functions, name, () => READ_ONLY);
    functions.write = (stream, bytes, at, length) =>
      this.#write(stream as { fd: number }, bytes as Uint8Array, Number(at), Number(length));
  }

  /** Lets the library open this path, to read, while `during` runs. */
  allow<T>(path: string, during: () => T): T {
    this.#allowed = path;
    try {
      return during();
    } finally {
      this.#allowed = undefined;
    }
  }

  /** The last file that was asked for and refused since this was asked before. */
  takeRefused(): string | undefined {
    const refused = this.#refused;
    this.#refused = undefined;
    return refused;
  }

  /** What the library has printed since this was asked before. */
  takePrinted(): string {
    const printed = this.#printed;
    this.#printed = "";
    return printed;
  }

  /** It prints its errors; nothing else is ever written. */
  #write({ fd }: { readonly fd: number }, bytes: Uint8Array, at: number, length: number): number {
    if (fd !== 1 && fd !== 2) throw new this.files.ErrnoError(READ_ONLY);
    if (this.#printed.length < MAX_PRINTED)
      this.#printed += Buffer.from(bytes.subarray(at, at + length)).toString("latin1");
    return length;
  }

  #guard(functions: Functions, name: string, refusal: (...args: unknown[]) => number | undefined): void {
    const original = functions[name];
    if (!original) return;
    functions[name] = (...args) => {
      const reason = refusal(...args);
      if (reason !== undefined) throw new this.files.ErrnoError(reason);
      return original(...args);
    };
  }

  #mayRead(path: unknown, flags: number): number | undefined {
    if (path === this.#allowed && (flags & O_ACCMODE) === 0) return undefined;
    // a folder is where the library would look for filters
    if ((flags & O_DIRECTORY) === 0 && typeof path === "string") this.#refused = path;
    return ENOENT;
  }
}
