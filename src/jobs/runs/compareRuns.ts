import { isDeepStrictEqual } from "node:util";
import { pairedDifference } from "../../core/learning/evaluation/metrics.js";
import type { ComparedResult, RunComparison } from "../../protocol/runEvents.js";
import type { RunManifest } from "../../protocol/runFiles.js";
import { readManifest } from "./runFolder.js";
import { averageRepeats, type MeanError, type StudyResult } from "./studyResults.js";
import { actualValues, doneTasks, readSplits } from "./studyStore.js";

/** One run's results, read once. */
interface RunResults {
  readonly folder: string;
  readonly manifest: RunManifest;
  readonly results: readonly StudyResult[];
  readonly means: readonly MeanError[];
}

/**
 * What two runs have in common. Where they were tested on the same materials, differences are paired split by split
 * (corrected resampled t-test);
 * elsewhere the corrected standard errors of two independent means add up. Throws `UsageError` where one holds no run.
 */
export function compareRuns(folder: string, other: string): RunComparison {
  const [own, their] = [readResults(folder), readResults(other)];
  const rows = own.means.flatMap((mean) => {
    const match = their.means.find((one) => isSame(one, mean));
    const unit = own.manifest.targets.find(({ name }) => name === mean.target)?.reportedUnit;
    const theirUnit = their.manifest.targets.find(({ name }) => name === mean.target)?.reportedUnit;
    return match === undefined || unit === undefined || unit !== theirUnit
      ? []
      : [compareMeans(mean, match, unit, own, their)];
  });
  const means = their.means.map(({ seconds: _, rmse: __, ...mean }) => mean);
  return { folder: other, name: their.manifest.name, rows, means };
}

function readResults(folder: string): RunResults {
  const manifest = readManifest(folder);
  const results = doneTasks(folder, manifest).map(({ result }) => result);
  return { folder, manifest, results, means: averageRepeats(results, manifest.settings?.testSize) };
}

function compareMeans(own: MeanError, their: MeanError, unit: string, a: RunResults, b: RunResults): ComparedResult {
  const { target, model, trainSize } = own;
  const common = { target, unit, model, trainSize, mae: own.mae, otherMae: their.mae };
  const [mine, others] = [errorsOf(a.results, own), errorsOf(b.results, own)];
  const repeats = mine.map(({ repeat }) => repeat);
  const testSize = a.manifest.settings?.testSize ?? 1;
  if (
    mine.length > 1 &&
    isDeepStrictEqual(
      repeats,
      others.map(({ repeat }) => repeat),
    ) &&
    sameTests(a, b, target, repeats)
  ) {
    const { mean, standardError, p } = pairedDifference(mine.map(maeOf), others.map(maeOf), { trainSize, testSize });
    return { ...common, difference: mean, standardError, p, paired: true };
  }
  const spread = [own.standardError, their.standardError];
  const error = spread.every((value) => value !== undefined)
    ? Math.hypot(...spread.map((value) => value ?? 0))
    : undefined;
  return {
    ...common,
    difference: own.mae - their.mae,
    paired: false,
    ...(error !== undefined && { standardError: error }),
  };
}

/** Whether these repeats have the same splits and the same values. */
function sameTests(a: RunResults, b: RunResults, target: string, repeats: readonly number[]): boolean {
  const [mine, theirs] = [readSplits(a.folder) ?? [], readSplits(b.folder) ?? []];
  if (!repeats.every((repeat) => mine[repeat] !== undefined && isDeepStrictEqual(mine[repeat], theirs[repeat])))
    return false;
  return isDeepStrictEqual(actualValues(a.manifest, target), actualValues(b.manifest, target));
}

const errorsOf = (results: readonly StudyResult[], wanted: MeanError) =>
  results.filter((result) => isSame(result, wanted)).sort((x, y) => x.repeat - y.repeat);
const isSame = (
  a: Pick<MeanError, "target" | "model" | "trainSize">,
  b: Pick<MeanError, "target" | "model" | "trainSize">,
): boolean => a.target === b.target && a.model === b.model && a.trainSize === b.trainSize;
const maeOf = ({ mae }: StudyResult): number => mae;
