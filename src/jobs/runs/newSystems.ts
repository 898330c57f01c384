import { type RepeatSplit, splitAmong, trainingIds } from "../../core/learning/evaluation/splits.js";
import { mean } from "../../core/math/statistics.js";
import type { RunManifest } from "../../protocol/runFiles.js";
import { largestSize } from "./studyPlan.js";
import type { TaskOutcome } from "./studyStore.js";

/** What a model errs on test materials whose set of elements no training material has, beside all. */
export interface NewSystemError {
  readonly target: string;
  readonly model: string;
  readonly trainSize: number;
  /** Test errors of all repeats, and their mean size in the reported unit. */
  readonly count: number;
  readonly mae: number;
  /** Those of new chemical systems. */
  readonly newCount: number;
  readonly newMae: number;
}

/**
 * At the largest training size, over all repeats. Random splits flatter models that know polymorphs of what they are
 * tested on. Models without a test material of a new system are left out, and so are runs whose formulas are not known.
 */
export function newSystemErrors(
  { settings, materials }: RunManifest,
  splits: readonly RepeatSplit[],
  outcomes: readonly TaskOutcome[],
): NewSystemError[] {
  if (settings === undefined) return [];
  const systems = new Map(materials.flatMap(({ id, formula }) => (formula ? [[id, systemOf(formula)] as const] : [])));
  return settings.targets.flatMap((target) => {
    const trainSize = largestSize(settings, target);
    const known = new Set(materials.flatMap(({ id, values }) => (values[target] === undefined ? [] : [id])));
    const learned = splits.map(
      (whole) =>
        new Set(
          trainingIds(
            splitAmong(whole, (id) => known.has(id)),
            trainSize,
          ).map((id) => systems.get(id)),
        ),
    );
    const own = outcomes.filter(({ result }) => result.target === target && result.trainSize === trainSize);
    return [...new Set(own.map(({ result }) => result.model))].flatMap((model) => {
      const errors = own
        .filter(({ result }) => result.model === model)
        .flatMap(({ result: { repeat }, points }) =>
          points.map(({ id, actual, predicted }) => ({
            size: Math.abs(predicted - actual),
            isNew: systems.has(id) && learned[repeat]?.has(systems.get(id)) === false,
          })),
        );
      const strange = errors.filter(({ isNew }) => isNew);
      if (strange.length === 0) return [];
      const of = (some: typeof errors) => mean(some.map(({ size }) => size));
      const counts = { count: errors.length, newCount: strange.length };
      return [{ target, model, trainSize, ...counts, mae: of(errors), newMae: of(strange) }];
    });
  });
}

/** `Fe2MgO4` as `Fe-Mg-O`. */
const systemOf = (formula: string): string => [...new Set(formula.match(/[A-Z][a-z]?/g))].sort().join("-");
