import { electronegativity, elementSymbol } from "../crystal/elements.js";
import { factorCholesky } from "../math/cholesky.js";
import { ELEMENT_COUNT } from "./composition.js";

/** Differences that count as one: of Pauling's electronegativity, group and period. */
const SCALES = { electronegativity: 0.6, group: 6, period: 1.3 } as const;
/** Of elements without one: in the middle. */
const UNKNOWN_ELECTRONEGATIVITY = 2;
const NOBLE_GASES = [0, 2, 10, 18, 36, 54, 86, 118] as const;
/** Elements alike to the last digit would make the matrix singular. */
const JITTER = 1e-9;

/** Period from 1 and group 1 to 18 of an element; lanthanides and actinides count as group 3. */
export function placeInPeriodicTable(z: number): { readonly period: number; readonly group: number } {
  const period = NOBLE_GASES.findIndex((last) => z <= last);
  const first = (NOBLE_GASES[period - 1] ?? 0) + 1;
  const last = NOBLE_GASES[period] ?? z;
  const fromFront = z - first + 1;
  const fromBack = 18 - (last - z);
  if (fromFront <= 2 && z !== 2) return { period, group: fromFront };
  return { period, group: period >= 6 && fromBack < 4 ? 3 : fromBack };
}

/** exp(-d²/2) of two elements, d in (electronegativity, group, period), each over its scale. */
export function elementSimilarity(a: number, b: number): number {
  const [left, right] = [traits(a), traits(b)];
  const squared = left.reduce((sum, value, i) => sum + (value - (right[i] as number)) ** 2, 0);
  return Math.exp(-0.5 * squared);
}

/**
 * Atomic fractions [Z - 1] as a vector in which distances count alike elements as near: |x - x'|² = sum over a, b of
 * (f_a - f'_a) (f_b - f'_b) exp(-d_ab²/2).
 */
export function embedFractions(fractions: Float64Array): Float64Array {
  const lower = similarityFactor();
  const embedded = new Float64Array(ELEMENT_COUNT);
  for (let a = 0; a < ELEMENT_COUNT; a++) {
    const fraction = fractions[a] as number;
    if (fraction === 0) continue;
    for (let k = 0; k <= a; k++)
      embedded[k] = (embedded[k] as number) + fraction * (lower[a * ELEMENT_COUNT + k] as number);
  }
  return embedded;
}

let factor: Float64Array | undefined;

function similarityFactor(): Float64Array {
  if (factor !== undefined) return factor;
  const matrix = new Float64Array(ELEMENT_COUNT ** 2);
  for (let a = 0; a < ELEMENT_COUNT; a++)
    for (let b = 0; b < ELEMENT_COUNT; b++)
      matrix[a * ELEMENT_COUNT + b] = elementSimilarity(a + 1, b + 1) + (a === b ? JITTER : 0);
  factor = factorCholesky(matrix, ELEMENT_COUNT)?.lower ?? matrix;
  return factor;
}

function traits(z: number): readonly number[] {
  const { period, group } = placeInPeriodicTable(z);
  const negativity = electronegativity(elementSymbol(z) ?? "") ?? UNKNOWN_ELECTRONEGATIVITY;
  return [negativity / SCALES.electronegativity, group / SCALES.group, period / SCALES.period];
}
