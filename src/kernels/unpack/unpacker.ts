/**
 * damaged: what stands there cannot be; short: the bytes end too early; unsupported: a form that is not read; memory:
 * it wants too much.
 */
export type UnpackTrouble = "damaged" | "short" | "unsupported" | "memory";

export class UnpackError extends Error {
  constructor(readonly trouble: UnpackTrouble) {
    super(`The packed bytes cannot be unpacked: ${trouble}`);
  }
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  open(format: number): number;
  inputAt(): number;
  inputRoom(): number;
  outputAt(): number;
  outputBytes(): number;
  step(added: number, last: number): number;
  hashStart(): void;
  hashAdd(bytes: number): void;
  hashFinish(): number;
}

const FORMATS = ["bzip2", "xz", "gzip"] as const;
const TROUBLES: readonly UnpackTrouble[] = ["damaged", "short", "unsupported", "memory"];
const [OUTPUT, HUNGRY, ENDED] = [0, 1, 2];

export type UnpackFormat = (typeof FORMATS)[number];

/**
 * Packed bytes of one file in chunks of any size -> its bytes. Memory depends on the format's window, not on the file.
 */
export class Unpacker {
  readonly #exports: Exports;
  #ended = false;

  constructor(module: WebAssembly.Module, format: UnpackFormat) {
    this.#exports = new WebAssembly.Instance(module, {}).exports as unknown as Exports;
    if (!this.#exports.open(FORMATS.indexOf(format))) throw new UnpackError("memory");
  }

  /**
   * What these bytes unpack to; `last` says that the file ends with them. A piece is overwritten when the next one is
   * asked for. Throws an UnpackError; without one the check sums were right.
   */
  *push(bytes: Uint8Array, last: boolean): Generator<Uint8Array, void, undefined> {
    let from = 0;
    let state = OUTPUT;
    while (!this.#ended && (state !== HUNGRY || from < bytes.length)) {
      const part = bytes.subarray(from, from + this.#exports.inputRoom());
      from += part.length;
      new Uint8Array(this.#exports.memory.buffer, this.#exports.inputAt(), part.length).set(part);
      state = this.#exports.step(part.length, last && from === bytes.length ? 1 : 0);
      if (state > ENDED) throw new UnpackError(TROUBLES[state - ENDED - 1]!);
      this.#ended = state === ENDED;
      const { memory, outputAt, outputBytes } = this.#exports;
      if (outputBytes() > 0) yield new Uint8Array(memory.buffer, outputAt(), outputBytes());
    }
  }
}

/** XXH64 of bytes in chunks of any size, of which zstd stores the low 32 bits behind a frame. */
export class ContentHash {
  readonly #exports: Exports;

  constructor(module: WebAssembly.Module) {
    this.#exports = new WebAssembly.Instance(module, {}).exports as unknown as Exports;
    if (!this.#exports.open(FORMATS.length)) throw new UnpackError("memory");
  }

  start(): void {
    this.#exports.hashStart();
  }

  add(bytes: Uint8Array): void {
    const room = this.#exports.inputRoom();
    for (let from = 0; from < bytes.length; from += room) {
      const part = bytes.subarray(from, from + room);
      new Uint8Array(this.#exports.memory.buffer, this.#exports.inputAt(), part.length).set(part);
      this.#exports.hashAdd(part.length);
    }
  }

  /** The low 32 bits. */
  finish(): number {
    return this.#exports.hashFinish() >>> 0;
  }
}
