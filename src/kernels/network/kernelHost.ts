import type { NetworkKernels } from "./networkKernels.js";

/** The kernels with memory of their own, for one network. */
export interface KernelHost {
  readonly kernels: NetworkKernels;
  /** The first address that is free, a multiple of 64. */
  readonly base: number;
  /** Provides all addresses below `end`, zero at first: the buffer, and where in it address 0 stands. Called once. */
  reserve(end: number): { readonly buffer: ArrayBuffer; readonly start: number };
}

/** What a `network-*.node` exports; see native/addon.c. */
export interface NativeNetwork {
  /** What this machine can run, best first. */
  instructionSets(): string[];
  create(): NetworkKernels & { attach(buffer: ArrayBuffer): number };
}

const ALIGNMENT = 64;
const PAGE = 65536;

/** An instance of the compiled module `network.wasm`. */
export function openWasm(module: WebAssembly.Module): KernelHost {
  const exports = new WebAssembly.Instance(module).exports as unknown as NetworkKernels & {
    readonly memory: WebAssembly.Memory;
    readonly __heap_base: { readonly value: number };
  };
  const { memory } = exports;
  return {
    kernels: exports,
    base: Math.ceil(exports.__heap_base.value / ALIGNMENT) * ALIGNMENT,
    reserve: (end) => {
      const missing = end - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
      return { buffer: memory.buffer, start: 0 };
    },
  };
}

/** The kernels of an addon. */
export function openNative(addon: NativeNetwork): KernelHost {
  const kernels = addon.create();
  return {
    kernels,
    base: ALIGNMENT,
    reserve: (end) => {
      // The addon puts address 0 at a multiple of 64 bytes, wherever the buffer begins.
      const buffer = new ArrayBuffer(Math.ceil(end / 4) * 4 + ALIGNMENT);
      return { buffer, start: kernels.attach(buffer) };
    },
  };
}
