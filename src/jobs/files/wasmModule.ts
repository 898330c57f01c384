/// <reference path="../../kernels/webAssembly.d.ts" />
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { distFile } from "./distFile.js";

export type KernelName =
  | "volumetric"
  | "network"
  | "network.relaxed"
  | "soap"
  | "linearAlgebra"
  | "surfaces"
  | "moyo"
  | "unpack"
  | "hash";

const compiled = new Map<KernelName, WebAssembly.Module>();

/**
 * The compiled kernel, kept for the life of the process. Throws when dist/kernels lacks it (`npm run build` makes it).
 */
export function loadKernel(name: KernelName): WebAssembly.Module {
  const known = compiled.get(name);
  if (known) return known;
  const module = new WebAssembly.Module(readFileSync(kernelPath(name)));
  compiled.set(name, module);
  return module;
}

/** The kernel's file. Throws where it is missing. */
export function kernelPath(name: KernelName): string {
  const file = distFile(path.join("kernels", `${name}.wasm`));
  if (!existsSync(file))
    throw new Error(`The kernel ${name}.wasm is missing: there is no ${file} (npm run build makes it)`);
  return file;
}
