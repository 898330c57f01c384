/** A function's value and gradient at a point; a value that is not finite says that the point is out of bounds. */
export interface ValueAndGradient {
  readonly value: number;
  readonly gradient: Float64Array;
}

export interface LbfgsOptions {
  readonly iterations: number;
  /** Ends when an iteration lowers the value by less than this. */
  readonly tolerance: number;
  /** Earlier steps that the curvature is taken from. */
  readonly memory?: number;
  /** The longest change of a coordinate in one iteration. */
  readonly longestStep?: number;
}

/** Where the search ended. */
export interface LbfgsResult extends ValueAndGradient {
  readonly point: Float64Array;
  readonly iterations: number;
  readonly evaluations: number;
}

const MEMORY = 12;
const LONGEST_STEP = 2;
/** Armijo's condition, and how often a step is shortened before the search gives up. */
const SUFFICIENT = 1e-4;
const SHORTENINGS = 20;

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly curvature: number;
}

/**
 * Minimises a smooth function from `start` by L-BFGS with a backtracking line search (Nocedal and Wright 2006,
 * algorithms 7.4 and 3.1).
 */
export function minimizeLbfgs(
  evaluate: (point: Float64Array) => ValueAndGradient,
  start: Float64Array,
  { iterations, tolerance, memory = MEMORY, longestStep = LONGEST_STEP }: LbfgsOptions,
): LbfgsResult {
  let point: Float64Array = Float64Array.from(start);
  let here = evaluate(point);
  let evaluations = 1;
  const pairs: Pair[] = [];
  let iteration = 0;
  for (; iteration < iterations; iteration++) {
    const direction = descentDirection(here.gradient, pairs);
    const longest = direction.reduce((most, d) => Math.max(most, Math.abs(d)), 0);
    if (!(longest > 0)) break;
    const most =
      pairs.length === 0 ? Math.min(1, longestStep / longest, 1 / longest) : Math.min(1, longestStep / longest);
    const found = shortenUntilLower(evaluate, point, here, direction, most);
    evaluations += found.evaluations;
    if (found.next === undefined) {
      if (pairs.length === 0) break;
      pairs.length = 0; // the curvature misled: once more, straight down
      continue;
    }
    const { next, at } = found;
    remember(pairs, difference(at, point), difference(next.gradient, here.gradient), memory);
    const gain = here.value - next.value;
    point = at;
    here = next;
    if (gain < tolerance) break;
  }
  return { point, ...here, iterations: iteration, evaluations };
}

function shortenUntilLower(
  evaluate: (point: Float64Array) => ValueAndGradient,
  point: Float64Array,
  here: ValueAndGradient,
  direction: Float64Array,
  most: number,
): { readonly next?: ValueAndGradient; readonly at: Float64Array; readonly evaluations: number } {
  const slope = product(here.gradient, direction);
  let length = most;
  for (let tries = 1; tries <= SHORTENINGS; tries++) {
    const at = point.map((x, i) => x + length * (direction[i] as number));
    const next = evaluate(at);
    if (next.value <= here.value + SUFFICIENT * length * slope) return { next, at, evaluations: tries };
    // the least value of the parabola through what is known, within bounds
    const parabola = (-slope * length * length) / (2 * (next.value - here.value - slope * length));
    length = Number.isFinite(next.value) ? Math.min(0.5 * length, Math.max(0.1 * length, parabola)) : 0.25 * length;
  }
  return { at: point, evaluations: SHORTENINGS };
}

/** The two-loop recursion. */
function descentDirection(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((g) => -g);
  const factors: number[] = [];
  for (const { step, change, curvature } of [...pairs].reverse()) {
    const factor = product(step, direction) / curvature;
    factors.push(factor);
    addScaled(direction, change, -factor);
  }
  const last = pairs.at(-1);
  if (last !== undefined) {
    const scale = last.curvature / product(last.change, last.change);
    for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] as number) * scale;
  }
  for (const { step, change, curvature } of pairs) {
    const factor = (factors.pop() ?? 0) - product(change, direction) / curvature;
    addScaled(direction, step, factor);
  }
  return direction;
}

function remember(pairs: Pair[], step: Float64Array, change: Float64Array, memory: number): void {
  const curvature = product(step, change);
  if (!(curvature > 1e-10 * Math.sqrt(product(step, step) * product(change, change)))) return;
  pairs.push({ step, change, curvature });
  if (pairs.length > memory) pairs.shift();
}

const difference = (a: Float64Array, b: Float64Array) => a.map((value, i) => value - (b[i] as number));
const product = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

function addScaled(to: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + factor * (values[i] as number);
}
