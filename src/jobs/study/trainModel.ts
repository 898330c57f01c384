import { createHash } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { MOST_EXACT } from "../../core/learning/kernelRidge/nystrom.js";
import { deriveSeed } from "../../core/math/random.js";
import type { StudyOptions } from "../../core/settings/studyOptions.js";
import { FILE_START, type FileProblem, problem } from "../../core/text/problem.js";
import type { Cancellation } from "../../protocol/rpc.js";
import type { RunEvent } from "../../protocol/runEvents.js";
import type { EngineFacts } from "../../protocol/runFiles.js";
import { ENGINE_SHAPE } from "../../protocol/runShapes.js";
import { chooseEngine } from "../engines/engineChoice.js";
import { landmarksFor, prepareSharedSoaps } from "../features/prepareSoap.js";
import { temporaryFor, writeFileAtomically } from "../files/atomicFile.js";
import { recoverFolder } from "../files/atomicFolder.js";
import { readSmallJson } from "../files/readSmallFile.js";
import { UsageError } from "../files/usageError.js";
import { softwareVersion } from "../files/version.js";
import { memoryProblem } from "../models/kernelMemory.js";
import { isModel, readModel, writeModel } from "../models/modelFile.js";
import { isEnsemble, type ModelName, soapKernelsOf, usesNetworks } from "../models/modelNames.js";
import { approximationNote, domainNote, inputProblem } from "../models/processInputs.js";
import {
  ensembleOf,
  hyperparametersOf,
  normalizationOf,
  residualsOf,
  soapOf,
  trainingOf,
} from "../settings/studySettings.js";
import type { ThreadPool } from "../threads/threadPool.js";
import { damagedCheckpoints } from "../training/checkpointFile.js";
import { companionsOf } from "../training/companions.js";
import { epochEvent, trainTaskMethod } from "../training/threadMethods.js";
import type { TrainingTask } from "../training/trainingTask.js";
import { joinMembers } from "./keepModel.js";
import { shareInputs } from "./shareInputs.js";
import { readInputs, type StudyInputs } from "./studyInputs.js";

export interface TrainRequest {
  readonly dataset: string;
  /** The model's folder. */
  readonly output: string;
  readonly target: string;
  readonly model: ModelName;
  /** Only these materials; all where left out. */
  readonly trainIds?: readonly string[];
  readonly options: StudyOptions;
}

export interface TrainHooks {
  readonly pool: ThreadPool;
  readonly cancellation: Cancellation;
  readonly onEvent: (event: RunEvent) => void;
  readonly onProblem: (problem: FileProblem) => void;
  /** Makes SOAP kernels for whoever trains several models from the same materials, and need not make them again. */
  readonly prepareSoaps?: typeof prepareSharedSoaps;
}

/**
 * Learns one model from a dataset; returns how many inputs could not be used. Stopped in the middle (it then rejects
 * with `cancelled`), the same request goes on from what is kept in `<output>.partial`. Throws `UsageError` and
 * `WriteError`.
 */
export async function trainModel(request: TrainRequest, hooks: TrainHooks): Promise<{ failed: number }> {
  const { output } = request;
  recoverFolder(output);
  checkOutput(output);
  const inputs = await readInputs(
    request.dataset,
    { ...request.options, targets: [request.target, ...companionNames(request)], models: [request.model] },
    inputHooks(output, hooks),
  );
  try {
    return await trainOn(inputs, request, hooks);
  } finally {
    inputs.store.dispose();
  }
}

async function trainOn(inputs: StudyInputs, request: TrainRequest, hooks: TrainHooks): Promise<{ failed: number }> {
  const { output } = request;
  const requests = planMembers(request, inputs);
  const [{ soap, exactUpTo = MOST_EXACT, train = [] } = {}] = requests;
  const learned = new Set(train.map(({ id }) => id));
  const materials = inputs.materials.filter(({ id }) => learned.has(id));
  const lacking = inputProblem(request.model, materials);
  if (lacking !== undefined) throw new UsageError(lacking.message);
  for (const note of [approximationNote([request.model], materials.length, exactUpTo), domainNote(materials.length)])
    if (note !== undefined) hooks.onProblem({ file: request.dataset, problem: note });
  const tooMuch =
    soap && memoryProblem([request.model], soap, { train: materials.length, all: materials.length, exactUpTo });
  if (tooMuch) throw new UsageError(tooMuch.message);
  const wanted = soap === undefined ? [] : soapKernelsOf([request.model], soap, materials.length);
  const kernels = await (hooks.prepareSoaps ?? prepareSharedSoaps)(
    materials,
    wanted,
    hooks,
    landmarksFor(materials, materials.length, exactUpTo),
  );
  const engine = usesNetworks(request.model) ? engineOf(output, inputs.options.backend, hooks) : undefined;
  shareInputs(hooks.pool, inputs.store, kernels, engine);
  const trainSize = requests[0]?.train.length ?? 0;
  hooks.onEvent({
    event: "started",
    time: now(),
    run: output,
    tasks: requests.length,
    materials: trainSize,
    pid: process.pid,
  });
  const leave = hooks.pool.on(epochEvent, ({ item, report, epochs, validationMae }) => {
    const place = { target: request.target, model: request.model, trainSize, repeat: 0, member: item };
    hooks.onEvent({
      event: "epoch",
      time: now(),
      ...place,
      epoch: report.epoch,
      epochs,
      loss: report.loss,
      validationMae,
    });
  });
  const release = hooks.cancellation.onCancel(() => hooks.pool.stop());
  try {
    const done = await Promise.allSettled(requests.map((member) => learnOnce(member, hooks)));
    for (const member of done) if (member.status === "rejected") throw member.reason;
  } finally {
    release();
    leave();
  }
  writeModel(output, joinMembers(requests.map(({ keep = "" }) => readModel(keep))));
  rmSync(partialOf(output), { recursive: true, force: true });
  return { failed: inputs.skipped.length + inputs.errors };
}

