// The bundle dist/hdf5.js: the HDF5 library in WebAssembly, apart from the others because of its size.

import h5wasm, { Dataset, ExternalLink, File, Group } from "h5wasm/node";
import { messageOf } from "../../core/text/messageOf.js";
import { ConfinedFiles, type LibraryFiles } from "./confinedFiles.js";

export interface Hdf5File {
  /**
   * A dataset's numbers, 64-bit and other integers among them; of one with rows, `lastRow` alone. Undefined where there
   * is none, or too many.
   */
  numbers(name: string, lastRow?: "lastRow"): number[] | undefined;
  strings(name: string): string[] | undefined;
  /** A text that is an attribute of the root. */
  attribute(name: string): string | undefined;
  facts(name: string): DatasetFacts | undefined;
  /** What stands in a dataset at its first indices: `plane(name, block, z)` of [block][z][y][x]. */
  plane(name: string, ...at: readonly number[]): Float64Array;
  close(): void;
}

/** What is known of a dataset before any of it is read. */
export interface DatasetFacts {
  readonly shape: readonly number[];
  /** Numbers, of at most 8 bytes each. */
  readonly isNumeric: boolean;
  /** Half precision, which the library does not read. */
  readonly isHalf: boolean;
  readonly itemBytes: number;
  /** What the library unpacks at once; 0 where nothing is packed. */
  readonly chunkBytes: number;
}

/** The file keeps something in another one, which is not read. */
export class ElsewhereError extends Error {
  constructor(readonly file: string) {
    super(`it keeps data in another file, ${file}`);
  }
}

/** `place`: what was read of the file; `isBroken`: the library itself came to harm, and must be loaded again. */
export class DamagedHdf5Error extends Error {
  constructor(
    message: string,
    readonly place: string,
    readonly isBroken: boolean,
  ) {
    super(message);
  }
}

/** Of coordinates and counts: a million atoms. */
const MAX_NUMBERS = 3e6;
const MAX_TEXT_BYTES = 1e6;

let confined: ConfinedFiles | undefined;

/**
 * Opens a file that is there, and gives the library nothing else of the disk. Throws ElsewhereError and
 * DamagedHdf5Error, as do all of its methods.
 */
export async function openHdf5(path: string): Promise<Hdf5File> {
  const library = await h5wasm.ready;
  confined ??= new ConfinedFiles(library.FS as unknown as LibraryFiles);
  return new OpenedFile(path, confined);
}

class OpenedFile implements Hdf5File {
  readonly #file: File;
  readonly #found = new Map<string, Dataset | undefined>();

  constructor(
    path: string,
    private readonly disk: ConfinedFiles,
  ) {
    this.#file = guarded(disk, "/", () => disk.allow(path, () => new File(path, "r")));
  }

  facts(name: string): DatasetFacts | undefined {
    return this.#read(name, factsOf);
  }

