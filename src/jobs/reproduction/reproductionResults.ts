import { existsSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { type PairedDifference, pairedDifference } from "../../core/learning/evaluation/metrics.js";
import { trainingIds } from "../../core/learning/evaluation/splits.js";
import { mean, standardError } from "../../core/math/statistics.js";
import { csv } from "../../core/text/csv.js";
import { LIMITS, readSmallText } from "../files/readSmallFile.js";
import { UsageError } from "../files/usageError.js";
import { readManifest } from "../runs/runFolder.js";
import type { StudyResult } from "../runs/studyResults.js";
import { doneTasks, readSplits } from "../runs/studyStore.js";

/** Guessing the mean of the training set, as if it were a model. */
export const GUESS = "guess";
/** The network in the paper's form: one channel, max pooling. */
export const PAPER_FORM = "r3dvs-paper";

/** The results of a reproduction so far; `repeat` names the split, the same one for every model. */
export class ReproductionResults {
  constructor(readonly rows: readonly StudyResult[]) {}

  /** An empty table where no file stands. Throws `UsageError` for a file of another form. */
  static read(file: string): ReproductionResults {
    if (!existsSync(file)) return new ReproductionResults([]);
    const records = parse(readSmallText(file, LIMITS.run), { columns: true }) as Record<string, string>[];
    return new ReproductionResults(records.map((record) => rowOf(record, file)));
  }

  /** With the rows of a repeat; those that it had of the same models and targets before are replaced. */
  with(rows: readonly StudyResult[]): ReproductionResults {
    const key = ({ target, model, repeat }: StudyResult) => `${target} ${model} ${repeat}`;
    const replaced = new Set(rows.map(key));
    return new ReproductionResults([...this.rows.filter((row) => !replaced.has(key(row))), ...rows]);
  }

  /** Without what some models came to on some targets. */
  without(models: readonly string[], targets: readonly string[]): ReproductionResults {
    return new ReproductionResults(this.rows.filter(({ model, target }) => !models.includes(model) || !targets.includes(target)));
  }

  has(target: string, model: string, repeat: number): boolean {
    return this.rows.some((row) => row.target === target && row.model === model && row.repeat === repeat);
  }

  get targets(): string[] {
    return [...new Set(this.rows.map(({ target }) => target))];
  }

  get models(): string[] {
    return [...new Set(this.rows.map(({ model }) => model))].filter((model) => model !== GUESS);
  }

  sizesOf(target: string): number[] {
    return [...new Set(this.rows.filter((row) => row.target === target).map(({ trainSize }) => trainSize))].sort((a, b) => a - b);
  }

  repeatsOf(model: string): number {
    return new Set(this.rows.filter((row) => row.model === model).map(({ repeat }) => repeat)).size;
  }

  /** Mean MAE over the repeats with its standard error (NaN for a single repeat). */
  errorOf(target: string, model: string, trainSize: number): { mean: number; standardError: number; repeats: number } | undefined {
    const errors = this.rows
      .filter((row) => row.target === target && row.model === model && row.trainSize === trainSize)
      .map(({ mae }) => mae);
    if (errors.length === 0) return undefined;
    return { mean: mean(errors), standardError: errors.length < 2 ? Number.NaN : standardError(errors), repeats: errors.length };
  }

  /** MAE of one model less that of another on the splits that both have, at the largest size; undefined without any. */
  difference(target: string, model: string, baseline: string, testSize: number): PairedDifference | undefined {
    const trainSize = this.sizesOf(target).at(-1) ?? 0;
    const of = (name: string) =>
      new Map(this.rows.filter((r) => r.target === target && r.model === name && r.trainSize === trainSize).map((r) => [r.repeat, r.mae]));
    const [own, other] = [of(model), of(baseline)];
    const repeats = [...own.keys()].filter((repeat) => other.has(repeat)).sort((a, b) => a - b);
    if (repeats.length === 0) return undefined;
    const pick = (errors: ReadonlyMap<number, number>) => repeats.map((repeat) => errors.get(repeat) ?? Number.NaN);
    return pairedDifference(pick(own), pick(other), { trainSize, testSize });
  }

  /** As a table that keeps every bit. */
  toCsv(): string {
    const order = (a: StudyResult, b: StudyResult) =>
      a.repeat - b.repeat || compare(a.target, b.target) || compare(a.model, b.model) || a.trainSize - b.trainSize;
    const rows = [...this.rows].sort(order);
    return csv(
      COLUMNS,
      rows.map((r) => [r.target, r.model, r.trainSize, r.repeat, r.mae, r.rmse, Number(r.seconds.toFixed(1))]),
    );
  }
}

/** What a finished run of one repeat came to, models under the names that `nameOf` gives them, with the error of guessing the mean. */
export function resultsOfRun(folder: string, repeat: number, nameOf: (model: string) => string): StudyResult[] {
  const manifest = readManifest(folder);
  const done = doneTasks(folder, manifest).map(({ result }) => ({ ...result, repeat, model: nameOf(result.model) }));
  const [split] = readSplits(folder) ?? [];
  if (split === undefined) return done;
  const places = new Map(done.map(({ target, trainSize }) => [JSON.stringify([target, trainSize]), { target, trainSize }]));
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

const COLUMNS = ["target", "model", "train_size", "repeat", "mae", "rmse", "seconds"] as const;
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function rowOf(record: Record<string, string>, file: string): StudyResult {
  const number = (name: string) => {
    const value = Number(record[name]);
    if ((record[name] ?? "").trim() === "" || !Number.isFinite(value))
      throw new UsageError(`${file} is not a table of results: ${name} is not a number`);
    return value;
  };
  const { target = "", model = "" } = record;
  return {
    target,
    model,
    trainSize: number("train_size"),
    repeat: number("repeat"),
    mae: number("mae"),
    rmse: number("rmse"),
    seconds: number("seconds"),
  };
}
