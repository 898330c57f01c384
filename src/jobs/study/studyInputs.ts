import path from "node:path";
import { reducedFormula } from "../../core/crystal/formula.js";
import type { StudyOptions } from "../../core/settings/studyOptions.js";
import { FILE_START, type FileProblem, formatProblem, type Problem, problem } from "../../core/text/problem.js";
import type { Cancellation } from "../../protocol/rpc.js";
import type { RunManifest, RunMaterial } from "../../protocol/runFiles.js";
import { type Dataset, type Labels, labelMaterials, openDataset, rowsWithoutMaterial } from "../dataset/dataset.js";
import { withOutputTargets } from "../dataset/targetsOfDataset.js";
import { type EncodeOutcome, encodeEach } from "../encoding/encodeMaterials.js";
import { privateFolder } from "../files/privateFolder.js";
import { UsageError } from "../files/usageError.js";
import { checkModels } from "../models/modelNames.js";
import { reportedValue, runTarget } from "../models/targetUnits.js";
import { checkBackend, encodingOf, withOptions } from "../settings/studySettings.js";
import { cellSize, type EncodedMaterial, elementProblem } from "../spectra/material.js";
import type { MaterialFile } from "../spectra/materialFile.js";
import { MaterialStore } from "../spectra/materialStore.js";
import { SpectrumCache } from "../spectra/spectrumCache.js";
import type { ThreadPool } from "../threads/threadPool.js";
import { copiesAmong, type DensityKey, densityKey, nearProblem } from "./copiesAmong.js";

/** The materials and targets that a study or a model learns from. */
export interface StudyInputs {
  /** The dataset's own settings with the ones asked for on top. */
  readonly options: StudyOptions;
  /** Each is read when something of it is asked for. */
  readonly materials: readonly EncodedMaterial[];
  /** Holds them; to be disposed of. */
  readonly store: MaterialStore;
  readonly targets: RunManifest["targets"];
  readonly facts: readonly RunMaterial[];
  readonly skipped: RunManifest["skipped"];
  readonly lacking: RunManifest["lacking"];
  /** What is wrong with the dataset's own files, besides what left a material out. */
  readonly errors: number;
}

export interface InputHooks {
  /** Where spectra go that are too many for memory; it is removed with the inputs' store. */
  readonly spill: string;
  readonly pool: ThreadPool;
  readonly cancellation: Cancellation;
  /** How many materials will be read. */
  readonly onCount: (materials: number) => void;
  readonly onEncoded: (entry: MaterialFile) => void;
  readonly onSkipped: (entry: MaterialFile, problems: readonly FileProblem[]) => void;
  /** A material that is left out for one target only. */
  readonly onMissing: (entry: MaterialFile, target: string, problem: FileProblem) => void;
  /** Warnings, and what is wrong with the dataset's own files. */
  readonly onProblem: (problem: FileProblem) => void;
}

/**
 * Reads a dataset with its targets; what cannot be used is told and left out. Throws `UsageError`; rejects when
 * cancelled.
 */
export async function readInputs(folder: string, asked: StudyOptions, hooks: InputHooks): Promise<StudyInputs> {
  const opened = await openDataset(folder);
  const options = withOptions(opened.options, asked);
  checkBackend(options);
  checkModels(options.models ?? []);
  const encoding = encodingOf(options);
  const dataset = await withOutputTargets(opened, options.targets, hooks.cancellation);
  for (const found of [...dataset.problems, ...strangersOf(dataset), ...unknownTargets(dataset, options)])
    hooks.onProblem(found);
  const labels = labelMaterials(dataset, options.targets);
  hooks.onCount(labels.entries.length);
  const store = new MaterialStore(hooks.spill);
  try {
    return await readInto(store, { folder, dataset, options, labels, encoding }, hooks);
  } catch (error) {
    store.dispose();
    throw error;
  }
}

interface Wanted {
  readonly folder: string;
  readonly dataset: Dataset;
  readonly options: StudyOptions;
  readonly labels: Labels;
  readonly encoding: Parameters<typeof encodeEach>[1]["settings"];
}

/** A material that can be used: where it is kept, and what is said of it. */
interface Usable {
  readonly id: string;
  readonly file: string;
  readonly place: number;
  /** Of its density. */
  readonly key: DensityKey;
  readonly facts: RunMaterial;
}

