import { measureCoverage } from "../../core/learning/evaluation/coverage.js";
import { csv } from "../../core/text/csv.js";
import type { RunCoverage } from "../../protocol/runEvents.js";
import type { RunManifest } from "../../protocol/runFiles.js";
import { largestSize } from "./studyPlan.js";
import type { TaskOutcome } from "./studyStore.js";

/**
 * What the uncertainties of each target's models cover, in the order of the results; without models that state none.
 */
export function coverageOf({ settings }: RunManifest, outcomes: readonly TaskOutcome[]): RunCoverage[] {
  if (settings === undefined) return [];
  const { testSize } = settings;
  return settings.targets.flatMap((target) => {
    const trainSize = largestSize(settings, target);
    const own = outcomes.filter(({ result }) => result.target === target && result.trainSize === trainSize);
    return [...new Set(own.map(({ result }) => result.model))].flatMap((model) => {
      const repeats = own
        .filter(({ result }) => result.model === model)
        .map(({ points }) => ({
          errors: points.map(({ actual, predicted }) => predicted - actual),
          sigmas: points.map(({ sigma = 0 }) => sigma),
        }));
      const measure = measureCoverage(repeats, { trainSize, testSize });
      return measure === undefined ? [] : [{ target, model, trainSize, repeats: repeats.length, ...measure }];
    });
  });
}

/** `coverage.csv`: shares and their standard errors, from 0 to 1. */
export function coverageCsv(coverage: readonly RunCoverage[]): string {
  const rows = coverage.map(({ target, model, trainSize, repeats, count, one, two }) => [
    target,
    model,
    trainSize,
    repeats,
    count,
    one.share,
    one.standardError,
    two.share,
    two.standardError,
  ]);
  const head = ["within_one_sigma", "one_standard_error", "within_two_sigma", "two_standard_error"];
  return csv(["target", "model", "train_size", "repeats", "count", ...head], rows);
}
