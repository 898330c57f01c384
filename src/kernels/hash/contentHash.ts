interface Exports {
  readonly memory: WebAssembly.Memory;
  inputAt(): number;
  inputRoom(): number;
  start(): void;
  add(bytes: number): void;
  finish(): number;
}

/** XXH3-128 of bytes in chunks of any size; of another file after each `start`. */
export class ContentHash {
  readonly #exports: Exports;

  constructor(module: WebAssembly.Module) {
    this.#exports = new WebAssembly.Instance(module, {}).exports as unknown as Exports;
    this.start();
  }

  start(): void {
    this.#exports.start();
  }

  update(bytes: Uint8Array): this {
    const { memory, inputAt, inputRoom, add } = this.#exports;
    const room = inputRoom();
    for (let from = 0; from < bytes.length; from += room) {
      const part = bytes.subarray(from, from + room);
      new Uint8Array(memory.buffer, inputAt(), part.length).set(part);
      add(part.length);
    }
    return this;
  }

  /** 32 hexadecimal digits, the highest first, as xxHash's own programs write them. */
  digest(): string {
    const at = this.#exports.finish();
    const [low = 0n, high = 0n] = new BigUint64Array(this.#exports.memory.buffer, at, 2);
    return (high * 2n ** 64n + low).toString(16).padStart(32, "0");
  }
}
