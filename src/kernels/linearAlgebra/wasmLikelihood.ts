import type { CreateLikelihood, LikelihoodProblem } from "../../core/learning/gaussianProcess/likelihood.js";

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly __heap_base: { readonly value: number };
  likelihoodAt(): number;
  factorKernel(): number;
  differentiate(): void;
}

/** The C struct `Likelihood`: places in bytes. */
const MOST_TERMS = 32;
const INTEGERS = {
  n: 0,
  padded: 1,
  terms: 2,
  matrices: 3,
  weights: 4,
  targets: 5,
  kernel: 6,
  work: 7,
  alpha: 8,
  result: 9,
  form: 10,
} as const;
const GROUP = INTEGERS.form + MOST_TERMS;
const VARIANCE_BYTES = Math.ceil((4 * (GROUP + MOST_TERMS)) / 8) * 8;

/** Marginal likelihoods in WebAssembly; undefined where a problem does not fit into its memory. */
export function wasmLikelihood(module: WebAssembly.Module): CreateLikelihood {
  return (problem) => {
    const exports = new WebAssembly.Instance(module).exports as unknown as Exports;
    const places = layOut(exports, problem);
    if (places === undefined) return undefined;
    const { terms, targets } = problem;
    const at = exports.likelihoodAt();
    return {
      evaluate: ({ variances, gammas, noise }) => {
        const numbers = new Float64Array(exports.memory.buffer, at + VARIANCE_BYTES, 2 * MOST_TERMS + 1);
        numbers.set(variances);
        numbers.set(gammas, MOST_TERMS);
        numbers[2 * MOST_TERMS] = noise;
        if (exports.factorKernel() === 0) return undefined;
        const memory = new Float64Array(exports.memory.buffer);
        let logDeterminant = 0;
        for (let i = 0; i < targets.length; i++)
          logDeterminant += 2 * Math.log(memory[places.kernel / 8 + i * (places.padded + 1)] as number);
        exports.differentiate();
        const result = new Float64Array(exports.memory.buffer, places.result, 2 + 2 * terms.length);
        const [square = Number.NaN] = result;
        return {
          square,
          logDeterminant,
          bySize: result.slice(1, 1 + terms.length),
          byLength: result.slice(1 + terms.length, -1),
          byNoise: result.at(-1) as number,
        };
      },
    };
  };
}

/** Puts the problem into memory, and says where its parts stand. */
function layOut(exports: Exports, { terms, weights, targets }: LikelihoodProblem) {
  const n = targets.length;
  const padded = Math.ceil(n / 4) * 4;
  const triangle = (n * (n + 1)) / 2;
  if (terms.length > MOST_TERMS) throw new RangeError(`${terms.length} kernels: ${MOST_TERMS} at most`);
  let top = Math.ceil(exports.__heap_base.value / 64) * 64;
  const take = (doubles: number) => {
    const start = top;
    top = Math.ceil((top + 8 * doubles) / 64) * 64;
    return start;
  };
  const matrices = take(terms.length * triangle);
  const weightsAt = take(2 * n);
  const targetsAt = take(n);
  const kernel = take(padded * padded);
  const work = take(padded * padded);
  const alpha = take(padded);
  const result = take(2 + 2 * terms.length);
  try {
    const missing = top - exports.memory.buffer.byteLength;
    if (missing > 0) exports.memory.grow(Math.ceil(missing / 65536));
  } catch {
    return undefined;
  }
  const doubles = new Float64Array(exports.memory.buffer);
  terms.forEach(({ matrix }, term) => {
    doubles.set(matrix, matrices / 8 + term * triangle);
  });
  doubles.set(weights.atoms, weightsAt / 8);
  doubles.set(weights.density, weightsAt / 8 + n);
  doubles.set(targets, targetsAt / 8);
  const integers = new Int32Array(exports.memory.buffer, exports.likelihoodAt(), GROUP + MOST_TERMS);
  integers.set([n, padded, terms.length, matrices, weightsAt, targetsAt, kernel, work, alpha, result]);
  terms.forEach(({ form, reads }, term) => {
    integers[INTEGERS.form + term] = form === "gaussian" ? 1 : 0;
    integers[GROUP + term] = reads === "density" ? 1 : 0;
  });
  return { kernel, result, padded };
}
