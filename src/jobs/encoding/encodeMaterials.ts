import type { EncodeSettings } from "../../core/descriptors/encodeSettings.js";
import type { Parsed, Problem } from "../../core/text/problem.js";
import { Cancellation, RpcError } from "../../protocol/rpc.js";
import { COLD_THREADS_THRESHOLD } from "../densities/quickBlocks.js";
import { WriteError } from "../files/atomicFile.js";
import { isEncodedName, readEncoded } from "../spectra/encodedMaterials.js";
import type { EncodedMaterial } from "../spectra/material.js";
import type { MaterialFile } from "../spectra/materialFile.js";
import { type ReadMaterialOptions, readMaterial } from "../spectra/readMaterial.js";
import type { SpectrumCache } from "../spectra/spectrumCache.js";
import { readMaterialMethod } from "../spectra/threadMethods.js";
import type { ThreadPool } from "../threads/threadPool.js";

export interface EncodeOptions {
  readonly settings: Pick<EncodeSettings, "spacing" | "component" | "frame">;
  /** Without one, files are read one after the other in the caller's thread: to start another takes 0.1 s of CPU. */
  readonly pool?: ThreadPool;
  /** Without a pool: 1 keeps a second thread from large files. */
  readonly threads?: number;
  readonly cache?: SpectrumCache;
  /**
   * Nothing but the waves will be kept: no functionals and no hash, which take longer than the reading. Not with a
   * cache.
   */
  readonly wavesOnly?: boolean;
  readonly cancellation?: Cancellation;
  /** Told of each material as it is done, in the order they end. */
  readonly onDone?: (outcome: EncodeOutcome) => void;
}

/** `material` is missing where the file did not give one; `problems` then says why, else it holds warnings at most. */
export interface EncodeOutcome {
  readonly entry: MaterialFile;
  readonly material?: EncodedMaterial;
  readonly problems: readonly Problem[];
}

/**
 * Reads the spectra of many files, in parallel, from the cache where it has them. Outcomes come in the order of
 * `entries`. Rejects when cancelled.
 */
export async function encodeMaterials(
  entries: readonly MaterialFile[],
  options: EncodeOptions,
): Promise<EncodeOutcome[]> {
  const outcomes: EncodeOutcome[] = [];
  await encodeEach(entries, options, (place, outcome) => {
    outcomes[place] = outcome;
  });
  return outcomes;
}

/** Materials that are read at once, for each thread: enough that none waits. */
const LANES = 4;
/** So often, in materials, messages and signals are looked at while nothing is waited for. */
const PAUSE = 256;

/**
 * As `encodeMaterials`, for any number of materials: `take` gets each as it is done, with its place in `entries`, and
 * what it does not keep is gone.
 */
export async function encodeEach(
  entries: readonly MaterialFile[],
  options: EncodeOptions,
  take: (place: number, outcome: EncodeOutcome) => void,
): Promise<void> {
  const failed = new Cancellation();
  // taken back at the end, or it would hold all outcomes as long as the caller can cancel
  const release = options.cancellation?.onCancel(() => failed.cancel());
  const reading: Reading = {
    // threads that have no file of their own help with large ones
    ...(options.pool
      ? { threads: entries.length < options.pool.size ? 2 : 1 }
      : { threads: options.threads ?? 2, threadsFrom: COLD_THREADS_THRESHOLD }),
    ...(options.wavesOnly && { functionals: false, hash: false }),
  };
  const order = fileByFile(entries);
  let next = 0;
  const lane = async () => {
    while (next < order.length) {
      // before a place is taken: files of many materials are read once, in order
      if (next % PAUSE === PAUSE - 1) await new Promise(setImmediate);
      const place = order[next++];
      if (place === undefined) break;
      const outcome = await encodeOne(entries[place] as MaterialFile, options, reading, failed);
      options.onDone?.(outcome);
      take(place, outcome);
    }
  };
  try {
    await Promise.all(
      Array.from({ length: Math.min(entries.length, options.pool ? LANES * options.pool.size : 1) }, lane),
    );
  } catch (error) {
    failed.cancel();
    throw error;
  } finally {
    release?.();
  }
}

/** Places in `entries`, those that share a file of spectra one after the other: such a file is read as a whole. */
function fileByFile(entries: readonly MaterialFile[]): number[] {
  const byFile = new Map<string, number[]>();
  entries.forEach(({ id, file }, place) => {
    const key = isEncodedName(file) ? file : `${file}\n${id}`;
    const places = byFile.get(key);
    if (places === undefined) byFile.set(key, [place]);
    else places.push(place);
  });
  return [...byFile.values()].flat();
}

type Reading = Pick<ReadMaterialOptions, "threads" | "threadsFrom" | "functionals" | "hash">;

async function encodeOne(
  entry: MaterialFile,
  { settings, pool, cache }: EncodeOptions,
  reading: Reading,
  cancellation: Cancellation,
): Promise<EncodeOutcome> {
  if (cancellation.cancelled) throw new RpcError("cancelled", "cancelled");
  if (isEncodedName(entry.file)) {
    const { value, problems } = readEncoded(entry, settings);
    return value === undefined ? { entry, problems } : { entry, material: value, problems };
  }
  const cached = cache?.read(entry);
  if (cached?.value !== undefined) return { entry, material: cached.value, problems: [] };
  const { value, problems: found } = await (pool
    ? pool.run(readMaterialMethod, { entry, settings, reading }, { cancellation })
    : readHere(entry, settings, reading, cancellation));
  const problems = [...(cached?.problems ?? []), ...found];
  if (value === undefined || problems.some(({ severity }) => severity === "error")) return { entry, problems };
  remember(cache, value);
  return { entry, material: value, problems };
}

/** In the caller's thread. Rejects when cancelled. */
async function readHere(
  entry: MaterialFile,
  settings: EncodeOptions["settings"],
  reading: Reading,
  cancellation: Cancellation,
): Promise<Parsed<EncodedMaterial>> {
  const controller = new AbortController();
  const release = cancellation.onCancel(() => controller.abort(new RpcError("cancelled", "cancelled")));
  try {
    return await readMaterial(entry, settings, { ...reading, signal: controller.signal });
  } finally {
    release();
  }
}

/** A cache that cannot be written costs time, not the result. */
function remember(cache: SpectrumCache | undefined, material: EncodedMaterial): void {
  try {
    cache?.write(material);
  } catch (error) {
    if (!(error instanceof WriteError)) throw error;
  }
}
