import type { InsideData } from "../../protocol/crystalView.js";
import type { FieldKernel } from "./fieldKernel.js";
import type { Field } from "./gridFields.js";

/** Which share of a field's integral lies beyond levels, or which levels have such shares beyond them. */
export function insideOf(
  kernels: FieldKernel,
  field: Field,
  request: { readonly levels?: readonly number[]; readonly percents?: readonly number[] },
): InsideData {
  const table = kernels.inside(field);
  const levels = request.levels ?? (request.percents ?? []).map((percent) => table.levelOf(percent));
  const beyond = levels.map((level) => table.beyond(level));
  return {
    unit: field.facts.unit,
    levels,
    percent: request.percents ?? beyond.map(({ percent }) => percent),
    volumePercent: beyond.map(({ volumePercent }) => volumePercent),
  };
}
