import type { TargetColumn } from "../../core/learning/evaluation/targetScaling.js";
import {
  type CellSize,
  convert,
  fromLearned,
  type TargetQuantity,
  toLearned,
} from "../../core/learning/evaluation/targetScaling.js";
import type { Normalization } from "../../core/settings/studyOptions.js";
import type { RunTarget } from "../../protocol/runFiles.js";

/**
 * A column as a target: what is extensive is reported per atom, whichever way the table has it and the models learn it.
 */
export function runTarget({ name, kind, unit }: TargetColumn): RunTarget {
  const reportedUnit = kind === "perCell" && unit !== "" ? `${unit.replace(/\/cell$/, "")}/atom` : unit;
  return { name, kind, unit, reportedUnit };
}

/** A table's value in the unit of errors and predictions. */
export function reportedValue({ kind }: RunTarget, value: number, size: CellSize): number {
  return kind === "perCell" ? convert(value, "cell", "atom", size) : value;
}

/** A table's value as the models learn it. */
export function learnedValue(target: RunTarget, normalize: Normalization, value: number, size: CellSize): number {
  return toLearned(value, quantityOf(target, normalize), size);
}

/** A learned value, or a standard deviation of one, in the unit of errors and predictions. */
export function reportedOfLearned(target: RunTarget, normalize: Normalization, value: number, size: CellSize): number {
  const { kind, learnedPer } = quantityOf(target, normalize);
  return fromLearned(value, { kind: kind === "perCell" ? "perAtom" : kind, learnedPer }, size);
}

function quantityOf({ kind }: RunTarget, normalize: Normalization): Pick<TargetQuantity, "kind" | "learnedPer"> {
  return { kind, learnedPer: kind === "intensive" ? "none" : normalize };
}
