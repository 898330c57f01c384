import { type Interval, intervalOf, type MemberValue } from "./calibration.js";

/** What physics says about a quantity, whatever a model says. */
export interface PhysicalBounds {
  /** Least value. */
  readonly least: number;
}

/** Columns that hold a band gap: `band_gap`, `gap (eV)`, `Egap`. */
export const GAP_NAME = /(?:^|[^a-z])(?:e_?)?(?:band[-_ ]?)?gap(?:$|[^a-z])/i;

export const isGap = (column: string): boolean => GAP_NAME.test(column);

/** The bounds of a target; undefined where there are none. */
export const boundsOf = (column: string): PhysicalBounds | undefined => (isGap(column) ? { least: 0 } : undefined);

/** A value with its 90 % interval, both cut at the bounds. */
export type BoundedValue = MemberValue & Interval;

export function applyBounds(predicted: MemberValue, bounds: PhysicalBounds | undefined): BoundedValue {
  const { lower, upper } = intervalOf(predicted);
  if (!bounds) return { ...predicted, lower, upper };
  const cut = (value: number) => Math.max(bounds.least, value);
  return { value: cut(predicted.value), sigma: predicted.sigma, lower: cut(lower), upper: cut(upper) };
}

/** Electrons of a cell count as whole within this (per cell). */
export const WHOLE_ELECTRONS = 0.01;

/** Whether a cell has an odd number of electrons: without spin its highest band is half filled, so it has no gap. */
export function hasOddElectrons(electrons: number): boolean {
  const whole = Math.round(electrons);
  return Math.abs(electrons - whole) <= WHOLE_ELECTRONS && Math.abs(whole) % 2 === 1;
}
