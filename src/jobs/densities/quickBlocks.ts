import { setImmediate } from "node:timers/promises";
import type { ByteSource } from "../files/byteSource.js";
import { planParts, readParts } from "./parallelBlocks.js";
import type { ReadOptions } from "./volumetricReading.js";
import type { VolumetricStream } from "./volumetricStream.js";

const TWO_THREADS_THRESHOLD = 32 * 2 ** 20;
/**
 * The same where nothing is read after this file: bytes of a block from which a second thread gains more than its start
 * costs (50 ms, the reading of 150 MB).
 */
export const COLD_THREADS_THRESHOLD = 256 * 2 ** 20;

/** Where two threads are worth it, reads the open block by them and lets source and stream go on behind it. */
export async function takeBlockInParts(
  source: ByteSource,
  stream: VolumetricStream,
  instructionSet: string | undefined,
  options: ReadOptions,
): Promise<void> {
  const { signal, hash, threadsFrom = TWO_THREADS_THRESHOLD } = options;
  const { plainFile } = source;
  const { openBlock: block, kernel } = stream;
  if (!plainFile || !block || tried.has(block)) return;
  tried.add(block);
  const plan = planParts(block, kernel.pattern(), kernel.firstPartPlanes(block.grid[2]), plainFile.size);
  if (!plan || plan.end - block.place.offset < threadsFrom) return;
  const reading = readParts(
    { ...plainFile, ...(instructionSet !== undefined && { instructionSet }) },
    block,
    plan,
    signal,
  );
  const hashing = hash === false ? undefined : source.hashUpTo(plan.end);
  const [parts] = await Promise.all([reading, hashing?.catch(() => undefined)]);
  if (parts) {
    stream.adoptBlock(parts.first, parts.second, parts.place);
    await source.continueAt(parts.place.offset);
  } else {
    stream.restartBlock();
    await source.continueAt(block.place.offset);
  }
}

/** Reads the open block of a plain file, but for its end, without copying it first, where that can be done. */
export async function takeBlockMapped(
  source: ByteSource,
  stream: VolumetricStream,
  { signal, onProgress }: ReadOptions,
): Promise<void> {
  const { plainFile } = source;
  if (!plainFile || lost.has(source)) return;
  let next: number | undefined;
  for (let block = stream.openBlock; block && stream.openBlock === block; ) {
    const reached = stream.readMapped(plainFile);
    if (reached === undefined) break;
    next = reached;
    if (reached === block.place.offset) {
      lost.add(source); // the file became shorter: the usual way tells
      break;
    }
    onProgress?.(reached / plainFile.size);
    await setImmediate();
    signal?.throwIfAborted();
  }
  if (next !== undefined) await source.continueAt(next);
}

/** Files that are no longer looked at where they lie. */
const lost = new WeakSet<ByteSource>();

/** Blocks for which two threads have been tried, or found not worth it. */
const tried = new WeakSet<object>();
