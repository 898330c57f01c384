import { rmSync } from "node:fs";
import path from "node:path";
import { type RepeatSplit, splitAmong, trainingIds } from "../../core/learning/evaluation/splits.js";
import { MOST_EXACT } from "../../core/learning/kernelRidge/nystrom.js";
import { messageOf } from "../../core/text/messageOf.js";
import { RpcError } from "../../protocol/rpc.js";
import type { RunEvent } from "../../protocol/runEvents.js";
import type { RunManifest, StudySettings } from "../../protocol/runFiles.js";
import { WriteError } from "../files/atomicFile.js";
import { UsageError } from "../files/usageError.js";
import {
  checkpointName,
  dropFailure,
  dropNotes,
  noteAttempt,
  noteStop,
  readNotes,
  writeFailure,
} from "../runs/attempts.js";
import { RunListing } from "../runs/runListing.js";
import { LostRunError } from "../runs/runLock.js";
import { isKept, planStudy, type StudyItem, type StudyTask, targetSettings, workOrder } from "../runs/studyPlan.js";
import {
  actualValues,
  dropDamagedItems,
  dropItems,
  isItemDone,
  type TaskOutcome,
  taskOutcome,
  writeItem,
} from "../runs/studyStore.js";
import { TaskHashes } from "../runs/taskHash.js";
import { type RunWorker, seemsAlive, thisWorker } from "../runs/worker.js";
import { Gate } from "../threads/gate.js";
import type { ThreadPool } from "../threads/threadPool.js";
import { damagedCheckpoints } from "../training/checkpointFile.js";
import { companionsOf } from "../training/companions.js";
import { type Epoch, epochEvent, trainTaskMethod } from "../training/threadMethods.js";
import type { TrainingTask } from "../training/trainingTask.js";
import { dropDamagedModel, keepModel } from "./keepModel.js";

export type Progress = RunManifest["progress"];

export interface WorkHooks {
  readonly tell: (event: RunEvent) => void;
  readonly onProgress: (progress: Progress) => void;
  /** Brings the run's tables up to date. */
  readonly writeTables: (outcomes: readonly TaskOutcome[]) => void;
  /** Throws where the run is another process's by now. */
  readonly beforeWrite: () => void;
  /** A file of an earlier session that is not what was written; it is gone by now. */
  readonly onDamaged: (file: string, reason: string) => void;
  /** A model that cannot be kept. */
  readonly onLost: (reason: string) => void;
}

/** How much of a study is worked on, and by whom. */
export interface WorkScope {
  /** Places of the work items; all of them where it is left out. */
  readonly places?: ReadonlySet<string>;
  readonly worker: RunWorker;
  /**
   * Whether an item is given up that ended its process or ran out of its time limit again and again: there is nobody
   * who would notice.
   */
  readonly givesUp: boolean;
  /** Whether models are kept; the run's owner does. */
  readonly keepsModels: boolean;
  /** Of the epochs of one network, at least so many milliseconds lie between those that are told. */
  readonly epochMs: number;
}

/** One process that owns the run and works on all of it. */
export const ownersScope = (): WorkScope => ({
  worker: thisWorker(),
  givesUp: false,
  keepsModels: true,
  epochMs: EPOCH_MS,
});

/** So many times an item may end its process. */
const MOST_DEATHS = 3;

/** Epochs of one network are told no oftener than this. */
const EPOCH_MS = 100;
/** How often, at most, the run's files are brought up to date in the middle of the work. */
const WRITE_MS = 1_000;

/**
 * The learning part of a study: every task that is not done yet, over the threads, each result told and kept as it
 * comes.
 */
export class StudyWork {
  private readonly settings: StudySettings;
  private readonly tasks: readonly StudyTask[];
  private readonly done = new Map<StudyTask, TaskOutcome>();
  private readonly failed = new Set<StudyTask>();
  private readonly items: { readonly task: StudyTask; readonly item: StudyItem; told: number }[] = [];
  private readonly hashes: TaskHashes;
  private readonly gate: Gate;
  private listing: RunListing;
  private begun = 0;
  private written = 0;

  constructor(
    private readonly folder: string,
    private readonly manifest: RunManifest,
    private readonly splits: readonly RepeatSplit[],
    private readonly pool: ThreadPool,
    private readonly hooks: WorkHooks,
    private readonly scope: WorkScope = ownersScope(),
  ) {
    if (manifest.settings === undefined) throw new Error("a study's settings are decided before it learns");
    this.settings = manifest.settings;
    const { places } = scope;
    const isOurs = ({ members }: StudyTask) => places === undefined || members.some(({ place }) => places.has(place));
    this.tasks = planStudy(this.settings).filter(isOurs);
    this.hashes = new TaskHashes(manifest, splits);
    this.gate = new Gate(pool.size);
    this.listing = new RunListing(folder);
  }

