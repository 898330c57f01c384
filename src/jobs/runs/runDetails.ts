import { splitAmong, trainingIds } from "../../core/learning/evaluation/splits.js";
import type { RunDetails } from "../../protocol/runEvents.js";
import type { RunManifest } from "../../protocol/runFiles.js";
import { coverageOf } from "./studyCoverage.js";
import { largestSize } from "./studyPlan.js";
import { baselineError } from "./studyResults.js";
import { actualValues, readSplits, type TaskOutcome } from "./studyStore.js";

/** What a run's page shows besides events and predictions. */
export function runDetails(folder: string, manifest: RunManifest, outcomes: readonly TaskOutcome[]): RunDetails {
  const baselines = manifest.targets.map(({ name }) => [name, baselineOf(folder, manifest, name)] as const);
  return {
    baselines: Object.fromEntries(baselines.filter(([, mae]) => Number.isFinite(mae))),
    materials: manifest.materials.map(({ id, file, formula }) => ({
      id,
      file,
      ...(formula !== undefined && { formula }),
    })),
    coverage: coverageOf(manifest, outcomes),
  };
}

/**
 * The MAE of predicting the training mean, over all splits at the largest training size; NaN before the splits are
 * drawn.
 */
export function baselineOf(folder: string, manifest: RunManifest, target: string): number {
  const { settings } = manifest;
  if (settings === undefined || settings.perTarget[target] === undefined) return Number.NaN;
  const actual = actualValues(manifest, target);
  const largest = largestSize(settings, target);
  const splits = (readSplits(folder) ?? [])
    .map((whole) => splitAmong(whole, (id) => actual.has(id)))
    .map((split) => ({ train: trainingIds(split, largest), test: split.test }));
  return baselineError(manifest, target, splits);
}
