import type { CrystalMethods } from "./crystalView.js";

/** Compiled code, as the bytes of dist/kernels. */
export interface KernelBytes {
  readonly volumetric: Uint8Array;
  readonly surfaces: Uint8Array;
  readonly moyo: Uint8Array;
  readonly unpack: Uint8Array;
}

/**
 * Methods of the web worker that stands in for the job process in VS Code for the Web. A file's name is its address.
 */
export type BrowserMethods = CrystalMethods & {
  /** Comes first. */
  start(params: { kernels: KernelBytes }): Promise<void>;
  /** Gives the worker a file's bytes, in place of those of the same name. */
  putFile(params: { file: string; bytes: Uint8Array }): Promise<void>;
};