  numbers(name: string, part?: "lastRow"): number[] | undefined {
    return this.#read(name, (dataset) => {
      const { shape, isNumeric, chunkBytes } = factsOf(dataset);
      const [rows = 0, ...row] = shape;
      const tooMany = product(part ? row : shape) > MAX_NUMBERS || chunkBytes > 8 * MAX_NUMBERS;
      if (!isNumeric || tooMany || (part && rows < 1)) return undefined;
      const everything = row.map((): [] => []);
      return flat(part ? dataset.slice([[rows - 1, rows], ...everything]) : dataset.value).map(Number);
    });
  }

  strings(name: string): string[] | undefined {
    return this.#read(name, (dataset) => {
      const { shape, itemBytes, chunkBytes } = factsOf(dataset);
      if (product(shape) * itemBytes > MAX_TEXT_BYTES || chunkBytes > MAX_TEXT_BYTES) return undefined;
      return flat(dataset.value).map((text) => String(text).trim());
    });
  }

  attribute(name: string): string | undefined {
    return guarded(this.disk, name, () => {
      const found = this.#file.attrs[name];
      const size = found?.metadata.size ?? 0;
      if (!found || !(size <= MAX_TEXT_BYTES && product(found.shape ?? []) <= 1)) return undefined;
      const [text] = flat(found.value);
      return typeof text === "string" ? text : undefined;
    });
  }

  plane(name: string, ...at: readonly number[]): Float64Array {
    const slice = (dataset: Dataset) => {
      const rest = factsOf(dataset).shape.slice(at.length);
      return Float64Array.from(
        dataset.slice([...at.map((i): [number, number] => [i, i + 1]), ...rest.map((): [] => [])]) as Float64Array,
      );
    };
    return this.#read(name, slice) ?? new Float64Array(0);
  }

  close(): void {
    // what is damaged may be so at its end, too; everything wanted of it has been read
    attempt(() => this.#file.close());
  }

  #read<T>(name: string, how: (dataset: Dataset) => T): T | undefined {
    return guarded(this.disk, name, () => {
      const dataset = this.#found.get(name) ?? this.#find(name);
      this.#found.set(name, dataset);
      return dataset && how(dataset);
    });
  }

  #find(name: string): Dataset | undefined {
    let group: Group = this.#file;
    for (const part of name.split("/")) {
      if (!group.keys().includes(part)) return undefined;
      const found = group.get(part);
      if (found instanceof ExternalLink) throw new ElsewhereError(found.filename);
      if (found instanceof Dataset) return withoutSources(found);
      if (!(found instanceof Group)) return undefined;
      group = found;
    }
    return undefined;
  }
}

/**
 * Whatever a damaged or crafted file makes the library do becomes one of two errors. It reports some troubles by
 * printing them alone.
 */
function guarded<T>(disk: ConfinedFiles, place: string, work: () => T): T {
  disk.takeRefused();
  disk.takePrinted();
  const outcome = attempt(work);
  const [elsewhere, printed] = [disk.takeRefused(), disk.takePrinted()];
  if (outcome.error instanceof ElsewhereError) throw outcome.error;
  // of a virtual dataset it leaves out what it cannot open, without a word
  if (elsewhere !== undefined) throw new ElsewhereError(elsewhere);
  if (printed.includes(REPORT)) throw new DamagedHdf5Error(innermostReason(printed), place, hasCrashed(outcome.error));
  if (!outcome.done) throw new DamagedHdf5Error(firstLine(outcome.error), place, true);
  return outcome.value;
}

/** A virtual dataset is made of others, mostly of other files. */
function withoutSources(dataset: Dataset): Dataset {
  const [source] = dataset.metadata.virtual_sources ?? [];
  if (source) throw new ElsewhereError(source.file_name);
  return dataset;
}

function factsOf(dataset: Dataset): DatasetFacts {
  const { shape, chunks, size, type } = dataset.metadata;
  return {
    shape: shape ?? [],
    isNumeric: (type === 0 || type === 1) && size <= 8,
    isHalf: type === 1 && size === 2,
    itemBytes: size,
    chunkBytes: chunks ? product(chunks) * size : 0,
  };
}

const product = (lengths: readonly number[]): number => lengths.reduce((a, b) => a * b, 1);

const flat = (value: unknown): unknown[] =>
  ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : [value].flat();

type Outcome<T> =
  | { readonly done: true; readonly value: T; readonly error?: undefined }
  | { readonly done: false; readonly error: unknown };

function attempt<T>(work: () => T): Outcome<T> {
  try {
    return { done: true, value: work() };
  } catch (error) {
    return { done: false, error };
  }
}

/** How the library begins its report of an error: the calls on the way to it. */
const REPORT = "HDF5-DIAG";

const innermostReason = (report: string): string =>
  [...report.matchAll(/#\d+: .* in \w+\(\): (.*)/g)].at(-1)?.[1] ?? "";

/** A trap of WebAssembly, after which its memory is not to be trusted. */
const hasCrashed = (error: unknown): boolean => error instanceof Error && error.name === "RuntimeError";

const firstLine = (error: unknown): string => messageOf(error).split("\n")[0] ?? "";