  /** Ends when all is done or the pool was stopped. Rejects when nothing can be written any more. */
  async run(): Promise<Progress> {
    for (const task of this.tasks) this.recall(task);
    this.listing = new RunListing(this.folder);
    this.hooks.onProgress(this.progress());
    const leave = this.pool.on(epochEvent, (epoch) => this.reportEpoch(epoch));
    try {
      const open = workOrder(this.tasks.filter((task) => !this.done.has(task)));
      const ends = await Promise.allSettled(this.mostDeadlyLast(open).map((task) => this.workOn(task)));
      for (const end of ends) if (end.status === "rejected") throw end.reason;
    } finally {
      leave();
    }
    return this.progress();
  }

  /** In the order of `results.csv`, whatever the order of work was. */
  outcomes(): TaskOutcome[] {
    return this.tasks.flatMap((task) => this.done.get(task) ?? []);
  }

  /** What ended a process before comes after all others, so that it cannot keep them from being done. */
  private mostDeadlyLast(tasks: readonly StudyTask[]): StudyTask[] {
    const deaths = new Map(
      tasks.map(
        (task) => [task, Math.max(...task.members.map((item) => this.listing.of(item).attempts.length))] as const,
      ),
    );
    return [...tasks].sort((a, b) => (deaths.get(a) ?? 0) - (deaths.get(b) ?? 0));
  }

  private membersOf({ members }: StudyTask): readonly StudyItem[] {
    const { places } = this.scope;
    return places === undefined ? members : members.filter(({ place }) => places.has(place));
  }

  private async workOn(task: StudyTask): Promise<void> {
    const results = await Promise.allSettled(
      this.membersOf(task).map((item) => this.gate.pass(() => this.workOnItem(task, item))),
    );
    const reasons = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
    const fatal = reasons.find(isFatal);
    if (fatal !== undefined) {
      this.pool.stop();
      throw fatal;
    }
    const failure = reasons.find((reason) => !this.isStop(reason));
    if (failure !== undefined) this.giveUp(task, failure);
    else if (reasons.length === 0) this.conclude(task);
  }

  private async workOnItem(task: StudyTask, item: StudyItem): Promise<void> {
    if (this.pool.isStopped) throw new RpcError("cancelled", "stopped");
    if (isItemDone(this.folder, item)) return;
    const request = this.requestOf(task, item);
    for (const { file, reason } of damagedCheckpoints(request.checkpoint)) {
      rmSync(file, { recursive: true, force: true });
      this.hooks.onDamaged(file, reason);
    }
    this.hooks.beforeWrite();
    if (this.scope.givesUp) this.giveUpIfDeadly(item);
    const hadWholeTime = this.begun++ < this.pool.size;
    const endAttempt = noteAttempt(this.folder, item, this.scope.worker);
    try {
      const outcome = await this.pool.run(trainTaskMethod, request);
      this.hooks.beforeWrite();
      writeItem(this.folder, item, outcome, request.fingerprint);
      rmSync(request.checkpoint, { force: true });
      dropFailure(this.folder, item);
      dropNotes(this.folder, item, this.listing.of(item));
    } catch (error) {
      if (this.isStop(error)) this.noteStop(item, hadWholeTime);
      else if (!isFatal(error)) writeFailure(this.folder, item, messageOf(error));
      throw error;
    } finally {
      endAttempt();
    }
  }

  /** Throws where earlier workers died over the item and left nothing to go on from. */
  private giveUpIfDeadly(item: StudyItem): void {
    const { folder } = this;
    const { attempts } = this.listing.of(item);
    const now = attempts.length < MOST_DEATHS ? "" : checkpointName(folder, item);
    const deaths = readNotes(folder, item, attempts).filter(
      (note) => note.checkpoint === now && !seemsAlive(folder, note),
    );
    if (deaths.length < MOST_DEATHS) return;
    const message = `the process that worked on it was killed ${deaths.length} times; did it run out of memory?`;
    writeFailure(folder, item, message);
    dropNotes(folder, item, this.listing.of(item));
    throw new Error(message);
  }

  /** An item that had the whole time of two jobs and came no further would be begun for ever. */
  private noteStop(item: StudyItem, hadWholeTime: boolean): void {
    const { folder, scope } = this;
    if (!scope.givesUp || !hadWholeTime) return;
    const { stops } = this.listing.of(item);
    const now = checkpointName(folder, item);
    if (readNotes(folder, item, stops).some(({ checkpoint }) => checkpoint === now)) {
      writeFailure(folder, item, "it was stopped twice at the same point: the time limit is too short for it");
    } else noteStop(folder, item, scope.worker);
  }

