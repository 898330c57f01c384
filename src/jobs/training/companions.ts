import type { Normalization } from "../../core/settings/studyOptions.js";
import type { RunMaterial, RunTarget } from "../../protocol/runFiles.js";
import { UsageError } from "../files/usageError.js";
import type { CompanionTarget } from "./trainingTask.js";

/**
 * What a network learns beside its target, with the values of the training materials. Throws `UsageError` for a name
 * that is no target of the run.
 */
export function companionsOf(
  names: readonly string[],
  targets: readonly RunTarget[],
  normalizeOf: (target: string) => Normalization,
  materials: readonly Pick<RunMaterial, "id" | "values">[],
  train: readonly { readonly id: string }[],
): readonly CompanionTarget[] {
  const values = new Map(materials.map((material) => [material.id, material.values]));
  return names.map((name) => {
    const target = targets.find((one) => one.name === name);
    if (target === undefined) throw new UsageError(`companions: ${name} is none of the targets that are learned`);
    const known = train.map(({ id }) => values.get(id)?.[name] ?? Number.NaN);
    return { target, normalize: normalizeOf(name), values: known };
  });
}
