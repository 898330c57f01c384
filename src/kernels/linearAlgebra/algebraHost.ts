/** What the kernels' C offers; see main.c. Places are bytes, as `AlgebraMemory.place` counts them. */
export interface AlgebraCalls {
  factorCholesky(lower: number, n: number, room: number): number;
  inverseDiagonal(lower: number, n: number, column: number, diagonal: number): void;
  comparePairs(
    kind: number,
    a: number,
    rowsA: number,
    b: number,
    rowsB: number,
    width: number,
    bias: number,
    room: number,
    out: number,
  ): void;
  addSurroundings(
    a: number,
    paddedA: number,
    b: number,
    paddedB: number,
    width: number,
    room: number,
    products: number,
    left: number,
    rows: number,
    right: number,
    columns: number,
    local: number,
    stride: number,
  ): void;
  meanSurroundings(
    local: number,
    height: number,
    stride: number,
    zeta: number,
    left: number,
    leftStarts: number,
    rows: number,
    right: number,
    rightStarts: number,
    columns: number,
    means: number,
  ): void;
  factorKernel(record: number): number;
  differentiate(record: number): void;
}

/** Memory that kernels work on, until the host opens another one. */
export interface AlgebraMemory {
  /** The first byte's place. */
  readonly place: number;
  readonly doubles: Float64Array;
  /** The same bytes. */
  readonly integers: Uint32Array;
}

/** The kernels with memory of their own. */
export interface AlgebraHost {
  readonly calls: AlgebraCalls;
  /** Undefined where there is not so much. Its contents mean nothing. */
  open(doubles: number): AlgebraMemory | undefined;
}

/** What a `linearAlgebra-*.node` exports; see native/addon.c. */
export interface NativeAlgebra {
  /** What this machine can run, best first. */
  instructionSets(): string[];
  create(): AlgebraCalls & { attach(buffer: ArrayBuffer): number };
}

/** Both give the same bits. */
export type AlgebraCode = WebAssembly.Module | NativeAlgebra;

/** Rows and columns are padded to a multiple of this. */
export const STRIP = 16;
/** Numbers of room for each row of a matrix that is factored. */
export const PANEL = 64;

export const padded = (n: number): number => Math.ceil(n / STRIP) * STRIP;

export function openAlgebra(code: AlgebraCode): AlgebraHost {
  return code instanceof WebAssembly.Module ? openWasm(code) : openNative(code);
}

/** Of an addon's memory, which begins at a multiple of 64 bytes. */
const ALIGNMENT = 64;

function openWasm(module: WebAssembly.Module): AlgebraHost {
  const exports = new WebAssembly.Instance(module).exports as unknown as AlgebraCalls & {
    readonly memory: WebAssembly.Memory;
    readonly __heap_base: { readonly value: number };
  };
  const { memory, __heap_base } = exports;
  const place = Math.ceil(__heap_base.value / ALIGNMENT) * ALIGNMENT;
  return {
    calls: exports,
    open: (doubles) => {
      const missing = place + 8 * doubles - memory.buffer.byteLength;
      try {
        if (missing > 0) memory.grow(Math.ceil(missing / 65536));
      } catch {
        return undefined;
      }
      return memoryOf(memory.buffer, place, doubles, place);
    },
  };
}

function openNative(addon: NativeAlgebra): AlgebraHost {
  const calls = addon.create();
  let held: { readonly buffer: ArrayBuffer; readonly start: number } | undefined;
  return {
    calls,
    open: (doubles) => {
      try {
        const bytes = 8 * doubles + ALIGNMENT;
        // each new buffer would bring the next garbage collection nearer
        if (held === undefined || held.buffer.byteLength < bytes) {
          const buffer = new ArrayBuffer(bytes);
          held = { buffer, start: calls.attach(buffer) };
        }
        return memoryOf(held.buffer, held.start, doubles, 0);
      } catch (error) {
        if (error instanceof RangeError) return undefined;
        throw error;
      }
    },
  };
}

const memoryOf = (buffer: ArrayBuffer, start: number, doubles: number, place: number): AlgebraMemory => ({
  place,
  doubles: new Float64Array(buffer, start, doubles),
  integers: new Uint32Array(buffer, start, 2 * doubles),
});
