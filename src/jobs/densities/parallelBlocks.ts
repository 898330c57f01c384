import { Worker } from "node:worker_threads";
import type { BytePlace, LinePattern, PartResult } from "../../kernels/volumetric/volumetric.js";
import { distFile } from "../files/distFile.js";
import type { BlockPartOutcome, BlockPartRequest } from "./blockHalf.js";
import type { OpenBlock } from "./volumetricStream.js";

/** Threads that read nothing now; they do not keep the process alive. */
const idle: Worker[] = [];

/** Where the second half of a block must begin, and about where the block ends. */
export interface PartsPlan {
  readonly firstEnd: BytePlace;
  readonly second: BytePlace;
  readonly end: number;
}

/**
 * Where the halves of a block lie, if its lines look as if they were all of one length; whether they are is seen
 * when the first half ends where it must.
 */
export function planParts(
  block: OpenBlock,
  pattern: LinePattern | undefined,
  firstPlanes: number,
  fileSize: number,
): PartsPlan | undefined {
  const [nx, ny, nz] = block.grid;
  if (!pattern || firstPlanes === nz) return undefined;
  const { width, columns, lineBytes, start } = pattern;
  const startOf = (value: number): BytePlace => {
    const lines = Math.floor(value / columns);
    const lineStart = block.place.offset + lines * lineBytes;
    const offset = lineStart + Math.max(0, start + (value % columns) * width);
    return { offset, line: block.place.line + lines, lineStart };
  };
  const endOf = (value: number): BytePlace => {
    const place = startOf(value);
    return { ...place, offset: place.lineStart + start + ((value % columns) + 1) * width };
  };
  const firstValues = nx * ny * firstPlanes;
  const end = endOf(nx * ny * nz - 1).offset;
  if (end > fileSize) return undefined;
  return { firstEnd: endOf(firstValues - 1), second: startOf(firstValues), end };
}

export type Parts = { readonly first: PartResult; readonly second: PartResult; readonly place: BytePlace };

/**
 * Reads both halves of a block in two threads. Undefined where they do not fit together, or anything in them needs a
 * closer look: then the block must be read from its start in one go. Rejects with the signal's reason.
 */
export async function readParts(
  file: Pick<BlockPartRequest, "descriptor" | "size" | "instructionSet">,
  block: OpenBlock,
  plan: PartsPlan,
  signal?: AbortSignal,
): Promise<Parts | undefined> {
  const { grid, wanted, functionals } = block;
  const common = { ...file, grid, ...(wanted && { wanted }), ...(functionals && { functionals }) };
  const outcomes = await Promise.allSettled([
    onThread({ ...common, part: "first", place: block.place }, signal),
    onThread({ ...common, part: "second", place: plan.second }, signal),
  ]);
  signal?.throwIfAborted();
  const [first, second] = outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : undefined));
  if (!first || !second || !isClean(first) || !isClean(second)) return undefined;
  const { offset, line, lineStart } = first.place;
  if (offset !== plan.firstEnd.offset || line !== plan.firstEnd.line || lineStart !== plan.firstEnd.lineStart)
    return undefined;
  return { first: first.result, second: second.result, place: second.place };
}

const isClean = ({ state, result: { facts } }: BlockPartOutcome) =>
  state === "complete" && facts.notFinite === 0 && facts.glued === undefined && facts.missing === 0;

/** Settles only when the thread has let go of the file. */
async function onThread(request: BlockPartRequest, signal: AbortSignal | undefined): Promise<BlockPartOutcome> {
  const worker = idle.pop() ?? new Worker(distFile("blockPart.js"), { name: "r3dvs block" });
  const stop = () => void worker.terminate();
  signal?.addEventListener("abort", stop);
  worker.ref();
  try {
    const outcome = await answerOf(worker, request);
    worker.unref();
    idle.push(worker);
    return outcome;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

function answerOf(worker: Worker, request: BlockPartRequest): Promise<BlockPartOutcome> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      worker.off("message", onMessage).off("error", reject).off("exit", onExit);
      act();
    };
    const onMessage = (outcome: BlockPartOutcome) => settle(() => resolve(outcome));
    const onExit = () => settle(() => reject(new Error("the thread ended")));
    worker.on("message", onMessage).on("error", reject).on("exit", onExit);
    worker.postMessage(request);
  });
}
