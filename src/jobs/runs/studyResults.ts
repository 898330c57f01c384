import { correctedError, type PairedDifference, pairedDifference } from "../../core/learning/evaluation/metrics.js";
import { mean } from "../../core/math/statistics.js";
import { csv } from "../../core/text/csv.js";
import type { RunManifest, StudySettings } from "../../protocol/runFiles.js";
import { largestSize } from "./studyPlan.js";

/** One point of one learning curve of one repeat: a line of `results.csv`. Errors in the target's reported unit. */
export interface StudyResult {
  readonly target: string;
  readonly model: string;
  readonly trainSize: number;
  readonly repeat: number;
  readonly mae: number;
  readonly rmse: number;
  /** Of computing, added up over the ensemble. */
  readonly seconds: number;
}

/** One point of a learning curve over all repeats. */
export interface MeanError {
  readonly target: string;
  readonly model: string;
  readonly trainSize: number;
  readonly repeats: number;
  readonly mae: number;
  /** Of the mean, corrected for the materials that splits share (`correctedError`); absent with one repeat. */
  readonly standardError?: number;
  readonly rmse: number;
  readonly seconds: number;
}

/**
 * Means over the repeats, in the order in which target, model and size first come. `testSize`: test materials of each
 * split; without it nothing is said of standard errors.
 */
export function averageRepeats(results: readonly StudyResult[], testSize: number | undefined): MeanError[] {
  const groups = new Map<string, StudyResult[]>();
  for (const result of results) {
    const key = JSON.stringify([result.target, result.model, result.trainSize]);
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { target, model, trainSize } = first;
    const errors = group.map(maeOf);
    const isSpread = errors.length > 1 && testSize !== undefined; // JSON has no NaN
    const means = {
      mae: mean(errors),
      rmse: mean(group.map(({ rmse }) => rmse)),
      seconds: mean(group.map(({ seconds }) => seconds)),
    };
    return [
      {
        target,
        model,
        trainSize,
        repeats: group.length,
        ...means,
        ...(isSpread && { standardError: correctedError(errors, { trainSize, testSize }) }),
      },
    ];
  });
}

/**
 * Mean over the repeats of the error that guessing the training mean makes, at the largest training size: what any
 * model must beat.
 */
export function baselineError(
  manifest: RunManifest,
  target: string,
  splits: readonly { train: readonly string[]; test: readonly string[] }[],
): number {
  const values = new Map(manifest.materials.map((material) => [material.id, material.reported[target] ?? Number.NaN]));
  const of = (ids: readonly string[]) => ids.flatMap((id) => values.get(id) ?? []);
  return mean(
    splits.map(({ train, test }) => {
      const trainingMean = mean(of(train));
      return mean(of(test).map((value) => Math.abs(value - trainingMean)));
    }),
  );
}

/** How much worse one model's error is than another's at the largest training size, on the same splits. */
export interface Comparison extends PairedDifference {
  readonly target: string;
  readonly model: string;
  readonly baseline: string;
}

/**
 * The first of `models` against each other one, target by target; nothing below two repeats, which say nothing of
 * chance.
 */
export function compareAtLargestSize(results: readonly StudyResult[], settings: StudySettings): Comparison[] {
  const { targets, models, testSize } = settings;
  const [model = "", ...others] = models;
  const errorsOf = (target: string, name: string) =>
    results
      .filter((r) => r.target === target && r.model === name && r.trainSize === largestSize(settings, target))
      .sort((a, b) => a.repeat - b.repeat);
  return targets.flatMap((target) =>
    others.flatMap((baseline) => {
      const trainSize = largestSize(settings, target);
      const own = errorsOf(target, model);
      const other = errorsOf(target, baseline);
      if (own.length < 2 || own.length !== other.length) return [];
      const difference = pairedDifference(own.map(maeOf), other.map(maeOf), { trainSize, testSize });
      return [{ target, model, baseline, ...difference }];
    }),
  );
}

/**
 * `results.csv`: what follows from the inputs, the same bytes wherever it was computed. The column of seconds stays,
 * empty, for those who read by columns.
 */
export function resultsCsv(results: readonly StudyResult[]): string {
  const rows = results.map((r) => [r.target, r.model, r.trainSize, r.repeat, r.mae, r.rmse, ""]);
  return csv(["target", "model", "train_size", "repeat", "mae", "rmse", "seconds"], rows);
}

/** `timings.csv`: what was measured. */
export function timingsCsv(results: readonly StudyResult[]): string {
  const rows = results.map((r) => [r.target, r.model, r.trainSize, r.repeat, Number(r.seconds.toFixed(3))]);
  return csv(["target", "model", "train_size", "repeat", "seconds"], rows);
}

/** `mae.csv`: the figure's numbers. */
export function meansCsv(means: readonly MeanError[], unitOf: (target: string) => string): string {
  const rows = means.map((m) => [
    m.target,
    unitOf(m.target),
    m.model,
    m.trainSize,
    m.repeats,
    m.mae,
    m.standardError ?? "",
    m.rmse,
    Number(m.seconds.toFixed(3)),
  ]);
  return csv(
    ["target", "unit", "model", "train_size", "repeats", "mae", "corrected_standard_error", "rmse", "seconds"],
    rows,
  );
}

const maeOf = ({ mae }: StudyResult) => mae;