async function readInto(
  store: MaterialStore,
  { folder, dataset, options, labels, encoding }: Wanted,
  hooks: InputHooks,
): Promise<StudyInputs> {
  const read: (Usable | ReturnType<typeof unusable>)[] = [];
  const all = {
    settings: encoding,
    pool: hooks.pool,
    cache: new SpectrumCache(path.join(privateFolder(folder), "spectra"), encoding),
    cancellation: hooks.cancellation,
    onDone: (outcome: EncodeOutcome) => reportEncoded(outcome, hooks),
  };
  await encodeEach(labels.entries, all, (place, outcome) => {
    const { material } = outcome;
    const wrong = unusable(outcome);
    if (material === undefined || wrong.length > 0) read[place] = wrong;
    else {
      const { id, file } = material;
      read[place] = {
        id,
        file,
        place: store.add(material),
        key: densityKey(material),
        facts: factsOf(material, labels),
      };
    }
  });
  const usable = read.flatMap((one) => ("key" in one ? one : []));
  const found = copiesAmong(usable.map((one) => ({ ...one, spectrum: () => store.at(one.place).spectrum })));
  const copies = found.copies.map(({ material: { id, file }, problem }) => ({
    entry: { id, file },
    problems: locate({ id, file }, [problem]),
  }));
  const near = nearProblem(found.near);
  if (near !== undefined) hooks.onProblem({ file: found.near[0]?.material.file ?? folder, problem: near });
  const skipped = [...labels.unlabelled, ...read.flatMap((one) => ("key" in one ? [] : one)), ...copies];
  for (const { entry, problems } of skipped) hooks.onSkipped(entry, problems);
  const out = new Set(skipped.map(({ entry }) => entry.id));
  const lacking = labels.lacking.filter(({ entry }) => !out.has(entry.id));
  for (const { entry, target, problem } of lacking) hooks.onMissing(entry, target, problem);
  const left = usable.filter(({ id }) => !out.has(id));
  if (left.length === 0)
    throw new UsageError(`none of the ${dataset.entries.length} materials in ${folder} can be used`);
  return {
    options,
    materials: left.map(({ place }) => store.at(place)),
    store,
    targets: labels.targets.map(runTarget),
    facts: left.map(({ facts }) => facts),
    skipped: skipped.map(({ entry, problems }) => ({
      ...entry,
      reason: problems.map((p) => formatProblem(p.file, p.problem)).join("; "),
    })),
    lacking: lacking.map(({ entry, target, problem }) => ({
      id: entry.id,
      target,
      reason: formatProblem(problem.file, problem.problem),
    })),
    errors: [...dataset.problems, ...lacking.map(({ problem }) => problem)].filter(
      ({ problem }) => problem.severity === "error",
    ).length,
  };
}

/** Why a material cannot be learned from: its file gave no spectrum, or names no elements. */
function unusable({
  entry,
  material,
  problems,
}: EncodeOutcome): { entry: MaterialFile; problems: readonly FileProblem[] }[] {
  const wrong = material === undefined ? problems : [elementProblem(material) ?? []].flat();
  return material !== undefined && wrong.length === 0 ? [] : [{ entry, problems: locate(entry, wrong) }];
}

function reportEncoded({ entry, material, problems }: EncodeOutcome, hooks: InputHooks): void {
  if (material === undefined) return;
  for (const found of locate(entry, problems)) hooks.onProblem(found);
  hooks.onEncoded(entry);
}

const locate = ({ file }: MaterialFile, problems: readonly Problem[]) => problems.map((problem) => ({ file, problem }));
const strangersOf = ({ folder, table, entries }: Dataset) =>
  rowsWithoutMaterial(folder, table, new Set(entries.map(({ id }) => id)));

/** A misspelt target would go unnoticed. */
function unknownTargets({ table, tableFile: file }: Dataset, { perTarget = {} }: StudyOptions): FileProblem[] {
  if (table === undefined) return [];
  const there = new Set(table.columns.map(({ name }) => name));
  const unknown = Object.keys(perTarget).filter((name) => !there.has(name));
  return unknown.map((name) => ({
    file,
    problem: problem("warning", FILE_START, "perTarget names {0}, but there is no such column", name),
  }));
}

function factsOf(material: EncodedMaterial, { targets, values }: Labels): RunMaterial {
  const { id, file, hash } = material;
  const size = cellSize(material);
  const formula = reducedFormula(material.structure);
  const own = targets.flatMap((target) => {
    const value = values.get(target.name)?.get(id);
    return value === undefined ? [] : [[target, value] as const];
  });
  return {
    id,
    file,
    ...(formula !== undefined && { formula }),
    hash,
    natoms: size.atoms,
    volume: size.volume,
    values: Object.fromEntries(own.map(([{ name }, value]) => [name, value])),
    reported: Object.fromEntries(
      own.map(([target, value]) => [target.name, reportedValue(runTarget(target), value, size)]),
    ),
  };
}
