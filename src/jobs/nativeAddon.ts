import { existsSync } from "node:fs";
import path from "node:path";
import type { NativeNetwork } from "../kernels/network/kernelHost.js";

/** What an addon may be compiled for, best first. */
export const INSTRUCTION_SETS = ["avx512", "avx2", "baseline", "neon"];

/** This machine's addons: beside the bundle in dist/, or two levels up from src/jobs when run from source. */
export function addonFolder(): string {
  const name = path.join("native", `${process.platform}-${process.arch}`);
  const beside = path.join(__dirname, name);
  return existsSync(beside) ? beside : path.resolve(__dirname, "../../dist", name);
}

export const addonFile = (folder: string, instructionSet: string): string => path.join(folder, `network-${instructionSet}.node`);

/** Loads an addon into this thread; the caller knows that it has passed its self-test, or can afford to crash. Throws an Error where it cannot be loaded. */
export function loadAddon(file: string): NativeNetwork {
  const module = { exports: {} };
  process.dlopen(module, file);
  return module.exports as NativeNetwork;
}
