import type { EpochReport } from "../networks/networkModel.js";
import type { Schedule } from "../networks/trainingSettings.js";

/** Share of all steps over which the rate rises linearly, so that the first, wild gradients do little harm. */
const WARM_UP = 0.03;

/** step: from a share of all steps on, a factor of the peak. */
const STEPS = [
  [0.75, 0.1],
  [0.5, 0.3],
] as const;
/** plateau: so many epochs without a lower error halve the rate. */
const PATIENCE = 5;

/**
 * The learning rate of step `step` (from 0) of `steps`: a linear warm-up to `peak`, then constant; half a cosine down
 * to 0; 0.3 of the peak from half of the steps on and 0.1 from three quarters on; or half as much after every 5 epochs
 * of `history` without a lower error.
 */
export function learningRateAt(
  schedule: Schedule,
  peak: number,
  step: number,
  steps: number,
  history: readonly EpochReport[] = [],
): number {
  const warmUp = Math.ceil(WARM_UP * steps);
  if (step < warmUp) return (peak * (step + 1)) / (warmUp + 1);
  if (schedule === "constant") return peak;
  if (schedule === "step") return peak * (STEPS.find(([share]) => step >= share * steps)?.[1] ?? 1);
  if (schedule === "plateau") return peak * 0.5 ** countPlateaus(history);
  return 0.5 * peak * (1 + Math.cos((Math.PI * (step - warmUp)) / (steps - warmUp)));
}

/** By the validation error; by the loss where there is none. */
function countPlateaus(history: readonly EpochReport[]): number {
  let plateaus = 0;
  let best = Number.POSITIVE_INFINITY;
  let waited = 0;
  for (const { validationMae, loss } of history) {
    const error = Number.isNaN(validationMae) ? loss : validationMae;
    waited = error < best ? 0 : waited + 1;
    best = Math.min(best, error);
    if (waited === PATIENCE) {
      plateaus++;
      waited = 0;
    }
  }
  return plateaus;
}
