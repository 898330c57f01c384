/// <reference path="../../kernels/webAssembly.d.ts" />
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

export type KernelName = "volumetric" | "network" | "network.relaxed" | "soap" | "linearAlgebra" | "unpack";

const compiled = new Map<KernelName, WebAssembly.Module>();

/** The compiled kernel, kept for the life of the process. Throws when dist/kernels lacks it (`npm run build` makes it). */
export function loadKernel(name: KernelName): WebAssembly.Module {
  const known = compiled.get(name);
  if (known) return known;
  const module = new WebAssembly.Module(readFileSync(kernelPath(name)));
  compiled.set(name, module);
  return module;
}

/** Beside the bundle in dist/, or two levels up from src/jobs when run from source. */
export function kernelPath(name: KernelName): string {
  const places = [path.join(__dirname, "kernels"), path.join(__dirname, "../../../dist/kernels")].map((folder) =>
    path.join(folder, `${name}.wasm`),
  );
  const found = places.find((file) => existsSync(file));
  if (!found) throw new Error(`The kernel ${name}.wasm is missing; looked in ${places.join(" and ")}`);
  return found;
}
