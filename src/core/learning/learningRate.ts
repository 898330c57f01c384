import type { Schedule } from "./trainingSettings.js";

/** Share of all steps over which the rate rises linearly, so that the first, wild gradients do little harm. */
const WARM_UP = 0.03;

/** The learning rate of step `step` (from 0) of `steps`: a linear warm-up to `peak`, then constant, or half a cosine down to 0. */
export function learningRateAt(schedule: Schedule, peak: number, step: number, steps: number): number {
  const warmUp = Math.ceil(WARM_UP * steps);
  if (step < warmUp) return (peak * (step + 1)) / (warmUp + 1);
  if (schedule === "constant") return peak;
  return 0.5 * peak * (1 + Math.cos((Math.PI * (step - warmUp)) / (steps - warmUp)));
}
