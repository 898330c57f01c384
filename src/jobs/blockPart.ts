import { readSync } from "node:fs";
import {
  type BlockPart,
  type BytePlace,
  type FeedState,
  type PartResult,
  VolumetricKernel,
  type WantedWaves,
} from "../kernels/volumetric.js";
import { loadKernel } from "./kernelModule.js";

/** One half of a block of a plain file that this process has open. */
export interface BlockPartRequest {
  readonly descriptor: number;
  readonly place: BytePlace;
  readonly part: BlockPart;
  readonly grid: readonly [number, number, number];
  readonly wanted?: WantedWaves;
}

export interface BlockPartOutcome {
  readonly state: FeedState;
  /** Behind the half's last value. */
  readonly place: BytePlace;
  readonly result: PartResult;
}

let kernel: VolumetricKernel | undefined;

/** Reads it in the foreground: for a thread of its own, which keeps its kernel. Throws what the file system throws. */
export function readBlockPart({ descriptor, place, part, grid, wanted }: BlockPartRequest): BlockPartOutcome {
  kernel ??= new VolumetricKernel(loadKernel("volumetric"));
  kernel.startBlock(grid, wanted, place, part);
  let state: FeedState = "hungry";
  for (let at = place.offset; state === "hungry"; ) {
    const length = readSync(descriptor, kernel.input, 0, kernel.capacity, at);
    if (length === 0) break;
    state = kernel.feed(kernel.input.subarray(0, length), false);
    at += length;
  }
  return { state, place: kernel.place(), result: kernel.partResult() };
}
