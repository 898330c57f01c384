import type {
  CreateLikelihood,
  LikelihoodPoint,
  LikelihoodProblem,
} from "../../core/learning/gaussianProcess/likelihood.js";
import { type AlgebraCode, type AlgebraHost, openAlgebra, PANEL, padded } from "./algebraHost.js";

/** The C struct `Likelihood`: places in its 32-bit numbers. */
const MOST_TERMS = 32;
const FORM = 10;
const GROUP = FORM + MOST_TERMS;
/** Doubles before the current point's numbers. */
const POINT = Math.ceil((GROUP + MOST_TERMS) / 2);
const RECORD = POINT + 2 * MOST_TERMS + 1;
/** Numbers of a row that all terms have side by side, so that a matrix passes through the processor in one stream. */
const STRETCH = 64;
/** Places within the record are 32-bit numbers of bytes. */
const MOST_DOUBLES = 2 ** 29;

/** Marginal likelihoods by the kernels; undefined where there is not enough memory for a problem. */
export function kernelLikelihood(code: AlgebraCode): CreateLikelihood {
  return (problem) => {
    const host = openAlgebra(code);
    const laid = layOut(host, problem);
    if (laid === undefined) return undefined;
    const { doubles, place, kernel, result, wide } = laid;
    const { terms, targets } = problem;
    const factorAt = ({ variances, gammas, noise }: LikelihoodPoint) => {
      doubles.set(variances, POINT);
      doubles.set(gammas, POINT + MOST_TERMS);
      doubles[POINT + 2 * MOST_TERMS] = noise;
      return host.calls.factorKernel(place) !== 0;
    };
    return {
      factor: (point) => {
        if (!factorAt(point)) return undefined;
        const n = targets.length;
        const lower = new Float64Array(n * n);
        for (let i = 0; i < n; i++) {
          const row = kernel + i * wide;
          lower.set(doubles.subarray(row, row + i + 1), i * n);
        }
        return { n, lower };
      },
      evaluate: (point) => {
        if (!factorAt(point)) return undefined;
        let logDeterminant = 0;
        for (let i = 0; i < targets.length; i++)
          logDeterminant += 2 * Math.log(doubles[kernel + i * (wide + 1)] as number);
        host.calls.differentiate(place);
        const found = doubles.slice(result, result + 2 + 2 * terms.length);
        const [square = Number.NaN] = found;
        return {
          square,
          logDeterminant,
          bySize: found.slice(1, 1 + terms.length),
          byLength: found.slice(1 + terms.length, -1),
          byNoise: found.at(-1) as number,
        };
      },
    };
  };
}

/** Puts the problem into memory, and says where its parts stand, in doubles. */
function layOut(host: AlgebraHost, { terms, weights, targets }: LikelihoodProblem) {
  const n = targets.length;
  const wide = padded(n);
  if (terms.length > MOST_TERMS) throw new RangeError(`${terms.length} kernels: ${MOST_TERMS} at most`);
  let top = 0;
  const take = (count: number) => {
    const start = top;
    top += Math.ceil(count / 8) * 8;
    return start;
  };
  take(RECORD);
  const places = [
    terms.length * stretchesOf(n) * STRETCH, // matrices
    2 * n, // weights
    n, // targets
    wide * wide, // kernel
    wide * Math.max(wide, PANEL), // work
    wide, // alpha
    2 + 2 * terms.length, // result
  ].map(take) as [number, number, number, number, number, number, number];
  const memory = top > MOST_DOUBLES ? undefined : host.open(top);
  if (memory === undefined) return undefined;
  const [matrices, weightsAt, targetsAt, kernel, , , result] = places;
  const { doubles, integers, place } = memory;
  layStretches(doubles, matrices, terms, n);
  terms.forEach(({ form, reads }, term) => {
    integers[FORM + term] = form === "gaussian" ? 1 : 0;
    integers[GROUP + term] = reads === "density" ? 1 : 0;
  });
  doubles.set(weights.atoms, weightsAt);
  doubles.set(weights.density, weightsAt + n);
  doubles.set(targets, targetsAt);
  integers.set([n, wide, terms.length, ...places.map((at) => 8 * at)]);
  return { doubles, place, kernel, result, wide };
}

/** Of all rows of a lower triangle. */
function stretchesOf(n: number): number {
  let count = 0;
  for (let row = 1; row <= n; row++) count += Math.ceil(row / STRETCH);
  return count;
}

function layStretches(doubles: Float64Array, start: number, terms: LikelihoodProblem["terms"], n: number): void {
  let to = start;
  for (let row = 0, first = 0; row < n; first += ++row)
    for (let j = 0; j <= row; j += STRETCH) {
      const count = Math.min(STRETCH, row + 1 - j);
      for (const { matrix } of terms) {
        for (let k = 0; k < STRETCH; k++) doubles[to++] = k < count ? (matrix[first + j + k] as number) : 0;
      }
    }
}
