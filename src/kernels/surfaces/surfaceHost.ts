/** What the kernel's C offers; see main.c. Places are bytes from the start of `SurfaceHost.buffer`. */
export interface SurfaceCalls {
  reserve(nx: number, ny: number, nz: number): number;
  look(): void;
  begin(level: number, negative: number, closed: number): number;
  fill(): number;
  measure(...numbers: number[]): void;
  reserveSamples(count: number): number;
  sample(count: number): void;
  samplePlane(size: number, ...vectors: number[]): number;
  planeMeans(axis: number): number;
  beginTransform(): number;
  coulombSums(cutoff: number, ...metric: number[]): void;
  turnsAt(axis: number): number;
  reportAt(): number;
  gridAt(): number;
  tableAt(): number;
  latticeAt(): number;
  dualAt(): number;
  positionsAt(): number;
  normalsAt(): number;
  indicesAt(): number;
  samplesAt(): number;
  /** Of addons alone: how much memory there should be after a call that had too little. */
  wantedBytes?(): number;
}

/** One kernel and its memory. */
export interface SurfaceHost {
  readonly calls: SurfaceCalls;
  /** Another one when memory has grown. */
  readonly buffer: ArrayBuffer;
  /**
   * Makes more memory after a call that had too little, with the same contents; false: there is no more, or the kernel
   * takes it by itself.
   */
  grow(): boolean;
}

/** What a `surfaces-*.node` exports; see native/addon.c. */
export interface NativeSurfaces {
  /** What this machine can run, best first. */
  instructionSets(): string[];
  create(): SurfaceCalls & { attach(buffer: ArrayBuffer): number };
}

/** As WebAssembly, which grows its memory by itself. */
export function openWasmSurfaces(module: WebAssembly.Module): SurfaceHost {
  const exports = new WebAssembly.Instance(module).exports as unknown as SurfaceCalls & {
    readonly memory: WebAssembly.Memory;
  };
  return {
    calls: exports,
    get buffer() {
      return exports.memory.buffer;
    },
    grow: () => false,
  };
}

const FIRST_BYTES = 2 ** 20;
/** More than what is wanted: the memory begins at a multiple of 64 bytes, and one growth should do for what follows. */
const SPARE_BYTES = 2 ** 20;
const MAX_BYTES = 2 ** 32;

/** As an addon. */
export function openNativeSurfaces(addon: NativeSurfaces): SurfaceHost {
  const calls = addon.create();
  let buffer = new ArrayBuffer(FIRST_BYTES);
  let start = calls.attach(buffer);
  return {
    calls,
    get buffer() {
      return buffer;
    },
    grow: () => {
      const bytes = Math.ceil(1.25 * (calls.wantedBytes?.() ?? 0)) + SPARE_BYTES;
      if (bytes <= buffer.byteLength || bytes > MAX_BYTES) return false;
      const larger = new ArrayBuffer(bytes);
      const from = new Uint8Array(buffer, start);
      start = calls.attach(larger);
      new Uint8Array(larger, start).set(from.subarray(0, bytes - start));
      buffer = larger;
      return true;
    },
  };
}
