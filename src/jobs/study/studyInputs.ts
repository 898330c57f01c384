import path from "node:path";
import { reducedFormula } from "../../core/crystal/formula.js";
import type { StudyOptions } from "../../core/settings/studyOptions.js";
import { FILE_START, type FileProblem, formatProblem, type Problem, problem } from "../../core/text/problem.js";
import type { Cancellation } from "../../protocol/rpc.js";
import type { RunManifest, RunMaterial } from "../../protocol/runFiles.js";
import { type Dataset, type Labels, labelMaterials, openDataset, rowsWithoutMaterial } from "../dataset/dataset.js";
import { withOutputTargets } from "../dataset/targetsOfDataset.js";
import { type EncodeOutcome, encodeMaterials } from "../encoding/encodeMaterials.js";
import { privateFolder } from "../files/privateFolder.js";
import { UsageError } from "../files/usageError.js";
import { checkModels } from "../models/modelNames.js";
import { reportedValue, runTarget } from "../models/targetUnits.js";
import { checkBackend, encodingOf, withOptions } from "../settings/studySettings.js";
import { cellSize, type EncodedMaterial, elementProblem } from "../spectra/material.js";
import type { MaterialFile } from "../spectra/materialFile.js";
import { SpectrumCache } from "../spectra/spectrumCache.js";
import type { ThreadPool } from "../threads/threadPool.js";
import { copiesAmong } from "./copiesAmong.js";

/** The materials and targets that a study or a model learns from. */
export interface StudyInputs {
  /** The dataset's own settings with the ones asked for on top. */
  readonly options: StudyOptions;
  readonly materials: readonly EncodedMaterial[];
  readonly targets: RunManifest["targets"];
  readonly facts: readonly RunMaterial[];
  readonly skipped: RunManifest["skipped"];
  readonly lacking: RunManifest["lacking"];
  /** What is wrong with the dataset's own files, besides what left a material out. */
  readonly errors: number;
}

export interface InputHooks {
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

/** Reads a dataset with its targets; what cannot be used is told and left out. Throws `UsageError`; rejects when cancelled. */
export async function readInputs(folder: string, asked: StudyOptions, hooks: InputHooks): Promise<StudyInputs> {
  const opened = await openDataset(folder);
  const options = withOptions(opened.options, asked);
  checkBackend(options);
  checkModels(options.models ?? []);
  const encoding = encodingOf(options);
  const dataset = await withOutputTargets(opened, options.targets, hooks.cancellation);
  for (const found of [...dataset.problems, ...strangersOf(dataset), ...unknownTargets(dataset, options)]) hooks.onProblem(found);
  const labels = labelMaterials(dataset, options.targets);
  hooks.onCount(labels.entries.length);
  const outcomes = await encodeMaterials(labels.entries, {
    settings: encoding,
    pool: hooks.pool,
    cache: new SpectrumCache(path.join(privateFolder(folder), "spectra"), encoding),
    cancellation: hooks.cancellation,
    onDone: (outcome) => reportEncoded(outcome, hooks),
  });
  const usable = outcomes.flatMap((outcome) => (unusable(outcome).length === 0 ? (outcome.material ?? []) : []));
  const copies = copiesAmong(usable).map(({ material, problem }) => ({
    entry: { id: material.id, file: material.file },
    problems: locate(material, [problem]),
  }));
  const skipped = [...labels.unlabelled, ...outcomes.flatMap(unusable), ...copies];
  for (const { entry, problems } of skipped) hooks.onSkipped(entry, problems);
  const out = new Set(skipped.map(({ entry }) => entry.id));
  const lacking = labels.lacking.filter(({ entry }) => !out.has(entry.id));
  for (const { entry, target, problem } of lacking) hooks.onMissing(entry, target, problem);
  const materials = usable.filter(({ id }) => !out.has(id));
  if (materials.length === 0) throw new UsageError(`none of the ${dataset.entries.length} materials in ${folder} can be used`);
  return {
    options,
    materials,
    targets: labels.targets.map(runTarget),
    facts: materials.map((material) => factsOf(material, labels)),
    skipped: skipped.map(({ entry, problems }) => ({ ...entry, reason: problems.map((p) => formatProblem(p.file, p.problem)).join("; ") })),
    lacking: lacking.map(({ entry, target, problem }) => ({ id: entry.id, target, reason: formatProblem(problem.file, problem.problem) })),
    errors: [...dataset.problems, ...lacking.map(({ problem }) => problem)].filter(({ problem }) => problem.severity === "error").length,
  };
}

/** Why a material cannot be learned from: its file gave no spectrum, or names no elements. */
function unusable({ entry, material, problems }: EncodeOutcome): { entry: MaterialFile; problems: readonly FileProblem[] }[] {
  const wrong = material === undefined ? problems : [elementProblem(material) ?? []].flat();
  return material !== undefined && wrong.length === 0 ? [] : [{ entry, problems: locate(entry, wrong) }];
}

function reportEncoded({ entry, material, problems }: EncodeOutcome, hooks: InputHooks): void {
  if (material === undefined) return;
  for (const found of locate(entry, problems)) hooks.onProblem(found);
  hooks.onEncoded(entry);
}

const locate = ({ file }: MaterialFile, problems: readonly Problem[]) => problems.map((problem) => ({ file, problem }));
const strangersOf = ({ folder, table, entries }: Dataset) => rowsWithoutMaterial(folder, table, new Set(entries.map(({ id }) => id)));

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
  const { id, file, sha256 } = material;
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
    sha256,
    natoms: size.atoms,
    volume: size.volume,
    values: Object.fromEntries(own.map(([{ name }, value]) => [name, value])),
    reported: Object.fromEntries(own.map(([target, value]) => [target.name, reportedValue(runTarget(target), value, size)])),
  };
}
