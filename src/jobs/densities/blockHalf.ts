import { readSync } from "node:fs";
import {
  type BlockPart,
  type BytePlace,
  type FeedState,
  type PartResult,
  VolumetricKernel,
  type WantedFunctionals,
  type WantedWaves,
} from "../../kernels/volumetric/volumetric.js";
import { codeFor } from "./readerChoice.js";

/** One half of a block of a plain file that this process has open. */
export interface BlockPartRequest {
  readonly descriptor: number;
  /** Of the file, in bytes. */
  readonly size: number;
  /** Of the addon that reads, as in whoever asks; WebAssembly without one. */
  readonly instructionSet?: string;
  readonly place: BytePlace;
  readonly part: BlockPart;
  readonly grid: readonly [number, number, number];
  readonly wanted?: WantedWaves;
  readonly functionals?: WantedFunctionals;
}

export interface BlockPartOutcome {
  readonly state: FeedState;
  /** Behind the half's last value. */
  readonly place: BytePlace;
  readonly result: PartResult;
}

let kept: { readonly kernel: VolumetricKernel; readonly instructionSet: string | undefined } | undefined;

/** Reads it in the foreground: for a thread of its own, which keeps its kernel. Throws what the file system throws. */
export function readBlockPart(request: BlockPartRequest): BlockPartOutcome {
  const { descriptor, size, place, part, grid, wanted, functionals, instructionSet } = request;
  if (!kept || kept.instructionSet !== instructionSet)
    kept = { kernel: new VolumetricKernel(codeFor(instructionSet).code), instructionSet };
  const { kernel } = kept;
  kernel.startBlock(grid, wanted, place, part, functionals);
  let state: FeedState = "needsInput";
  for (let at = place.offset; state === "needsInput"; ) {
    const mapped = kernel.feedMapped(descriptor, size);
    if (mapped !== "not mapped") {
      state = mapped === "lost" ? "unreadable" : mapped; // a file that became shorter is read once more, by whoever asked
      at = kernel.place().offset;
      continue;
    }
    const length = readSync(descriptor, kernel.input, 0, kernel.capacity, at);
    if (length === 0) break;
    state = kernel.feed(kernel.input.subarray(0, length), false);
    at += length;
  }
  return { state, place: kernel.place(), result: kernel.partResult() };
}
