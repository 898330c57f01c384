import { existsSync, mkdirSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { learningCurveSplits, type RepeatSplit } from "../../core/learning/evaluation/splits.js";
import { MOST_EXACT } from "../../core/learning/kernelRidge/nystrom.js";
import type { StudyOptions } from "../../core/settings/studyOptions.js";
import { messageOf } from "../../core/text/messageOf.js";
import { FILE_START, type FileProblem, problem } from "../../core/text/problem.js";
import { type Cancellation, RpcError } from "../../protocol/rpc.js";
import type { RunEvent, RunStage, RunState } from "../../protocol/runEvents.js";
import type { EngineFacts, RunManifest, RunMaterial, StudySettings } from "../../protocol/runFiles.js";
import { chooseEngine } from "../engines/engineChoice.js";
import { landmarksFor, prepareSharedSoaps } from "../features/prepareSoap.js";
import { withAddressAdvice } from "../files/addressSpace.js";
import { temporaryFor, WriteError } from "../files/atomicFile.js";
import { areComparable } from "../files/contentHash.js";
import { UsageError } from "../files/usageError.js";
import { softwareVersion } from "../files/version.js";
import { memoryProblem } from "../models/kernelMemory.js";
import { checkModels, soapKernelsOf, usesNetworks } from "../models/modelNames.js";
import { approximationNote, domainNote, repeatsNote } from "../models/processInputs.js";
import { writeReport } from "../report/writeReport.js";
import { EventLog } from "../runs/eventLog.js";
import { copyManifest, damageOfManifest, readManifest, runFile, writeManifest } from "../runs/runFolder.js";
import { LostRunError, type RunLock } from "../runs/runLock.js";
import { planStudy } from "../runs/studyPlan.js";
import { readSplits, writeSplits } from "../runs/studyStore.js";
import { resolveStudy } from "../settings/studySettings.js";
import type { MaterialStore } from "../spectra/materialStore.js";
import type { ThreadPool } from "../threads/threadPool.js";
import { keepInputs } from "./keptInputs.js";
import { writeTables, writeTaskTable } from "./runTables.js";
import { shareInputs } from "./shareInputs.js";
import { type InputHooks, readInputs, type StudyInputs } from "./studyInputs.js";
import { StudyWork } from "./studyWork.js";

export interface RunHooks {
  readonly threads?: number;
  /** Asks the run to keep what it has and stop. A file `stop` in the folder does the same. */
  readonly cancellation: Cancellation;
  readonly onEvent?: (event: RunEvent) => void;
  readonly onProgress?: (progress: RunManifest["progress"]) => void;
  readonly onProblem?: (problem: FileProblem) => void;
}

export interface RunOutcome {
  readonly state: Extract<RunState, "finished" | "stopped">;
  /** Results, and inputs and results that could not be had. */
  readonly done: number;
  readonly failed: number;
}

/** One process's time with a run. */
export class RunSession {
  private readonly log: EventLog;
  private manifest: RunManifest;
  private store: MaterialStore | undefined;

  constructor(
    private readonly folder: string,
    private readonly hooks: RunHooks,
    private readonly stop: Cancellation,
    private readonly pool: ThreadPool,
    private readonly lock: RunLock,
  ) {
    mkdirSync(folder, { recursive: true });
    this.log = new EventLog(runFile(folder, "events"));
    const wrong = damageOfManifest(folder);
    this.manifest = readManifest(folder);
    if (wrong !== undefined)
      this.warn(runFile(folder, "manifest"), "the file is damaged ({0}); what it held is taken from its copy", wrong);
  }

  async work(): Promise<RunOutcome> {
    const { message: _, ...manifest } = this.manifest;
    this.update({ ...manifest, state: "running" });
    checkModels(this.manifest.options.models ?? []);
    this.enter("reading");
    try {
      const inputs = await this.readInputs();
      this.decide(inputs);
      return await this.learn(inputs);
    } catch (error) {
      if (this.stop.cancelled && error instanceof RpcError && error.code === "cancelled") return this.stopped();
      throw error;
    }
  }

  /** Reads the materials and decides everything, and works on nothing. */
  async prepare(): Promise<void> {
    checkModels(this.manifest.options.models ?? []);
    const inputs = await this.readInputs();
    this.decide(inputs);
    this.engine(this.manifest.settings?.models ?? [], inputs.options);
    this.update({ ...this.manifest, inputs: keepInputs(this.folder, inputs.materials, inputs.store) });
    copyManifest(this.folder, this.manifest);
    writeTaskTable(this.folder, this.manifest, readSplits(this.folder) ?? []);
  }

  fail(error: unknown): void {
    if (!this.lock.isHeld) return;
    const message = withAddressAdvice(messageOf(error));
    try {
      this.update({ ...this.manifest, state: "failed", message });
      this.tell({ event: "stopped", time: now(), reason: message });
    } catch (again) {
      // On a full disk not even this can be written; without a living process the run then counts as interrupted.
      if (!(again instanceof WriteError || again instanceof LostRunError)) throw again;
    }
  }

  close(): void {
    this.store?.dispose();
    this.log.close();
  }

  private async readInputs(): Promise<StudyInputs> {
    const inputs = await readInputs(this.manifest.dataset, this.manifest.options, this.inputHooks());
    this.store = inputs.store;
    return inputs;
  }

  /** Settings and splits: decided once, checked when a run goes on. */
  private decide(inputs: StudyInputs): void {
    const { manifest } = this;
    const settings = resolveStudy(
      inputs.options,
      inputs.targets.map(({ name }) => name),
      inputs.materials.length,
      (target) => inputs.facts.filter(({ values }) => values[target] !== undefined).length,
    );
    const materials = withEarlierHashes(inputs.facts, manifest.materials);
    checkUnchanged(manifest, { facts: materials });
    const total = planStudy(settings).length;
    const { done, failed } = manifest.progress;
    const { targets, skipped, lacking } = inputs;
    this.update({ ...manifest, settings, targets, materials, skipped, lacking, progress: { done, failed, total } });
    if (manifest.settings === undefined) copyManifest(this.folder, this.manifest);
    this.keepSplits(drawSplits(settings, materials));
    this.tell({
      event: "started",
      time: now(),
      run: manifest.name,
      tasks: total,
      materials: materials.length,
      pid: process.pid,
    });
  }

  /** They follow from settings and materials; kept ones that do not, damaged or of another hand, are drawn again. */
  private keepSplits(drawn: readonly RepeatSplit[]): void {
    const kept = readSplits(this.folder);
    if (kept !== undefined && isDeepStrictEqual(kept, drawn)) return;
    const file = runFile(this.folder, "splits");
    if (existsSync(file)) this.warn(file, "the splits are damaged; they are drawn again, as they were");
    this.lock.assertHeld();
    writeSplits(this.folder, drawn);
  }

  private warn(file: string, template: string, ...args: string[]): void {
    this.hooks.onProblem?.({ file, problem: problem("warning", FILE_START, template, ...args) });
  }

  private async learn(inputs: StudyInputs): Promise<RunOutcome> {
    const { models = [], soap, exactUpTo = MOST_EXACT, trainSizes = [] } = this.manifest.settings ?? {};
    const most = Math.max(0, ...trainSizes);
    const tooMuch =
      soap && memoryProblem(checkModels(models), soap, { train: most, all: inputs.materials.length, exactUpTo });
    if (tooMuch) throw new UsageError(tooMuch.message);
    const wanted = soap === undefined ? [] : soapKernelsOf(checkModels(models), soap, most);
    const repeats = repeatsNote(inputs.options, inputs.materials.length);
    for (const note of [repeats, approximationNote(checkModels(models), most, exactUpTo), domainNote(most)])
      if (note !== undefined) this.hooks.onProblem?.({ file: this.manifest.dataset, problem: note });
    if (wanted.length > 0) this.enter("kernels");
    const kernels = await prepareSharedSoaps(
      inputs.materials,
      wanted,
      { pool: this.pool, cancellation: this.stop },
      landmarksFor(inputs.materials, most, exactUpTo),
    );
    const engine = this.engine(models, inputs.options);
    shareInputs(this.pool, inputs.store, kernels, engine);
    const work = new StudyWork(this.folder, this.manifest, readSplits(this.folder) ?? [], this.pool, {
      tell: (event) => this.tell(event),
      beforeWrite: () => this.lock.assertHeld(),
      onProgress: (progress) => this.update({ ...this.manifest, progress }),
      writeTables: (outcomes) => writeTables(this.folder, outcomes),
      onLost: (reason) => this.warn(runFile(this.folder, "models"), "a model is not kept: {0}", reason),
      onDamaged: (file, reason) => this.warn(file, "the file is damaged ({0}); what it held is computed again", reason),
    });
    this.stop.onCancel(() => this.pool.stop());
    this.enter("training");
    const progress = await work.run();
    this.lock.assertHeld();
    writeTables(this.folder, work.outcomes());
    if (this.stop.cancelled && progress.done + progress.failed < progress.total) return this.stopped();
    const failed = progress.failed + inputs.skipped.length + inputs.errors;
    this.update({ ...this.manifest, state: "finished", progress });
    this.enter("report");
    writeReport(this.folder);
    this.tell({ event: "finished", time: now(), done: progress.done, failed });
    return { state: "finished", done: progress.done, failed };
  }

  /** What computes the networks: decided once, and kept where it is still there. */
  private engine(models: readonly string[], options: StudyOptions): EngineFacts | undefined {
    if (!checkModels(models).some(usesNetworks)) return undefined;
    const { engine, problems } = chooseEngine(options.backend, this.manifest.engine);
    for (const found of problems) this.hooks.onProblem?.({ file: runFile(this.folder, "manifest"), problem: found });
    this.update({ ...this.manifest, engine });
    return engine;
  }

  private stopped(): RunOutcome {
    this.update({ ...this.manifest, state: "stopped" });
    this.tell({ event: "stopped", time: now(), reason: "asked to stop" });
    const { done, failed } = this.manifest.progress;
    return { state: "stopped", done, failed: failed + this.manifest.skipped.length };
  }

  private inputHooks(): InputHooks {
    return {
      pool: this.pool,
      spill: temporaryFor(runFile(this.folder, "inputs")),
      cancellation: this.stop,
      onCount: (materials) => this.enter("reading", materials),
      onEncoded: ({ id, file }) => this.tell({ event: "encoded", time: now(), id, file }),
      onSkipped: ({ id, file }, problems) => {
        this.tell({ event: "skipped", time: now(), id, file, problems: problems.map(({ problem }) => problem) });
        for (const found of problems) this.hooks.onProblem?.(found);
      },
      onMissing: ({ id, file }, target, found) => {
        this.tell({ event: "lacking", time: now(), id, file, target, problem: found.problem });
        this.hooks.onProblem?.(found);
      },
      onProblem: (found) => this.hooks.onProblem?.(found),
    };
  }

  private enter(stage: RunStage, count?: number): void {
    this.tell({ event: "stage", time: now(), stage, ...(count !== undefined && { count }) });
  }

  private update(manifest: RunManifest): void {
    this.lock.assertHeld();
    this.manifest = manifest;
    writeManifest(this.folder, manifest);
    this.hooks.onProgress?.(manifest.progress);
  }

  /** Called from threads' messages too, where nobody would catch an error: a run that is lost is stopped instead. */
  private tell(event: RunEvent): void {
    if (!(event.event === "encoded" ? this.lock.wasHeldLately : this.lock.isHeld)) {
      this.stop.cancel();
      return;
    }
    this.log.append(event);
    this.hooks.onEvent?.(event);
  }
}

/** Another version may come to other results. Throws `UsageError`. */
export function checkVersion({ software: { version } }: RunManifest): void {
  if (version !== softwareVersion)
    throw new UsageError(`the run was started by r3dvs ${version}, this is ${softwareVersion}; start a new run`);
}

/**
 * A run that was begun when files were hashed by another function keeps those hashes: what cannot be compared counts as
 * unchanged.
 */
export function withEarlierHashes(
  facts: readonly RunMaterial[],
  before: readonly RunMaterial[],
): readonly RunMaterial[] {
  const known = new Map(before.map(({ id, hash }) => [id, hash]));
  return facts.map((material) => {
    const earlier = known.get(material.id);
    return earlier === undefined || areComparable(earlier, material.hash) ? material : { ...material, hash: earlier };
  });
}

/** A run that goes on must go on with what it began with. */
export function checkUnchanged(manifest: RunManifest, { facts }: Pick<StudyInputs, "facts">): void {
  checkVersion(manifest);
  if (manifest.materials.length === 0) return;
  const before = new Map(
    manifest.materials.map((material) => [material.id, JSON.stringify([material.hash, material.values])]),
  );
  const changed = facts.filter(
    (material) => before.get(material.id) !== JSON.stringify([material.hash, material.values]),
  );
  const there = new Set(facts.map(({ id }) => id));
  const [first] = changed.length > 0 ? changed : manifest.materials.filter(({ id }) => !there.has(id));
  if (first !== undefined)
    throw new UsageError(`the dataset has changed since the run was started (${first.id} for one); start a new run`);
}

function drawSplits(
  { testSize, trainSizes, repeats, seed }: StudySettings,
  materials: readonly RunMaterial[],
): readonly RepeatSplit[] {
  const { value, problems } = learningCurveSplits({
    ids: materials.map(({ id }) => id),
    testSize,
    trainSizes,
    repeats,
    seed,
  });
  if (value === undefined) throw new UsageError(problems.map(({ message }) => message).join("; "));
  return value;
}

const now = () => new Date().toISOString();
