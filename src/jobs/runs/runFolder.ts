import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import type { StudyOptions } from "../../core/settings/studyOptions.js";
import type { RunState, RunSummary } from "../../protocol/runEvents.js";
import { RUN_FILES, type RunManifest } from "../../protocol/runFiles.js";
import { MANIFEST_SHAPE } from "../../protocol/runShapes.js";
import type { RunRequest } from "../../protocol/workerMethods.js";
import { reasonOf, writeFileAtomically } from "../files/atomicFile.js";
import { withHashes } from "../files/contentHash.js";
import { privateFolder, privateFolders } from "../files/privateFolder.js";
import { LIMITS, readSmallJson } from "../files/readSmallFile.js";
import { UsageError } from "../files/usageError.js";
import { softwareVersion } from "../files/version.js";
import { isRunAlive } from "./runLock.js";

/** The path of one of a run's files. */
export function runFile(folder: string, name: keyof typeof RUN_FILES): string {
  return path.join(folder, RUN_FILES[name]);
}

/** Prepares a run's folder; nothing is started. Throws `UsageError` where a run stands already, `WriteError`. */
export function createRun(folder: string, dataset: string, options: StudyOptions): RunManifest {
  if (existsSync(runFile(folder, "manifest"))) clearFalseStart(folder);
  else if (existsSync(folder) && readdirSync(folder).length > 0) throw new UsageError(`${folder} is not empty`);
  const manifest: RunManifest = {
    format: 1,
    name: path.basename(path.resolve(folder)),
    dataset: path.resolve(dataset),
    state: "queued",
    created: new Date().toISOString(),
    software: { name: "r3dvs", version: softwareVersion },
    options,
    targets: [],
    materials: [],
    skipped: [],
    lacking: [],
    progress: { done: 0, failed: 0, total: 0 },
  };
  writeManifest(folder, manifest);
  copyManifest(folder, manifest);
  return manifest;
}

/** Where the editor's runs of a dataset stand. */
export function runsFolder(dataset: string): string {
  return path.join(privateFolder(dataset), "runs");
}

/** A new run's folder in its dataset, as the editor asks for it. Throws `UsageError` and `WriteError`. */
export function createRequestedRun(request: RunRequest): string {
  const { dataset, name, settings, ...options } = request;
  const runs = runsFolder(dataset);
  const wished = (
    name ??
    `${new Date().toISOString().slice(0, 16).replace(/[T:]/g, "-")} ${options.preset} ${options.models.join(" ")}`
  ).trim();
  const plain = plainRunName(wished);
  let folder = path.join(runs, plain);
  for (let copy = 2; existsSync(folder); copy++) folder = path.join(runs, `${plain} ${copy}`);
  const { spacing: dl, length, assignment, component } = settings;
  createRun(folder, dataset, { ...options, dl, length, assignment, component });
  return folder;
}

/** A name that is one folder's on every system. */
export const plainRunName = (name: string): string =>
  name
    .trim()
    .replace(/[^\p{L}\p{N} ._+-]/gu, "_")
    .replace(/^\.+/, "_");

/**
 * Of a damaged manifest the copy that was made when it was decided. Throws `UsageError` where no run of this form
 * stands.
 */
export function readManifest(folder: string): RunManifest {
  const file = runFile(folder, "manifest");
  if (!existsSync(file)) throw new UsageError(`${folder} contains no run: ${RUN_FILES.manifest} is missing`);
  const { value, wrong } = readManifestFile(file);
  if (wrong === undefined) return value as RunManifest;
  const copy = readManifestFile(runFile(folder, "manifestCopy"));
  if (copy.wrong !== undefined) throw new UsageError(`${file} is damaged or not a run of this version: ${wrong}`);
  return copy.value as RunManifest;
}

/** What is wrong with `run.json`, where its copy is read in its place. */
export function damageOfManifest(folder: string): string | undefined {
  return readManifestFile(runFile(folder, "manifest")).wrong;
}

function readManifestFile(file: string): { readonly value?: unknown; readonly wrong?: string | undefined } {
  try {
    const value = withHashes(readSmallJson(file, LIMITS.run));
    return { value, wrong: MANIFEST_SHAPE(value, "") };
  } catch (error) {
    return { wrong: reasonOf(error) };
  }
}

/** Throws `WriteError`. */
export function writeManifest(folder: string, manifest: RunManifest): void {
  writeFileAtomically(runFile(folder, "manifest"), `${JSON.stringify(manifest, null, 1)}\n`);
}

/** Keeps a manifest whose settings and materials were decided. Throws `WriteError`. */
export function copyManifest(folder: string, manifest: RunManifest): void {
  writeFileAtomically(runFile(folder, "manifestCopy"), `${JSON.stringify(manifest)}\n`);
}

/**
 * A run as its folder tells it. A run that says it runs and has no living process was interrupted. Throws `UsageError`.
 */
export function pictureOf(folder: string): RunSummary {
  const manifest = readManifest(folder);
  const { name, dataset, settings, options, progress, message } = manifest;
  return {
    name,
    folder,
    dataset,
    state: stateOf(folder, manifest),
    targets: manifest.targets.map((target) => ({ name: target.name, unit: target.reportedUnit })),
    models: settings?.models ?? options.models ?? [],
    trainSizes: settings?.trainSizes ?? options.trainSizes ?? [],
    repeats: settings?.repeats ?? options.repeats ?? 0,
    ...(settings !== undefined && { testSize: settings.testSize }),
    progress: { done: progress.done, total: progress.total },
    ...(message !== undefined && { message }),
    ...(progress.failed > 0 && { failed: progress.failed }),
  };
}

/**
 * The folders in which runs of a dataset stand: its own, and the one in the user's cache where the dataset cannot be
 * written.
 */
export function runsFolders(dataset: string): string[] {
  return privateFolders(dataset)
    .map((place) => path.join(place, "runs"))
    .filter((folder) => existsSync(folder));
}

/** The runs of a dataset, newest first; folders that hold none are passed over. */
export function listRuns(dataset: string): RunSummary[] {
  const folders = runsFolders(dataset).flatMap((runs) => readdirSync(runs).map((name) => path.join(runs, name)));
  const found = folders.filter((folder) => existsSync(runFile(folder, "manifest")));
  const born = new Map(found.map((folder) => [folder, createdAt(folder)]));
  return found.sort((a, b) => (born.get(b) ?? 0) - (born.get(a) ?? 0)).flatMap(pictureIfReadable);
}

/** A run that ended before it had read its materials, over a misspelt target for one, makes way for the next. */
function clearFalseStart(folder: string): void {
  const { materials } = readManifest(folder);
  if (materials.length > 0 || isRunAlive(folder))
    throw new UsageError(`${folder} already contains a run; continue it with --resume`);
  rmSync(runFile(folder, "events"), { force: true });
}

function stateOf(folder: string, { state, inputs }: RunManifest): RunState {
  // prepared, for whoever begins it
  if (state === "queued" && inputs !== undefined && !isRunAlive(folder)) return "stopped";
  if (state !== "running" && state !== "stopping") return state;
  if (!isRunAlive(folder)) return "interrupted";
  return existsSync(runFile(folder, "stop")) ? "stopping" : state;
}

function createdAt(folder: string): number {
  try {
    return Date.parse(readManifest(folder).created);
  } catch {
    return statSync(folder).mtimeMs;
  }
}

function pictureIfReadable(folder: string): RunSummary[] {
  try {
    return [pictureOf(folder)];
  } catch (error) {
    if (error instanceof UsageError) return [];
    throw error;
  }
}
