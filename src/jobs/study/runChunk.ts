import { mkdirSync } from "node:fs";
import path from "node:path";
import type { RepeatSplit } from "../../core/learning/evaluation/splits.js";
import { FILE_START, problem } from "../../core/text/problem.js";
import { Cancellation } from "../../protocol/rpc.js";
import type { RunEvent } from "../../protocol/runEvents.js";
import { RUN_FILES, type RunManifest } from "../../protocol/runFiles.js";
import { chunkItems, type PlannedItem } from "../cluster/chunks.js";
import { chooseEngine } from "../engines/engineChoice.js";
import { temporaryFor } from "../files/atomicFile.js";
import { UsageError } from "../files/usageError.js";
import { checkModels, type ModelName, soapKernelsOf, usesNetworks } from "../models/modelNames.js";
import { EventLog } from "../runs/eventLog.js";
import { readManifest, runFile } from "../runs/runFolder.js";
import { RunListing } from "../runs/runListing.js";
import { watchStop } from "../runs/stopFile.js";
import { targetSettings } from "../runs/studyPlan.js";
import { readSplits } from "../runs/studyStore.js";
import { beatFor, type RunWorker, thisWorker, workerLog } from "../runs/worker.js";
import type { MaterialStore } from "../spectra/materialStore.js";
import { ThreadPool } from "../threads/threadPool.js";
import { prepareKeptSoaps } from "./keptSoap.js";
import { mergeRun } from "./mergeRun.js";
import { readNodeInputs } from "./nodeInputs.js";
import { checkUnchanged, checkVersion, type RunHooks, withEarlierHashes } from "./runSession.js";
import { prepareStudy } from "./runStudy.js";
import { shareInputs } from "./shareInputs.js";
import { readInputs } from "./studyInputs.js";
import { StudyWork } from "./studyWork.js";

/** Which of how many chunks, from 1. */
export interface Chunk {
  readonly index: number;
  readonly count: number;
}

export interface ChunkOutcome {
  /** Stopped: work is left, and everything up to here is kept. */
  readonly state: "finished" | "stopped";
  /** Work items of the chunk. */
  readonly done: number;
  readonly failed: number;
  readonly total: number;
}

export interface ChunkHooks extends RunHooks {
  /** Whether the run's tables are brought up to date at the end; else a job that comes after all chunks does that. */
  readonly merges: boolean;
}

/** Threads that have not stopped by then are ended. */
const GRACE_MS = 10_000;
/** Many workers ask one disk. */
const STOP_POLL_MS = 2_000;
/** Of epochs: many workers write to one disk. */
const EPOCH_MS = 2_000;

/**
 * Works on those items of a run that are in one chunk and are neither done nor given up, beside any others who work on
 * the run: it owns nothing, and two workers on one item end in the same bytes. Throws `UsageError` for a run that
 * cannot be worked on as it stands, and `WriteError`.
 */
export async function runChunk(folder: string, chunk: Chunk, hooks: ChunkHooks): Promise<ChunkOutcome> {
  const manifest = await preparedManifest(folder, hooks);
  checkVersion(manifest);
  const { settings } = manifest;
  if (settings === undefined) throw new UsageError(`${folder} has no settings`);
  const planned = chunkItems(settings, chunk.count)[chunk.index - 1] ?? [];
  const listing = new RunListing(folder);
  const open = planned.filter(({ item }) => !listing.isSettled(item));
  const stopped = open.length > 0 && (await learn(folder, manifest, open, hooks));
  if (hooks.merges) await mergeRun(folder);
  const after = new RunListing(folder);
  const done = planned.filter(({ item }) => after.of(item).hasResult).length;
  const failed = planned.filter(({ item }) => after.of(item).hasFailed && !after.of(item).hasResult).length;
  return {
    state: stopped && done + failed < planned.length ? "stopped" : "finished",
    done,
    failed,
    total: planned.length,
  };
}

