import type { CholeskyFactor } from "../../math/cholesky.js";
import { minimizeLbfgs, type ValueAndGradient } from "../../math/lbfgs.js";
import { createLikelihood, type LikelihoodPoint, type LikelihoodProblem } from "./likelihood.js";

/** Where a search ended: the kernels' numbers, and minus the logarithm of the marginal likelihood there. */
export interface ChosenProcess extends LikelihoodPoint {
  readonly negativeLogLikelihood: number;
  readonly evaluations: number;
  /** Of the kernel with noise there. */
  readonly factor: () => CholeskyFactor | undefined;
}

/** Iterations of the search, and what the likelihood's logarithm must gain in each. */
const ITERATIONS = 40;
const TOLERANCE = 1e-3;
/** Standard deviation of the prior of each logarithm about its start. */
const PRIOR_WIDTH = 3;
/** Of the noise at the start, in deviations of the targets. */
const FIRST_NOISE = 0.1;
/** Numerically less noise than this is none, in deviations of the targets. */
const LEAST_NOISE = 1e-6;
/** No logarithm goes further from its start. */
const BOUND = 16;

/**
 * Sizes, lengths and noise of a sum of kernels by maximum marginal likelihood (Rasmussen and Williams 2006, section
 * 5.4) with a weak log-normal prior, from equal sizes and lengths of one unit. `targets` have a deviation of about 1.
 */
export function chooseProcess(problem: LikelihoodProblem): ChosenProcess {
  const layout = layoutOf(problem);
  const likelihood = createLikelihood(problem);
  const { terms, targets } = problem;
  const constant = 0.5 * targets.length * Math.log(2 * Math.PI);
  const outside: ValueAndGradient = {
    value: Number.POSITIVE_INFINITY,
    gradient: new Float64Array(layout.start.length),
  };
  const evaluate = (point: Float64Array): ValueAndGradient => {
    if (point.some((x, i) => !(Math.abs(x - (layout.start[i] as number)) <= BOUND))) return outside;
    const found = likelihood.evaluate(layout.pointOf(point));
    if (found === undefined) return outside;
    const gradient = new Float64Array(point.length);
    gradient.set(found.bySize);
    layout.lengths.forEach((term, i) => {
      gradient[terms.length + i] = found.byLength[term] as number;
    });
    gradient[point.length - 1] = found.byNoise;
    let value = 0.5 * (found.square + found.logDeterminant) + constant;
    point.forEach((x, i) => {
      const away = (x - (layout.start[i] as number)) / PRIOR_WIDTH;
      value += 0.5 * away * away;
      gradient[i] = (gradient[i] as number) + away / PRIOR_WIDTH;
    });
    return Number.isFinite(value) ? { value, gradient } : outside;
  };
  const { point, value, evaluations } = minimizeLbfgs(evaluate, layout.start, {
    iterations: ITERATIONS,
    tolerance: TOLERANCE,
  });
  const end = layout.pointOf(point);
  return { ...end, negativeLogLikelihood: value, evaluations, factor: () => likelihood.factor(end) };
}

/** Logarithms in order: the terms' sizes, the lengths of those that have one, the noise. */
function layoutOf({ terms }: LikelihoodProblem) {
  const lengths = terms.flatMap(({ form }, term) => (form === "gaussian" ? [term] : []));
  const size = -0.5 * Math.log(terms.length);
  const start = Float64Array.from([...terms.map(() => size), ...lengths.map(() => 0), Math.log(FIRST_NOISE)]);
  const pointOf = (point: Float64Array): LikelihoodPoint => {
    const gammas = new Float64Array(terms.length);
    lengths.forEach((term, i) => {
      gammas[term] = 0.5 * Math.exp(-2 * (point[terms.length + i] as number));
    });
    const noise = Math.max(LEAST_NOISE, Math.exp(point.at(-1) as number)) ** 2;
    return { variances: point.slice(0, terms.length).map((x) => Math.exp(2 * x)), gammas, noise };
  };
  return { lengths, start, pointOf };
}
