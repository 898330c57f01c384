import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { networkEngines } from "../kernels/networkEngine.js";
import { kernelPath, loadKernel } from "./kernelModule.js";
import type { NetworkBackend } from "./networkBackend.js";

/** Networks in WebAssembly: everywhere. */
export function wasmBackend(): NetworkBackend {
  return {
    name: "wasm",
    available: () => ({ ok: true, engine: { backend: "wasm", instructionSet: "simd128", build: buildName() }, seconds: 0, problems: [] }),
    create: () => networkEngines(loadKernel("network")),
  };
}

const buildName = () =>
  createHash("sha256")
    .update(readFileSync(kernelPath("network")))
    .digest("hex")
    .slice(0, 12);
