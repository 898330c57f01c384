import { existsSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { combineShares, type Share } from "../../core/learning/evaluation/coverage.js";
import { correctedError, type PairedDifference, pairedDifference } from "../../core/learning/evaluation/metrics.js";
import { trainingIds } from "../../core/learning/evaluation/splits.js";
import { mean } from "../../core/math/statistics.js";
import { csv } from "../../core/text/csv.js";
import type { ParityPoint } from "../../protocol/runEvents.js";
import { LIMITS, readSmallText } from "../files/readSmallFile.js";
import { UsageError } from "../files/usageError.js";
import { readManifest } from "../runs/runFolder.js";
import type { StudyResult } from "../runs/studyResults.js";
import { doneTasks, readSplits } from "../runs/studyStore.js";

/** Guessing the mean of the training set, as if it were a model. */
export const GUESS = "guess";
/**
 * A model in the paper's form: networks of one channel with max pooling, SOAP with alpha 3.0, Coulomb matrices with
 * alpha 0.01, residuals in-sample.
 */
export const paperForm = (model: string): string => `${model}-paper`;

/** One result, with what its predictions say beyond the error. */
export interface ReproductionRow extends StudyResult {
  /** Of test materials whose set of elements no training material has. */
  readonly newSystems?: { readonly count: number; readonly mae: number };
  /** Of errors that have an uncertainty: the shares within one and within two standard deviations. */
  readonly inside?: { readonly count: number; readonly one: number; readonly two: number };
}

/** The results of a reproduction so far; `repeat` names the split, the same one for every model. */
export class ReproductionResults {
  constructor(readonly rows: readonly ReproductionRow[]) {}

  /** An empty table where no file stands. Throws `UsageError` for a file of another form. */
  static read(file: string): ReproductionResults {
    if (!existsSync(file)) return new ReproductionResults([]);
    const records = parse(readSmallText(file, LIMITS.run), { columns: true }) as Record<string, string>[];
    return new ReproductionResults(records.map((record) => rowOf(record, file)));
  }

  /** With the rows of a repeat; those that it had of the same models, targets and sizes before are replaced. */
  with(rows: readonly ReproductionRow[]): ReproductionResults {
    const key = ({ target, model, repeat, trainSize }: StudyResult) => `${target} ${model} ${repeat} ${trainSize}`;
    const replaced = new Set(rows.map(key));
    return new ReproductionResults([...this.rows.filter((row) => !replaced.has(key(row))), ...rows]);
  }

  /** Without what some models came to on some targets. */
  without(models: readonly string[], targets: readonly string[]): ReproductionResults {
    return new ReproductionResults(
      this.rows.filter(({ model, target }) => !models.includes(model) || !targets.includes(target)),
    );
  }

  has(target: string, model: string, repeat: number, trainSize: number): boolean {
    return this.rows.some(
      (row) => row.target === target && row.model === model && row.repeat === repeat && row.trainSize === trainSize,
    );
  }

  get targets(): string[] {
    return [...new Set(this.rows.map(({ target }) => target))];
  }

  get models(): string[] {
    return [...new Set(this.rows.map(({ model }) => model))].filter((model) => model !== GUESS);
  }

  sizesOf(target: string): number[] {
    return [...new Set(this.rows.filter((row) => row.target === target).map(({ trainSize }) => trainSize))].sort(
      (a, b) => a - b,
    );
  }

  repeatsOf(model: string): number {
    return new Set(this.rows.filter((row) => row.model === model).map(({ repeat }) => repeat)).size;
  }

  /**
   * Mean MAE over the repeats with its standard error (NaN for a single repeat). `testSize`: repeats share materials,
   * and the standard error is corrected for them (Nadeau and Bengio 2003).
   */
  errorOf(
    target: string,
    model: string,
    trainSize: number,
    testSize = 0,
  ): { mean: number; standardError: number; repeats: number } | undefined {
    const errors = this.rows
      .filter((row) => row.target === target && row.model === model && row.trainSize === trainSize)
      .map(({ mae }) => mae);
    if (errors.length === 0) return undefined;
    const repeats = errors.length;
    return {
      mean: mean(errors),
      standardError: correctedError(errors, { trainSize, testSize }),
      repeats,
    };
  }

  /** Mean error at the largest size on the test materials of new chemical systems, over all of them in all repeats. */
  newSystemsOf(target: string, model: string): { readonly mae: number; readonly count: number } | undefined {
    const found = this.largest(target, model).flatMap(({ newSystems }) =>
      newSystems && newSystems.count > 0 ? [newSystems] : [],
    );
    const count = found.reduce((sum, own) => sum + own.count, 0);
    return count === 0 ? undefined : { mae: found.reduce((sum, own) => sum + own.mae * own.count, 0) / count, count };
  }

  /** What one and two standard deviations cover at the largest size. */
  coverageOf(
    target: string,
    model: string,
    testSize: number,
  ): { readonly one: Share; readonly two: Share; readonly count: number } | undefined {
    const found = this.largest(target, model).flatMap(({ inside }) => (inside && inside.count > 0 ? [inside] : []));
    if (found.length === 0) return undefined;
    const split = { trainSize: this.sizesOf(target).at(-1) ?? 0, testSize };
    const shareOf = (which: "one" | "two") =>
      combineShares(
        found.map((own) => ({ share: own[which], count: own.count })),
        split,
      );
    return { one: shareOf("one"), two: shareOf("two"), count: found.reduce((sum, own) => sum + own.count, 0) };
  }

  private largest(target: string, model: string): ReproductionRow[] {
    const size = this.sizesOf(target).at(-1);
    return this.rows.filter((row) => row.target === target && row.model === model && row.trainSize === size);
  }

  /** MAE of one model less that of another on the splits that both have, at the largest size; undefined without any. */
  difference(target: string, model: string, baseline: string, testSize: number): PairedDifference | undefined {
    const trainSize = this.sizesOf(target).at(-1) ?? 0;
    const of = (name: string) =>
      new Map(
        this.rows
          .filter((r) => r.target === target && r.model === name && r.trainSize === trainSize)
          .map((r) => [r.repeat, r.mae]),
      );
    const [own, other] = [of(model), of(baseline)];
    const repeats = [...own.keys()].filter((repeat) => other.has(repeat)).sort((a, b) => a - b);
    if (repeats.length === 0) return undefined;
    const pick = (errors: ReadonlyMap<number, number>) => repeats.map((repeat) => errors.get(repeat) ?? Number.NaN);
    return pairedDifference(pick(own), pick(other), { trainSize, testSize });
  }

  /** MAE of a model at the largest size, over the splits that another has too. */
  errorBeside(target: string, model: string, other: string): number | undefined {
    const repeats = new Set(this.largest(target, other).map(({ repeat }) => repeat));
    const errors = this.largest(target, model).filter(({ repeat }) => repeats.has(repeat));
    return errors.length === 0 ? undefined : mean(errors.map(({ mae }) => mae));
  }

  /** As a table that keeps every bit. */
  toCsv(): string {
    const order = (a: ReproductionRow, b: ReproductionRow) =>
      a.repeat - b.repeat || compare(a.target, b.target) || compare(a.model, b.model) || a.trainSize - b.trainSize;
    const rows = [...this.rows].sort(order);
    return csv(
      COLUMNS,
      rows.map((r) => {
        const beyond = [r.newSystems?.count, r.newSystems?.mae, r.inside?.count, r.inside?.one, r.inside?.two];
        return [r.target, r.model, r.trainSize, r.repeat, r.mae, r.rmse, Number(r.seconds.toFixed(1)), ...beyond];
      }),
    );
  }
}

/**
 * What a finished run of one repeat came to, models under the names that `nameOf` gives them, with the error of
 * guessing the mean.
 * `systemOf`: the set of elements of a material, where it is known.
 */
export function resultsOfRun(
  folder: string,
  repeat: number,
  nameOf: (model: string) => string,
  systemOf: ReadonlyMap<string, string> = new Map(),
): ReproductionRow[] {
  const manifest = readManifest(folder);
  const [split] = readSplits(folder) ?? [];
  const done = doneTasks(folder, manifest).map(({ result, points }) => {
    const known = new Set(split && trainingIds(split, result.trainSize).map((id) => systemOf.get(id)));
    const isNew = ({ id }: ParityPoint) => systemOf.has(id) && !known.has(systemOf.get(id));
    return { ...result, repeat, model: nameOf(result.model), ...beyondError(points, isNew) };
  });
  if (split === undefined) return done;
  const places = new Map(
    done.map(({ target, trainSize }) => [JSON.stringify([target, trainSize]), { target, trainSize }]),
  );
  const guesses = [...places.values()].map(({ target, trainSize }) => {
    const values = new Map(manifest.materials.map(({ id, reported }) => [id, reported[target] ?? Number.NaN]));
    const of = (ids: readonly string[]) => ids.map((id) => values.get(id) ?? Number.NaN).filter(Number.isFinite);
    const guess = mean(of(trainingIds(split, trainSize)));
    const errors = of(split.test).map((value) => value - guess);
    const rmse = Math.sqrt(mean(errors.map((error) => error * error)));
    return { target, model: GUESS, trainSize, repeat, mae: mean(errors.map(Math.abs)), rmse, seconds: 0 };
  });
  return [...done, ...guesses];
}

function beyondError(
  points: readonly ParityPoint[],
  isNew: (point: ParityPoint) => boolean,
): Pick<ReproductionRow, "newSystems" | "inside"> {
  const size = ({ actual, predicted }: ParityPoint) => Math.abs(predicted - actual);
  const strange = points.filter(isNew);
  const stated = points.filter(({ sigma = 0 }) => sigma > 0);
  const within = (factor: number) =>
    stated.filter((point) => size(point) <= factor * (point.sigma ?? 0)).length / stated.length;
  return {
    ...(strange.length > 0 && { newSystems: { count: strange.length, mae: mean(strange.map(size)) } }),
    ...(stated.length > 0 && { inside: { count: stated.length, one: within(1), two: within(2) } }),
  };
}

const BEYOND = ["new_systems", "new_mae", "stated", "within_one_sigma", "within_two_sigma"];
const COLUMNS = ["target", "model", "train_size", "repeat", "mae", "rmse", "seconds", ...BEYOND];
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function rowOf(record: Record<string, string>, file: string): ReproductionRow {
  const number = (name: string) => {
    const value = Number(record[name]);
    if ((record[name] ?? "").trim() === "" || !Number.isFinite(value))
      throw new UsageError(`${file} is not a table of results: ${name} is not a number`);
    return value;
  };
  const isGiven = (name: string) => (record[name] ?? "").trim() !== "";
  const { target = "", model = "" } = record;
  return {
    target,
    model,
    trainSize: number("train_size"),
    repeat: number("repeat"),
    mae: number("mae"),
    rmse: number("rmse"),
    seconds: number("seconds"),
    ...(isGiven("new_systems") && { newSystems: { count: number("new_systems"), mae: number("new_mae") } }),
    ...(isGiven("stated") && {
      inside: { count: number("stated"), one: number("within_one_sigma"), two: number("within_two_sigma") },
    }),
  };
}