/** What computes the networks: what a part that is kept was begun with, where it is still there. */
function engineOf(output: string, asked: StudyOptions["backend"], { onProblem }: TrainHooks): EngineFacts {
  const file = path.join(partialOf(output), "engine.json");
  const before = keptEngine(file);
  const { engine, problems } = chooseEngine(asked, before);
  for (const found of problems) onProblem({ file: output, problem: found });
  writeFileAtomically(file, `${JSON.stringify(engine)}\n`);
  return engine;
}

/** None where what is kept is damaged. */
function keptEngine(file: string): EngineFacts | undefined {
  try {
    const value = readSmallJson(file);
    return ENGINE_SHAPE(value, "") === undefined ? (value as EngineFacts) : undefined;
  } catch {
    return undefined;
  }
}

async function learnOnce(request: TrainingTask, { pool, onProblem }: TrainHooks): Promise<void> {
  if (request.keep !== undefined && isSound(request.keep)) return;
  if (request.keep !== undefined) rmSync(request.keep, { recursive: true, force: true });
  for (const { file, reason } of damagedCheckpoints(request.checkpoint)) {
    rmSync(file, { recursive: true, force: true });
    onProblem({ file, problem: damaged(reason) });
  }
  await pool.run(trainTaskMethod, request);
}

const damaged = (reason: string) =>
  problem("warning", FILE_START, "the file is damaged ({0}); what it held is computed again", reason);

/** A part that was kept before, if it is what was written. */
function isSound(folder: string): boolean {
  try {
    return isModel(folder) && readModel(folder) !== undefined;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}

/** Their values are read with the target's. */
const companionNames = ({ model, target, options }: TrainRequest): readonly string[] =>
  model === "r3dvs" ? (trainingOf(options, target).companions ?? []) : [];

function planMembers({ output, target: name, model, trainIds }: TrainRequest, inputs: StudyInputs): TrainingTask[] {
  const { options } = inputs;
  const facts = chosenMaterials(inputs, trainIds);
  const target = inputs.targets.find((candidate) => candidate.name === name);
  if (target === undefined) throw new UsageError(`no such target: ${name}`);
  const training = trainingOf(options, name);
  const train = facts.flatMap(({ id, values }) => (values[name] === undefined ? [] : [{ id, value: values[name] }]));
  const { companions = [] } = model === "r3dvs" ? training : {};
  const normalizeOf = (other: string) => normalizationOf(options, other);
  const shared = {
    model,
    target,
    normalize: normalizationOf(options, name),
    training,
    component: options.component ?? "total",
    hyperparameters: hyperparametersOf(options),
    twoStepResiduals: residualsOf(options),
    soap: soapOf(options),
    exactUpTo: options.exactUpTo ?? MOST_EXACT,
    test: [],
    ...(companions.length > 0 && {
      companions: companionsOf(companions, inputs.targets, normalizeOf, inputs.facts, train),
    }),
  } as const;
  const count = isEnsemble(model) ? ensembleOf(options) : 1;
  const inputHash = createHash("sha256")
    .update(JSON.stringify([softwareVersion, shared, facts, options.seed ?? 0]))
    .digest("hex");
  return Array.from({ length: count }, (_, member) => {
    const place = path.join(partialOf(output), `${inputHash.slice(0, 16)}-${member}`);
    const seed = deriveSeed(options.seed ?? 0, "member", 0, member);
    const firstSeed = deriveSeed(options.seed ?? 0, "member", 0, 0);
    return {
      ...shared,
      item: member,
      train,
      seed,
      firstSeed,
      fingerprint: inputHash,
      checkpoint: `${place}.state.npz`,
      keep: `${place}.model`,
    };
  });
}

function chosenMaterials({ facts }: StudyInputs, trainIds: readonly string[] | undefined) {
  if (trainIds === undefined) return facts;
  const wanted = new Set(trainIds);
  const there = new Set(facts.map(({ id }) => id));
  const missing = [...wanted].filter((id) => !there.has(id));
  if (missing.length > 0) throw new UsageError(`these training materials cannot be used: ${missing.join(", ")}`);
  return facts.filter(({ id }) => wanted.has(id));
}

function checkOutput(output: string): void {
  if (existsSync(output) && !isModel(output) && readdirSync(output).length > 0)
    throw new UsageError(`${output} exists and is not a model`);
}

function inputHooks(output: string, { pool, cancellation, onEvent, onProblem }: TrainHooks) {
  return {
    pool,
    spill: temporaryFor(`${path.resolve(output)}.inputs`),
    cancellation,
    onProblem,
    onCount: () => {},
    onEncoded: ({ id, file }: { id: string; file: string }) => onEvent({ event: "encoded", time: now(), id, file }),
    // A model has one target: a material without it is left out altogether.
    onMissing: () => {},
    onSkipped: ({ id, file }: { id: string; file: string }, problems: readonly FileProblem[]) => {
      onEvent({ event: "skipped", time: now(), id, file, problems: problems.map(({ problem }) => problem) });
      for (const found of problems) onProblem(found);
    },
  };
}

const partialOf = (output: string) => `${path.resolve(output)}.partial`;
const now = () => new Date().toISOString();