/** Of several workers that find a run which is not prepared one prepares it, and the others wait. */
async function preparedManifest(folder: string, hooks: ChunkHooks): Promise<RunManifest> {
  for (;;) {
    const manifest = readManifest(folder);
    if (manifest.settings !== undefined && readSplits(folder) !== undefined) return manifest;
    try {
      await prepareStudy(folder, hooks);
    } catch (error) {
      if (!(error instanceof UsageError) || !/ in use by /.test(error.message)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

/** Whether it was asked to stop. */
async function learn(
  folder: string,
  manifest: RunManifest,
  open: readonly PlannedItem[],
  hooks: ChunkHooks,
): Promise<boolean> {
  const worker = thisWorker();
  const pool = new ThreadPool(hooks.threads ?? manifest.options.threads);
  const stop = new Cancellation();
  mkdirSync(path.join(folder, RUN_FILES.workers), { recursive: true });
  const log = new EventLog(workerLog(folder, worker));
  const endBeats = beatFor(folder, worker);
  const endWatch = watchStop(folder, STOP_POLL_MS, () => hooks.cancellation.cancel());
  let grace: NodeJS.Timeout | undefined;
  const ends: (() => void)[] = [];
  hooks.cancellation.onCancel(() => {
    stop.cancel();
    pool.stop();
    grace = setTimeout(() => void pool.dispose(), GRACE_MS);
  });
  const tell = (event: RunEvent) => {
    log.append(event);
    hooks.onEvent?.(event);
  };
  try {
    const atEnd = (end: () => void) => void ends.push(end);
    const work = await workOf(folder, manifest, open, worker, { ...hooks, pool, stop, tell, atEnd });
    await work.run();
    return stop.cancelled;
  } finally {
    clearTimeout(grace);
    endBeats();
    endWatch();
    await pool.dispose();
    for (const end of ends.reverse()) end();
    log.close();
  }
}

interface Means extends ChunkHooks {
  readonly pool: ThreadPool;
  readonly stop: Cancellation;
  readonly tell: (event: RunEvent) => void;
  /** Takes what ends the use of something. */
  readonly atEnd: (end: () => void) => void;
}

async function workOf(
  folder: string,
  manifest: RunManifest,
  open: readonly PlannedItem[],
  worker: RunWorker,
  means: Means,
): Promise<StudyWork> {
  const { pool, stop, tell } = means;
  const warn = (file: string, template: string, ...args: string[]) =>
    means.onProblem?.({ file, problem: problem("warning", FILE_START, template, ...args) });
  const store = await materialsOf(folder, manifest, worker, means, warn);
  means.atEnd(() => store.dispose());
  const materials = store.all;
  const models = [...new Set(open.map(({ task }) => task.model))];
  const kernels = await prepareKeptSoaps(folder, materials, soapsOf(manifest, models), { pool, cancellation: stop });
  shareInputs(pool, store, kernels, engineOf(folder, manifest, models, means));
  const hooks = {
    tell,
    beforeWrite: () => {},
    onProgress: () => {},
    writeTables: () => {},
    onLost: () => {},
    onDamaged: (file: string, reason: string) =>
      warn(file, "the file is damaged ({0}); what it held is computed again", reason),
  };
  return new StudyWork(folder, manifest, splitsOf(folder), pool, hooks, {
    places: new Set(open.map(({ item }) => item.place)),
    worker,
    givesUp: worker.job !== undefined,
    keepsModels: false,
    epochMs: EPOCH_MS,
  });
}

/** From the one file in the run's folder, or the node's copy of it, else from the dataset. */
async function materialsOf(
  folder: string,
  manifest: RunManifest,
  { job }: RunWorker,
  { pool, stop, onProblem, atEnd }: Means,
  warn: (file: string, template: string, ...args: string[]) => void,
): Promise<MaterialStore> {
  const file = runFile(folder, "inputs");
  const refused = (place: string, why: string) =>
    warn(file, "it is not copied to {0}, the disk of this node ({1}), but read where it lies", place, why);
  const { value, reason, release } = readNodeInputs(folder, manifest, job !== undefined, refused);
  atEnd(release);
  if (value !== undefined) return value;
  if (reason !== undefined) warn(file, "the file is damaged ({0}); the dataset is read instead", reason);
  const quiet = () => {};
  const inputs = await readInputs(manifest.dataset, manifest.options, {
    pool,
    spill: temporaryFor(runFile(folder, "inputs")),
    cancellation: stop,
    onCount: quiet,
    onEncoded: quiet,
    onSkipped: quiet,
    onMissing: quiet,
    onProblem: (found) => onProblem?.(found),
  });
  checkUnchanged(manifest, { facts: withEarlierHashes(inputs.facts, manifest.materials) });
  return inputs.store;
}

function soapsOf({ settings }: RunManifest, models: readonly ModelName[]) {
  if (settings === undefined) return [];
  const most = Math.max(0, ...settings.targets.flatMap((target) => targetSettings(settings, target).trainSizes));
  return soapKernelsOf(models, settings.soap, most);
}

/**
 * The run's own engine where this machine has it; what another one comes to differs in the last digits, which is told.
 */
function engineOf(folder: string, manifest: RunManifest, models: readonly ModelName[], { onProblem }: Means) {
  if (!checkModels(models).some(usesNetworks)) return undefined;
  const { engine, problems } = chooseEngine(manifest.options.backend, manifest.engine);
  for (const found of problems) onProblem?.({ file: runFile(folder, "manifest"), problem: found });
  return engine;
}

function splitsOf(folder: string): readonly RepeatSplit[] {
  const splits = readSplits(folder);
  if (splits === undefined) throw new UsageError(`${runFile(folder, "splits")} is missing or damaged`);
  return splits;
}