  private requestOf(task: StudyTask, item: StudyItem): TrainingTask {
    const { settings, manifest, folder } = this;
    const target = manifest.targets.find(({ name }) => name === task.target);
    const whole = this.splits[task.repeat];
    if (target === undefined || whole === undefined)
      throw new Error(`the run has no split ${task.repeat} or no target ${task.target}`);
    const values = new Map(manifest.materials.map((material) => [material.id, material.values[task.target]]));
    const split = splitAmong(whole, (id) => values.get(id) !== undefined);
    const { normalize, training } = targetSettings(settings, task.target);
    const index = this.items.push({ task, item, told: 0 }) - 1;
    const train = trainingIds(split, task.trainSize).map((id) => ({ id, value: values.get(id) ?? Number.NaN }));
    const { companions = [] } = task.model === "r3dvs" ? training : {};
    const normalizeOf = (name: string) => targetSettings(settings, name).normalize;
    return {
      item: index,
      model: task.model,
      target,
      normalize,
      training,
      component: settings.component,
      hyperparameters: settings.hyperparameters,
      twoStepResiduals: settings.twoStepResiduals,
      soap: settings.soap,
      exactUpTo: settings.exactUpTo ?? MOST_EXACT,
      train,
      ...(companions.length > 0 && {
        companions: companionsOf(companions, manifest.targets, normalizeOf, manifest.materials, train),
      }),
      test: split.test,
      seed: item.seed,
      firstSeed: task.members[0]?.seed ?? item.seed,
      fingerprint: this.hashes.of(task, item),
      checkpoint: path.join(folder, `${item.place}.state.npz`),
      ...(isKept(settings, task) && { keep: path.join(folder, `${item.place}.model`) }),
    };
  }

  /** Takes up what an earlier session did; a result that it kept but could not tell any more is told now. */
  private recall(task: StudyTask): void {
    for (const { file, reason } of dropDamagedItems(this.folder, task, (item) => this.hashes.of(task, item)))
      this.hooks.onDamaged(file, reason);
    const damaged = this.keeps(task) ? dropDamagedModel(this.folder, task) : [];
    for (const { file, reason } of damaged) this.hooks.onDamaged(file, reason);
    if (damaged.length > 0) dropItems(this.folder, task);
    const outcome = taskOutcome(this.folder, task, actualValues(this.manifest, task.target));
    if (outcome === undefined) return;
    if (this.keeps(task)) this.keep(task);
    this.done.set(task, outcome);
  }

  private conclude(task: StudyTask): void {
    const outcome = taskOutcome(this.folder, task, actualValues(this.manifest, task.target));
    if (outcome === undefined) return;
    this.hooks.beforeWrite();
    if (this.keeps(task)) this.keep(task);
    this.done.set(task, outcome);
    const unit = this.manifest.targets.find(({ name }) => name === task.target)?.reportedUnit ?? "";
    this.hooks.tell({ event: "result", time: new Date().toISOString(), unit, ...outcome.result });
    this.report();
  }

  private readonly keeps = (task: StudyTask) => this.scope.keepsModels && isKept(this.settings, task);

  /** Its results count without the model: what a network came to that learned nothing but NaN is none. */
  private keep(task: StudyTask): void {
    try {
      keepModel(this.folder, task);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      this.hooks.onLost(error.message);
    }
  }

  private giveUp(task: StudyTask, reason: unknown): void {
    this.failed.add(task);
    const { target, model, trainSize, repeat } = task;
    const message = messageOf(reason);
    this.hooks.tell({ event: "failed", time: new Date().toISOString(), target, model, trainSize, repeat, message });
    this.report();
  }

  private report(): void {
    if (Date.now() - this.written < WRITE_MS) return;
    this.written = Date.now();
    this.hooks.beforeWrite();
    this.hooks.writeTables(this.outcomes());
    this.hooks.onProgress(this.progress());
  }

  private reportEpoch({ item: index, report, epochs, validationMae }: Epoch): void {
    const entry = this.items[index];
    if (entry === undefined || (Date.now() - entry.told < this.scope.epochMs && report.epoch < epochs)) return;
    entry.told = Date.now();
    const { target, model, trainSize, repeat } = entry.task;
    const place = { target, model, trainSize, repeat, member: entry.item.member };
    this.hooks.tell({
      event: "epoch",
      time: new Date().toISOString(),
      ...place,
      epoch: report.epoch,
      epochs,
      loss: report.loss,
      validationMae,
    });
  }

  /** Threads that do not stop in time are ended; one that ends by itself is a failure. */
  private isStop(reason: unknown): boolean {
    if (!(reason instanceof RpcError)) return false;
    return reason.code === "cancelled" || (reason.code === "disposed" && this.pool.isStopped);
  }

  private progress(): Progress {
    return { done: this.done.size, failed: this.failed.size, total: this.tasks.length };
  }
}

const isFatal = (reason: unknown) =>
  reason instanceof WriteError ||
  reason instanceof LostRunError ||
  (reason instanceof RpcError && reason.origin === "WriteError");
